// The tables of drift. Like the inventory's, their keys begin with the account's number.
//   baseline           a snapshot that somebody accepted. `revision` grows with everything that is written
//                      about the account's drift: who compares long and writes later checks it.
//   baseline_override  resources whose accepted state is not the snapshot's. kind 0: absent; 1: the version
//                      with this `first`; 2: made by accepting single paths, packed here (canonical form).
//   baseline_slice     slices whose reading was accepted later: complete, but for `unknown_paths`.
//   drift_change       one resource whose newest state is not the accepted one. `before_key`, `after_key`
//                      name the two values: 0 absent, > 0 version.content, < 0 a made override. live: open,
//                      rejected, snoozed. hidden: differs, but a rule hides it or it is newly visible.
//                      told: 0 opened and 2 changed since the last notice, 1 neither.
//   change_decision    who decided what, with the override that was there before (for undo).
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_drift = R"sql(
CREATE TABLE baseline (
    account {int64} NOT NULL,
    number {int64} NOT NULL,
    id {text} NOT NULL UNIQUE,
    snapshot {text} NOT NULL,
    seq {int64} NOT NULL,
    active {int64} NOT NULL,
    accepted_by {text} NOT NULL,
    accepted_at {int64} NOT NULL,
    note {text} NOT NULL,
    resources {int64} NOT NULL,
    newly_visible {int64} NOT NULL,
    unknown {int64} NOT NULL,
    hidden {int64} NOT NULL,
    overrides {int64} NOT NULL,
    evaluated_seq {int64} NOT NULL,
    evaluated_at {int64} NOT NULL,
    revision {int64} NOT NULL,
    PRIMARY KEY (account, number)
) {without_rowid};
CREATE UNIQUE INDEX baseline_active ON baseline (account) WHERE active = 1;

CREATE TABLE baseline_override (
    account {int64} NOT NULL,
    baseline {int64} NOT NULL,
    res {int64} NOT NULL,
    kind {int64} NOT NULL,
    first {int64} NOT NULL,
    value_key {int64} NOT NULL,
    hash {blob} NOT NULL,
    tags {text} NOT NULL,
    dictionary {int64} NOT NULL,
    packed {blob} NOT NULL,
    PRIMARY KEY (account, baseline, res)
) {without_rowid};

CREATE TABLE baseline_slice (
    account {int64} NOT NULL,
    baseline {int64} NOT NULL,
    slice {int64} NOT NULL,
    unknown_paths {int64} NOT NULL,
    PRIMARY KEY (account, baseline, slice)
) {without_rowid};

CREATE TABLE change_set (
    account {int64} NOT NULL,
    number {int64} NOT NULL,
    id {text} NOT NULL UNIQUE,
    kind {text} NOT NULL,
    state {text} NOT NULL,
    baseline {int64} NOT NULL,
    snapshot {text} NOT NULL,
    deployment {text},
    created_at {int64} NOT NULL,
    updated_at {int64} NOT NULL,
    assignee {text} NOT NULL,
    note {text} NOT NULL,
    worst {int64} NOT NULL,
    added {int64} NOT NULL,
    removed {int64} NOT NULL,
    modified {int64} NOT NULL,
    open {int64} NOT NULL,
    accepted {int64} NOT NULL,
    rejected {int64} NOT NULL,
    snoozed {int64} NOT NULL,
    reverted {int64} NOT NULL,
    superseded {int64} NOT NULL,
    critical {int64} NOT NULL,
    high {int64} NOT NULL,
    medium {int64} NOT NULL,
    low {int64} NOT NULL,
    info {int64} NOT NULL,
    PRIMARY KEY (account, number)
) {without_rowid};
CREATE UNIQUE INDEX change_set_unexplained ON change_set (account)
    WHERE state = 'open' AND kind = 'unexplained';
CREATE INDEX change_set_deployment ON change_set (deployment) WHERE deployment IS NOT NULL;

