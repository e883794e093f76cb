#include "inventory/aws/audit_event.h"

#include <algorithm>

#include "cloud/aws/endpoints.h"

namespace patrol::inventory {
namespace {

using model::ActorClass;

constexpr std::size_t name_bytes_max = 256;
constexpr std::size_t agent_bytes_max = 1'024;
constexpr std::size_t id_bytes_max = 64;

std::string line(std::string_view text, std::size_t bytes_max = name_bytes_max) {
    if (text.size() > bytes_max) {
        while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0) == 0x80) --bytes_max;
        text = text.substr(0, bytes_max);
    }
    std::string out(text);
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return out;
}

const json::value& member(const json::value& object, std::string_view name) {
    static const json::value nothing;
    const auto* found = find(object, name);
    return found == nullptr ? nothing : *found;
}

std::string_view after_last(std::string_view text, char mark) { return text.substr(text.rfind(mark) + 1); }

std::string event_id(std::string_view text) {
    const bool plain =
        text.size() <= id_bytes_max && std::ranges::all_of(text, [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
        });
    return plain ? std::string(text) : "";
}

// The console's page of the event; empty where this partition's console is not known.
std::string link_to(std::string_view id, std::string_view region) {
    if (id.empty() || !aws::is_region_name(region)) return "";
    const auto partition = aws::partition_of(region);
    if (partition == "aws-cn")
        return fmt::format("https://{0}.console.amazonaws.cn/cloudtrailv2/home?region={0}#/events/{1}",
                           region, id);
    if (partition == "aws-us-gov")
        return fmt::format("https://console.amazonaws-us-gov.com/cloudtrailv2/home?region={}#/events/{}",
                           region, id);
    if (partition != "aws") return "";
    return fmt::format("https://{0}.console.aws.amazon.com/cloudtrailv2/home?region={0}#/events/{1}", region,
                       id);
}

// A role's session: people of IAM Identity Center carry their e-mail in the session's name.
std::string role_name(const json::value& identity) {
    const auto role = string_or(member(member(identity, "sessionContext"), "sessionIssuer"), "userName");
    const auto session = after_last(string_or(identity, "arn"), '/');
    constexpr std::string_view single_sign_on = "AWSReservedSSO_";
    if (role.starts_with(single_sign_on)) {
        auto set = role.substr(single_sign_on.size());
        set = set.substr(0, set.rfind('_'));  // without the random end
        return fmt::format("{} ({})", session, set);
    }
    if (role.empty()) return std::string(session);
    return session.empty() || session == role ? std::string(role) : fmt::format("{} ({})", role, session);
}

std::string identity_name(const json::value& identity, std::string_view user_name) {
    const auto type = string_or(identity, "type");
    if (type == "Root") return "root";
    if (type == "AssumedRole") return role_name(identity);
    if (type == "AWSService") return std::string(string_or(identity, "invokedBy"));
    if (type == "AWSAccount")
        return fmt::format("account {} ({})", string_or(identity, "accountId"),
                           string_or(identity, "principalId"));
    if (type == "IdentityCenterUser") {
        const auto person = string_or(member(identity, "onBehalfOf"), "userId");
        return user_name.empty() ? std::string(person) : std::string(user_name);
    }
    if (const auto name = string_or(identity, "userName"); !name.empty()) return std::string(name);
    if (const auto arn = string_or(identity, "arn"); !arn.empty()) return std::string(after_last(arn, '/'));
    return std::string(user_name);
}

bool is_service(const json::value& identity) {
    const auto issuer = string_or(member(member(identity, "sessionContext"), "sessionIssuer"), "arn");
    return string_or(identity, "type") == "AWSService" ||
           issuer.find(":role/aws-service-role/") != std::string_view::npos;
}

