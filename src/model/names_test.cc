#include <doctest/doctest.h>

#include "model/cloud_account.h"
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
    CHECK_FALSE(parse_provider("AWS"));
    CHECK_FALSE(parse_scan_state(""));
}