CREATE TABLE drift_change (
    account {int64} NOT NULL,
    number {int64} NOT NULL,
    id {text} NOT NULL UNIQUE,
    change_set {int64} NOT NULL,
    res {int64} NOT NULL,
    slice {int64} NOT NULL,
    op {text} NOT NULL,
    severity {int64} NOT NULL,
    state {text} NOT NULL,
    live {int64} NOT NULL,
    hidden {int64} NOT NULL,
    hidden_by {text} NOT NULL,
    hidden_owner {text} NOT NULL,
    told {int64} NOT NULL,
    why {text} NOT NULL,
    category {text} NOT NULL,
    type {text} NOT NULL,
    region {text} NOT NULL,
    resource {text} NOT NULL,
    native_id {text} NOT NULL,
    name {text} NOT NULL,
    arn {text} NOT NULL,
    before_key {int64} NOT NULL,
    after_key {int64} NOT NULL,
    after_first {int64} NOT NULL,
    rules {int64} NOT NULL,
    value {text} NOT NULL,
    paths {text} NOT NULL,
    paths_total {int64} NOT NULL,
    path_names {text} NOT NULL,
    cause {text} NOT NULL,
    actor {text} NOT NULL,
    actor_name {text} NOT NULL,
    actor_class {text} NOT NULL,
    first_seen {int64} NOT NULL,
    last_seen {int64} NOT NULL,
    unknown_since {int64} NOT NULL,
    snoozed_until {int64} NOT NULL,
    assignee {text} NOT NULL,
    note {text} NOT NULL,
    decided_by {text} NOT NULL,
    decided_at {int64} NOT NULL,
    previously {text} NOT NULL,
    PRIMARY KEY (account, number)
) {without_rowid};
CREATE UNIQUE INDEX drift_change_live ON drift_change (account, res) WHERE live = 1;
CREATE INDEX drift_change_set ON drift_change (account, change_set, state, severity, op);
CREATE INDEX drift_change_page ON drift_change (account, change_set, severity, id);
CREATE INDEX drift_change_open ON drift_change (account, severity) WHERE state = 'open' AND hidden = 0;
CREATE INDEX drift_change_cause ON drift_change (cause, actor_class) WHERE state = 'open' AND hidden = 0;
CREATE INDEX drift_change_hidden ON drift_change (account, hidden_by, hidden_owner)
    WHERE live = 1 AND hidden = 1;
CREATE INDEX drift_change_resource ON drift_change (account, res, number);
CREATE INDEX drift_change_untold ON drift_change (account, told) WHERE told <> 1;
CREATE INDEX drift_change_snoozed ON drift_change (snoozed_until) WHERE state = 'snoozed';

CREATE TABLE drift_change_paths (
    account {int64} NOT NULL,
    number {int64} NOT NULL,
    packed {blob} NOT NULL,
    PRIMARY KEY (account, number)
) {without_rowid};

CREATE TABLE change_decision (
    account {int64} NOT NULL,
    number {int64} NOT NULL,
    change {int64} NOT NULL,
    request {text} NOT NULL,
    state {text} NOT NULL,
    state_before {text} NOT NULL,
    by_name {text} NOT NULL,
    at {int64} NOT NULL,
    note {text} NOT NULL,
    paths {text} NOT NULL,
    undone {int64} NOT NULL,
    old_kind {int64} NOT NULL,
    old_first {int64} NOT NULL,
    old_key {int64} NOT NULL,
    old_hash {blob} NOT NULL,
    old_tags {text} NOT NULL,
    old_dictionary {int64} NOT NULL,
    old_packed {blob} NOT NULL,
    PRIMARY KEY (account, number)
) {without_rowid};
CREATE INDEX change_decision_change ON change_decision (account, change, number);
CREATE INDEX change_decision_request ON change_decision (account, request);
)sql";

}  // namespace patrol::store
