// The operations that a client may sign, as "service.Operation". Patrol reads: a client built for
// inventory holds the catalogue's reads only, and the signer refuses all else before a byte leaves.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

namespace patrol::aws {

class AllowedActions {
public:
    AllowedActions() = default;  // allows nothing
    explicit AllowedActions(std::span<const std::string_view> actions);
    AllowedActions(std::initializer_list<std::string_view> actions);

    void add(std::string_view service, std::string_view operation);
    [[nodiscard]] bool allows(std::string_view service, std::string_view operation) const;
    [[nodiscard]] const std::set<std::string, std::less<>>& all() const { return actions_; }

private:
    std::set<std::string, std::less<>> actions_;
};

}  // namespace patrol::aws
