#include "worker/codec.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <random>

#include "testing/random_json.h"
#include "worker/fields.h"
#include "worker/inspect.h"
#include "worker/reports.h"

namespace patrol::worker {
namespace {

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    std::size_t below(std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_);
    }
    std::string bytes(std::size_t most) {
        std::string out(below(most + 1), '\0');
        for (auto& each : out) each = static_cast<char>(below(256));
        return out;
    }
    std::int64_t number() { return static_cast<std::int64_t>(engine_()); }
    bool flag() { return below(2) == 1; }
    std::vector<std::string> texts() {
        std::vector<std::string> out(below(4));
        for (auto& each : out) each = bytes(12);
        return out;
    }
    model::SliceKey slice() { return {bytes(20), bytes(10)}; }
    model::SliceCoverage coverage() {
        return {.key = slice(),
                .service = bytes(5),
                .status = static_cast<model::SliceStatus>(below(8)),
                .count = number(),
                .calls = number(),
                .reason = bytes(30),
                .missing_action = bytes(5),
                .hint = bytes(5),
                .unknown_paths = texts()};
    }
    model::ScannedResource resource() {
        model::ScannedResource out{.native_id = bytes(20),
                                   .arn = bytes(40),
                                   .name = bytes(20),
                                   .region = bytes(10),
                                   .tags_known = flag(),
                                   .document = bytes(300),
                                   .hash = bytes(32),
                                   .terms = texts(),
                                   .references = texts()};
        for (auto left = below(4); left > 0; --left) out.tags[bytes(8)] = bytes(8);
        return out;
    }
    Error error() {
        return {.kind = static_cast<Error::Kind>(below(14)),
                .message = bytes(20),
                .hint = bytes(20),
                .detail = bytes(20),
                .field = bytes(5),
                .code = bytes(5),
                .retry_after_ms = static_cast<int>(below(1000))};
    }
    template <class T>
    std::vector<T> several(T (Random::*make)()) {
        std::vector<T> out;
        for (auto left = below(5); left > 0; --left) out.push_back((this->*make)());
        return out;
    }

private:
    std::mt19937_64 engine_;
};

// A value is the same when its bytes are.
template <class T>
void check_round_trip(const T& value) {
    const auto encoded = encode(value);
    const auto back = decode<T>(encoded.body());
    REQUIRE(back.has_value());
    CHECK(encode(*back).body() == encoded.body());
    // Nothing may be missing at the end, and nothing left over.
    CHECK_FALSE(decode<T>(encoded.body().substr(0, encoded.body().size() - 1)).has_value());
    CHECK_FALSE(decode<T>(std::string(encoded.body()) + "x").has_value());
}

