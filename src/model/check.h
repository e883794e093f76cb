// A finding of a connection test. `id` is stable and machine-readable ("external_id_required").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace patrol::model {

enum class CheckStatus { pass, fail, warn, skipped };

struct Check {
    std::string id, title;
    CheckStatus status = CheckStatus::pass;
    std::string detail, hint;
};

struct TestReport {
    bool ok = false;
    std::vector<Check> checks;
    Timestamp tested_at;
};

std::string_view to_string(CheckStatus);

}  // namespace patrol::model
