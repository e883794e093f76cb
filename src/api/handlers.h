// Every handler by noun, for routes.cc. What each does is said in api/openapi.yaml.
#pragma once

#include "api/call.h"

namespace patrol::api {

namespace health {
Result<Answer> healthz(Call&);
Result<Answer> readyz(Call&);
Result<Answer> metrics(Call&);
}  // namespace health

namespace setup {
Result<Answer> status(Call&);
Result<Answer> run(Call&);
}  // namespace setup

namespace sessions {
Result<Answer> create(Call&);
Result<Answer> remove(Call&);
Result<Answer> me(Call&);
Result<Answer> list(Call&);
Result<Answer> revoke(Call&);
Result<Answer> revoke_others(Call&);
}  // namespace sessions

namespace invitations {
Result<Answer> accept(Call&);
}  // namespace invitations

namespace passwords {
Result<Answer> change(Call&);
Result<Answer> reset(Call&);
}  // namespace passwords

namespace second_factor {
Result<Answer> begin(Call&);
Result<Answer> confirm(Call&);
Result<Answer> remove(Call&);
Result<Answer> renew_recovery_codes(Call&);
}  // namespace second_factor

namespace tenants {
Result<Answer> list(Call&);
Result<Answer> create(Call&);
Result<Answer> own(Call&);
Result<Answer> update_own(Call&);
}  // namespace tenants

namespace users {
Result<Answer> list(Call&);
Result<Answer> create(Call&);
Result<Answer> get(Call&);
Result<Answer> update(Call&);
Result<Answer> remove(Call&);
Result<Answer> invite_again(Call&);
Result<Answer> reset_password(Call&);
Result<Answer> end_sessions(Call&);
Result<Answer> remove_second_factor(Call&);
}  // namespace users

namespace tokens {
Result<Answer> list(Call&);
Result<Answer> create(Call&);
Result<Answer> revoke(Call&);
}  // namespace tokens

namespace customers {
Result<Answer> list(Call&);
Result<Answer> create(Call&);
Result<Answer> get(Call&);
Result<Answer> update(Call&);
Result<Answer> remove(Call&);
}  // namespace customers

namespace accounts {
Result<Answer> list(Call&);
Result<Answer> create(Call&);
Result<Answer> get(Call&);
Result<Answer> update(Call&);
Result<Answer> remove(Call&);
Result<Answer> test(Call&);
}  // namespace accounts

namespace collectors {
Result<Answer> list(Call&);
Result<Answer> create(Call&);
Result<Answer> get(Call&);
Result<Answer> update(Call&);
Result<Answer> remove(Call&);
Result<Answer> renew_token(Call&);
Result<Answer> revoke(Call&);
}  // namespace collectors

namespace collector_work {
Result<Answer> enrol(Call&);
Result<Answer> poll(Call&);
Result<Answer> part(Call&);
}  // namespace collector_work

namespace connect {
Result<Answer> setup(Call&);
Result<Answer> setup_command(Call&);
Result<Answer> exchange(Call&);
Result<Answer> complete(Call&);
Result<Answer> status(Call&);
}  // namespace connect

namespace scans {
Result<Answer> enqueue(Call&);
Result<Answer> list_of_account(Call&);
Result<Answer> list(Call&);
Result<Answer> get(Call&);
Result<Answer> cancel(Call&);
Result<Answer> coverage(Call&);
Result<Answer> calls(Call&);
}  // namespace scans

namespace snapshots {
Result<Answer> get(Call&);
Result<Answer> resources(Call&);
Result<Answer> facets(Call&);
Result<Answer> diff(Call&);
Result<Answer> prune(Call&);
}  // namespace snapshots

namespace baselines {
Result<Answer> accept(Call&);
Result<Answer> get(Call&);
Result<Answer> list(Call&);
Result<Answer> accept_visible(Call&);
}  // namespace baselines

namespace settling {
Result<Answer> start(Call& call);
Result<Answer> get(Call& call);
Result<Answer> skip(Call& call);
}  // namespace settling

namespace change_sets {
Result<Answer> list(Call&);
Result<Answer> get(Call&);
Result<Answer> update(Call&);
Result<Answer> changes(Call&);
Result<Answer> accept(Call&);
Result<Answer> reject(Call&);
Result<Answer> reopen(Call&);
}  // namespace change_sets

namespace changes {
Result<Answer> list(Call&);
Result<Answer> get(Call&);
Result<Answer> update(Call&);
Result<Answer> accept(Call&);
Result<Answer> reject(Call&);
Result<Answer> snooze(Call&);
Result<Answer> reopen(Call&);
}  // namespace changes

namespace drift_groups {
Result<Answer> list(Call&);
Result<Answer> accept(Call&);
Result<Answer> reject(Call&);
Result<Answer> reopen(Call&);
}  // namespace drift_groups

namespace resources {
Result<Answer> list(Call&);
Result<Answer> facets(Call&);
Result<Answer> get(Call&);
Result<Answer> history(Call&);
Result<Answer> relations(Call&);
}  // namespace resources

namespace secrets_ {
Result<Answer> list(Call&);
Result<Answer> create(Call&);
Result<Answer> update(Call&);
Result<Answer> remove(Call&);
Result<Answer> test(Call&);
}  // namespace secrets_

namespace rules {
Result<Answer> list(Call&);
Result<Answer> create(Call&);
Result<Answer> preview(Call&);
Result<Answer> get(Call&);
Result<Answer> update(Call&);
Result<Answer> remove(Call&);
}  // namespace rules

namespace deployments {
Result<Answer> list(Call&);
Result<Answer> create(Call&);
Result<Answer> get(Call&);
Result<Answer> update(Call&);
}  // namespace deployments

namespace deployment_hooks {
Result<Answer> list(Call&);
Result<Answer> create(Call&);
Result<Answer> remove(Call&);
Result<Answer> receive(Call&);
}  // namespace deployment_hooks

namespace notification_channels {
Result<Answer> list(Call&);
Result<Answer> create(Call&);
Result<Answer> get(Call&);
Result<Answer> update(Call&);
Result<Answer> remove(Call&);
Result<Answer> test(Call&);
}  // namespace notification_channels

namespace notification_routes {
Result<Answer> list(Call&);
Result<Answer> create(Call&);
Result<Answer> update(Call&);
Result<Answer> remove(Call&);
}  // namespace notification_routes

namespace notification_deliveries {
Result<Answer> list(Call&);
Result<Answer> retry(Call&);
}  // namespace notification_deliveries

namespace oidc {
Result<Answer> about(Call&);
Result<Answer> start(Call&);
Result<Answer> finish(Call&);
}  // namespace oidc

namespace audit {
Result<Answer> list(Call&);
Result<Answer> export_(Call&);
Result<Answer> verify(Call&);
}  // namespace audit

namespace today {
Result<Answer> get(Call&);
}  // namespace today

namespace events {
Result<Answer> stream(Call&);
}  // namespace events

}  // namespace patrol::api
