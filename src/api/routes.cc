#include "api/routes.h"

#include "api/handlers.h"

namespace patrol::api {
namespace {

using net::Method;
using enum Access;

constexpr std::string_view page = "limit cursor q sort";
constexpr std::string_view page_fields = "limit cursor q sort fields";
constexpr std::string_view page_diff = "limit cursor fields";
constexpr std::string_view page_export = "limit cursor q";
constexpr std::string_view oidc_answer =
    "code state error error_description iss session_state scope authuser prompt hd";
constexpr std::string_view page_at = "limit cursor q sort at fields";

// clang-format off
constexpr Route table[] = {
    {Method::get,     "/healthz",                                   anyone,        "", health::healthz},
    {Method::get,     "/readyz",                                    anyone,        "", health::readyz},
    {Method::get,     "/metrics",                                   anyone,        "", health::metrics},

    {Method::get,     "/api/v1/setup",                              anyone,        "", setup::status},
    {Method::post,    "/api/v1/setup",                              sign_in,       "", setup::run, "platform.set-up"},
    {Method::post,    "/api/v1/session", sign_in, "", sessions::create, "session.create"},
    {Method::delete_, "/api/v1/session", viewer, "", sessions::remove, "session.delete"},
    {Method::get,     "/api/v1/session/oidc",                       anyone,        "", oidc::about},
    {Method::get,     "/api/v1/session/oidc/start",                 anyone,        "", oidc::start},
    {Method::get,     "/api/v1/session/oidc/callback",              anyone,        oidc_answer, oidc::finish,
                      "session.create"},
    {Method::get,     "/api/v1/me",                                 viewer,        "", sessions::me},

    {Method::get,     "/api/v1/me/sessions",                        viewer,        "", sessions::list},
    {Method::delete_, "/api/v1/me/sessions",       viewer, "", sessions::revoke_others, "session.revoke"},
    {Method::delete_, "/api/v1/me/sessions/{id}",  viewer, "", sessions::revoke, "session.revoke"},
    {Method::post,    "/api/v1/me/password",       viewer, "", passwords::change, "password.change"},
    {Method::post,    "/api/v1/me/totp",           viewer, "", second_factor::begin, "second-factor.enrol"},
    {Method::post,    "/api/v1/me/totp/confirm",   viewer, "", second_factor::confirm, "second-factor.confirm"},
    {Method::delete_, "/api/v1/me/totp",           viewer, "", second_factor::remove, "second-factor.remove"},
    {Method::post,    "/api/v1/me/recovery-codes", viewer, "", second_factor::renew_recovery_codes,
                      "recovery-codes.create"},
    {Method::post,    "/api/v1/invitations/accept", sign_in, "", invitations::accept, "invitation.accept"},
    {Method::post,    "/api/v1/password-reset",    sign_in, "", passwords::reset, "password.reset"},

    {Method::get,     "/api/v1/platform/tenants",  platform_owner, page, tenants::list},
    {Method::post,    "/api/v1/platform/tenants",  platform_owner, "", tenants::create, "tenant.create"},

    {Method::get,     "/api/v1/tenant",                             admin,         "", tenants::own},
    {Method::patch,   "/api/v1/tenant",            owner, "", tenants::update_own, "tenant.update"},

    {Method::get,     "/api/v1/users",                              admin,         page, users::list},
    {Method::post,    "/api/v1/users",             admin, "", users::create, "user.create"},
    {Method::get,     "/api/v1/users/{id}",                         admin,         "", users::get},
    {Method::patch,   "/api/v1/users/{id}",        admin, "", users::update, "user.update"},
    {Method::delete_, "/api/v1/users/{id}",        admin, "", users::remove, "user.delete"},
    {Method::post,    "/api/v1/users/{id}/invitation", admin, "", users::invite_again, "invitation.create"},
    {Method::post,    "/api/v1/users/{id}/password-reset", admin, "", users::reset_password, "password-reset.create"},
    {Method::delete_, "/api/v1/users/{id}/sessions", admin, "", users::end_sessions, "session.revoke"},
    {Method::delete_, "/api/v1/users/{id}/totp",   admin, "", users::remove_second_factor, "second-factor.remove"},

    {Method::get,     "/api/v1/tokens",                             admin,         page, tokens::list},
    {Method::post,    "/api/v1/tokens",                             admin,         "", tokens::create, "token.create"},
    {Method::delete_, "/api/v1/tokens/{id}",                        admin,         "", tokens::revoke, "token.revoke"},

    {Method::get,     "/api/v1/customers",                          viewer,        page, customers::list},
    {Method::post,    "/api/v1/customers", admin, "", customers::create, "customer.create"},
    {Method::get,     "/api/v1/customers/{id}",                     viewer,        "", customers::get},
    {Method::patch,   "/api/v1/customers/{id}", admin, "", customers::update, "customer.update"},
    {Method::delete_, "/api/v1/customers/{id}", admin, "", customers::remove, "customer.delete"},

    {Method::get,     "/api/v1/cloud-accounts",                     viewer,        page, accounts::list},
    {Method::post,    "/api/v1/cloud-accounts", admin, "", accounts::create, "cloud-account.create"},
    {Method::get,     "/api/v1/cloud-accounts/{id}",                viewer,        "", accounts::get},
    {Method::patch,   "/api/v1/cloud-accounts/{id}", admin, "", accounts::update, "cloud-account.update"},
    {Method::delete_, "/api/v1/cloud-accounts/{id}", admin, "", accounts::remove, "cloud-account.delete"},
    {Method::get,     "/api/v1/cloud-accounts/{id}/setup",          admin,         "", connect::setup},
    {Method::post,    "/api/v1/cloud-accounts/{id}/setup-command", admin, "", connect::setup_command,
                      "connect-token.create"},
    {Method::post,    "/api/v1/cloud-accounts/{id}/test", operator_, "", accounts::test, "cloud-account.test"},
    {Method::post,    "/api/v1/cloud-accounts/{id}/scans",          operator_,     "", scans::enqueue, "scan.start"},
    {Method::get,     "/api/v1/cloud-accounts/{id}/scans",          viewer,        page, scans::list_of_account},

    {Method::post,    "/api/v1/connect/exchange", connect_token, "", connect::exchange, "connect-token.exchange"},
    {Method::post,    "/api/v1/connect/complete", connect_token, "", connect::complete, "connect-token.complete"},
    {Method::get,     "/api/v1/connect/status",                     connect_token, "", connect::status},

    {Method::get,     "/api/v1/collectors",                         viewer,        page, collectors::list},
    {Method::post,    "/api/v1/collectors", admin, "", collectors::create, "collector.create"},
    {Method::get,     "/api/v1/collectors/{id}",                    viewer,        "", collectors::get},
    {Method::patch,   "/api/v1/collectors/{id}", admin, "", collectors::update, "collector.update"},
    {Method::delete_, "/api/v1/collectors/{id}", admin, "", collectors::remove, "collector.delete"},
    {Method::post,    "/api/v1/collectors/{id}/enrolment-token", admin, "", collectors::renew_token,
                      "enrolment-token.create"},
    {Method::post,    "/api/v1/collectors/{id}/revoke", admin, "", collectors::revoke, "collector.revoke"},

    {Method::post,    "/api/v1/collector/enroll", anyone, "", collector_work::enrol, "collector.enrol"},
    {Method::post,    "/api/v1/collector/poll", collector, "", collector_work::poll, not_recorded},
    {Method::put,     "/api/v1/collector/operations/{id}/parts/{number}", collector, "", collector_work::part,
                      not_recorded},

    {Method::get,     "/api/v1/scans",                              viewer,        page, scans::list},
    {Method::get,     "/api/v1/scans/{id}",                         viewer,        "", scans::get},
    {Method::post,    "/api/v1/scans/{id}/cancel",                  operator_,     "", scans::cancel, "scan.cancel"},
    {Method::get,     "/api/v1/scans/{id}/calls",                   viewer,        "limit cursor", scans::calls},
    {Method::get,     "/api/v1/scans/{id}/coverage",                viewer,        page, scans::coverage},

    {Method::get,     "/api/v1/snapshots/{id}",                     viewer,        "", snapshots::get},
    {Method::get,     "/api/v1/snapshots/{id}/resources",           viewer,        page_fields, snapshots::resources},
    {Method::get,     "/api/v1/snapshots/{id}/facets",              viewer,        "by q", snapshots::facets},
    {Method::get,     "/api/v1/snapshots/{id}/diff/{other}",        viewer,        page_diff, snapshots::diff},

    {Method::post,    "/api/v1/prune", admin, "", snapshots::prune, "snapshot.prune"},
    {Method::post,    "/api/v1/snapshots/{id}/accept-as-baseline", operator_, "", baselines::accept, "baseline.accept"},
    {Method::get,     "/api/v1/cloud-accounts/{id}/settling",       viewer,        "", settling::get},
    {Method::post,    "/api/v1/cloud-accounts/{id}/settling",       operator_,     "", settling::start,
     "settling.start"},
    {Method::delete_, "/api/v1/cloud-accounts/{id}/settling",       operator_,     "", settling::skip, "settling.skip"},
    {Method::get,     "/api/v1/cloud-accounts/{id}/baseline",       viewer,        "", baselines::get},
    {Method::post,    "/api/v1/cloud-accounts/{id}/baseline/newly-visible/accept", operator_, "",
     baselines::accept_visible, "baseline.accept-newly-visible"},
    {Method::get,     "/api/v1/cloud-accounts/{id}/baselines",      viewer,        page, baselines::list},

    {Method::get,     "/api/v1/change-sets",                        viewer,        page, change_sets::list},
    {Method::get,     "/api/v1/change-sets/{id}",                   viewer,        "", change_sets::get},
    {Method::patch,   "/api/v1/change-sets/{id}", operator_, "", change_sets::update, "change-set.update"},
    {Method::get,     "/api/v1/change-sets/{id}/changes",           viewer,        page, change_sets::changes},
    {Method::post,    "/api/v1/change-sets/{id}/accept", operator_, "", change_sets::accept, "change-set.accept"},
    {Method::post,    "/api/v1/change-sets/{id}/reject", operator_, "", change_sets::reject, "change-set.reject"},
    {Method::post,    "/api/v1/change-sets/{id}/reopen", operator_, "", change_sets::reopen, "change-set.reopen"},

    {Method::get,     "/api/v1/changes",                            viewer,        page, changes::list},
    {Method::get,     "/api/v1/changes/{id}",                       viewer,        "", changes::get},
    {Method::patch,   "/api/v1/changes/{id}", operator_, "", changes::update, "change.update"},
    {Method::post,    "/api/v1/changes/{id}/accept", operator_, "", changes::accept, "change.accept"},
    {Method::post,    "/api/v1/changes/{id}/reject", operator_, "", changes::reject, "change.reject"},
    {Method::post,    "/api/v1/changes/{id}/snooze", operator_, "", changes::snooze, "change.snooze"},
    {Method::post,    "/api/v1/changes/{id}/reopen", operator_, "", changes::reopen, "change.reopen"},

    {Method::get,     "/api/v1/drift/groups",                       viewer,        page, drift_groups::list},
    {Method::post,    "/api/v1/drift/groups/{key}/accept", operator_, "", drift_groups::accept, "drift-group.accept"},
    {Method::post,    "/api/v1/drift/groups/{key}/reject", operator_, "", drift_groups::reject, "drift-group.reject"},
    {Method::post,    "/api/v1/drift/groups/{key}/reopen", operator_, "", drift_groups::reopen, "drift-group.reopen"},

    {Method::get,     "/api/v1/resources",                          viewer,        page_at, resources::list},
    {Method::get,     "/api/v1/resources/facets",                   viewer,        "by q at", resources::facets},
    {Method::get,     "/api/v1/resources/{id}",                     viewer,        "at snapshot", resources::get},
    {Method::get,     "/api/v1/resources/{id}/history",             viewer,        "limit fields", resources::history},
    {Method::get,     "/api/v1/resources/{id}/relations",           viewer,        "", resources::relations},

    {Method::get,     "/api/v1/secrets",                            admin,         page, secrets_::list},
    {Method::post,    "/api/v1/secrets", admin, "", secrets_::create, "secret.create"},
    {Method::patch,   "/api/v1/secrets/{id}", admin, "", secrets_::update, "secret.update"},
    {Method::delete_, "/api/v1/secrets/{id}", admin, "", secrets_::remove, "secret.delete"},
    {Method::post,    "/api/v1/secrets/{id}/test",                  admin,         "", secrets_::test, "secret.test"},

    {Method::get,     "/api/v1/rules",                              viewer,        page, rules::list},
    {Method::post,    "/api/v1/rules",                              operator_,     "", rules::create, "rule.create"},
    {Method::post,    "/api/v1/rules/preview",                      viewer,        "", rules::preview, not_recorded},
    {Method::get,     "/api/v1/rules/{id}",                         viewer,        "", rules::get},
    {Method::patch,   "/api/v1/rules/{id}",                         operator_,     "", rules::update, "rule.update"},
    {Method::delete_, "/api/v1/rules/{id}",                         operator_,     "", rules::remove, "rule.delete"},

    {Method::get,     "/api/v1/deployments",                        viewer,        page, deployments::list},
    {Method::post,    "/api/v1/deployments", operator_, "", deployments::create, "deployment.create"},
    {Method::get,     "/api/v1/deployments/hooks",                  admin,         page, deployment_hooks::list},
    {Method::post,    "/api/v1/deployments/hooks", admin, "", deployment_hooks::create, "deployment-hook.create"},
    {Method::delete_, "/api/v1/deployments/hooks/{id}", admin, "", deployment_hooks::remove, "deployment-hook.delete"},
    {Method::get,     "/api/v1/deployments/{id}",                   viewer,        "", deployments::get},
    {Method::patch,   "/api/v1/deployments/{id}", operator_, "", deployments::update, "deployment.update"},
    {Method::post,    "/api/v1/hooks/deployments/{token}", anyone, "", deployment_hooks::receive, "deployment.report"},
    {Method::get,     "/api/v1/today",                              viewer,        "customer severity", today::get},

    {Method::get,     "/api/v1/notification-channels",                    admin, page, notification_channels::list},
    {Method::post,    "/api/v1/notification-channels", admin, "", notification_channels::create, "channel.create"},
    {Method::get,     "/api/v1/notification-channels/{id}",               admin, "", notification_channels::get},
    {Method::patch,   "/api/v1/notification-channels/{id}", admin, "", notification_channels::update, "channel.update"},
    {Method::delete_, "/api/v1/notification-channels/{id}", admin, "", notification_channels::remove, "channel.delete"},
    {Method::post, "/api/v1/notification-channels/{id}/test", admin, "", notification_channels::test, "channel.test"},
    {Method::get,     "/api/v1/notification-routes",                      admin, page, notification_routes::list},
    {Method::post,    "/api/v1/notification-routes", admin, "", notification_routes::create, "route.create"},
    {Method::patch,   "/api/v1/notification-routes/{id}", admin, "", notification_routes::update, "route.update"},
    {Method::delete_, "/api/v1/notification-routes/{id}", admin, "", notification_routes::remove, "route.delete"},
    {Method::get,     "/api/v1/notification-deliveries",                  admin, page, notification_deliveries::list},
    {Method::post,    "/api/v1/notification-deliveries/{id}/retry", admin, "", notification_deliveries::retry,
                      "delivery.retry"},

    {Method::get,     "/api/v1/audit",                              admin,         page, audit::list},
    {Method::get,     "/api/v1/audit/verify",                       admin,         "head", audit::verify},
    {Method::get,     "/api/v1/audit/export",                       admin,         page_export, audit::export_,
                      "audit.export"},

    {Method::get,     "/api/v1/events",                             viewer,        "topics", events::stream},
};
// clang-format on

}  // namespace

std::span<const Route> routes() { return table; }

}  // namespace patrol::api
