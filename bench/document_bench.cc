// What preparing one document costs: an EC2 instance of about 2.3 kB, parsed, redacted, written,
// canonicalised and hashed. Prints microseconds per document for each step and for the whole.
//   document_bench [documents]
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include <fmt/format.h>

#include "document/canonical.h"
#include "document/canonical_json.h"
#include "document/prepare.h"

using namespace patrol;
using catalogue::Path;

namespace {

constexpr std::string_view instance =
    R"({"AmiLaunchIndex":0,"ImageId":"ami-0123456789abcdef0","InstanceId":"i-0123456789abcdef0",
"InstanceType":"m5.large","KeyName":"operations","LaunchTime":"2026-03-01T08:15:30.000Z","Monitoring":{"State":"disabled"},
"Placement":{"AvailabilityZone":"eu-west-1a","GroupName":"","Tenancy":"default"},"PrivateDnsName":"ip-10-0-1-15.eu-west-1.compute.internal",
"PrivateIpAddress":"10.0.1.15","ProductCodes":[],"PublicDnsName":"","State":{"Code":16,"Name":"running"},"StateTransitionReason":"",
"SubnetId":"subnet-0123456789abcdef0","VpcId":"vpc-0123456789abcdef0","Architecture":"x86_64","BlockDeviceMappings":[{"DeviceName":
"/dev/xvda","Ebs":{"AttachTime":"2026-03-01T08:15:31.000Z","DeleteOnTermination":true,"Status":"attached","VolumeId":"vol-0123456789abcdef0"}},
{"DeviceName":"/dev/sdf","Ebs":{"AttachTime":"2026-03-01T08:15:31.000Z","DeleteOnTermination":false,"Status":"attached","VolumeId":
"vol-0fedcba9876543210"}}],"ClientToken":"5a2f7c1e-0000-4000-8000-1234567890ab","EbsOptimized":true,"EnaSupport":true,"Hypervisor":"xen",
"IamInstanceProfile":{"Arn":"arn:aws:iam::123456789012:instance-profile/web","Id":"AIPAEXAMPLEEXAMPLE123"},"NetworkInterfaces":[{"Attachment":
{"AttachTime":"2026-03-01T08:15:30.000Z","AttachmentId":"eni-attach-0123456789abcdef0","DeleteOnTermination":true,"DeviceIndex":0,"Status":
"attached","NetworkCardIndex":0},"Description":"","Groups":[{"GroupName":"web","GroupId":"sg-0123456789abcdef0"},{"GroupName":"ssh","GroupId":
"sg-0fedcba9876543210"}],"Ipv6Addresses":[],"MacAddress":"02:00:00:aa:bb:cc","NetworkInterfaceId":"eni-0123456789abcdef0","OwnerId":
"123456789012","PrivateDnsName":"ip-10-0-1-15.eu-west-1.compute.internal","PrivateIpAddress":"10.0.1.15","PrivateIpAddresses":[{"Primary":true,
"PrivateDnsName":"ip-10-0-1-15.eu-west-1.compute.internal","PrivateIpAddress":"10.0.1.15"}],"SourceDestCheck":true,"Status":"in-use",
"SubnetId":"subnet-0123456789abcdef0","VpcId":"vpc-0123456789abcdef0","InterfaceType":"interface"}],"RootDeviceName":"/dev/xvda",
"RootDeviceType":"ebs","SecurityGroups":[{"GroupName":"web","GroupId":"sg-0123456789abcdef0"},{"GroupName":"ssh","GroupId":
"sg-0fedcba9876543210"}],"SourceDestCheck":true,"Tags":[{"Key":"Name","Value":"web-1"},{"Key":"env","Value":"prod"},{"Key":"team","Value":
"shop"}],"VirtualizationType":"hvm","CpuOptions":{"CoreCount":1,"ThreadsPerCore":2},"MetadataOptions":{"State":"applied","HttpTokens":
"required","HttpPutResponseHopLimit":1,"HttpEndpoint":"enabled"},"EnclaveOptions":{"Enabled":false},"DisableApiTermination":{"Value":true}})";

document::Rules instance_rules() {
    const auto path = [](std::string_view text) { return Path::parse(text).value_or(Path()); };
    catalogue::ResourceType type;
    type.name = "AWS::EC2::Instance";
    type.id.paths = {path("InstanceId")};
    type.volatiles = {path("StateReason"), path("StateTransitionReason"),
                      path("NetworkInterfaces[].Attachment.Status"),
                      path("BlockDeviceMappings[].Ebs.Status")};
    type.state = {path("NetworkInterfaces[].Status"), path("MetadataOptions.State"),
                  path("Monitoring.State")};
    type.state_important = {path("State.Name")};
    type.keyed = {{path("BlockDeviceMappings"), {"DeviceName"}},
                  {path("NetworkInterfaces"), {"NetworkInterfaceId"}}};
    type.secrets = {path("UserData")};
    return document::Rules::compile(type, {.keyed = {{.member = "Tags", .keys = {"Key"}},
                                                     {.member = "SecurityGroups", .keys = {"GroupId"}},
                                                     {.member = "Groups", .keys = {"GroupId"}}},
                                           .sets = {"SubnetIds", "SecurityGroupIds"},
                                           .policies = {"PolicyDocument"}});
}

// Processor time, the best of many short rounds: the machine may be busy.
template <class Work>
double microseconds(int count, Work work) {
    constexpr int rounds = 20;
    double best = 1e9;
    for (int round = 0; round < rounds; ++round) {
        const auto begin = std::clock();
        for (int i = 0; i < count / rounds; ++i) work();
        const auto spent = static_cast<double>(std::clock() - begin) * 1e6 / CLOCKS_PER_SEC;
        best = std::min(best, spent * rounds / count);
    }
    return best;
}

}  // namespace

int main(int argc, char** argv) {
    const int count = argc > 1 ? std::atoi(argv[1]) : 20'000;
    const auto rules = instance_rules();
    const auto redactor = document::Redactor::for_account(crypto::Key{}, "acc_bench");
    document::Scratch scratch;
    auto value = parse_json(instance);
    if (!value || count < 20) return 1;

    std::string text;
    const auto parse = microseconds(count, [] {
        json::monotonic_resource memory;
        if (!parse_json(instance, {}, &memory)) std::abort();
    });
    const auto redact = microseconds(count, [&] { redactor.redact(*value, rules, scratch); });
    const auto compact = microseconds(count, [&] {
        text.clear();
        document::append_compact(text, *value);
    });
    const auto bytes = text.size();
    const auto canonical = microseconds(count, [&] {
        text.clear();
        document::append_canonical(text, *value, rules, scratch);
    });
    const auto hash = microseconds(count, [&] { crypto::sha256(text); });
    const auto whole = microseconds(count, [&] { document::prepare(*value, rules, redactor, scratch); });
    fmt::print("document of {} bytes, canonical form {} bytes; microseconds each\n", bytes, text.size());
    fmt::print("parse {:.2f}  redact {:.2f}  write {:.2f}  canonical {:.2f}  hash {:.2f}\n", parse, redact,
               compact, canonical, hash);
    fmt::print("prepare {:.2f} (redact, write, canonical, hash): {:.0f} documents a second, {:.0f} MB/s\n",
               whole, 1e6 / whole, static_cast<double>(bytes) / whole);
    return 0;
}
