#include "cloud/aws/protocol.h"

#include "base/encoding.h"
#include "cloud/aws/encode_body.h"
#include "cloud/aws/encode_query.h"
#include "cloud/aws/wire_values.h"

namespace patrol::aws {
namespace {

using model::Location;
using model::Member;
using model::Protocol;
using model::Shape;
using model::ShapeKind;
using model::TimeFormat;
using namespace wire;

bool is_rest(Protocol protocol) { return protocol == Protocol::rest_json || protocol == Protocol::rest_xml; }

bool is_in_body(const Member& member) { return member.location == Location::body; }

Result<void> check_required(const Shape& shape, const json::value& input) {
    if (!input.is_object()) return wrong_type("", "an object");
    for (const auto& member : shape.members)
        if (member.required && find(input, member.name) == nullptr)
            return invalid(member.name, fmt::format("{} is required.", member.name));
    return {};
}

// A header line must stay one line.
Result<std::string> header_value(std::string text, std::string_view field) {
    for (unsigned char c : text)
        if (c < 0x20 || c == 0x7f) return wrong_type(field, "a text without control characters");
    return text;
}

// Headers that a service wants with every call: API Gateway answers in another form without, Glacier not at
// all.
constexpr struct {
    std::string_view service, name, value;
} service_headers[] = {
    {"apigateway", "Accept", "application/json"},
    {"glacier", "x-amz-glacier-version", "2012-06-01"},
};

// Route 53 lists its ids as "/hostedzone/Z1" and takes "Z1".
std::string plain_id(const model::Service& service, const std::string& text) {
    return service.id == "route53" ? text.substr(text.rfind('/') + 1) : text;
}

// A label names exactly one thing: an empty or dotted one would address another resource.
Result<std::string> path_label(const model::Service& service, const Member& member, const json::value& value,
                               bool greedy) {
    const auto& shape = service.shape(member.shape);
    auto text =
        TRY(scalar_to_text(shape, value, time_format(member, shape, TimeFormat::date_time), member.name));
    if (!greedy) text = plain_id(service, text);
    if (text.empty()) return invalid(member.name, fmt::format("{} must not be empty.", member.name));
    if (!greedy) {
        if (text == "." || text == "..") return wrong_type(member.name, "a name");
        return percent_encode(text);
    }
    for (std::size_t start = 0; start <= text.size();) {
        auto end = std::min(text.find('/', start), text.size());
        auto segment = std::string_view(text).substr(start, end - start);
        if (segment == "." || segment == "..") return wrong_type(member.name, "a path without dot segments");
        start = end + 1;
    }
    return percent_encode(text, KeepSlash::yes);
}

// The members of one REST input put where the model binds them.
class RestWriter {
public:
    RestWriter(const model::Service& service, const model::Operation& operation, const Shape* shape,
               const json::value& input)
        : service_(service), operation_(operation), shape_(shape), input_(input) {}

    Result<WireRequest> write() {
        request_.method = operation_.method;
        auto uri = operation_.uri;
        auto question = uri.find('?');
        if (question != std::string::npos) {
            request_.query = uri.substr(question + 1);
            uri.resize(question);
        }
        TRY(path(uri));
        if (shape_ != nullptr) {
            for (const auto& member : shape_->members) TRY(bind(member));
            TRY(body());
        }
        return std::move(request_);
    }

private:
    // Newer S3 models leave the bucket out of the URI; Patrol always writes it into the path.
    [[nodiscard]] bool lacks_bucket(const std::string& uri) const {
        if (service_.id != "s3" || shape_ == nullptr || uri.find("{Bucket}") != std::string::npos)
            return false;
        const auto* member = shape_->member("Bucket");
        return member != nullptr && member->location == Location::uri;
    }

    Result<void> path(std::string uri) {
        if (lacks_bucket(uri)) uri = uri == "/" ? "/{Bucket}" : "/{Bucket}" + uri;
        request_.path.clear();
        for (std::size_t pos = 0; pos < uri.size();) {
            auto open = std::min(uri.find('{', pos), uri.size());
            request_.path.append(uri, pos, open - pos);
            if (open == uri.size()) break;
            auto close = uri.find('}', open);
            if (close == std::string::npos)
                return fail(Error::Kind::internal,
                            fmt::format("The URI of {} is malformed.", operation_.name));
            TRY(label(uri.substr(open + 1, close - open - 1)));
            pos = close + 1;
        }
        if (request_.path.empty()) request_.path = "/";
        return {};
    }

