// Who the credentials are, and whether the customer's role is guarded by the external ID.
#include "inventory/aws/connection_checks.h"

#include <random>

#include <fmt/core.h>

#include "access/aws_role.h"
#include "cloud/aws/arn.h"

namespace patrol::inventory {
namespace {

// Nobody keeps these credentials: the shortest session that STS makes.
constexpr auto probe_session = std::chrono::minutes(15);

TrustAnswer probe(const CheckContext& context, std::optional<std::string> external_id) {
    const auto& role = std::get<AwsRole>(context.connection.auth);
    auto arn = aws::parse_arn(role.role_arn);
    auto result = aws::assume_role(*context.patrol,
                                   {.role_arn = role.role_arn,
                                    .session_name = context.connection.session_name,
                                    .external_id = std::move(external_id),
                                    .duration = probe_session,
                                    .policy_arns = access::managed_policies(arn ? arn->partition : "aws")},
                                   {.region = context.region, .stop = context.stop, .deadline = context.deadline});
    if (result) return {TrustProbe::opened, {}};
    const auto& error = result.error();
    if (error.error_class == aws::ErrorClass::denied || error.error_class == aws::ErrorClass::denied_by_policy)
        return {TrustProbe::refused, {}};
    return {TrustProbe::unknown, error.error.message};
}

// Of the shape of a real one, so that only its value is wrong. It guards nothing and needs no secrecy.
std::string made_up_external_id() {
    std::random_device random;
    return fmt::format("patrol-{:08x}{:08x}{:08x}", random(), random(), random());
}

}  // namespace

TrustAnswer assume_without_external_id(const CheckContext& context) { return probe(context, std::nullopt); }

TrustAnswer assume_with_wrong_external_id(const CheckContext& context) {
    return probe(context, made_up_external_id());
}

Result<Identity> identity_of(const CheckContext& context) {
    auto caller = aws::get_caller_identity(
        *context.customer, {.region = context.region, .stop = context.stop, .deadline = context.deadline});
    if (!caller) return fail(std::move(caller).error().release());
    auto arn = aws::parse_arn(caller->arn);
    return Identity{.account_id = caller->account, .arn = caller->arn,
                    .partition = arn ? arn->partition : context.connection.partition};
}

Result<void> check_account(const AwsConnection& connection, const Identity& identity) {
    if (!connection.account_id.empty() && identity.account_id != connection.account_id)
        return fail(Error{.kind = Error::Kind::denied,
                          .message = "The credentials belong to AWS account " + identity.account_id +
                                     ", but this cloud account is bound to " + connection.account_id + ".",
                          .hint = "Register the other account by itself: an account number never changes.",
                          .code = "account_mismatch"});
    const auto* role = std::get_if<AwsRole>(&connection.auth);
    if (role == nullptr || role->own_account == OwnAccount::allowed) return {};
    if (!role->patrol_account_id.empty() && identity.account_id == role->patrol_account_id)
        return fail(Error{.kind = Error::Kind::denied,
                          .message = "The role is in Patrol's own AWS account.",
                          .hint = "Set PATROL_ALLOW_OWN_ACCOUNT if Patrol's own account is to be read.",
                          .code = "own_account"});
    return {};
}

}  // namespace patrol::inventory
