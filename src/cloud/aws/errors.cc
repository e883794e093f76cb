#include "cloud/aws/errors.h"

#include <cctype>
#include <charconv>

#include <pugixml.hpp>

#include "base/encoding.h"
#include "base/json.h"
#include "cloud/aws/decode_xml.h"
#include "cloud/aws/error_codes.h"

namespace patrol::aws {
namespace {

constexpr std::size_t code_chars = 200;
constexpr std::size_t message_chars = 2000;
constexpr int longest_retry_after_ms = 300'000;

// Text of a hostile peer: one line, bounded, valid.
std::string tidy(std::string_view text, std::size_t limit) {
    std::string out;
    for (char c : text.substr(0, limit)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    while (!out.empty() && !is_utf8(out)) out.pop_back();
    return out;
}

// "aws.protocoltests#FooError:http://…" is FooError.
std::string plain_code(std::string_view code) {
    code = code.substr(0, code.find(':'));
    if (auto hash = code.rfind('#'); hash != std::string_view::npos) code.remove_prefix(hash + 1);
    return tidy(code, code_chars);
}

std::string first_text(const json::value& body, std::initializer_list<std::string_view> names) {
    for (auto name : names)
        if (auto text = string_or(body, name); !text.empty()) return tidy(text, message_chars);
    return {};
}

void read_json_error(const net::HttpResponse& response, ServiceError& out) {
    auto body = parse_json(response.body, {.depth = limits::cloud_json_depth});
    out.code = plain_code(response.header("x-amzn-ErrorType"));
    if (body && body->is_object()) {
        if (out.code.empty()) out.code = plain_code(first_text(*body, {"__type", "code", "Code"}));
        out.message = first_text(*body, {"message", "Message", "errorMessage"});
    }
    // Query-compatible JSON services keep the code of their older protocol here.
    if (auto query = response.header("x-amzn-query-error"); !query.empty())
        out.code = plain_code(query.substr(0, query.find(';')));
}

void read_xml_error(const net::HttpResponse& response, ServiceError& out) {
    pugi::xml_document document;
    auto body = response.body;
    if (!wire::parse_xml(document, body)) return;
    auto root = document.document_element();
    auto error = root;
    if (wire::local_name(root) == "ErrorResponse") error = root.child("Error");
    if (wire::local_name(root) == "Response") error = root.child("Errors").child("Error");
    if (wire::local_name(error) != "Error") return;
    out.code = plain_code(error.child_value("Code"));
    out.message = tidy(error.child_value("Message"), message_chars);
    out.region = tidy(error.child_value("Region"), 64);
    for (auto place : {root, error})
        for (const char* name : {"RequestId", "RequestID", "requestId"})
            if (out.request_id.empty()) out.request_id = tidy(place.child_value(name), code_chars);
}

std::optional<int> whole(std::string_view text) {
    int value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return {};
    return value;
}

int retry_after_ms(const net::HttpResponse& response) {
    if (auto ms = whole(response.header("x-amz-retry-after"))) return std::min(*ms, longest_retry_after_ms);
    if (auto seconds = whole(response.header("Retry-After")))
        return std::min(*seconds, longest_retry_after_ms / 1000) * 1000;
    return 0;
}

bool contains_without_case(std::string_view text, std::string_view part) {
    auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
    return part.empty() ||
           std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

bool code_fits(std::string_view pattern, std::string_view code) {
    if (pattern.empty()) return true;
    if (pattern.ends_with('*')) return code.starts_with(pattern.substr(0, pattern.size() - 1));
    return pattern == code;
}

// "InvalidInstanceID.NotFound", "DBInstanceNotFoundFault", "TrailNotFoundException",
// "FooDoesNotExistException".
bool names_absence(std::string_view code) {
    for (std::string_view end : {"Fault", "Exception", "Error"})
        if (code.ends_with(end)) code.remove_suffix(end.size());
    return code.ends_with("NotFound") || code.ends_with("DoesNotExist") || code.starts_with("NoSuch");
}

ErrorClass by_status(const ServiceError& error) {
    if (error.status == 429) return ErrorClass::throttled;
    if (error.status >= 500) return ErrorClass::transient;
    if (!error.from_aws) return ErrorClass::not_aws;
    if (!error.code.empty()) return ErrorClass::other;
    if (error.status == 403) return ErrorClass::denied;
    if (error.status == 401) return ErrorClass::bad_credentials;
    if (error.status == 404) return ErrorClass::gone;
    return ErrorClass::other;
}

}  // namespace

std::string_view to_string(ErrorClass error_class) {
    using enum ErrorClass;
    switch (error_class) {
        case throttled:
            return "throttled";
        case transient:
            return "transient";
        case denied:
            return "denied";
        case denied_by_policy:
            return "denied_by_policy";
        case not_enabled:
            return "not_enabled";
        case region_disabled:
            return "region_disabled";
        case service_absent:
            return "service_absent";
        case bad_credentials:
            return "bad_credentials";
        case expired_credentials:
            return "expired_credentials";
        case clock_skew:
            return "clock_skew";
        case gone:
            return "gone";
        case wrong_region:
            return "wrong_region";
        case not_aws:
            return "not_aws";
        case cancelled:
            return "cancelled";
        case other:
            return "other";
    }
    return "other";
}

std::string request_id_of(const net::HttpResponse& response) {
    for (std::string_view name : {"x-amzn-RequestId", "x-amz-request-id", "x-amz-id-1"})
        if (auto id = response.header(name); !id.empty()) return tidy(id, code_chars);
    return {};
}

ServiceError read_error(const model::Service& service, const net::HttpResponse& response) {
    ServiceError out;
    out.status = response.status;
    out.request_id = request_id_of(response);
    out.retry_after_ms = retry_after_ms(response);
    auto start = response.body.find_first_not_of(" \t\r\n");
    if (start != std::string::npos && response.body[start] == '<')
        read_xml_error(response, out);
    else
        read_json_error(response, out);
    if (auto region = response.header("x-amz-bucket-region"); service.id == "s3" && !region.empty())
        out.region = tidy(region, 64);
    out.from_aws = !out.code.empty() || !out.request_id.empty();
    return out;
}

ErrorClass classify(std::string_view service, const ServiceError& error) {
    if (!error.code.empty())
        for (const auto& rule : error_rules())
            if ((rule.service.empty() || rule.service == service) && code_fits(rule.code, error.code) &&
                contains_without_case(error.message, rule.message_contains))
                return rule.error_class;
    if (service == "s3" && error.status >= 300 && error.status < 400 && !error.region.empty())
        return ErrorClass::wrong_region;
    if (error.status >= 400 && error.status < 500 && names_absence(error.code)) return ErrorClass::gone;
    return by_status(error);
}

Error::Kind kind_of(ErrorClass error_class) {
    using enum ErrorClass;
    switch (error_class) {
        case throttled:
            return Error::Kind::throttled;
        case denied:
        case denied_by_policy:
            return Error::Kind::denied;
        case bad_credentials:
        case expired_credentials:
        case clock_skew:
            return Error::Kind::unauthenticated;
        case gone:
            return Error::Kind::not_found;
        case cancelled:
            return Error::Kind::cancelled;
        case other:
            return Error::Kind::invalid;
        default:
            return Error::Kind::unavailable;
    }
}

}  // namespace patrol::aws
