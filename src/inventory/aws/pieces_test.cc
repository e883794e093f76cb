// The pure pieces of the engine: pages, answers, items, notes, policies.
#include <doctest/doctest.h>

#include "base/fingerprints.h"
#include "inventory/aws/answers.h"
#include "inventory/aws/engine_script.h"
#include "inventory/aws/item.h"
#include "inventory/aws/listing.h"
#include "inventory/aws/outcome.h"
#include "inventory/aws/policy_reach.h"
#include "inventory/aws/rates.h"
#include "inventory/aws/role_session.h"

namespace patrol::inventory {

using namespace script;

namespace {
catalogue::Path path(std::string_view text) { return catalogue::Path::parse(text).value(); }
std::string text(const json::value& value) { return json::serialize(value); }
}  // namespace

TEST_CASE("listing: several tokens travel together; a missing one is not sent") {
    catalogue::Call call;
    call.pagination.in = {"StartName", "StartType"};
    call.pagination.out = {path("NextName"), path("NextType")};
    call.pagination.more = path("IsTruncated");
    call.pagination.limit = "MaxItems";
    call.pagination.send = 300;
    PageWalk walk(call);
    json::object input;
    walk.write(input);
    CHECK(text(input) == R"({"MaxItems":300})");
    CHECK(walk.advance(json::parse(R"({"IsTruncated":true,"NextName":"b"})"), 1) == PageWalk::Next::more);
    json::object second;
    walk.write(second);
    CHECK(text(second) == R"({"MaxItems":300,"StartName":"b"})");
    CHECK(walk.advance(json::parse(R"({"IsTruncated":false,"NextName":"c"})"), 1) == PageWalk::Next::end);
    CHECK(walk.pages() == 2);
}

TEST_CASE("listing: an empty token ends it; limits::pages_per_call cuts it") {
    catalogue::Call call;
    call.pagination.in = {"Token"};
    call.pagination.out = {path("Token")};
    PageWalk walk(call);
    CHECK(walk.advance(json::parse(R"({"Token":""})"), 0) == PageWalk::Next::end);
    PageWalk many(call);
    PageWalk::Next next{};
    std::size_t pages = 0;
    do {
        next = many.advance(json::object{{"Token", ++pages}}, 1);
    } while (next == PageWalk::Next::more);
    CHECK(next == PageWalk::Next::too_many_pages);
    CHECK(pages == limits::pages_per_call);
    CHECK_FALSE(cut_reason(next).empty());
}

TEST_CASE("listing: which errors reject a token") {
    CHECK(rejects_token("InvalidNextToken", ""));
    CHECK(rejects_token("ExpiredNextTokenException", ""));
    CHECK(rejects_token("InvalidPaginationTokenException", ""));
    CHECK(rejects_token("ValidationError", "The marker is not valid"));
    CHECK_FALSE(rejects_token("ExpiredToken", ""));
    CHECK_FALSE(rejects_token("InvalidClientTokenId", ""));
    CHECK_FALSE(rejects_token("AccessDenied", "token"));
}

TEST_CASE("answers: one match is itself, several are one list") {
    auto output = json::parse(R"({"A":[{"B":[1,2]},{"B":[3]}],"C":5})");
    CHECK(text(*value_at(path("C"), output)) == "5");
    CHECK(text(*value_at(path("A[].B"), output)) == "[1,2,3]");
    CHECK_FALSE(value_at(path("D"), output));
    CHECK(text(*value_at(path("@"), output)) == text(output));
    json::value so_far = json::parse(R"({"X":[1],"Y":"a"})");
    append_page(so_far, json::parse(R"({"X":[2],"Y":"b","Z":1})"));
    CHECK(text(so_far) == R"({"X":[1,2],"Y":"b","Z":1})");
}

TEST_CASE("answers: the shares of a batch go to the items that asked, in any order") {
    auto output = json::parse(R"({"TagDescriptions":[
        {"ResourceArn":"b","Owner":"a","Tags":[{"Key":"k","Value":"b"}]},
        {"ResourceArn":"a","Owner":"a","Tags":[]}]})");
    std::vector<std::string> keys = {"a", "b", "c"};
    auto shares = share_batch(path("TagDescriptions[].Tags"), output, keys);
    REQUIRE(shares.size() == 3);
    CHECK(text(*value_at(below_elements(path("TagDescriptions[].Tags")), *shares[1].elements.at(0))) ==
          R"([{"Key":"k","Value":"b"}])");
    CHECK(shares[0].elements.size() == 1);
    CHECK(shares[2].elements.empty());
}

TEST_CASE("item: labels of every form that AWS has") {
    for (auto form : {R"([{"Key":"a","Value":"b"}])", R"([{"key":"a","value":"b"}])", R"({"a":"b"})",
                      R"([{"TagKey":"a","TagValue":"b"}])", R"([{"tagKey":"a","tagValue":"b"}])"})
        CHECK(labels_of(json::parse(form)) == model::Labels{{"a", "b"}});
    CHECK(labels_of(json::parse(R"([{"Key":"a"}, 3, null])")) == model::Labels{{"a", ""}});
    CHECK(labels_of(json::value("x")).empty());
}

TEST_CASE("item: ARNs by template") {
    const auto& zone = *the_catalogue().type("AWS::Route53::HostedZone");
    ItemPlace place{.type = zone, .partition = "aws-cn", .account = "210987654321", .region = "global"};
    json::value document = json::parse(R"({"Id":"/hostedzone/Z1","Name":"example.org."})");
    auto id = native_id_of(zone, document, nullptr);
    CHECK(id == "/hostedzone/Z1");
    CHECK(arn_of(place, document, nullptr, id, "") == "arn:aws-cn:route53:::hostedzone/Z1");
    const auto& record = *the_catalogue().type("AWS::Route53::RecordSet");
    CHECK(native_id_of(record, json::parse(R"({"Name":"a.","Type":"A"})"), nullptr) == "a.+A+");
    CHECK(native_id_of(record, json::parse("{}"), nullptr).empty());
}

