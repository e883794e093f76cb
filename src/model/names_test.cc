#include <doctest/doctest.h>

#include "model/cloud_account.h"
#include "model/drift.h"
#include "model/scan.h"

using namespace patrol::model;

TEST_CASE("every name parses back to its value") {
    for (auto text : {"aws", "azure", "gcp", "openstack", "vmware", "custom"})
        CHECK(to_string(*parse_provider(text)) == text);
    for (auto text :
         {"complete", "partial", "denied", "not_granted", "not_enabled", "throttled", "failed", "not_read"})
        CHECK(to_string(*parse_slice_status(text)) == text);
    for (auto text : {"queued", "running", "succeeded", "partial", "failed", "cancelled"})
        CHECK(to_string(*parse_scan_state(text)) == text);
    for (auto text : {"info", "low", "medium", "high", "critical"})
        CHECK(to_string(*parse_severity(text)) == text);
    for (auto text : {"open", "accepted", "rejected", "snoozed", "reverted", "superseded"})
        CHECK(to_string(*parse_change_state(text)) == text);
    for (auto text : {"open", "accepted", "rejected", "reverted", "superseded"})
        CHECK(to_string(*parse_change_set_state(text)) == text);
    for (auto text : {"deployment", "unexplained"}) CHECK(to_string(*parse_change_set_kind(text)) == text);
    for (auto text : {"added", "removed", "modified"}) CHECK(to_string(*parse_change_op(text)) == text);
    CHECK(Severity::critical > Severity::high);
    CHECK_FALSE(parse_severity("urgent"));
    CHECK_FALSE(parse_change_state("closed"));
    CHECK_FALSE(parse_provider("AWS"));
    CHECK_FALSE(parse_scan_state(""));
}
