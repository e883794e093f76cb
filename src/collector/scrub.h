// Texts that leave the site hold nothing shaped like a credential, whoever worded them.
#pragma once

#include "base/error.h"
#include "base/log.h"
#include "model/check.h"
#include "model/scan.h"

namespace patrol::collector {

inline Error scrubbed(Error error) {
    for (auto* text : {&error.message, &error.hint, &error.detail}) *text = log::redact_credentials(*text);
    return error;
}

inline model::SliceCoverage scrubbed(model::SliceCoverage coverage) {
    for (auto* text : {&coverage.reason, &coverage.hint}) *text = log::redact_credentials(*text);
    return coverage;
}

inline model::TestReport scrubbed(model::TestReport report) {
    for (auto& each : report.checks)
        for (auto* text : {&each.detail, &each.hint}) *text = log::redact_credentials(*text);
    return report;
}

}  // namespace patrol::collector
