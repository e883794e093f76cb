// The one spelling of every enumeration, for API, database, CLI and log.
#include <array>
#include <utility>

#include "model/check.h"
#include "model/cloud_account.h"
#include "model/deployment.h"
#include "model/drift.h"
#include "model/notification.h"
#include "model/resource.h"
#include "model/rule.h"
#include "model/scan.h"
#include "model/settling.h"
#include "model/severity.h"
#include "model/tenant.h"
#include "model/today.h"

namespace patrol::model {
namespace {

template <class T, std::size_t N>
using Names = std::array<std::pair<T, std::string_view>, N>;

template <class T, std::size_t N>
std::string_view name_of(const Names<T, N>& names, T value) {
    for (const auto& [each, name] : names)
        if (each == value) return name;
    return "unknown";
}
template <class T, std::size_t N>
std::optional<T> value_of(const Names<T, N>& names, std::string_view text) {
    for (const auto& [each, name] : names)
        if (name == text) return each;
    return {};
}

constexpr Names<ProviderKind, 6> providers{{{ProviderKind::aws, "aws"},
                                            {ProviderKind::azure, "azure"},
                                            {ProviderKind::gcp, "gcp"},
                                            {ProviderKind::openstack, "openstack"},
                                            {ProviderKind::vmware, "vmware"},
                                            {ProviderKind::custom, "custom"}}};
constexpr Names<ConnectionMode, 3> modes{{{ConnectionMode::pull, "pull"},
                                          {ConnectionMode::collector, "collector"},
                                          {ConnectionMode::push, "push"}}};
constexpr Names<EnvironmentKind, 5> environments{{{EnvironmentKind::development, "development"},
                                                  {EnvironmentKind::staging, "staging"},
                                                  {EnvironmentKind::qa, "qa"},
                                                  {EnvironmentKind::preproduction, "preproduction"},
                                                  {EnvironmentKind::production, "production"}}};
constexpr Names<AccountStatus, 6> statuses{{{AccountStatus::pending, "pending"},
                                            {AccountStatus::connected, "connected"},
                                            {AccountStatus::degraded, "degraded"},
                                            {AccountStatus::failing, "failing"},
                                            {AccountStatus::paused, "paused"},
                                            {AccountStatus::insecure_trust, "insecure_trust"}}};
constexpr Names<Severity, 5> severities{{{Severity::info, "info"},
                                         {Severity::low, "low"},
                                         {Severity::medium, "medium"},
                                         {Severity::high, "high"},
                                         {Severity::critical, "critical"}}};
constexpr Names<RuleAction, 2> rule_actions{
    {{RuleAction::ignore, "ignore"}, {RuleAction::severity, "severity"}}};
constexpr Names<SettlingState, 4> settling_states{{{SettlingState::none, "none"},
                                                   {SettlingState::running, "running"},
                                                   {SettlingState::done, "done"},
                                                   {SettlingState::ended, "ended"}}};
constexpr Names<Role, 4> roles{{{Role::owner, "owner"},
                                {Role::admin, "admin"},
                                {Role::operator_, "operator"},
                                {Role::viewer, "viewer"}}};
constexpr Names<TokenScope, 5> token_scopes{{{TokenScope::read, "read"},
                                             {TokenScope::scan, "scan"},
                                             {TokenScope::review, "review"},
                                             {TokenScope::deploy, "deploy"},
                                             {TokenScope::admin, "admin"}}};
constexpr Names<LinkPurpose, 2> link_purposes{
    {{LinkPurpose::invitation, "invitation"}, {LinkPurpose::password_reset, "password_reset"}}};
constexpr Names<ScanState, 6> states{{{ScanState::queued, "queued"},
                                      {ScanState::running, "running"},
                                      {ScanState::succeeded, "succeeded"},
                                      {ScanState::partial, "partial"},
                                      {ScanState::failed, "failed"},
                                      {ScanState::cancelled, "cancelled"}}};
constexpr Names<ScanTrigger, 6> triggers{{{ScanTrigger::manual, "manual"},
                                          {ScanTrigger::schedule, "schedule"},
                                          {ScanTrigger::deployment, "deployment"},
                                          {ScanTrigger::api, "api"},
                                          {ScanTrigger::collector, "collector"},
                                          {ScanTrigger::push, "push"}}};
constexpr Names<SliceStatus, 8> slices{{{SliceStatus::complete, "complete"},
                                        {SliceStatus::partial, "partial"},
                                        {SliceStatus::denied, "denied"},
                                        {SliceStatus::not_granted, "not_granted"},
                                        {SliceStatus::not_enabled, "not_enabled"},
                                        {SliceStatus::throttled, "throttled"},
                                        {SliceStatus::failed, "failed"},
                                        {SliceStatus::not_read, "not_read"}}};
constexpr Names<CheckStatus, 4> checks{{{CheckStatus::pass, "pass"},
                                        {CheckStatus::fail, "fail"},
                                        {CheckStatus::warn, "warn"},
                                        {CheckStatus::skipped, "skipped"}}};
constexpr Names<ChangeOp, 3> ops{
    {{ChangeOp::added, "added"}, {ChangeOp::removed, "removed"}, {ChangeOp::modified, "modified"}}};
constexpr Names<DeploymentSource, 7> deployment_sources{
    {{DeploymentSource::api, "api"},
     {DeploymentSource::cli, "cli"},
     {DeploymentSource::github, "github"},
     {DeploymentSource::gitlab, "gitlab"},
     {DeploymentSource::terraform_cloud, "terraform_cloud"},
     {DeploymentSource::generic, "generic"},
     {DeploymentSource::window, "window"}}};
constexpr Names<DeploymentState, 4> deployment_states{{{DeploymentState::open, "open"},
                                                       {DeploymentState::succeeded, "succeeded"},
                                                       {DeploymentState::failed, "failed"},
                                                       {DeploymentState::cancelled, "cancelled"}}};
constexpr Names<ActorClass, 7> actor_classes{{{ActorClass::console, "console"},
                                              {ActorClass::terraform, "terraform"},
                                              {ActorClass::cloudformation, "cloudformation"},
                                              {ActorClass::sdk, "sdk"},
                                              {ActorClass::cli, "cli"},
                                              {ActorClass::service, "service"},
                                              {ActorClass::unknown, "unknown"}}};
constexpr Names<ActorCertainty, 3> actor_certainties{{{ActorCertainty::certain, "certain"},
                                                      {ActorCertainty::likely, "likely"},
                                                      {ActorCertainty::not_found, "not_found"}}};
constexpr Names<ChangeSetKind, 2> set_kinds{
    {{ChangeSetKind::deployment, "deployment"}, {ChangeSetKind::unexplained, "unexplained"}}};
constexpr Names<ChangeSetState, 5> set_states{{{ChangeSetState::open, "open"},
                                               {ChangeSetState::accepted, "accepted"},
                                               {ChangeSetState::rejected, "rejected"},
                                               {ChangeSetState::reverted, "reverted"},
                                               {ChangeSetState::superseded, "superseded"}}};
constexpr Names<ChangeState, 6> change_states{{{ChangeState::open, "open"},
                                               {ChangeState::accepted, "accepted"},
                                               {ChangeState::rejected, "rejected"},
                                               {ChangeState::snoozed, "snoozed"},
                                               {ChangeState::reverted, "reverted"},
                                               {ChangeState::superseded, "superseded"}}};
constexpr Names<NoticeKind, 7> notice_kinds{{{NoticeKind::drift_opened, "drift_opened"},
                                             {NoticeKind::drift_changed, "drift_changed"},
                                             {NoticeKind::drift_decided, "drift_decided"},
                                             {NoticeKind::account_not_scanned, "account_not_scanned"},
                                             {NoticeKind::credentials_failing, "credentials_failing"},
                                             {NoticeKind::digest, "digest"},
                                             {NoticeKind::test, "test"}}};
constexpr Names<ChannelKind, 3> channel_kinds{
    {{ChannelKind::email, "email"}, {ChannelKind::slack, "slack"}, {ChannelKind::webhook, "webhook"}}};
constexpr Names<MailSecurity, 3> mail_securities{
    {{MailSecurity::starttls, "starttls"}, {MailSecurity::tls, "tls"}, {MailSecurity::none, "none"}}};
constexpr Names<DeliveryState, 3> delivery_states{
    {{DeliveryState::pending, "pending"}, {DeliveryState::sent, "sent"}, {DeliveryState::dead, "dead"}}};
constexpr Names<TodayKind, 7> today_kinds{{{TodayKind::drift, "drift"},
                                           {TodayKind::drift_group, "drift_group"},
                                           {TodayKind::failing, "failing"},
                                           {TodayKind::stale, "stale"},
                                           {TodayKind::expires, "expires"},
                                           {TodayKind::insecure_trust, "insecure_trust"},
                                           {TodayKind::coverage, "coverage"}}};

}  // namespace

std::string_view to_string(ProviderKind value) { return name_of(providers, value); }
std::string_view to_string(ConnectionMode value) { return name_of(modes, value); }
std::string_view to_string(EnvironmentKind value) { return name_of(environments, value); }
std::string_view to_string(AccountStatus value) { return name_of(statuses, value); }
std::string_view to_string(Severity value) { return name_of(severities, value); }
std::string_view to_string(RuleAction value) { return name_of(rule_actions, value); }
std::string_view to_string(SettlingState value) { return name_of(settling_states, value); }
std::string_view to_string(Role value) { return name_of(roles, value); }
std::string_view to_string(TokenScope value) { return name_of(token_scopes, value); }
std::string_view to_string(LinkPurpose value) { return name_of(link_purposes, value); }
std::string_view to_string(ScanState value) { return name_of(states, value); }
std::string_view to_string(ScanTrigger value) { return name_of(triggers, value); }
std::string_view to_string(SliceStatus value) { return name_of(slices, value); }
std::string_view to_string(CheckStatus value) { return name_of(checks, value); }
std::string_view to_string(ChangeOp value) { return name_of(ops, value); }
std::string_view to_string(DeploymentSource value) { return name_of(deployment_sources, value); }
std::string_view to_string(DeploymentState value) { return name_of(deployment_states, value); }
std::string_view to_string(ActorClass value) { return name_of(actor_classes, value); }
std::string_view to_string(ActorCertainty value) { return name_of(actor_certainties, value); }
std::string_view to_string(ChangeSetKind value) { return name_of(set_kinds, value); }
std::string_view to_string(ChangeSetState value) { return name_of(set_states, value); }
std::string_view to_string(ChangeState value) { return name_of(change_states, value); }

std::optional<ProviderKind> parse_provider(std::string_view text) { return value_of(providers, text); }
std::optional<ConnectionMode> parse_mode(std::string_view text) { return value_of(modes, text); }
std::optional<EnvironmentKind> parse_environment(std::string_view text) {
    return value_of(environments, text);
}
std::optional<AccountStatus> parse_account_status(std::string_view text) { return value_of(statuses, text); }
std::optional<Severity> parse_severity(std::string_view text) { return value_of(severities, text); }
std::optional<RuleAction> parse_rule_action(std::string_view text) { return value_of(rule_actions, text); }
std::optional<SettlingState> parse_settling_state(std::string_view text) {
    return value_of(settling_states, text);
}
std::optional<Role> parse_role(std::string_view text) { return value_of(roles, text); }
std::optional<TokenScope> parse_token_scope(std::string_view text) { return value_of(token_scopes, text); }
std::optional<ScanState> parse_scan_state(std::string_view text) { return value_of(states, text); }
std::optional<ScanTrigger> parse_scan_trigger(std::string_view text) { return value_of(triggers, text); }
std::optional<SliceStatus> parse_slice_status(std::string_view text) { return value_of(slices, text); }
std::optional<DeploymentSource> parse_deployment_source(std::string_view text) {
    return value_of(deployment_sources, text);
}
std::optional<DeploymentState> parse_deployment_state(std::string_view text) {
    return value_of(deployment_states, text);
}
std::optional<ActorClass> parse_actor_class(std::string_view text) { return value_of(actor_classes, text); }
std::optional<ActorCertainty> parse_actor_certainty(std::string_view text) {
    return value_of(actor_certainties, text);
}
std::optional<ChangeSetKind> parse_change_set_kind(std::string_view text) {
    return value_of(set_kinds, text);
}
std::optional<ChangeSetState> parse_change_set_state(std::string_view text) {
    return value_of(set_states, text);
}
std::optional<ChangeState> parse_change_state(std::string_view text) { return value_of(change_states, text); }
std::optional<ChangeOp> parse_change_op(std::string_view text) { return value_of(ops, text); }

std::string_view to_string(NoticeKind value) { return name_of(notice_kinds, value); }
std::string_view to_string(ChannelKind value) { return name_of(channel_kinds, value); }
std::string_view to_string(MailSecurity value) { return name_of(mail_securities, value); }
std::string_view to_string(DeliveryState value) { return name_of(delivery_states, value); }
std::string_view to_string(TodayKind value) { return name_of(today_kinds, value); }
std::optional<NoticeKind> parse_notice_kind(std::string_view text) { return value_of(notice_kinds, text); }
std::optional<ChannelKind> parse_channel_kind(std::string_view text) { return value_of(channel_kinds, text); }
std::optional<MailSecurity> parse_mail_security(std::string_view text) {
    return value_of(mail_securities, text);
}
std::optional<DeliveryState> parse_delivery_state(std::string_view text) {
    return value_of(delivery_states, text);
}

}  // namespace patrol::model
