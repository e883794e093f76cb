#include "base/log.h"

#include <doctest/doctest.h>

using patrol::log::redact_credentials;

TEST_CASE("credentials never reach the log") {
    CHECK(redact_credentials("key AKIAIOSFODNN7EXAMPLE used") == "key AKIA*** used");
    CHECK(redact_credentials("token pct_abcdefghijklmnop.") == "token pct_***");
    for (const std::string prefix : {"pat_", "pct_", "pst_", "pss_", "pht_", "pit_", "prt_", "pce_"})
        CHECK(redact_credentials("at /x#" + prefix + "0123456789abcdef now") ==
              "at /x#" + prefix + "*** now");
    CHECK(redact_credentials("Authorization: Bearer pat_0123456789abcdef") == "Authorization: Bearer ***");
    CHECK(redact_credentials("postgresql://bob:hunter2@db/x") == "postgresql://***@db/x");
    CHECK(redact_credentials("-----BEGIN PRIVATE KEY-----\nabc") == "-----BEGIN ***");
}

TEST_CASE("ordinary text is left alone") {
    CHECK(redact_credentials("the pat_ prefix and https://host/path") ==
          "the pat_ prefix and https://host/path");
}
