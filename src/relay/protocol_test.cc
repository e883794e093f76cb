// The form of what crosses between a collector and the server, pinned by its digest: both sides may be of
// different versions. Whoever changes a message raises relay::collector_protocol and puts the new digest
// here.
#include <doctest/doctest.h>

#include "base/encoding.h"
#include "relay/operation.h"
#include "worker/fields.h"
#include "worker/reports.h"

namespace patrol::relay {
namespace {

using worker::Message;
using worker::Reply;

constexpr std::int64_t pinned_protocol = 1;
constexpr std::string_view pinned_digest = "96008963d982c6b8a8f0f1e4545f8cc60178abcc801ed9557ac806ca16a4ac99";

const Error error{.kind = Error::Kind::denied,
                  .message = "message",
                  .hint = "hint",
                  .detail = "detail",
                  .field = "field",
                  .code = "code",
                  .retry_after_ms = 7};
const model::SliceKey slice{"ec2.vpc", "eu-central-1"};
const model::SliceCoverage coverage{.key = slice,
                                    .service = "ec2",
                                    .status = model::SliceStatus::denied,
                                    .count = 1,
                                    .calls = 2,
                                    .reason = "reason",
                                    .missing_action = "ec2:DescribeVpcs",
                                    .hint = "hint",
                                    .unknown_paths = {"/a", "/b"}};
const model::ScannedResource resource{.native_id = "id",
                                      .arn = "arn",
                                      .name = "name",
                                      .region = "region",
                                      .tags = {{"key", "value"}},
                                      .tags_known = true,
                                      .document = "{}",
                                      .hash = std::string(32, 'h'),
                                      .terms = {"term"},
                                      .references = {"reference"}};
const inventory::ApiCall call{.time = Timestamp{1},
                              .service = "ec2",
                              .operation = "DescribeVpcs",
                              .region = "region",
                              .http_status = 200,
                              .error_code = "code",
                              .request_id = "request",
                              .attempts = 2,
                              .bytes = 3,
                              .duration_ms = 4};
const inventory::Progress progress{.slices = 1,
                                   .slices_done = 2,
                                   .slices_failed = 3,
                                   .resources = 4,
                                   .calls = 5,
                                   .service = "ec2",
                                   .region = "region",
                                   .status = model::SliceStatus::partial,
                                   .ended = coverage};
const model::Actor actor{.name = "name",
                         .principal = "principal",
                         .kind = model::ActorClass::unknown,
                         .certainty = model::ActorCertainty::not_found,
                         .event_id = "id",
                         .event_name = "event",
                         .event_time = Timestamp{5},
                         .source_ip = "192.0.2.1",
                         .user_agent = "agent",
                         .link = "https://example.com"};

class Digest {
public:
    template <class... T>
    void message(Message kind, const T&... values) {
        worker::Encoder out;
        out(static_cast<std::int64_t>(kind));
        out(values...);
        sum_.update(out.body());
    }
    void text(std::string_view text) { sum_.update(text); }
    std::string finish() { return to_hex(sum_.finish()); }

private:
    crypto::Sha256 sum_;
};

void add_reports(Digest& digest) {
    digest.message(Message::start_slice, slice);
    digest.message(Message::put, worker::Page{slice, {resource}});
    digest.message(Message::finish_slice, coverage);
    digest.message(Message::progress, progress);
    digest.message(Message::call, call);
    digest.message(Message::previous,
                   worker::SliceQuestion{.number = 1, .slice = slice, .native_ids = {"id"}});
    digest.message(Message::live_count, worker::SliceQuestion{.number = 2, .slice = slice, .native_ids = {}});
    digest.message(Message::answer, std::int64_t{1},
                   Reply<inventory::ItemSink::Documents>{.error = {}, .value = {"{}", std::nullopt}});
    digest.message(Message::answer, std::int64_t{2}, Reply<std::int64_t>{.error = error, .value = 3});
    digest.message(Message::stop);
}

void add_results(Digest& digest) {
    digest.message(Message::result,
                   Reply<inventory::Identity>{.error = {}, .value = {"111122223333", "arn", "aws"}});
    digest.message(Message::result, Reply<bool>{.error = error, .value = false});
    digest.message(Message::result,
                   Reply<model::TestReport>{
                       .error = {},
                       .value = {.ok = true,
                                 .checks = {{"id", "title", model::CheckStatus::warn, "detail", "hint"}},
                                 .tested_at = Timestamp{6}}});
    digest.message(Message::result, Reply<std::vector<inventory::RegionState>>{
                                        .error = {}, .value = {{"eu-central-1", true}}});
    digest.message(Message::result, Reply<inventory::RunOutcome>{
                                        .error = {}, .value = {.coverage = {coverage}, .fatal = error}});
    digest.message(
        Message::result,
        Reply<std::vector<inventory::AuditAnswer>>{
            .error = {}, .value = {{.actor = actor, .problem = {}}, {.actor = {}, .problem = error}}});
}

void add_orders(Digest& digest) {
    digest.message(Message::run, worker::RunOrder{.slices = {{.key = slice, .service = "ec2", .region = "r"}},
                                                  .already_done = {slice},
                                                  .rotation = 9});
    digest.message(Message::audit, std::vector<inventory::AuditQuestion>{{.op = model::ChangeOp::removed,
                                                                          .type = "ec2.vpc",
                                                                          .region = "region",
                                                                          .native_id = "id",
                                                                          .arn = "arn",
                                                                          .name = "name",
                                                                          .after = Timestamp{7},
                                                                          .until = Timestamp{8}}});
    digest.text(to_text(to_json({.id = OperationId("opr_x"),
                                 .kind = Message::run,
                                 .account = AccountId("acc_x"),
                                 .account_name = "name",
                                 .provider = "aws",
                                 .native_account_id = "111122223333",
                                 .regions = {"eu-central-1"},
                                 .credential = "main",
                                 .endpoint_url = "https://example.com",
                                 .insecure_trust = inventory::InsecureTrust::allowed,
                                 .redaction_key = {},
                                 .purpose = "scn_x",
                                 .order = "order"})));
}

}  // namespace

TEST_CASE("the messages are those of the protocol's number") {
    Digest digest;
    add_reports(digest);
    add_results(digest);
    add_orders(digest);
    CHECK(collector_protocol == pinned_protocol);
    CHECK(digest.finish() == pinned_digest);
}

TEST_CASE("an operation is read as it was written") {
    const Operation sent{.id = OperationId("opr_aaaaaaaaaaaaaaaaaaaaaaaaaa"),
                         .kind = Message::audit,
                         .account = AccountId("acc_aaaaaaaaaaaaaaaaaaaaaaaaaa"),
                         .account_name = "Contoso",
                         .provider = "aws",
                         .native_account_id = "111122223333",
                         .regions = {"eu-central-1", "us-east-1"},
                         .credential = "main",
                         .endpoint_url = "https://example.com",
                         .insecure_trust = inventory::InsecureTrust::allowed,
                         .redaction_key = {1, 2, 3},
                         .purpose = "scn_x",
                         .order = std::string("\0\1order", 7)};
    const auto read = parse_operation(to_json(sent));
    REQUIRE(read);
    CHECK(to_json(*read) == to_json(sent));
    CHECK(read->order == sent.order);
    CHECK(read->redaction_key == sent.redaction_key);
}

TEST_CASE("what is no operation is refused") {
    const Operation good{.id = OperationId("opr_aaaaaaaaaaaaaaaaaaaaaaaaaa"),
                         .account = AccountId("acc_aaaaaaaaaaaaaaaaaaaaaaaaaa")};
    REQUIRE(parse_operation(to_json(good)));
    for (const std::string_view name : {"id", "kind", "account", "redaction_key"}) {
        auto bad = to_json(good);
        bad.erase(name);
        CHECK_FALSE(parse_operation(bad));
        bad[name] = "x";
        CHECK_FALSE(parse_operation(bad));
    }
    auto bad = to_json(good);
    bad["order"] = "no base64";
    CHECK_FALSE(parse_operation(bad));
    CHECK_FALSE(parse_operation(json::array()));
    CHECK(operation_name(Message::put).empty());
}

}  // namespace patrol::relay
