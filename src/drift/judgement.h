// What is found about one change: how bad it is, why, what hides it, and to whom it belongs.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "model/severity.h"

namespace patrol::drift {

// What a hidden object belongs to: the thing that is shown instead.
struct Owner {
    std::string type;  // "AWS::AutoScaling::AutoScalingGroup"; empty: the cloud itself
    std::string id;    // its native id or name

    auto operator<=>(const Owner&) const = default;
};

struct PathJudgement {
    model::Severity severity = model::Severity::info;
    std::string why;        // "Port 5432 opened to the internet"; empty: nothing special is known
    std::string hidden_by;  // a rule's id or a noise class's name; empty: shown
};

struct Judgement {
    model::Severity severity = model::Severity::info;
    std::string why;
    std::vector<PathJudgement> paths;  // one for each of Subject::changes, in their order
    std::string hidden_by;             // of the whole change: it is counted, not listed
    std::optional<Owner> owner;        // under which a hidden object is counted
    std::vector<std::string> hits;     // rules and built-in classes that decided something, unique

    [[nodiscard]] bool hidden() const { return !hidden_by.empty(); }
};

}  // namespace patrol::drift
