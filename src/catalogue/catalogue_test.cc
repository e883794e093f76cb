#include "catalogue/catalogue.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <set>

#include "catalogue/blob.h"
#include "catalogue/call_text.h"
#include "catalogue/folder.h"

using namespace patrol;
using namespace patrol::catalogue;

namespace {

const Catalogue& embedded() {
    static const auto catalogue = Catalogue::load_embedded().value();
    return catalogue;
}

const ResourceType& type(std::string_view name) {
    const auto* found = embedded().type(name);
    REQUIRE_MESSAGE(found, name);
    return *found;
}

Folder source() {
    auto folder = read_folder("catalogue/aws", "catalogue/aws");
    REQUIRE_MESSAGE(folder, (folder ? "" : folder.error().message));
    return *folder;
}

std::optional<json::value> shared(std::string_view name) {
    const char* given = std::getenv("PATROL_SHARED_DATA");
    std::filesystem::path root = given ? given : "../shared/data";
    std::ifstream in(root / name);
    if (!in) return {};
    std::string text((std::istreambuf_iterator<char>(in)), {});
    return parse_json(text).value();
}

}  // namespace

TEST_CASE("the embedded catalogue has every type and loads fast") {
    auto best = std::chrono::nanoseconds::max();
    for (int round = 0; round < 3; ++round) {
        auto from = std::chrono::steady_clock::now();
        auto loaded = Catalogue::load_embedded();
        best = std::min(best, std::chrono::steady_clock::now() - from);
        REQUIRE(loaded);
    }
    MESSAGE("loaded in " << std::chrono::duration<double, std::milli>(best).count() << " ms");
    CHECK(embedded().types().size() == 452);
    CHECK(embedded().tier(1).size() == 153);
    CHECK(embedded().tier(2).size() == 149);
    CHECK(embedded().api().services.size() == 172);
    CHECK(embedded().revision().starts_with("c-"));
    CHECK(embedded().api().version.starts_with("a-"));
}

TEST_CASE("what is embedded is what the folder says") {
    auto folder = source();
    auto fresh = load_folder(folder);
    REQUIRE_MESSAGE(fresh, (fresh ? "" : fresh.error().detail));
    CHECK(fresh->revision() == embedded().revision());
    auto packed = fresh->packed(folder.api).value();
    auto again = Catalogue::from_packed(packed).value();
    CHECK(again.revision() == fresh->revision());
    CHECK(again.read_actions() == fresh->read_actions());
    CHECK(again.iam_actions() == fresh->iam_actions());
    CHECK(!Catalogue::from_packed("no catalogue"));
    packed.resize(packed.size() / 2);
    CHECK(!Catalogue::from_packed(packed));
}

