// IAM's verdict on a call, as far as the simulated cloud needs it: role policies, session policies and
// trust policies; Allow and Deny, actions with wildcards, StringEquals on the external ID and ArnEquals
// on the caller. The AWS managed policies are known by what the catalogue says they grant.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "catalogue/catalogue.h"
#include "cloudsim/world.h"

namespace patrol::cloudsim {

class Authorizer {
public:
    explicit Authorizer(const catalogue::Catalogue& catalogue);

    // May this principal call it? `action` is "ec2:DescribeVpcs".
    [[nodiscard]] bool allows(const World& world, const Principal& caller, std::string_view action) const;
    // The IAM actions that a call needs: the catalogue's, else "<signing name>:<Operation>".
    [[nodiscard]] std::string action_of(const model::Service& service, std::string_view operation) const;

private:
    enum class Verdict { none, allow, deny };
    [[nodiscard]] Verdict managed(const World& world, std::string_view arn, std::string_view action) const;
    [[nodiscard]] static Verdict document(const json::value& policy, std::string_view action);
    [[nodiscard]] bool role_allows(const World& world, const Principal& caller,
                                   std::string_view action) const;

    std::map<std::string, std::string, std::less<>> actions_;  // "service.Operation" → IAM action
    std::set<std::string, std::less<>> audit_;                 // granted by SecurityAudit + ViewOnlyAccess
};

// Does the role's trust policy let this caller in, with this external ID (empty: none given)?
bool trusts(const json::value& trust_policy, const Principal& caller, std::string_view external_id);

// '*' and '?' wildcards, ASCII case ignored.
bool matches_pattern(std::string_view pattern, std::string_view text);

}  // namespace patrol::cloudsim