    Result<void> label(std::string name) {
        bool greedy = name.ends_with('+');
        if (greedy) name.pop_back();
        const Member* member = shape_ == nullptr ? nullptr : label_member(name);
        if (member == nullptr)
            return fail(Error::Kind::internal,
                        fmt::format("{} has no member for {{{}}}.", operation_.name, name));
        const auto* value = find(input_, member->name);
        if (value == nullptr) return invalid(member->name, fmt::format("{} is required.", member->name));
        request_.path += TRY(path_label(service_, *member, *value, greedy));
        return {};
    }

    [[nodiscard]] const Member* label_member(std::string_view name) const {
        if (const auto* member = shape_->member(name)) return member;
        for (const auto& member : shape_->members)
            if (member.location == Location::uri && location_name(member) == name) return &member;
        return nullptr;
    }

    Result<void> bind(const Member& member) {
        const auto* value = find(input_, member.name);
        if (value == nullptr) return {};
        const auto& shape = service_.shape(member.shape);
        switch (member.location) {
            case Location::query:
                return query(member, shape, *value);
            case Location::query_map:
                return query_map(member, shape, *value);
            case Location::header:
                return header(member, shape, *value);
            case Location::header_map:
                return header_map(member, *value);
            default:
                return {};
        }
    }

    void add_query(std::string_view key, std::string_view value) {
        if (!request_.query.empty()) request_.query += '&';
        request_.query.append(percent_encode(key)).append("=").append(percent_encode(value));
    }

    Result<void> query(const Member& member, const Shape& shape, const json::value& value) {
        const auto& element = shape.kind == ShapeKind::list ? service_.shape(shape.element) : shape;
        auto format = time_format(member, element, TimeFormat::date_time);
        if (shape.kind != ShapeKind::list) {
            add_query(location_name(member), TRY(scalar_to_text(shape, value, format, member.name)));
            return {};
        }
        if (!value.is_array()) return wrong_type(member.name, "a list");
        for (const auto& item : value.get_array())
            add_query(location_name(member), TRY(scalar_to_text(element, item, format, member.name)));
        return {};
    }

    Result<void> query_map(const Member& member, const Shape& shape, const json::value& value) {
        if (!value.is_object() || shape.kind != ShapeKind::map) return wrong_type(member.name, "an object");
        const auto& element = service_.shape(shape.element);
        for (const auto& entry : value.get_object()) {
            if (!entry.value().is_array()) {
                add_query(entry.key(), TRY(scalar_to_text(element, entry.value(), {}, member.name)));
                continue;
            }
            if (element.kind != ShapeKind::list) return wrong_type(member.name, "an object of texts");
            for (const auto& item : entry.value().get_array())
                add_query(entry.key(),
                          TRY(scalar_to_text(service_.shape(element.element), item, {}, member.name)));
        }
        return {};
    }

    Result<void> header(const Member& member, const Shape& shape, const json::value& value) {
        std::string text;
        if (shape.kind == ShapeKind::list) {
            if (!value.is_array()) return wrong_type(member.name, "a list");
            for (const auto& item : value.get_array()) {
                if (!text.empty()) text += ", ";
                text += TRY(
                    scalar_to_text(service_.shape(shape.element), item, TimeFormat::http_date, member.name));
            }
        } else {
            text = TRY(
                scalar_to_text(shape, value, time_format(member, shape, TimeFormat::http_date), member.name));
        }
        request_.headers.push_back(
            {std::string(location_name(member)), TRY(header_value(std::move(text), member.name))});
        return {};
    }

    Result<void> header_map(const Member& member, const json::value& value) {
        if (!value.is_object()) return wrong_type(member.name, "an object");
        for (const auto& entry : value.get_object()) {
            if (!entry.value().is_string()) return wrong_type(member.name, "an object of texts");
            auto name =
                TRY(header_value(std::string(member.location_name) + std::string(entry.key()), member.name));
            request_.headers.push_back(
                {std::move(name), TRY(header_value(std::string(text_of(entry.value())), member.name))});
        }
        return {};
    }

