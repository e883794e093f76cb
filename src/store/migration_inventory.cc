// The inventory's tables. Every key begins with the account's number, so that rows of one account lie
// together and an account can move to another database whole.
//   version    a resource as it was from snapshot `first` to snapshot `last`; 9000000000 = still so. Rows
//              with first > inventory.newest_seq are staged by a running scan: no reader looks there.
//   content    the `first` of the version since which the resource has not really changed: later
//              versions were only rewritten under newer rules.
//   word       short texts that repeat without end (types, scopes, regions, reasons) by number.
//   term       what a resource is found by (ids, names, addresses, tags), and mention: which identifiers
//              its document names (8 bytes of hash). Both may be out of date; readers check. They
//              lie in blocks of 65,536 resources, so that a large first scan writes near by.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_inventory = R"sql(
CREATE TABLE word (
    id {serial},
    text {text} NOT NULL UNIQUE
);

CREATE TABLE inventory (
    account {int64} PRIMARY KEY,
    newest_seq {int64} NOT NULL,
    next_resource {int64} NOT NULL,
    staging_scan {text} NOT NULL,
    staging_since {int64} NOT NULL
);

CREATE TABLE slice (
    account {int64} NOT NULL,
    id {int64} NOT NULL,
    type {int64} NOT NULL,
    scope {int64} NOT NULL,
    service {int64} NOT NULL,
    category {int64} NOT NULL,
    PRIMARY KEY (account, id)
) {without_rowid};

CREATE TABLE snapshot (
    account {int64} NOT NULL,
    seq {int64} NOT NULL,
    id {text} NOT NULL UNIQUE,
    scan {text} NOT NULL,
    taken_at {int64} NOT NULL,
    state {text} NOT NULL,
    resources {int64} NOT NULL,
    added {int64} NOT NULL,
    modified {int64} NOT NULL,
    removed {int64} NOT NULL,
    stale {int64} NOT NULL,
    slices {int64} NOT NULL,
    slices_done {int64} NOT NULL,
    slices_failed {int64} NOT NULL,
    calls {int64} NOT NULL,
    catalogue {int64} NOT NULL,
    canonical {int64} NOT NULL,
    dropped {int64} NOT NULL,
    PRIMARY KEY (account, seq)
) {without_rowid};

CREATE TABLE coverage (
    account {int64} NOT NULL,
    slice {int64} NOT NULL,
    first {int64} NOT NULL,
    last {int64} NOT NULL,
    status {int64} NOT NULL,
    count {int64} NOT NULL,
    live {int64} NOT NULL,
    calls {int64} NOT NULL,
    reason {int64} NOT NULL,
    missing_action {int64} NOT NULL,
    hint {int64} NOT NULL,
    unknown_paths {int64} NOT NULL,
    PRIMARY KEY (account, slice, first)
) {without_rowid};
CREATE INDEX coverage_live ON coverage (account, last, slice) WHERE live > 0;

CREATE TABLE resource (
    account {int64} NOT NULL,
    res {int64} NOT NULL,
    slice {int64} NOT NULL,
    key_hash {blob} NOT NULL,
    native_id {text} NOT NULL,
    first_seq {int64} NOT NULL,
    PRIMARY KEY (account, res)
) {without_rowid};
CREATE UNIQUE INDEX resource_key ON resource (account, key_hash);
CREATE INDEX resource_slice ON resource (account, slice, res);

CREATE TABLE version (
    account {int64} NOT NULL,
    res {int64} NOT NULL,
    first {int64} NOT NULL,
    last {int64} NOT NULL,
    content {int64} NOT NULL,
    rules {int64} NOT NULL,
    document {int64} NOT NULL,
    attributes {int64} NOT NULL,
    hash {blob} NOT NULL,
    PRIMARY KEY (account, res, first)
) {without_rowid};
CREATE INDEX version_first ON version (account, first, res);
CREATE INDEX version_last ON version (account, last, res) WHERE last < 9000000000;

CREATE TABLE attributes (
    account {int64} NOT NULL,
    res {int64} NOT NULL,
    first {int64} NOT NULL,
    region {int64} NOT NULL,
    name {text} NOT NULL,
    arn {text} NOT NULL,
    tags {text} NOT NULL,
    terms {text} NOT NULL,
    PRIMARY KEY (account, res, first)
) {without_rowid};

CREATE TABLE document (
    id {int64} PRIMARY KEY,
    account {int64} NOT NULL,
    dictionary {int64} NOT NULL,
    packed {blob} NOT NULL
);

CREATE TABLE term (
    account {int64} NOT NULL,
    block {int64} NOT NULL,
    text {text} NOT NULL,
    res {int64} NOT NULL,
    PRIMARY KEY (account, block, text, res)
) {without_rowid};

CREATE TABLE mention (
    account {int64} NOT NULL,
    block {int64} NOT NULL,
    target {int64} NOT NULL,
    res {int64} NOT NULL,
    PRIMARY KEY (account, block, target, res)
) {without_rowid};

CREATE TABLE staged_slice (
    account {int64} NOT NULL,
    slice {int64} NOT NULL,
    finished_at {int64} NOT NULL,
    added {int64} NOT NULL,
    modified {int64} NOT NULL,
    removed {int64} NOT NULL,
    coverage {text} NOT NULL,
    PRIMARY KEY (account, slice)
) {without_rowid};

CREATE TABLE staged_close (
    account {int64} NOT NULL,
    res {int64} NOT NULL,
    first {int64} NOT NULL,
    slice {int64} NOT NULL,
    PRIMARY KEY (account, res)
) {without_rowid};
)sql";

}  // namespace patrol::store
