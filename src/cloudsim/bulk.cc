#include "cloudsim/bulk.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cloudsim/paging.h"

namespace patrol::cloudsim {
namespace {

// In the templates @@@@@@@@ stands for the item's number in hex and ## for two decimal digits of it.
constexpr std::string_view instance_item = R"(<item><reservationId>r-0b5f0b5f@@@@@@@@</reservationId>
<ownerId>{account}</ownerId><groupSet/><instancesSet><item><instanceId>i-0a1b2c3d@@@@@@@@</instanceId>
<imageId>ami-0c2b8ca1dad447f8a</imageId><instanceState><code>16</code><name>running</name></instanceState>
<privateDnsName>ip-@@@@@@@@.ec2.internal</privateDnsName><dnsName/><reason/><keyName>ops</keyName>
<amiLaunchIndex>0</amiLaunchIndex><productCodes/><instanceType>m6i.large</instanceType>
<launchTime>2026-05-04T07:08:09.000Z</launchTime><placement><availabilityZone>{region}a</availabilityZone><groupName/>
<tenancy>default</tenancy></placement><monitoring><state>disabled</state></monitoring>
<subnetId>subnet-0f1e2d3c4b5a69788</subnetId><vpcId>vpc-0123456789abcdef0</vpcId>
<privateIpAddress>10.1##.1##.1##</privateIpAddress><sourceDestCheck>true</sourceDestCheck>
<groupSet><item><groupId>sg-0aa11bb22cc33dd44</groupId><groupName>web</groupName></item></groupSet>
<architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName>
<blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-0a1b2c3d@@@@@@@@</volumeId>
<status>attached</status><attachTime>2026-05-04T07:08:10.000Z</attachTime>
<deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping>
<virtualizationType>hvm</virtualizationType><clientToken>token-@@@@@@@@</clientToken><tagSet>
<item><key>Name</key><value>web-@@@@@@@@</value></item><item><key>env</key><value>production</value></item>
<item><key>owner</key><value>platform</value></item></tagSet><hypervisor>xen</hypervisor><networkInterfaceSet><item>
<networkInterfaceId>eni-0a1b2c3d@@@@@@@@</networkInterfaceId><subnetId>subnet-0f1e2d3c4b5a69788</subnetId>
<vpcId>vpc-0123456789abcdef0</vpcId><description/><ownerId>{account}</ownerId><status>in-use</status>
<macAddress>0e:##:##:##:4d:5e</macAddress><privateIpAddress>10.1##.1##.1##</privateIpAddress>
<sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-0aa11bb22cc33dd44</groupId>
<groupName>web</groupName></item></groupSet><attachment><attachmentId>eni-attach-0a1b2c3d@@@@@@@@</attachmentId>
<deviceIndex>0</deviceIndex><status>attached</status><attachTime>2026-05-04T07:08:09.000Z</attachTime>
<deleteOnTermination>true</deleteOnTermination><networkCardIndex>0</networkCardIndex></attachment>
<interfaceType>interface</interfaceType></item></networkInterfaceSet><ebsOptimized>true</ebsOptimized>
<enaSupport>true</enaSupport><cpuOptions><coreCount>1</coreCount><threadsPerCore>2</threadsPerCore></cpuOptions>
<metadataOptions><state>applied</state><httpTokens>required</httpTokens><httpEndpoint>enabled</httpEndpoint>
</metadataOptions></item></instancesSet></item>)";

constexpr std::string_view volume_item =
    R"(<item><volumeId>vol-0a1b2c3d@@@@@@@@</volumeId><size>50</size><snapshotId/>
<availabilityZone>{region}a</availabilityZone><status>in-use</status><createTime>2026-05-04T07:08:10.000Z</createTime>
<attachmentSet><item><volumeId>vol-0a1b2c3d@@@@@@@@</volumeId><instanceId>i-0a1b2c3d@@@@@@@@</instanceId>
<device>/dev/xvda</device><status>attached</status><attachTime>2026-05-04T07:08:10.000Z</attachTime>
<deleteOnTermination>true</deleteOnTermination></item></attachmentSet><tagSet><item><key>Name</key>
<value>web-@@@@@@@@</value></item></tagSet><volumeType>gp3</volumeType><iops>3000</iops><throughput>125</throughput>
<encrypted>true</encrypted><multiAttachEnabled>false</multiAttachEnabled></item>)";

