// Who the credentials are, and whether that is the account which is meant.
#include "cloud/aws/arn.h"
#include "inventory/aws/connection_checks.h"

namespace patrol::inventory {

Result<Identity> identity_of(const CheckContext& context) {
    auto caller = aws::get_caller_identity(
        *context.customer, {.region = context.region, .stop = context.stop, .deadline = context.deadline});
    if (!caller) return fail(std::move(caller).error().release());
    auto arn = aws::parse_arn(caller->arn);
    return Identity{.account_id = caller->account,
                    .arn = caller->arn,
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
