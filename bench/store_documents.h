// Invented resources for store_bench: EC2 instances of about 2 kB with a volume and an interface each.
// The same for the same (account, kind, number, version).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "crypto/hash.h"
#include "model/resource.h"

namespace patrol::bench {

struct Invented {
    int account, number, version;

    [[nodiscard]] std::uint64_t mix(int salt) const {
        std::uint64_t x = static_cast<std::uint64_t>(account) * 1'000'003 +
                          static_cast<std::uint64_t>(number) * 7919 +
                          static_cast<std::uint64_t>(salt) * 104'729;
        x ^= x >> 31;
        x *= 0x9E3779B97F4A7C15ULL;
        return x ^ x >> 29;
    }
    [[nodiscard]] std::string id(std::string_view prefix, int salt) const {
        return fmt::format("{}-0{:016x}", prefix, mix(salt));
    }
    std::string instance = id("i", 1), volume = id("vol", 2), eni = id("eni", 3);
    std::string vpc = fmt::format("vpc-0{:016x}", mix(4) % 8);
    std::string subnet = fmt::format("subnet-0{:016x}", mix(5) % 64);
    std::string ip = fmt::format("10.{}.{}.{}", mix(6) % 256, mix(7) % 256, mix(8) % 256);
    std::string group = fmt::format("sg-0{:016x}", mix(10) % 100);
    std::string stage = number % 3 == 0 ? "prod" : "dev";
    std::string tags =
        fmt::format(R"([{{"Key":"Name","Value":"web-{}"}},{{"Key":"Environment","Value":"{}"}},)"
                    R"({{"Key":"Team","Value":"team-{}"}}])",
                    number, stage, number % 40);
};

inline std::string instance_document(const Invented& of) {
    return fmt::format(
        R"({{"AmiLaunchIndex":0,"ImageId":"ami-00112233445566778","InstanceId":"{0}",)"
        R"("InstanceType":"m5.{7}","KeyName":"main","LaunchTime":"2026-03-{8:02}T10:20:30Z",)"
        R"("Monitoring":{{"State":"disabled"}},"Placement":{{"AvailabilityZone":"us-east-1a",)"
        R"("GroupName":"","Tenancy":"default"}},"PrivateDnsName":"ip-{1}.ec2.internal",)"
        R"("PrivateIpAddress":"{1}","ProductCodes":[],"PublicDnsName":"","State":{{"Code":16,)"
        R"("Name":"running"}},"StateTransitionReason":"","SubnetId":"{2}","VpcId":"{3}",)"
        R"("Architecture":"x86_64","BlockDeviceMappings":[{{"DeviceName":"/dev/xvda",)"
        R"("Ebs":{{"AttachTime":"2026-03-01T10:20:31Z","DeleteOnTermination":true,)"
        R"("Status":"attached","VolumeId":"{4}"}}}}],"ClientToken":"{9:016x}-{10:016x}",)"
        R"("EbsOptimized":false,"EnaSupport":true,"Hypervisor":"xen",)"
        R"("NetworkInterfaces":[{{"Attachment":{{"AttachTime":"2026-03-01T10:20:30Z",)"
        R"("AttachmentId":"eni-attach-0{9:016x}","DeleteOnTermination":true,"DeviceIndex":0,)"
        R"("Status":"attached","NetworkCardIndex":0}},"Description":"",)"
        R"("Groups":[{{"GroupName":"web","GroupId":"sg-0{11:016x}"}}],"Ipv6Addresses":[],)"
        R"("MacAddress":"0a:{12:02x}:{13:02x}:11:22:33","NetworkInterfaceId":"{5}",)"
        R"("OwnerId":"111122223333","PrivateDnsName":"ip-{1}.ec2.internal",)"
        R"("PrivateIpAddress":"{1}","PrivateIpAddresses":[{{"Primary":true,)"
        R"("PrivateDnsName":"ip-{1}.ec2.internal","PrivateIpAddress":"{1}"}}],)"
        R"("SourceDestCheck":true,"Status":"in-use","SubnetId":"{2}","VpcId":"{3}",)"
        R"("InterfaceType":"interface"}}],"RootDeviceName":"/dev/xvda","RootDeviceType":"ebs",)"
        R"("SecurityGroups":[{{"GroupName":"web","GroupId":"sg-0{11:016x}"}}],)"
        R"("SourceDestCheck":true,"Tags":{6},"VirtualizationType":"hvm",)"
        R"("CpuOptions":{{"CoreCount":2,"ThreadsPerCore":2}},)"
        R"("CapacityReservationSpecification":{{"CapacityReservationPreference":"open"}},)"
        R"("HibernationOptions":{{"Configured":false}},"MetadataOptions":{{"State":"applied",)"
        R"("HttpTokens":"required","HttpPutResponseHopLimit":2,"HttpEndpoint":"enabled",)"
        R"("HttpProtocolIpv6":"disabled","InstanceMetadataTags":"disabled"}},)"
        R"("EnclaveOptions":{{"Enabled":false}},"PlatformDetails":"Linux/UNIX",)"
        R"("UsageOperation":"RunInstances","UsageOperationUpdateTime":"2026-03-01T10:20:30Z",)"
        R"("PrivateDnsNameOptions":{{"HostnameType":"ip-name","EnableResourceNameDnsARecord":false,)"
        R"("EnableResourceNameDnsAAAARecord":false}},)"
        R"("MaintenanceOptions":{{"AutoRecovery":"default"}},)"
        R"("CurrentInstanceBootMode":"legacy-bios","Version":{14}}})",
        of.instance, of.ip, of.subnet, of.vpc, of.volume, of.eni, of.tags,
        of.number % 2 == 0 ? "large" : "xlarge", 1 + of.number % 28, of.mix(11), of.mix(12), of.mix(10) % 100,
        of.mix(13) % 256, of.mix(14) % 256, of.version);
}

inline std::string volume_document(const Invented& of) {
    return fmt::format(
        R"({{"Attachments":[{{"AttachTime":"2026-03-01T10:20:31Z","Device":"/dev/xvda",)"
        R"("InstanceId":"{1}","State":"attached","VolumeId":"{0}","DeleteOnTermination":true}}],)"
        R"("AvailabilityZone":"us-east-1a","CreateTime":"2026-03-01T10:20:31Z","Encrypted":true,)"
        R"("KmsKeyId":"arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-0000000000{4:02}",)"
        R"("Size":{3},"SnapshotId":"snap-00112233445566778","State":"in-use","VolumeId":"{0}",)"
        R"("Iops":3000,"Tags":{2},"VolumeType":"gp3","MultiAttachEnabled":false,"Throughput":125,)"
        R"("Version":{5}}})",
        of.volume, of.instance, of.tags, 8 + of.number % 100, of.number % 90 + 10, of.version);
}

inline std::string interface_document(const Invented& of) {
    return fmt::format(
        R"({{"Attachment":{{"AttachTime":"2026-03-01T10:20:30Z",)"
        R"("AttachmentId":"eni-attach-0{6:016x}","DeleteOnTermination":true,"DeviceIndex":0,)"
        R"("InstanceId":"{1}","InstanceOwnerId":"111122223333","Status":"attached"}},)"
        R"("AvailabilityZone":"us-east-1a","Description":"","Groups":[{{"GroupName":"web",)"
        R"("GroupId":"sg-0{7:016x}"}}],"InterfaceType":"interface","Ipv6Addresses":[],)"
        R"("MacAddress":"0a:11:22:33:44:55","NetworkInterfaceId":"{0}","OwnerId":"111122223333",)"
        R"("PrivateIpAddress":"{2}","PrivateIpAddresses":[{{"Primary":true,)"
        R"("PrivateIpAddress":"{2}"}}],"RequesterManaged":false,"SourceDestCheck":true,)"
        R"("Status":"in-use","SubnetId":"{3}","TagSet":{5},"VpcId":"{4}","Version":{8}}})",
        of.eni, of.instance, of.ip, of.subnet, of.vpc, of.tags, of.mix(11), of.mix(10) % 100, of.version);
}

// kind: 0 instance, 1 volume, 2 interface.
inline model::ScannedResource make(int account, int kind, int number, int version) {
    const Invented of{.account = account, .number = number, .version = version};
    model::ScannedResource resource;
    resource.region = "us-east-1";
    resource.name = fmt::format("web-{}", number);
    resource.tags = {
        {"Name", resource.name}, {"Environment", of.stage}, {"Team", fmt::format("team-{}", number % 40)}};
    std::string_view type = "instance";
    if (kind == 0) {
        resource.native_id = of.instance;
        resource.terms = {of.ip, fmt::format("ip-{}.ec2.internal", of.mix(9) % 1'000'000)};
        resource.references = {of.vpc, of.subnet, of.volume, of.eni, of.group, "ami-00112233445566778"};
        resource.document = instance_document(of);
    } else if (kind == 1) {
        type = "volume";
        resource.native_id = of.volume;
        resource.references = {of.instance, "snap-00112233445566778"};
        resource.document = volume_document(of);
    } else {
        type = "network-interface";
        resource.native_id = of.eni;
        resource.terms = {of.ip};
        resource.references = {of.instance, of.vpc, of.subnet};
        resource.document = interface_document(of);
    }
    resource.arn = fmt::format("arn:aws:ec2:us-east-1:111122223333:{}/{}", type, resource.native_id);
    resource.hash = std::string(crypto::as_text(crypto::sha256(resource.document)));
    return resource;
}

}  // namespace patrol::bench
