#include "cloudsim/audit_log.h"

#include <algorithm>

#include "base/encoding.h"
#include "crypto/random.h"

namespace patrol::cloudsim {
namespace {

constexpr std::string_view home_region = "us-east-1";
constexpr std::string_view browser = "Mozilla/5.0 (X11; Linux x86_64)";
constexpr std::size_t page_max = 50;

std::string uuid() {
    const auto hex = to_hex(as_bytes(crypto::random_bytes(16)));
    return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                       hex.substr(16, 4), hex.substr(20));
}

json::object identity_of(const json::value& by, std::string_view account) {
    const auto type = string_or(by, "type", "IAMUser");
    const auto name = string_or(by, "name", "admin");
    json::object identity{{"type", type}, {"accountId", account}};
    if (type == "Root") {
        identity["arn"] = fmt::format("arn:aws:iam::{}:root", account);
    } else if (type == "AWSService") {
        identity["invokedBy"] = name;
    } else if (type == "AssumedRole") {
        identity["arn"] = fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", account, name,
                                      string_or(by, "session", "session"));
        identity["sessionContext"] = {{"sessionIssuer",
                                       {{"type", "Role"},
                                        {"userName", name},
                                        {"arn", fmt::format("arn:aws:iam::{}:role/{}", account, name)}}}};
    } else {
        identity["arn"] = fmt::format("arn:aws:iam::{}:user/{}", account, name);
        identity["userName"] = name;
    }
    return identity;
}

std::string event_name(const Change& change) {
    if (const auto named = string_or(change.by, "event"); !named.empty()) return std::string(named);
    const auto noun = change.type.substr(change.type.rfind(':') + 1);
    return (change.kind == Change::Kind::add      ? "Create"
            : change.kind == Change::Kind::remove ? "Delete"
                                                  : "Modify") +
           noun;
}

// Times of a request are RFC 3339 text or seconds since 1970.
std::optional<Timestamp> time_of(const json::object& input, std::string_view name) {
    const auto* value = input.if_contains(name);
    if (value == nullptr) return {};
    if (value->is_string()) return parse_rfc3339(value->get_string());
    boost::system::error_code problem;
    const auto seconds = value->to_number<double>(problem);
    if (problem) return {};
    return Timestamp{static_cast<std::int64_t>(seconds * 1000)};
}

bool has_attribute(const LoggedEvent& event, const json::value& attribute) {
    const auto key = string_or(attribute, "AttributeKey");
    const auto value = string_or(attribute, "AttributeValue");
    if (key == "ReadOnly") return value == "false";  // only changes are logged
    if (key == "EventId") return event.id == value;
    if (key == "EventName") return event.name == value;
    if (key == "EventSource") return event.source == value;
    if (key == "Username") return event.user == value;
    if (key == "ResourceType") return event.resource_type == value;
    return key == "ResourceName" && event.resource == value;
}

json::object shown(const LoggedEvent& event) {
    return {{"EventId", event.id},
            {"EventName", event.name},
            {"EventSource", event.source},
            {"EventTime", to_rfc3339(event.time)},
            {"ReadOnly", "false"},
            {"Username", event.user},
            {"Resources", {{{"ResourceType", event.resource_type}, {"ResourceName", event.resource}}}},
            {"CloudTrailEvent", json::serialize(event.detail)}};
}

}  // namespace

void log_change(World& world, const Change& change, const catalogue::ResourceType& type, std::string_view id,
                std::string_view source, Timestamp now) {
    if (bool_or(change.by, "silent")) return;
    const auto region = change.region == "global" ? home_region : std::string_view(change.region);
    LoggedEvent event{.account_id = change.account_id,
                      .region = std::string(region),
                      .id = uuid(),
                      .name = event_name(change),
                      .source = fmt::format("{}.amazonaws.com", source),
                      .user = std::string(string_or(change.by, "name", "admin")),
                      .resource_type = type.name,
                      .resource = std::string(id),
                      .time = now};
    event.detail = {{"eventVersion", "1.11"},
                    {"eventID", event.id},
                    {"eventName", event.name},
                    {"eventSource", event.source},
                    {"eventTime", to_rfc3339(now)},
                    {"awsRegion", event.region},
                    {"readOnly", false},
                    {"eventCategory", "Management"},
                    {"recipientAccountId", event.account_id},
                    {"sourceIPAddress", string_or(change.by, "source_ip", "198.51.100.7")},
                    {"userAgent", string_or(change.by, "user_agent", browser)},
                    {"userIdentity", identity_of(change.by, event.account_id)},
                    {"requestParameters", {{"resourceId", event.resource}}},
                    {"responseElements", nullptr}};
    world.log.push_back(std::move(event));
}

std::optional<Answer> answer_audit(const CallContext& call) {
    if (call.request.service->id != "cloudtrail" || call.request.operation->name != "LookupEvents") return {};
    const auto& input = call.request.input;
    const auto* attributes = input.if_contains("LookupAttributes");
    if (attributes != nullptr && (!attributes->is_array() || attributes->get_array().size() > 1))
        return fault(400, "InvalidLookupAttributesException", "One attribute can be looked up at a time.");
    const auto from = time_of(input, "StartTime"), until = time_of(input, "EndTime");
    if (from && until && *until < *from)
        return fault(400, "InvalidTimeRangeException", "The time range is not valid.");
    const auto token = call.text("NextToken");
    std::size_t skip = 0;
    if (!token.empty()) {
        if (token.find_first_not_of("0123456789") != std::string::npos || token.size() > 9)
            return fault(400, "InvalidNextTokenException", "The token is not valid.");
        skip = std::stoul(token);
    }
    const auto limit =
        std::clamp<std::int64_t>(int_or(json::value(input), "MaxResults", page_max), 1, page_max);
    json::array events;
    std::size_t position = 0;
    json::object output;
    for (auto event = call.world.log.rbegin(); event != call.world.log.rend(); ++event) {
        const bool fits = event->account_id == call.caller.account_id && event->region == call.region &&
                          (!from || event->time >= *from) && (!until || event->time <= *until) &&
                          (attributes == nullptr || attributes->get_array().empty() ||
                           has_attribute(*event, attributes->get_array().front()));
        if (!fits || position++ < skip) continue;
        if (events.size() == static_cast<std::size_t>(limit)) {
            output["NextToken"] = std::to_string(skip + events.size());
            break;
        }
        events.push_back(shown(*event));
    }
    output["Events"] = std::move(events);
    return output;
}

}  // namespace patrol::cloudsim
