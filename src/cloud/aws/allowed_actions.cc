#include "cloud/aws/allowed_actions.h"

namespace patrol::aws {

AllowedActions::AllowedActions(std::span<const std::string_view> actions) {
    for (auto action : actions) actions_.emplace(action);
}

AllowedActions::AllowedActions(std::initializer_list<std::string_view> actions)
    : AllowedActions(std::span(actions.begin(), actions.size())) {}

void AllowedActions::add(std::string_view service, std::string_view operation) {
    actions_.insert(fmt::format("{}.{}", service, operation));
}

bool AllowedActions::allows(std::string_view service, std::string_view operation) const {
    return actions_.contains(fmt::format("{}.{}", service, operation));
}

}  // namespace patrol::aws
