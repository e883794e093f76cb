// How fast pages flow from the answer to the sink, and how close a scan comes to what its budgets
// allow. Figures are printed; only the second has a bound, and a wide one.
#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>
#include <thread>

#include "cloud/aws/protocol.h"
#include "inventory/aws/engine_script.h"

namespace patrol::inventory {

using namespace script;

namespace {

// A page of DescribeInstances as EC2 writes it, about 2.3 kB an instance.
std::string page_xml(int first, int count, bool more) {
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><DescribeInstancesResponse "
        "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>r</requestId><reservationSet>";
    for (int i = first; i < first + count; ++i)
        out += fmt::format(
            "<item><reservationId>r-{0:08x}</reservationId><ownerId>210987654321</ownerId><groupSet/"
            "><instancesSet><item>"
            "<instanceId>i-{0:017x}</instanceId><imageId>ami-0123456789abcdef0</"
            "imageId><instanceState><code>16</code>"
            "<name>running</name></"
            "instanceState><privateDnsName>ip-10-{1}-{2}-{3}.eu-west-1.compute.internal</privateDnsName>"
            "<keyName>ops</keyName><amiLaunchIndex>0</amiLaunchIndex><productCodes/><instanceType>m5.large</"
            "instanceType>"
            "<launchTime>2026-01-02T03:04:05.000Z</launchTime><placement><availabilityZone>eu-west-1a</"
            "availabilityZone>"
            "<groupName/><tenancy>default</tenancy></placement><monitoring><state>disabled</state></"
            "monitoring>"
            "<subnetId>subnet-0a1b2c3d4e5f60718</subnetId><vpcId>vpc-0a1b2c3d4e5f60718</vpcId>"
            "<privateIpAddress>10.{1}.{2}.{3}</privateIpAddress><sourceDestCheck>true</"
            "sourceDestCheck><groupSet><item>"
            "<groupId>sg-0a1b2c3d4e5f60718</groupId><groupName>web</groupName></item></groupSet>"
            "<architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/"
            "xvda</rootDeviceName>"
            "<blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-{0:017x}</"
            "volumeId>"
            "<status>attached</status><attachTime>2026-01-02T03:04:06.000Z</"
            "attachTime><deleteOnTermination>true"
            "</deleteOnTermination></ebs></item></blockDeviceMapping><virtualizationType>hvm</"
            "virtualizationType>"
            "<clientToken>c-{0}</clientToken><tagSet><item><key>Name</key><value>web-{0}</value></"
            "item><item><key>env</key>"
            "<value>production</value></item></tagSet><hypervisor>xen</hypervisor><networkInterfaceSet><item>"
            "<networkInterfaceId>eni-{0:017x}</networkInterfaceId><subnetId>subnet-0a1b2c3d4e5f60718</"
            "subnetId>"
            "<vpcId>vpc-0a1b2c3d4e5f60718</vpcId><status>in-use</status><macAddress>02:00:00:00:00:01</"
            "macAddress>"
            "<privateIpAddress>10.{1}.{2}.{3}</privateIpAddress><sourceDestCheck>true</"
            "sourceDestCheck><groupSet><item>"
            "<groupId>sg-0a1b2c3d4e5f60718</groupId><groupName>web</groupName></item></groupSet><attachment>"
            "<attachmentId>eni-attach-{0:017x}</attachmentId><deviceIndex>0</deviceIndex><status>attached</"
            "status>"
            "<attachTime>2026-01-02T03:04:05.000Z</attachTime><deleteOnTermination>true</"
            "deleteOnTermination></attachment>"
            "</item></networkInterfaceSet><ebsOptimized>true</ebsOptimized></item></instancesSet></item>",
            i, i >> 16 & 255, i >> 8 & 255, i & 255);
    out += "</reservationSet>";
    if (more) out += fmt::format("<nextToken>t-{}</nextToken>", first + count);
    return out + "</DescribeInstancesResponse>";
}

// Decodes pages like the client does, and answers after `latency`.
class PagedAws final : public AwsCaller {
public:
    aws::CallResult call(const aws::CallSpec& spec) override {
        if (latency.count() > 0) std::this_thread::sleep_for(latency);
        ++calls;
        if (spec.operation != "DescribeInstances") return json::value(json::object_kind, spec.memory);
        auto token = string_or(*spec.input, "NextToken");
        std::size_t at = token.empty() ? 0 : std::stoul(std::string(token.substr(2))) / 1000;
        const auto& service = *the_catalogue().api().service("ec2");
        net::HttpResponse response{
            .status = 200, .headers = {{"Content-Type", "text/xml"}}, .body = pages.at(at)};
        auto decoded =
            aws::decode(service, *service.operation("DescribeInstances"), std::move(response), spec.memory);
        REQUIRE(decoded);
        return std::move(*decoded);
    }
    std::vector<std::string> pages;
    std::chrono::milliseconds latency{0};
    std::atomic<int> calls{0};
};

RunOutcome read(AwsCaller& cloud, MemorySink& sink, const Plan& plan, int threads, double rate_scale) {
    SystemClock clock;
    document::Redactor redactor{crypto::Key{}};
    return run_slices(
        {.caller = cloud,
         .clock = clock,
         .catalogue = the_catalogue(),
         .redactor = redactor,
         .identity = {.account_id = "210987654321", .arn = "", .partition = "aws"},
         .home_region = "us-east-1",
         .threads = threads,
         .rate_scale = rate_scale,
         .credentials_problem = {}},
        {.plan = plan, .sink = sink, .stop = {}, .on_progress = {}, .on_call = {}, .already_done = {}});
}

}  // namespace

TEST_CASE("speed: pages of 1,000 instances from the answer to the sink") {
    PagedAws cloud;
    const char* wanted = std::getenv("PATROL_TEST_PAGES");
    const int pages = wanted == nullptr ? 2 : std::atoi(wanted);
    for (int i = 0; i < pages; ++i) cloud.pages.push_back(page_xml(i * 1000, 1000, i + 1 < pages));
    MemorySink sink;
    sink.keeps = false;
    Plan plan;
    plan.slices.push_back(
        {.key = {"AWS::EC2::Instance", "eu-west-1"}, .service = "ec2", .region = "eu-west-1"});
    for (int threads : {1, 2}) {
        sink.resources = 0;
        auto begin = std::clock();
        read(cloud, sink, plan, threads, 0);
        auto seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
        CHECK(sink.resources == static_cast<std::size_t>(pages) * 1000);
        fmt::print("{} thread(s): {:.0f} instances per second of processor time\n", threads,
                   static_cast<double>(pages) * 1000 / seconds);
    }
}

TEST_CASE("speed: with latency, a scan takes little longer than its budgets and its chains of calls") {
    PagedAws cloud;
    cloud.latency = std::chrono::milliseconds(50);
    MemorySink sink;
    Plan plan;
    std::map<std::string, int> calls_of_lane;
    for (const auto& type : the_catalogue().types()) {
        if (type.scope != catalogue::Scope::regional || type.tier > 2 || type.service == "ec2") continue;
        if (!type.parent.empty() || type.list.each() != nullptr) continue;
        for (const char* region : {"eu-west-1", "us-east-1"}) {
            plan.slices.push_back({.key = {type.name, region}, .service = type.service, .region = region});
            ++calls_of_lane[type.service + region];
        }
    }
    auto begin = std::chrono::steady_clock::now();
    read(cloud, sink, plan, 16, 1);
    auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    // 16 calls at once, each 50 ms: the threads' share of the time; the budgets' share is smaller here.
    double least = cloud.calls * 0.05 / 16;
    fmt::print("{} calls in {:.2f} s; with 16 at once not before {:.2f} s\n", cloud.calls.load(), seconds,
               least);
    CHECK(seconds < least * 2 + 2);
}

}  // namespace patrol::inventory
