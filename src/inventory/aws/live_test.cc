// Against a running AWS-like server: set PATROL_TEST_AWS_ENDPOINT (and PATROL_TEST_AWS_ROLE, a role ARN
// there; AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are Patrol's own). Writes what was read to
// PATROL_TEST_AWS_OUT as JSON lines, for comparison with what another client lists.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>

#include <fmt/core.h>

#include "base/encoding.h"
#include "inventory/aws/provider.h"
#include "net/http_client.h"
#include "testing/memory_sink.h"

namespace patrol::inventory {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

AwsConnection connection(const std::string& endpoint) {
    AwsRole role{.role_arn = variable("PATROL_TEST_AWS_ROLE"),
                 .external_id = "patrol-test",
                 .insecure_trust = InsecureTrust::allowed};
    role.patrol = std::make_shared<aws::StaticSource>(
        "environment",
        aws::Credentials{.access_key_id = variable("AWS_ACCESS_KEY_ID"),
                         .secret_access_key = crypto::Secret(variable("AWS_SECRET_ACCESS_KEY"))});
    AwsConnection out{
        .auth = role, .session_name = "patrol-live-test", .redactor = document::Redactor(crypto::Key{})};
    out.endpoints.everything = endpoint;
    out.trust.destination = net::Destination::operator_chosen;
    auto scale = variable("PATROL_TEST_AWS_RATE");
    out.rate_scale = scale.empty() ? 0 : std::stod(scale);
    return out;
}

void write_out(const testing::MemorySink& sink, const RunOutcome& outcome, const std::string& file) {
    std::ofstream out(file);
    for (const auto& [slice, items] : sink.staged)
        for (const auto& [id, item] : items)
            out << json::serialize(json::object{{"type", slice.type},
                                                {"scope", slice.scope},
                                                {"id", id},
                                                {"arn", item.arn},
                                                {"name", item.name},
                                                {"region", item.region},
                                                {"tags", json::value_from(item.tags)},
                                                {"hash", to_hex(as_bytes(item.hash))},
                                                {"document", json::parse(item.document)}})
                << '\n';
    for (const auto& each : outcome.coverage)
        out << json::serialize(json::object{{"coverage", each.key.type},
                                            {"scope", each.key.scope},
                                            {"status", model::to_string(each.status)},
                                            {"count", each.count},
                                            {"reason", each.reason},
                                            {"action", each.missing_action},
                                            {"unknown", json::value_from(each.unknown_paths)}})
            << '\n';
}

}  // namespace

TEST_CASE("live: a whole account is read") {
    auto endpoint = variable("PATROL_TEST_AWS_ENDPOINT");
    if (endpoint.empty()) {
        MESSAGE("skipped: PATROL_TEST_AWS_ENDPOINT is not set");
        return;
    }
    auto catalogue = catalogue::Catalogue::load_embedded();
    REQUIRE(catalogue);
    net::HttpClient transport;
    SystemClock clock;
    AwsProvider provider({transport, clock, *catalogue}, connection(endpoint));
    auto report = provider.test({});
    for (const auto& check : report.checks)
        fmt::print("{:28} {:8} {}\n", check.id, model::to_string(check.status), check.detail);
    PlanRequest request;
    auto regions = variable("PATROL_TEST_AWS_REGIONS");
    for (std::size_t at = 0; at < regions.size();) {
        auto end = std::min(regions.find(',', at), regions.size());
        request.account_regions.push_back(regions.substr(at, end - at));
        at = end + 1;
    }
    auto plan = provider.plan(request, {});
    REQUIRE(plan);
    testing::MemorySink sink;
    auto begin = clock.steady();
    std::atomic<std::size_t> calls{0};
    auto outcome = provider.run({.plan = *plan,
                                 .sink = sink,
                                 .stop = {},
                                 .on_progress = {},
                                 .on_call = [&](const ApiCall&) { ++calls; },
                                 .already_done = {}});
    auto seconds = std::chrono::duration<double>(clock.steady() - begin).count();
    std::map<std::string_view, int> by_status;
    for (const auto& each : outcome.coverage) ++by_status[model::to_string(each.status)];
    fmt::print("{} slices, {} resources, {} calls, {:.1f} s\n", plan->slices.size(), sink.resources,
               calls.load(), seconds);
    for (const auto& [status, count] : by_status) fmt::print("  {}: {}\n", status, count);
    if (outcome.fatal) fmt::print("fatal: {}\n", describe(*outcome.fatal));
    CHECK_FALSE(outcome.fatal);
    CHECK(outcome.coverage.size() == plan->slices.size());
    if (auto file = variable("PATROL_TEST_AWS_OUT"); !file.empty()) write_out(sink, outcome, file);
}

}  // namespace patrol::inventory