int hostile_cases() { return std::max(20'000, testing::property_cases()); }

// Everything that the server decodes of a worker.
template <class... T>
struct Kinds {};
using FromWorker = Kinds<Page, model::SliceKey, model::SliceCoverage, inventory::Progress, inventory::ApiCall,
                         SliceQuestion, DialRequest, Reply<inventory::Identity>, Reply<model::TestReport>,
                         Reply<std::vector<inventory::RegionState>>, Reply<inventory::RunOutcome>,
                         Reply<std::vector<inventory::AuditAnswer>>, Reply<bool>>;

template <class... T>
void decode_all(std::string_view bytes, Kinds<T...>) {
    (void)(decode<T>(bytes).has_value() + ...);
}

}  // namespace

TEST_CASE("codec: every message comes back as it was sent") {
    Random random(7);
    for (int i = 0; i < testing::property_cases() / 4; ++i) {
        check_round_trip(Page{.slice = random.slice(), .resources = random.several(&Random::resource)});
        check_round_trip(random.coverage());
        inventory::Progress progress{
            .slices = random.number(), .service = random.bytes(9), .status = model::SliceStatus::denied};
        if (random.flag()) progress.ended = random.coverage();
        check_round_trip(progress);
        Reply<inventory::RunOutcome> outcome;
        outcome.value.coverage = random.several(&Random::coverage);
        if (random.flag()) outcome.value.fatal = random.error();
        if (random.flag()) outcome.error = random.error();
        check_round_trip(outcome);
        check_round_trip(RunOrder{.slices = {{random.slice(), random.bytes(4), random.bytes(4)}},
                                  .already_done = random.several(&Random::slice),
                                  .rotation = static_cast<std::uint64_t>(random.number())});
        check_round_trip(
            DialRequest{.want = DialRequest::Want::open,
                        .host = random.bytes(40),
                        .address = {.family = net::IpAddress::Family::ipv6, .bytes = {1, 2, 255}},
                        .port = 65'535});
    }
}

TEST_CASE("codec: a page whose memory is used again holds nothing of the one before") {
    Random random(13);
    Page again;
    for (int i = 0; i < testing::property_cases() / 4; ++i) {
        const auto body =
            encode(Page{.slice = random.slice(), .resources = random.several(&Random::resource)});
        auto cut = std::string(body.body());
        cut.resize(random.below(cut.size()));
        CHECK_FALSE(decode_into(again, cut).has_value());
        REQUIRE(decode_into(again, body.body()).has_value());
        CHECK(encode(again).body() == body.body());
    }
}

TEST_CASE("codec: the start of a worker holds its session, key and settings") {
    Start start{.role_arn = "arn:aws:iam::210987654321:role/PatrolReadOnly",
                .insecure_trust = inventory::InsecureTrust::allowed,
                .account_id = "210987654321",
                .endpoints = {.everything = "", .by_service = {{"ec2", "http://localhost:1"}}},
                .proxy = net::ProxyUse::environment,
                .rate_scale = 0.25};
    start.keys = Session{.access_key_id = "AKIAX",
                         .secret_access_key = crypto::Secret("sssh"),
                         .session_token = crypto::Secret(""),
                         .expires = Timestamp{12}};
    start.redaction_key.fill(7);
    const auto back = decode<Start>(encode(start).body());
    REQUIRE(back.has_value());
    CHECK(back->keys->secret_access_key.expose() == "sssh");
    CHECK(back->redaction_key == start.redaction_key);
    CHECK(back->rate_scale == 0.25);
    CHECK(back->endpoints.by_service.at("ec2") == "http://localhost:1");
    CHECK(back->insecure_trust == inventory::InsecureTrust::allowed);
}

TEST_CASE("codec: random and damaged bytes never harm the reader") {
    Random random(11);
    const auto page = Page{.slice = random.slice(), .resources = {random.resource(), random.resource()}};
    const auto whole = std::string(encode(page).body());
    for (int i = 0; i < hostile_cases(); ++i) {
        decode_all(random.bytes(200), FromWorker{});
        auto damaged = whole;
        for (auto left = 1 + random.below(4); left > 0; --left)
            damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
        if (random.flag()) damaged.resize(random.below(damaged.size()));
        const auto read = decode<Page>(damaged);
        if (!read) continue;
        for (const auto& each : read->resources) (void)inspect(each).has_value();
    }
}

TEST_CASE("codec: lengths that lie, enums and flags out of range are malformed") {
    const auto refuses = [](auto&& value, std::string_view bytes) {
        return !decode<std::decay_t<decltype(value)>>(bytes).has_value();
    };
    CHECK(refuses(std::string(), "\xff\xff\xff\xff"));
    CHECK(refuses(std::vector<std::string>(), "\xff\xff\xff\xff"));
    CHECK(refuses(model::SliceStatus{}, "\x08"));
    CHECK(refuses(Error::Kind{}, "\x0e"));
    CHECK(refuses(true, "\x02"));
    CHECK(refuses(std::uint16_t{}, std::string_view("\x00\x00\x01\x00\x00\x00\x00\x00", 8)));
    CHECK_FALSE(refuses(std::uint16_t{}, std::string_view("\xff\xff\x00\x00\x00\x00\x00\x00", 8)));
    std::vector<bool> many;
    Encoder out;
    out(std::string(list_items_max + 8, '\0'));  // reads as a list with one item too many
    auto bytes = std::string(out.body());
    const auto count = static_cast<std::uint32_t>(list_items_max + 1);
    std::memcpy(bytes.data(), &count, sizeof count);
    CHECK(refuses(std::vector<std::string>(), bytes));
}

TEST_CASE("inspect: a document is one JSON object of text") {
    CHECK(is_document(R"({"a":[1,2.5,null,true,"\u00e9"]})"));
    for (std::string_view bad :
         {"", "[]", "7", "{", R"({"a":1} x)", R"({"a":1}{})", R"({"a":})", "{\"a\":\"\xff\"}", R"({"a":01})"})
        CHECK_FALSE(is_document(bad));
    const auto nested = [](std::size_t depth) {
        return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };
    CHECK(is_document(nested(limits::document_json_depth)));
    CHECK_FALSE(is_document(nested(limits::document_json_depth + 1)));
}

TEST_CASE("inspect: what a worker may not report") {
    const model::ScannedResource good{.native_id = "i-1", .document = "{}", .hash = std::string(32, 'h')};
    CHECK(inspect(good).has_value());
    const auto refuses = [&](auto change) {
        auto bad = good;
        change(bad);
        const auto verdict = inspect(bad);
        return !verdict && verdict.error().code == "worker_protocol";
    };
    CHECK(refuses([](auto& each) { each.native_id.clear(); }));
    CHECK(refuses([](auto& each) { each.native_id = std::string("a\0b", 3); }));
    CHECK(refuses([](auto& each) { each.name = "\xc3"; }));
    CHECK(refuses([](auto& each) { each.arn = std::string(identifier_bytes_max + 1, 'a'); }));
    CHECK(refuses([](auto& each) { each.hash = "short"; }));
    CHECK(refuses([](auto& each) { each.document = "null"; }));
    CHECK(refuses(
        [](auto& each) { each.document = "{\"a\":\"" + std::string(limits::document_bytes, 'a') + "\"}"; }));
    CHECK(refuses([](auto& each) { each.tags["\xff"] = "v"; }));
    CHECK(refuses([](auto& each) { each.terms = {"\xff"}; }));
    CHECK(refuses([](auto& each) { each.references = {"\xff"}; }));
    CHECK_FALSE(inspect(inventory::Identity{.account_id = "12", .arn = "", .partition = "aws"}));
    CHECK_FALSE(inspect(std::vector<inventory::RegionState>{{.name = "../x", .enabled = true}}));
    CHECK_FALSE(inspect(
        std::vector<inventory::RegionState>(regions_max + 1, {.name = "eu-west-1", .enabled = true})));
    CHECK_FALSE(inspect(model::SliceCoverage{.count = -1}));
    CHECK_FALSE(inspect(model::SliceCoverage{.reason = std::string(sentence_bytes_max + 1, 'a')}));
    CHECK_FALSE(inspect(inventory::ApiCall{.attempts = -1}));
    CHECK_FALSE(inspect(std::vector<inventory::AuditAnswer>(2), 1));
    model::Actor actor{.name = "a", .link = "javascript:alert(1)"};
    CHECK_FALSE(inspect(std::vector<inventory::AuditAnswer>{{.actor = actor, .problem = {}}}, 1));
    CHECK_FALSE(inspect(model::TestReport{.ok = true, .checks = std::vector<model::Check>(checks_max + 1)}));
}

TEST_CASE("inspect: slices are reported in their order, and only planned ones") {
    const model::SliceKey a{"A", "eu-west-1"}, b{"B", "eu-west-1"}, done{"C", "eu-west-1"};
    SliceLedger ledger(
        RunOrder{.slices = {{a, "s", "r"}, {b, "s", "r"}, {done, "s", "r"}}, .already_done = {done}});
    CHECK_FALSE(ledger.put(a));
    CHECK(ledger.start(a));
    CHECK(ledger.put(a));
    CHECK(ledger.start(a));  // read again from its beginning
    CHECK(ledger.finish(a));
    CHECK_FALSE(ledger.put(a));
    CHECK_FALSE(ledger.start(a));
    CHECK_FALSE(ledger.finish(b));
    CHECK_FALSE(ledger.start(done));
    CHECK_FALSE(ledger.start({"A", "elsewhere"}));
    CHECK(ledger.planned(b));
    CHECK_FALSE(ledger.planned({"D", "eu-west-1"}));
}

}  // namespace patrol::worker