TEST_CASE("a type is read whole") {
    const auto& bucket = type("AWS::S3::Bucket");
    CHECK(bucket.scope == Scope::global_list_regional_children);
    CHECK(bucket.category == Category::storage);
    CHECK(bucket.list.pagination.limit == "MaxBuckets");
    CHECK(bucket.list.pagination.send == 1000);
    CHECK(bucket.children.size() == 18);
    CHECK(bucket.tags.kind == TagRule::Kind::child);
    CHECK(bucket.tags.key == "Tags");
    CHECK(bucket.child("Policy")->absent == std::vector<std::string>{"NoSuchBucketPolicy"});
    CHECK(bucket.child("Encryption")->call.iam_actions ==
          std::vector<std::string>{"s3:GetEncryptionConfiguration"});
    CHECK(bucket.arn.arn_template == "arn:{partition}:s3:::{name}");

    const auto& key = type("AWS::KMS::Key");
    REQUIRE(key.detail);
    CHECK(key.detail->result == Path::parse("KeyMetadata").value());
    CHECK(key.list.pagination.in == std::vector<std::string>{"Marker"});
    CHECK(key.list.pagination.out.front().text() == "NextMarker");
    CHECK(key.list.pagination.more->text() == "Truncated");
    CHECK(key.state_important.size() == 1);

    const auto& record = type("AWS::Route53::RecordSet");
    CHECK(record.id.paths.size() == 3);
    CHECK(record.list.pagination.in.size() == 3);
    CHECK(record.parent == "AWS::Route53::HostedZone");

    const auto& service = type("AWS::ECS::Service");
    CHECK(service.detail->batch_size == 10);
    CHECK(service.list.arguments.front().value.kind == Expression::Kind::parent);

    const auto& target = type("AWS::ApplicationAutoScaling::ScalableTarget");
    REQUIRE(target.list.each());
    CHECK(target.list.each()->value.each.size() >= 14);

    REQUIRE(type("AWS::Lambda::Version").only);
    CHECK(type("AWS::Lambda::Version").only->holds(json::object{{"Version", "3"}}));
    CHECK_FALSE(type("AWS::Lambda::Version").only->holds(json::object{{"Version", "$LATEST"}}));
    const auto& attributes = type("AWS::RDS::DBSnapshot").child("Attributes")->only;
    REQUIRE(attributes);
    CHECK(attributes->holds(json::object{{"SnapshotType", "manual"}}));
    CHECK_FALSE(attributes->holds(json::object{{"SnapshotType", "automated"}}));
    CHECK_FALSE(attributes->holds(json::object{}));

    CHECK(type("AWS::WAFv2::IPSet").granted == Granted::none);
    CHECK(type("AWS::WAFv2::IPSet").missing == std::vector<std::string>{"wafv2:GetIPSet"});
    CHECK(type("AWS::EC2::EBSEncryptionByDefault").id.kind == Identity::Kind::constant);
    CHECK(type("AWS::LakeFormation::Permissions").id.kind == Identity::Kind::hash);
    CHECK(type("AWS::EC2::TransitGatewayVpcAttachment").duplicate_of == "AWS::EC2::TransitGatewayAttachment");
    CHECK(type("AWS::IAM::Role").policies.size() == 2);
    CHECK(type("AWS::IAM::Role").json.size() == 2);
    CHECK(embedded().children_of("AWS::EKS::Cluster").size() == 6);
    CHECK(embedded().children_of("AWS::Backup::BackupVault").size() == 1);
    CHECK(embedded().type("AWS::No::Such") == nullptr);
}

TEST_CASE("every call reads") {
    const char* verbs[] = {"List", "Get", "Describe", "Search", "Lookup", "BatchGet", "Select"};
    auto actions = embedded().read_actions();
    CHECK(actions.size() == 727);
    for (const auto& action : actions) {
        auto operation = std::string_view(action).substr(action.find('.') + 1);
        bool reads = std::ranges::any_of(verbs, [&](auto verb) { return operation.starts_with(verb); });
        CHECK_MESSAGE(reads, action);
    }
    CHECK(embedded().iam_actions().size() >= 700);
    for (auto write : {"ec2.RunInstances", "iam.CreateRole", "sts.AssumeRole"})
        CHECK(!std::ranges::binary_search(actions, std::string(write)));
}

TEST_CASE("categories are spread as the facts say") {
    std::map<Category, int> counts;
    for (const auto& each : embedded().types()) ++counts[each.category];
    CHECK(counts.size() == category_count);
    CHECK(counts[Category::network] == 80);
    CHECK(counts[Category::cost] == 6);
}

TEST_CASE("the types are those of the facts") {
    auto facts = shared("aws/resource_types.json");
    if (!facts) {
        MESSAGE("skipped: no shared data");
        return;
    }
    std::set<std::string> seen;
    for (const auto& fact : facts->get_array()) {
        std::string name(string_or(fact, "type"));
        seen.insert(name);
        const auto& ours = type(name);
        CHECK(ours.list.operation == string_or(fact, "api_operation"));
        CHECK(ours.list.result.text() == string_or(fact, "result"));
        CHECK(ours.service == string_or(fact, "service"));
        CHECK(to_string(ours.category) == string_or(fact, "category"));
        CHECK(ours.tier == int_or(fact, "tier"));
        CHECK(ours.children.size() == find(fact, "children")->get_array().size());
        auto id = string_or(fact, "id");
        if (ours.id.kind == Identity::Kind::constant)
            CHECK(id == "'account'");
        else if (ours.id.kind == Identity::Kind::hash)
            CHECK(id == "#hash");
        else
            CHECK(id.starts_with(ours.id.paths.front().text()));
        const auto* permitted = find(fact, "permitted");
        CHECK((ours.granted == Granted::full) == bool_or(*permitted, "full"));
        CHECK((ours.granted != Granted::none) == bool_or(*permitted, "base"));
    }
    // Objects of controllers, so that drift can count them: docs/decisions/0017.
    for (const auto* own : {"AWS::Backup::RecoveryPoint", "AWS::ECS::Task", "AWS::Lambda::Version"}) {
        CHECK(seen.insert(own).second);
        CHECK(type(own).granted == Granted::full);
    }
    CHECK(seen.size() == embedded().types().size());
}

