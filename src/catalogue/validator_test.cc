#include "catalogue/validator.h"

#include <doctest/doctest.h>

#include <fstream>

#include <fmt/format.h>

#include "catalogue/folder.h"

using namespace patrol;
using namespace patrol::catalogue;

namespace {

const Folder& source() {
    static const auto folder = read_folder("catalogue/aws", "catalogue/aws").value();
    return folder;
}

const Catalogue& embedded() {
    static const auto catalogue = Catalogue::load_embedded().value();
    return catalogue;
}

// The file of a service with one text replaced, loaded over the whole catalogue.
std::string complaint(std::string_view service, std::string_view from, std::string_view to) {
    auto name = "catalogue/aws/" + std::string(service) + ".yaml";
    for (auto file : source().files) {
        if (file.name != name) continue;
        auto at = file.text.find(from);
        REQUIRE_MESSAGE(at != std::string::npos, from);
        file.text.replace(at, from.size(), to);
        auto loaded = embedded().with_files(std::span(&file, 1));
        return loaded ? "" : loaded.error().detail;
    }
    return "no such file";
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

TEST_CASE("a typo is named with its file and line") {
    auto text = complaint("ec2", "list: DescribeInstances ->", "list: DescribeInstancs ->");
    CHECK(text == "catalogue/aws/ec2.yaml:7: AWS::EC2::Instance: ec2 has no operation DescribeInstancs.\n");
}

TEST_CASE("every kind of mutation is detected") {
    struct Mutation {
        std::string_view service, from, to, expected;
    };
    const Mutation mutations[] = {
        {"ec2", "Reservations[].Instances[]", "Reservations[].Instanses[]", "answers with no"},
        {"ec2", "page: NextToken limit", "page: NextTokn limit", "takes no argument NextTokn"},
        {"ec2", "limit MaxResults 5..1000", "limit MaxResult 5..1000", "takes no argument MaxResult"},
        {"ec2", "id: InstanceId", "id: InstancId", "no \"InstancId\""},
        {"ec2", "tags: Tags", "tags: Tag", "no \"Tag\""},
        {"ec2", "InstanceId=InstanceId,", "InstancId=InstanceId,", "takes no argument InstancId"},
        {"ec2", "InstanceId=InstanceId,", "InstanceId=Instance,", "has no \"Instance\""},
        {"ec2", "(InstanceId=InstanceId, ", "(", "needs the argument InstanceId"},
        {"ec2", "volatile: StateReason", "volatile: StateReson", "no \"StateReson\""},
        {"ec2", "secrets: UserData", "secrets: UserDatum", "no \"UserDatum\""},
        {"ec2", "instance/{id}", "instance/{ids}", "no \"ids\""},
        {"ec2", "NetworkInterfaces: NetworkInterfaceId", "NetworkInterfaces: NetworkInterfaceI",
         "have no NetworkInterfaceI"},
        {"ec2", "sets: SecurityGroups", "sets: State", "is no list"},
        {"ec2", "sets: SecurityGroups", "ordered: State", "is no list"},
        {"ec2", "sets: SecurityGroups", "defaults: {Nowhere: 1}", "no \"Nowhere\""},
        {"ec2", "kind: compute 1", "kind: computer 1", "category and a tier"},
        {"ec2", "kind: compute 1", "kind: compute 4", "category and a tier"},
        {"ec2", "title: EC2 instance\n", "titel: EC2 instance\n", "\"titel\" is unknown"},
        {"ec2", "Attribute='userData'", "Attribute=['userData']", "a list is given"},
        {"kms", "while Truncated", "while Trunkated", "no \"Trunkated\""},
        {"iam", "RolePolicyList[].PolicyDocument", "RolePolicyList[].PolicyDokument",
         "no \"RolePolicyList[].PolicyDokument\""},
        {"ecs", "parent: AWS::ECS::Cluster", "parent: AWS::ECS::Klaster", "no type AWS::ECS::Klaster"},
        {"ecs", "cluster=^clusterArn", "cluster=^clusterA", "has no \"clusterA\""},
        {"wafv2", "granted: none", "granted: some", "must be full, list or none"},
        {"wafv2", "missing: wafv2:GetIPSet", "missing: wafv2:GetIPSets", "needs wafv2:GetIPSets"},
        {"application-autoscaling", "$each:ServiceNamespace", "$each:ServiceNamspace",
         "no enumeration ServiceNamspace"},
        {"ec2", "'Name':'type'", "'Nome':'type'", "no \"Nome\""},
        {"s3", "scope: global_list", "scope: globel_list", "scope \"globel_list"},
        {"lambda", "only: Version!=$LATEST", "only: Varsion!=$LATEST", "no \"Varsion\" in the listed item"},
        {"lambda", "only: Version!=$LATEST", "only: Version", "must be Path=value or Path!=value"},
        {"rds", "only: SnapshotType=manual", "only: SnapshotTyp=manual", "no \"SnapshotTyp\""},
        {"rds", "only: SnapshotType=manual", "only: SnapshotType=", "must be Path=value or Path!=value"},
        {"sqs", "QueueUrl=.,", "QueueUrl=A,", "has no \"A\""},
        {"sqs", "{QueueArn}", "{QueueArn", "open \"{\""},
    };
    for (const auto& [service, from, to, expected] : mutations) {
        auto text = complaint(service, from, to);
        CHECK_MESSAGE(has(text, expected), from << " → " << to << ": " << text);
        CHECK(text.starts_with("catalogue/aws/" + std::string(service) + ".yaml:"));
    }
}

TEST_CASE("files that are no catalogue are refused with their line") {
    auto complaint_of = [](std::string text) {
        SourceFile file{"x.yaml", std::move(text)};
        auto loaded = embedded().with_files(std::span(&file, 1));
        return loaded ? std::string() : loaded.error().detail;
    };
    CHECK(has(complaint_of("service: ec2\ntypes:\n  A: [\n"), "x.yaml:"));
    CHECK(has(complaint_of("service: ec2\ntypes:\n  A: text\n"), "x.yaml:3: A type must be a map"));
    CHECK(has(complaint_of("types:\n  A: {}\n"), "lacks its \"service\""));
    CHECK(
        has(complaint_of("service: nothing\ntypes:\n  A: {title: a, kind: compute 1, list: A -> B, id: C}\n"),
            "there is no service nothing"));
    CHECK(has(complaint_of("service: ec2\nservice: ec2\ntypes: {}\n"), "there twice"));
    CHECK(has(complaint_of("service: ec2\ntypes:\n  A: {}\n  A: {}\n"), "there twice"));
    CHECK(has(complaint_of(std::string(2'000'000, 'a')), "larger than 1 MiB"));
    std::string deep = "types: ";
    for (int at = 0; at < 40; ++at) deep += "[";
    for (int at = 0; at < 40; ++at) deep += "]";
    CHECK(has(complaint_of(deep), "nested too deeply"));
    std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
    for (char c = 'b'; c < 'j'; ++c)
        bomb += fmt::format("{0}: &{0} [*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1}]\n", c,
                            static_cast<char>(c - 1));
    CHECK(has(complaint_of(bomb), "too large"));
}

TEST_CASE("a folder of more types adds and replaces") {
    auto folder = std::filesystem::temp_directory_path() / "patrol_catalogue_d_test";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "more.yaml")
        << "service: ec2\ntypes:\n"
           "  Example::EC2::Address:\n    title: Address\n    kind: network 3\n"
           "    list: DescribeAddresses -> Addresses[]\n    id: AllocationId\n";
    auto more = embedded().with_directory(folder);
    std::filesystem::remove_all(folder);
    REQUIRE_MESSAGE(more, (more ? "" : more.error().detail));
    CHECK(more->types().size() == embedded().types().size() + 1);
    CHECK(more->type("Example::EC2::Address")->list.iam_actions.front() == "ec2:DescribeAddresses");
    CHECK(more->revision() != embedded().revision());
    CHECK(embedded().with_directory(folder)->revision() == embedded().revision());
}
