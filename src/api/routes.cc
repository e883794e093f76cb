#include "api/routes.h"

#include "api/handlers.h"

namespace patrol::api {
namespace {

using net::Method;
using enum Access;

constexpr std::string_view page = "limit cursor q sort";
constexpr std::string_view page_fields = "limit cursor q sort fields";
constexpr std::string_view page_diff = "limit cursor fields";
constexpr std::string_view page_at = "limit cursor q sort at fields";

// clang-format off
constexpr Route table[] = {
    {Method::get,     "/healthz",                                   anyone,        "", health::healthz},
    {Method::get,     "/readyz",                                    anyone,        "", health::readyz},
    {Method::get,     "/metrics",                                   anyone,        "", health::metrics},

    {Method::get,     "/api/v1/setup",                              anyone,        "", setup::status},
    {Method::post,    "/api/v1/setup",                              sign_in,       "", setup::run},
    {Method::post,    "/api/v1/session",                            sign_in,       "", sessions::create},
    {Method::delete_, "/api/v1/session",                            viewer,        "", sessions::remove},
    {Method::get,     "/api/v1/me",                                 viewer,        "", sessions::me},

    {Method::get,     "/api/v1/tokens",                             admin,         page, tokens::list},
    {Method::post,    "/api/v1/tokens",                             admin,         "", tokens::create},
    {Method::delete_, "/api/v1/tokens/{id}",                        admin,         "", tokens::revoke},

    {Method::get,     "/api/v1/customers",                          viewer,        page, customers::list},
    {Method::post,    "/api/v1/customers",                          admin,         "", customers::create},
    {Method::get,     "/api/v1/customers/{id}",                     viewer,        "", customers::get},
    {Method::patch,   "/api/v1/customers/{id}",                     admin,         "", customers::update},
    {Method::delete_, "/api/v1/customers/{id}",                     admin,         "", customers::remove},

    {Method::get,     "/api/v1/cloud-accounts",                     viewer,        page, accounts::list},
    {Method::post,    "/api/v1/cloud-accounts",                     admin,         "", accounts::create},
    {Method::get,     "/api/v1/cloud-accounts/{id}",                viewer,        "", accounts::get},
    {Method::patch,   "/api/v1/cloud-accounts/{id}",                admin,         "", accounts::update},
    {Method::delete_, "/api/v1/cloud-accounts/{id}",                admin,         "", accounts::remove},
    {Method::get,     "/api/v1/cloud-accounts/{id}/setup",          admin,         "", connect::setup},
    {Method::post,    "/api/v1/cloud-accounts/{id}/setup-command",  admin,         "", connect::setup_command},
    {Method::post,    "/api/v1/cloud-accounts/{id}/test",           operator_,     "", accounts::test},
    {Method::post,    "/api/v1/cloud-accounts/{id}/scans",          operator_,     "", scans::enqueue},
    {Method::get,     "/api/v1/cloud-accounts/{id}/scans",          viewer,        page, scans::list_of_account},

    {Method::post,    "/api/v1/connect/exchange",                   connect_token, "", connect::exchange},
    {Method::post,    "/api/v1/connect/complete",                   connect_token, "", connect::complete},
    {Method::get,     "/api/v1/connect/status",                     connect_token, "", connect::status},

    {Method::get,     "/api/v1/scans",                              viewer,        page, scans::list},
    {Method::get,     "/api/v1/scans/{id}",                         viewer,        "", scans::get},
    {Method::post,    "/api/v1/scans/{id}/cancel",                  operator_,     "", scans::cancel},
    {Method::get,     "/api/v1/scans/{id}/coverage",                viewer,        page, scans::coverage},

    {Method::get,     "/api/v1/snapshots/{id}",                     viewer,        "", snapshots::get},
    {Method::get,     "/api/v1/snapshots/{id}/resources",           viewer,        page_fields, snapshots::resources},
    {Method::get,     "/api/v1/snapshots/{id}/facets",              viewer,        "by q", snapshots::facets},
    {Method::get,     "/api/v1/snapshots/{id}/diff/{other}",        viewer,        page_diff, snapshots::diff},

    {Method::post,    "/api/v1/prune",                              admin,         "", snapshots::prune},
    {Method::post,    "/api/v1/snapshots/{id}/accept-as-baseline",  operator_,     "", baselines::accept},
    {Method::get,     "/api/v1/cloud-accounts/{id}/baseline",       viewer,        "", baselines::get},
    {Method::post,    "/api/v1/cloud-accounts/{id}/baseline/newly-visible/accept", operator_, "",
                                                                                   baselines::accept_visible},
    {Method::get,     "/api/v1/cloud-accounts/{id}/baselines",      viewer,        page, baselines::list},

    {Method::get,     "/api/v1/change-sets",                        viewer,        page, change_sets::list},
    {Method::get,     "/api/v1/change-sets/{id}",                   viewer,        "", change_sets::get},
    {Method::patch,   "/api/v1/change-sets/{id}",                   operator_,     "", change_sets::update},
    {Method::get,     "/api/v1/change-sets/{id}/changes",           viewer,        page, change_sets::changes},
    {Method::post,    "/api/v1/change-sets/{id}/accept",            operator_,     "", change_sets::accept},
    {Method::post,    "/api/v1/change-sets/{id}/reject",            operator_,     "", change_sets::reject},
    {Method::post,    "/api/v1/change-sets/{id}/reopen",            operator_,     "", change_sets::reopen},

    {Method::get,     "/api/v1/changes",                            viewer,        page, changes::list},
    {Method::get,     "/api/v1/changes/{id}",                       viewer,        "", changes::get},
    {Method::patch,   "/api/v1/changes/{id}",                       operator_,     "", changes::update},
    {Method::post,    "/api/v1/changes/{id}/accept",                operator_,     "", changes::accept},
    {Method::post,    "/api/v1/changes/{id}/reject",                operator_,     "", changes::reject},
    {Method::post,    "/api/v1/changes/{id}/snooze",                operator_,     "", changes::snooze},
    {Method::post,    "/api/v1/changes/{id}/reopen",                operator_,     "", changes::reopen},

    {Method::get,     "/api/v1/drift/groups",                       viewer,        page, drift_groups::list},
    {Method::post,    "/api/v1/drift/groups/{key}/accept",          operator_,     "", drift_groups::accept},
    {Method::post,    "/api/v1/drift/groups/{key}/reject",          operator_,     "", drift_groups::reject},

    {Method::get,     "/api/v1/resources",                          viewer,        page_at, resources::list},
    {Method::get,     "/api/v1/resources/facets",                   viewer,        "by q at", resources::facets},
    {Method::get,     "/api/v1/resources/{id}",                     viewer,        "at snapshot", resources::get},
    {Method::get,     "/api/v1/resources/{id}/history",             viewer,        "limit fields", resources::history},
    {Method::get,     "/api/v1/resources/{id}/relations",           viewer,        "", resources::relations},

    {Method::get,     "/api/v1/secrets",                            admin,         page, secrets_::list},
    {Method::post,    "/api/v1/secrets",                            admin,         "", secrets_::create},
    {Method::patch,   "/api/v1/secrets/{id}",                       admin,         "", secrets_::update},
    {Method::delete_, "/api/v1/secrets/{id}",                       admin,         "", secrets_::remove},
    {Method::post,    "/api/v1/secrets/{id}/test",                  admin,         "", secrets_::test},

    {Method::get,     "/api/v1/rules",                              viewer,        page, rules::list},
    {Method::post,    "/api/v1/rules",                              operator_,     "", rules::create},
    {Method::post,    "/api/v1/rules/preview",                      viewer,        "", rules::preview},
    {Method::get,     "/api/v1/rules/{id}",                         viewer,        "", rules::get},
    {Method::patch,   "/api/v1/rules/{id}",                         operator_,     "", rules::update},
    {Method::delete_, "/api/v1/rules/{id}",                         operator_,     "", rules::remove},

    {Method::get,     "/api/v1/deployments",                        viewer,        page, deployments::list},
    {Method::post,    "/api/v1/deployments",                        operator_,     "", deployments::create},
    {Method::get,     "/api/v1/deployments/hooks",                  admin,         page, deployment_hooks::list},
    {Method::post,    "/api/v1/deployments/hooks",                  admin,         "", deployment_hooks::create},
    {Method::delete_, "/api/v1/deployments/hooks/{id}",             admin,         "", deployment_hooks::remove},
    {Method::get,     "/api/v1/deployments/{id}",                   viewer,        "", deployments::get},
    {Method::patch,   "/api/v1/deployments/{id}",                   operator_,     "", deployments::update},
    {Method::post,    "/api/v1/hooks/deployments/{token}",          anyone,        "", deployment_hooks::receive},
    {Method::get,     "/api/v1/today",                              viewer,        "customer severity", today::get},

    {Method::get,     "/api/v1/notification-channels",                    admin, page, notification_channels::list},
    {Method::post,    "/api/v1/notification-channels",                    admin, "", notification_channels::create},
    {Method::get,     "/api/v1/notification-channels/{id}",               admin, "", notification_channels::get},
    {Method::patch,   "/api/v1/notification-channels/{id}",               admin, "", notification_channels::update},
    {Method::delete_, "/api/v1/notification-channels/{id}",               admin, "", notification_channels::remove},
    {Method::post,    "/api/v1/notification-channels/{id}/test",          admin, "", notification_channels::test},
    {Method::get,     "/api/v1/notification-routes",                      admin, page, notification_routes::list},
    {Method::post,    "/api/v1/notification-routes",                      admin, "", notification_routes::create},
    {Method::patch,   "/api/v1/notification-routes/{id}",                 admin, "", notification_routes::update},
    {Method::delete_, "/api/v1/notification-routes/{id}",                 admin, "", notification_routes::remove},
    {Method::get,     "/api/v1/notification-deliveries",                  admin, page, notification_deliveries::list},
    {Method::post,    "/api/v1/notification-deliveries/{id}/retry",       admin, "", notification_deliveries::retry},

    {Method::get,     "/api/v1/events",                             viewer,        "topics", events::stream},
};
// clang-format on

}  // namespace

std::span<const Route> routes() { return table; }

}  // namespace patrol::api