    Result<void> body() {
        for (const auto& member : shape_->members)
            if (member.location == Location::payload) return payload(member);
        if (std::ranges::none_of(shape_->members, is_in_body)) return {};
        return structured(*shape_, input_, operation_.name + "Request");
    }

    Result<void> payload(const Member& member) {
        const auto* value = find(input_, member.name);
        if (value == nullptr) return {};
        const auto& shape = service_.shape(member.shape);
        if (shape.kind == ShapeKind::structure) return structured(shape, *value, wire_name(member));
        request_.body = TRY(scalar_to_text(shape, *value, {}, member.name));
        return {};
    }

    Result<void> structured(const Shape& shape, const json::value& value, std::string_view root) {
        if (service_.protocol == Protocol::rest_xml) {
            request_.body = TRY(xml_body(service_, root, shape, value, is_in_body));
            request_.headers.push_back({"Content-Type", "application/xml"});
            return {};
        }
        request_.body = to_text(TRY(json_body(service_, shape, value, is_in_body)));
        request_.headers.push_back({"Content-Type", "application/json"});
        return {};
    }

    const model::Service& service_;
    const model::Operation& operation_;
    const Shape* shape_;
    const json::value& input_;
    WireRequest request_;
};

Result<WireRequest> encode_form(const model::Service& service, const model::Operation& operation,
                                const json::value& input) {
    WireRequest request{.method = "POST", .query = {}, .headers = {}, .body = {}, .host_prefix = {}};
    request.body = TRY(query_body(service, operation, input));
    request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"});
    return request;
}

Result<WireRequest> encode_json(const model::Service& service, const model::Operation& operation,
                                const Shape* shape, const json::value& input) {
    WireRequest request{.method = "POST", .query = {}, .headers = {}, .body = "{}", .host_prefix = {}};
    if (shape != nullptr)
        request.body = to_text(TRY(json_body(service, *shape, input, [](const Member&) { return true; })));
    auto version = service.protocol == Protocol::json10 ? "1.0" : "1.1";
    request.headers.push_back({"Content-Type", fmt::format("application/x-amz-json-{}", version)});
    request.headers.push_back({"X-Amz-Target", fmt::format("{}.{}", service.target_prefix, operation.name)});
    return request;
}

// "{AccountId}." with the input's value, which becomes part of a host name and so is checked as one.
Result<std::string> host_prefix(const std::string& pattern, const json::value& input) {
    std::string out;
    for (std::size_t pos = 0; pos < pattern.size();) {
        auto open = std::min(pattern.find('{', pos), pattern.size());
        out.append(pattern, pos, open - pos);
        if (open == pattern.size()) break;
        auto close = std::min(pattern.find('}', open), pattern.size());
        auto name = pattern.substr(open + 1, close - open - 1);
        auto value = string_or(input, name);
        auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; };
        if (value.empty() || value.size() > 63 || !std::ranges::all_of(value, fits))
            return wrong_type(name, "usable in a host name: letters, digits and hyphens");
        out += value;
        pos = close + 1;
    }
    return out;
}

}  // namespace

Result<WireRequest> encode(const model::Service& service, const model::Operation& operation,
                           const json::value& input) {
    static const json::value nothing = json::value(json::object());
    const auto& given = input.is_null() ? nothing : input;
    const auto* shape = operation.input == model::no_shape ? nullptr : &service.shape(operation.input);
    if (shape != nullptr) TRY(check_required(*shape, given));
    auto write = [&]() -> Result<WireRequest> {
        if (is_rest(service.protocol)) return RestWriter(service, operation, shape, given).write();
        if (service.protocol == Protocol::json10 || service.protocol == Protocol::json11)
            return encode_json(service, operation, shape, given);
        return encode_form(service, operation, given);
    };
    auto request = TRY(write());
    request.host_prefix = TRY(host_prefix(operation.host_prefix, given));
    for (const auto& header : service_headers)
        if (header.service == service.id)
            request.headers.push_back({std::string(header.name), std::string(header.value)});
    return request;
}

}  // namespace patrol::aws