TEST_CASE("item: a parent keeps only what its children ask for") {
    const auto& child = *the_catalogue().type("AWS::ElasticLoadBalancingV2::Listener");
    auto paths = parent_paths(child);
    REQUIRE(paths.size() == 1);
    auto kept = parent_of(paths, json::parse(R"({"LoadBalancerArn":"arn:x","DNSName":"y"})"), nullptr);
    CHECK(text(kept.fields) == R"({"LoadBalancerArn":"arn:x"})");
    CHECK(kept.listed.is_null());
    json::value listed = "detector-1";
    auto detector =
        parent_of({path("$item"), path("Status")}, json::parse(R"({"Status":"ENABLED","X":1})"), &listed);
    CHECK(text(detector.listed) == R"("detector-1")");
    CHECK(text(detector.fields) == R"({"Status":"ENABLED"})");
}

TEST_CASE("outcome: the missing action as AWS names it, else as the catalogue knows it") {
    catalogue::Call call;
    call.operation = "DescribeVpcs";
    call.iam_actions = {"ec2:DescribeVpcs"};
    auto named =
        error_of(ErrorClass::denied, "AccessDenied",
                 "User: arn:aws:sts::1:x is not authorized to perform: s3:GetBucketAcl on resource: y");
    CHECK(missing_action(named, call) == "s3:GetBucketAcl");
    CHECK(missing_action(error_of(ErrorClass::denied), call) == "ec2:DescribeVpcs");
}

TEST_CASE("fingerprints: distinct texts are counted once") {
    Fingerprints prints;
    for (int round = 0; round < 2; ++round)
        for (int i = 0; i < 10'000; ++i) prints.add("arn:aws:x/" + std::to_string(i));
    CHECK(prints.count() == 10'000);
}

TEST_CASE("policies: what grants more than reading") {
    CHECK(
        writes_granted(
            json::parse(
                R"({"Statement":[{"Effect":"Allow","Action":["ec2:Describe*","s3:Get*"],"Resource":"*"}]})"))
            .empty());
    CHECK(writes_granted(json::parse(R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})")) ==
          std::vector<std::string>{"*"});
    CHECK(writes_granted(json::parse(R"({"Statement":[{"Effect":"Deny","Action":"*"}]})")).empty());
    CHECK(writes_granted(json::parse(R"({"Statement":[{"Effect":"Allow","NotAction":"iam:*"}]})")).size() ==
          1);
    CHECK(writes_granted_by_text("%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%"
                                 "22s3%3APutObject%22%7D%5D%7D") == std::vector<std::string>{"s3:PutObject"});
    CHECK_FALSE(is_read_action("ec2:*"));
    CHECK(is_read_action("EC2:describeVpcs"));
}

TEST_CASE("session policies: the managed ones by ARN, data reads denied, within the limit of STS") {
    RoleSession session{.role_arn = "arn:aws-us-gov:iam::210987654321:role/x",
                        .external_id = "patrol-abc",
                        .session_name = "patrol-1",
                        .region = "us-gov-west-1",
                        .inline_policy = deny_data_reads(the_catalogue())};
    auto requests = session_requests(session);
    REQUIRE(requests.size() == 3);
    CHECK(requests[0].policy_arns.size() == 3);
    CHECK(requests[0].policy_arns[0] == "arn:aws-us-gov:iam::aws:policy/SecurityAudit");
    CHECK(requests[0].policy_arns[2] == "arn:aws-us-gov:iam::210987654321:policy/PatrolReadOnlyExtra");
    CHECK(requests[1].policy_arns.size() == 2);
    CHECK(requests[2].inline_policy.empty());
    auto inline_policy = json::parse(session.inline_policy);
    CHECK(writes_granted(inline_policy).empty());
    const auto& actions = inline_policy.at("Statement").at(0).at("Action").as_array();
    CHECK(actions.size() > 15);
    for (const auto& needed : the_catalogue().iam_actions())
        for (const auto& denied : actions) CHECK(std::string_view(denied.as_string()) != needed);
    for (const auto& request : requests) {
        std::size_t chars = request.inline_policy.size();
        for (const auto& arn : request.policy_arns) chars += arn.size();
        CHECK(chars <= session_policy_chars);
        CHECK(request.external_id == "patrol-abc");
    }
    // With room for nothing more, the inline policy is left out before the managed ones are.
    session.inline_policy.append(session_policy_chars, ' ');
    CHECK(session_requests(session).size() == 1);
}

TEST_CASE("rates: EC2 by operation, Lambda shared, anything else by service") {
    CHECK(rate_of("ec2", "DescribeVpcs").bucket == "ec2.DescribeVpcs");
    CHECK(rate_of("ec2", "DescribeVpcs").rate.per_second == 20);
    CHECK(rate_of("ec2", "DescribeByoipCidrs").rate.per_second == doctest::Approx(0.5));
    CHECK(rate_of("lambda", "ListFunctions").bucket == rate_of("lambda", "ListTags").bucket);
    CHECK(rate_of("lambda", "GetPolicy").bucket != rate_of("lambda", "ListTags").bucket);
    CHECK(rate_of("someservice", "ListThings").rate.per_second == 5);
}

}  // namespace patrol::inventory