void read_actor(const json::value& detail, AuditEvent& event) {
    const auto& identity = member(detail, "userIdentity");
    auto& actor = event.actor;
    if (auto name = identity_name(identity, actor.name); !name.empty()) actor.name = line(name);
    actor.principal = line(string_or(identity, "arn"), audit_text_bytes);
    actor.source_ip = line(string_or(detail, "sourceIPAddress"));
    actor.user_agent = line(string_or(detail, "userAgent"), agent_bytes_max);
    const auto console = string_or(detail, "sessionCredentialFromConsole") == "true" ||
                         bool_or(detail, "sessionCredentialFromConsole");
    actor.kind = actor_class({actor.user_agent, string_or(identity, "invokedBy"), console});
    if (is_service(identity) && actor.kind != ActorClass::cloudformation) actor.kind = ActorClass::service;
}

void add_name(AuditEvent& event, std::string_view text) {
    if (text.empty() || text.size() > audit_text_bytes) return;
    event.names.emplace(text);
    if (text.starts_with("arn:")) {
        event.name_parts.emplace(after_last(text, ':'));
        event.name_parts.emplace(after_last(text, '/'));
    }
}

// Every text below `value`: ids of resources may be anywhere in what was sent and answered.
void add_names(const json::value& value, AuditEvent& event, std::size_t& left) {
    if (left == 0) return;
    --left;
    if (const auto* text = value.if_string()) add_name(event, *text);
    if (const auto* list = value.if_array())
        for (const auto& each : *list) add_names(each, event, left);
    if (const auto* object = value.if_object())
        for (const auto& each : *object) add_names(each.value(), event, left);
}

void read_detail(const json::value& detail, AuditEvent& event) {
    event.whole = true;
    event.refused = !string_or(detail, "errorCode").empty();
    std::size_t left = audit_event_texts;
    add_names(member(detail, "resources"), event, left);
    add_names(member(detail, "requestParameters"), event, left);
    add_names(member(detail, "responseElements"), event, left);
    read_actor(detail, event);
}

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

ActorClass actor_class(const CallingProgram& program) {
    const auto& [user_agent, invoked_by, from_console] = program;
    if (invoked_by == "cloudformation.amazonaws.com" || user_agent == "cloudformation.amazonaws.com")
        return ActorClass::cloudformation;
    if (invoked_by.ends_with(".amazonaws.com") || invoked_by == "AWS Internal") return ActorClass::service;
    if (holds(user_agent, "Terraform") || holds(user_agent, "terraform-provider") ||
        holds(user_agent, "OpenTofu"))
        return ActorClass::terraform;
    if (user_agent.starts_with("aws-cli/")) return ActorClass::cli;
    const bool browser = user_agent.starts_with("Mozilla/") || user_agent.starts_with("[Mozilla/");
    const bool console = holds(user_agent, "console.amazonaws.com") ||
                         holds(user_agent, "signin.amazonaws.com") || holds(user_agent, "S3Console/") ||
                         holds(user_agent, "AWSCloudWatchConsole");
    if (from_console || browser || console) return ActorClass::console;
    if (user_agent.ends_with(".amazonaws.com") || user_agent == "AWS Internal") return ActorClass::service;
    for (const auto* sdk : {"aws-sdk-", "Boto3/", "Botocore/", "botocore/", "aws-internal/", "rusoto", "m/"})
        if (holds(user_agent, sdk)) return ActorClass::sdk;
    return ActorClass::unknown;
}

AuditEvent read_audit_event(const json::value& event, std::string_view region) {
    AuditEvent out{.id = event_id(string_or(event, "EventId")),
                   .name = line(string_or(event, "EventName")),
                   .source = line(string_or(event, "EventSource"))};
    // The decoder writes timestamps as RFC 3339.
    if (const auto time = parse_rfc3339(string_or(event, "EventTime"))) out.time = *time;
    out.actor.name = line(string_or(event, "Username"));
    const auto& resources = member(event, "Resources");
    if (resources.is_array())
        for (const auto& each : resources.get_array()) add_name(out, string_or(each, "ResourceName"));
    const auto text = string_or(event, "CloudTrailEvent");
    if (text.size() <= audit_event_bytes)
        if (const auto detail = parse_json(text, {.depth = limits::cloud_json_depth});
            detail && detail->is_object())
            read_detail(*detail, out);
    out.actor.event_id = out.id;
    out.actor.event_name = out.name;
    out.actor.event_time = out.time;
    out.actor.link = link_to(out.id, region);
    return out;
}

}  // namespace patrol::inventory