constexpr std::string_view interface_item =
    R"(<item><networkInterfaceId>eni-0a1b2c3d@@@@@@@@</networkInterfaceId>
<subnetId>subnet-0f1e2d3c4b5a69788</subnetId><vpcId>vpc-0123456789abcdef0</vpcId>
<availabilityZone>{region}a</availabilityZone><description/><ownerId>{account}</ownerId>
<requesterManaged>false</requesterManaged><status>in-use</status><macAddress>0e:##:##:##:4d:5e</macAddress>
<privateIpAddress>10.1##.1##.1##</privateIpAddress><privateDnsName>ip-@@@@@@@@.ec2.internal</privateDnsName>
<sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-0aa11bb22cc33dd44</groupId>
<groupName>web</groupName></item></groupSet><attachment><attachmentId>eni-attach-0a1b2c3d@@@@@@@@</attachmentId>
<instanceId>i-0a1b2c3d@@@@@@@@</instanceId><instanceOwnerId>{account}</instanceOwnerId><deviceIndex>0</deviceIndex>
<status>attached</status><attachTime>2026-05-04T07:08:09.000Z</attachTime>
<deleteOnTermination>true</deleteOnTermination></attachment><tagSet/><interfaceType>interface</interfaceType></item>)";

struct Kind {
    std::string_view operation, set, item;
};
constexpr std::array kinds{Kind{"DescribeInstances", "reservationSet", instance_item},
                           Kind{"DescribeVolumes", "volumeSet", volume_item},
                           Kind{"DescribeNetworkInterfaces", "networkInterfaceSet", interface_item}};

std::string filled(std::string_view item, std::string_view account_id, std::string_view region) {
    std::string out(item);
    for (auto [mark, value] :
         {std::pair{std::string_view("{account}"), account_id}, {std::string_view("{region}"), region}})
        for (auto at = out.find(mark); at != std::string::npos; at = out.find(mark))
            out.replace(at, mark.size(), value);
    std::erase(out, '\n');
    return out;
}

// Writes the item's number into its copy: fixed widths, so that a page is a copy and some pokes.
void number_item(char* at, std::string_view item, std::size_t number) {
    std::array<char, 9> hex{};
    fmt::format_to_n(hex.data(), 8, "{:08x}", number);
    std::array<char, 7> decimal{};
    fmt::format_to_n(decimal.data(), 6, "{:06}", number % 1'000'000);
    std::size_t group = 0;
    for (std::size_t i = item.find_first_of("@#"); i != std::string_view::npos;
         i = item.find_first_of("@#", i)) {
        if (item[i] == '@') {
            std::copy_n(hex.data(), 8, at + i);
            i += 8;
        } else {
            std::copy_n(decimal.data() + 2 * (group++ % 3), 2, at + i);
            i += 2;
        }
    }
}

}  // namespace

BulkPages::BulkPages(std::size_t instances, std::string_view account_id, std::string_view region)
    : instances_(instances), account_id_(account_id), region_(region) {}

std::string BulkPages::render(std::string_view operation, std::size_t first, std::size_t count, bool more,
                              std::string_view account_id, std::string_view region) {
    const auto* kind = std::ranges::find(kinds, operation, &Kind::operation);
    auto item = filled(kind->item, account_id, region);
    auto out = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{}Response "
        "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>bulk</requestId><{}>",
        operation, kind->set);
    auto begin = out.size();
    out.reserve(begin + item.size() * count + 200);
    for (std::size_t i = 0; i < count; ++i) {
        auto at = out.size();
        out += item;
        number_item(out.data() + at, item, first + i);
    }
    out += fmt::format("</{}>", kind->set);
    if (more) out += fmt::format("<nextToken>{}</nextToken>", page_token(first + count));
    return out + fmt::format("</{}Response>", operation);
}

bool BulkPages::knows(std::string_view operation) {
    return std::ranges::find(kinds, operation, &Kind::operation) != kinds.end();
}

BulkPages::Page BulkPages::page(std::string_view operation, std::string_view token) const {
    auto first = std::min(page_position(token).value_or(0), instances_);
    auto count = std::min(page_items, instances_ - first);
    return std::make_shared<const std::string>(
        render(operation, first, count, first + count < instances_, account_id_, region_));
}

}  // namespace patrol::cloudsim
