#include "server/recovery.h"

#include "api/first_run.h"
#include "api/one_time_link.h"
#include "store/audit.h"

namespace patrol::server {
namespace {

Result<void> record(store::Store& store, const model::User& user, std::string_view action, Timestamp now) {
    TRY(store.audit().append(
        user.tenant,
        {.at = now, .action = std::string(action), .object = {"user", user.id.str(), user.email}}));
    return {};
}

}  // namespace

Result<std::string> make_recovery_url(store::Store& store, Clock& clock, std::string_view public_url,
                                      const Recovery& recovery) {
    const std::string email = TRY(api::normal_email(recovery.email));
    model::User user = TRY(store.users().by_email(email));
    if (user.disabled || user.password_hash.empty())
        return fail(Error{.kind = Error::Kind::conflict,
                          .message = "This user is disabled or has not accepted the invitation.",
                          .code = "user_not_active"});
    if (recovery.second_factor == SecondFactor::remove) {
        TRY(store.second_factors().remove(user.tenant, user.id));
        TRY(record(store, user, "second-factor.remove", clock.now()));
        user = TRY(store.users().get(user.tenant, user.id));
    }
    const auto link = api::new_link(model::LinkPurpose::password_reset, clock.now());
    TRY(store.one_time_links().replace(user.tenant, user, link.kept));
    TRY(record(store, user, "password-reset.create", clock.now()));
    return api::link_url(public_url, link);
}

}  // namespace patrol::server