TEST_CASE("regions belong to partitions, services to regions") {
    const auto& all = embedded();
    CHECK(all.partition_of("eu-central-1")->id == "aws");
    CHECK(all.partition_of("cn-north-1")->id == "aws-cn");
    CHECK(all.partition_of("us-gov-west-1")->id == "aws-us-gov");
    CHECK(all.partition_of("us-gov-north-1")->id == "aws-us-gov");
    CHECK(all.partition_of("eusc-de-east-1")->id == "aws-eusc");
    CHECK(all.partition_of("eu-new-9")->id == "aws");
    CHECK(all.partition_of("nowhere") == nullptr);
    CHECK(all.availability("ec2", "eu-central-1") == Availability::available);
    CHECK(all.availability("amplify", "il-central-1") == Availability::absent);
    CHECK(all.availability("amplify", "us-east-1") == Availability::available);
    CHECK(all.availability("iam", "us-east-1") == Availability::available);
    CHECK(all.availability("ec2", "eu-new-9") == Availability::unknown);
    CHECK(all.availability("dsql", "us-east-1") == Availability::unknown);
    CHECK(all.availability("nothing", "us-east-1") == Availability::unknown);
}

TEST_CASE("endpoints and protocols are those of the services") {
    const auto& api = embedded().api();
    CHECK(api.service("ec2")->protocol == model::Protocol::ec2);
    CHECK(api.service("sqs")->protocol == model::Protocol::json10);
    CHECK(api.service("cloudwatch")->protocol == model::Protocol::json10);
    CHECK(api.service("iam")->endpoint.host == "iam.{dnsSuffix}");
    CHECK(api.service("iam")->endpoint.signing_region == "us-east-1");
    CHECK(api.service("iam")->endpoint.partitions.at("aws-cn").host == "iam.cn-north-1.amazonaws.com.cn");
    CHECK(api.service("elbv2")->endpoint.signing_name == "elasticloadbalancing");
    CHECK(api.service("s3control")->operation("GetPublicAccessBlock")->host_prefix == "{AccountId}.");
    CHECK(api.service("s3")->operation("GetBucketPolicy")->uri == "/{Bucket}?policy");
    for (auto name : {"AssumeRole", "GetCallerIdentity"}) CHECK(api.service("sts")->operation(name));
    for (const auto& [id, service] : api.services)
        for (const auto& shape : service.shapes)
            for (const auto& member : shape.members) REQUIRE(member.shape < service.shapes.size());
}

TEST_CASE("texts of calls and paging") {
    auto call =
        call_from("DescribeTags(ResourceArns=[Arn]*20, F=[{'Name':'a,b','Values':['x']}]) -> T[].Tags")
            .value();
    CHECK(call.operation == "DescribeTags");
    CHECK(call.arguments.size() == 2);
    CHECK(call.batch_size == 20);
    CHECK(call.result.text() == "T[].Tags");
    for (auto text : {"", "A(", "A(x)", "A(x=)", "A(=y)", "A b -> C", "A -> ", "A(x='y) -> B"})
        CHECK_MESSAGE(!call_from(text), text);
    auto page = pagination_from("A,B=C,D while E.F limit G 5..100").value();
    CHECK(page.in == std::vector<std::string>{"A", "B"});
    CHECK(page.out[1].text() == "D");
    CHECK(page.more->text() == "E.F");
    CHECK(page.limit == "G");
    CHECK(page.min == 5);
    CHECK(page.send == 100);
    CHECK(pagination_from("limit MaxResults 10")->paged() == false);
    for (auto text : {"", "A=B,C", "A while", "A limit", "A limit B 0", "A limit B x", "A because"})
        CHECK_MESSAGE(!pagination_from(text), text);
}

TEST_CASE("packed bytes are bounded") {
    CHECK(decompress(compress("abc").value()).value() == "abc");
    CHECK(!decompress(""));
    CHECK(!decompress("abc"));
}
