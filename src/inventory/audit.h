// Asking a cloud's audit log who changed what. One question is one changed resource; its answer is an
// actor, an actor that was looked for and not found, or nothing where the log could not be asked.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "inventory/api_call.h"
#include "model/deployment.h"
#include "model/resource.h"

namespace patrol::inventory {

struct AuditQuestion {
    model::ChangeOp op = model::ChangeOp::modified;
    std::string type;
    std::string region;  // "global" for global types
    std::string native_id, arn, name;
    // The change happened after `after`, the beginning of the last reading without it (unset: not known), and
    // before `until`, the end of the first reading with it.
    Timestamp after, until;
};

struct AuditRequest {
    std::vector<AuditQuestion> questions;
    std::stop_token stop;
    std::function<void(const ApiCall&)> on_call;  // for the journal; from one thread
};

struct AuditAnswer {
    std::optional<model::Actor> actor;  // nullopt: could not be looked for
    std::optional<Error> problem;       // then: why
};

}  // namespace patrol::inventory
