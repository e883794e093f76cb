// A scripted AWS and a small world around the engine, for the tests of this folder.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "inventory/aws/engine.h"
#include "testing/memory_sink.h"

namespace patrol::inventory::script {

using aws::ErrorClass;
using model::SliceKey;
using model::SliceStatus;
using patrol::testing::MemorySink;

inline const catalogue::Catalogue& the_catalogue() {
    static const auto loaded = catalogue::Catalogue::load_embedded();
    REQUIRE(loaded.has_value());
    return *loaded;
}

// Runs a thousand times faster than the wall: waits of 30 s take 30 ms.
class FastClock final : public Clock {
public:
    [[nodiscard]] Timestamp now() const override { return {1'700'000'000'000}; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
        return begin_ + (std::chrono::steady_clock::now() - begin_) * 1000;
    }
    void sleep_for(Millis) override {}

private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

inline aws::CallError error_of(ErrorClass error_class, std::string code = "Code",
                               std::string message = "Message.") {
    return {
        .error = {.kind = aws::kind_of(error_class), .message = std::move(message), .code = std::move(code)},
        .error_class = error_class,
        .http_status = 400,
        .request_id = "r-1",
        .attempts = 1};
}
inline aws::CallResult refused(ErrorClass error_class, std::string code = "Code",
                               std::string message = "Message.") {
    return std::unexpected(error_of(error_class, std::move(code), std::move(message)));
}
inline aws::CallResult answer(std::string_view text) { return json::parse(text); }

// A cloud that answers what a test says; calls without an answer are empty objects.
class ScriptedAws final : public AwsCaller {
public:
    struct Call {
        std::string name;  // "ec2.DescribeVpcs"
        std::string region;
        json::value input;
    };
    using Answer = std::function<aws::CallResult(const Call&)>;

    aws::CallResult call(const aws::CallSpec& spec) override {
        Call made{fmt::format("{}.{}", spec.service, spec.operation), std::string(spec.region),
                  spec.input == nullptr ? json::value(json::object_kind) : *spec.input};
        Answer how;
        {
            std::lock_guard lock(mutex);
            calls.push_back(made);
            auto at = answers.find(made.name);
            if (at != answers.end()) how = at->second;
        }
        auto result = how ? how(made) : answer("{}");
        // In the memory that the caller gave, as the client does it.
        if (result) return json::value(std::move(*result), spec.memory);
        return result;
    }
    void on(const std::string& name, Answer how) { answers[name] = std::move(how); }
    void on(const std::string& name, std::string text) {
        answers[name] = [text](const Call&) { return answer(text); };
    }
    [[nodiscard]] int count(std::string_view name) const {
        return static_cast<int>(std::ranges::count(calls, name, &Call::name));
    }

    std::mutex mutex;
    std::vector<Call> calls;
    std::map<std::string, Answer> answers;
};

struct World {
    World() : redactor(crypto::Key{}) {}

    RunOutcome run() {
        Plan plan;
        for (const auto& [type, region] : wanted) {
            const auto* found = the_catalogue().type(type);
            REQUIRE_MESSAGE(found != nullptr, type);
            bool global = found->scope != catalogue::Scope::regional;
            plan.slices.push_back(
                {.key = {type, global ? "global" : region}, .service = found->service, .region = region});
        }
        return run_slices({.caller = cloud,
                           .clock = clock,
                           .catalogue = the_catalogue(),
                           .redactor = redactor,
                           .identity = {.account_id = "210987654321", .arn = "", .partition = "aws"},
                           .home_region = "us-east-1",
                           .threads = threads,
                           .rate_scale = rate_scale,
                           .parents_max = parents_max,
                           .credentials_problem = credentials_problem},
                          {.plan = plan,
                           .sink = sink,
                           .stop = stop.get_token(),
                           .on_progress =
                               [this](const Progress& now) {
                                   if (on_progress) on_progress(now);
                               },
                           .on_call = {},
                           .already_done = already_done,
                           .rotation = rotation});
    }
    const model::SliceCoverage& coverage(const RunOutcome& outcome, std::string_view type) {
        for (const auto& each : outcome.coverage)
            if (each.key.type == type) return each;
        FAIL("no coverage of ", type);
        return outcome.coverage.front();
    }

    std::vector<std::pair<std::string, std::string>> wanted;
    ScriptedAws cloud;
    MemorySink sink;
    SystemClock system;
    FastClock fast;
    Clock& clock = fast;
    document::Redactor redactor;
    double rate_scale = 0;
    int threads = 4;
    std::size_t parents_max = limits::parents_per_slice;
    std::stop_source stop;
    std::uint64_t rotation = 0;
    std::function<std::optional<Error>()> credentials_problem;
    std::function<bool(const SliceKey&)> already_done;
    std::function<void(const Progress&)> on_progress;
};

inline const SliceKey vpcs{"AWS::EC2::VPC", "eu-west-1"};
inline const SliceKey buckets{"AWS::S3::Bucket", "global"};

inline json::value parsed(const MemorySink& sink, const SliceKey& slice, const std::string& id) {
    const auto* item = sink.find(slice, id);
    REQUIRE_MESSAGE(item != nullptr, id);
    return json::parse(item->document);
}

}  // namespace patrol::inventory::script
