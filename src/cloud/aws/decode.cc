#include "cloud/aws/protocol.h"

#include "base/encoding.h"
#include "cloud/aws/decode_json.h"
#include "cloud/aws/decode_xml.h"
#include "cloud/aws/wire_values.h"
#include "crypto/hash.h"

namespace patrol::aws {
namespace {

using model::Location;
using model::Member;
using model::Protocol;
using model::Shape;
using model::ShapeKind;
using namespace wire;

json::string_view as_json(std::string_view text) { return {text.data(), text.size()}; }

bool has_body_members(const Shape& shape) {
    return std::ranges::any_of(shape.members, [](const Member& m) { return m.location == Location::body; });
}

const Member* payload_member(const Shape& shape) {
    for (const auto& member : shape.members)
        if (member.location == Location::payload) return &member;
    return nullptr;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// By the body: its declared type says little, and no answer of AWS starts like a page.
bool looks_like_html(const net::HttpResponse& response) {
    auto start = response.body.find_first_not_of(" \t\r\n\xef\xbb\xbf");
    if (start == std::string::npos) return false;
    auto head = std::string_view(response.body).substr(start, 9);
    return net::equal_without_case(head.substr(0, 5), "<html") || net::equal_without_case(head, "<!doctype");
}

class Decoder {
public:
    Decoder(const model::Service& service, const model::Operation& operation, net::HttpResponse& response,
            const json::storage_ptr& memory)
        : service_(service), operation_(operation), response_(response), memory_(memory), out_(memory) {}

    Result<json::value> decode() {
        if (operation_.output == model::no_shape) return json::value(std::move(out_));
        const auto& shape = service_.shape(operation_.output);
        const bool is_rest =
            service_.protocol == Protocol::rest_json || service_.protocol == Protocol::rest_xml;
        if (is_rest) bind_outside_body(shape);
        const auto* payload = is_rest ? payload_member(shape) : nullptr;
        if (payload != nullptr && is_text(*payload)) {
            TRY(text_payload(*payload));
        } else if (payload != nullptr || has_body_members(shape)) {
            if (looks_like_html(response_)) return fail(not_aws_answer("an HTML page"));
            if (is_blank(response_.body)) {
                // Only an answer that says "no content" may be empty; anything else was cut short.
                if (response_.status != 204 && response_.status != 202 && payload == nullptr)
                    return fail(malformed_answer("an empty answer"));
                return json::value(std::move(out_));
            }
            TRY(body(payload == nullptr ? shape : service_.shape(payload->shape), payload));
        }
        return json::value(std::move(out_));
    }

private:
    [[nodiscard]] bool is_text(const Member& payload) const {
        auto kind = service_.shape(payload.shape).kind;
        return kind == ShapeKind::string || kind == ShapeKind::blob;
    }

    Result<void> text_payload(const Member& member) {
        if (response_.body.empty()) return {};
        if (service_.shape(member.shape).kind == ShapeKind::blob) {
            out_.insert_or_assign(as_json(member.name), to_base64(as_bytes(response_.body)));
            return {};
        }
        if (looks_like_html(response_)) return fail(not_aws_answer("an HTML page"));
        if (!is_utf8(response_.body)) return fail(malformed_answer("not UTF-8"));
        out_.insert_or_assign(as_json(member.name), as_json(response_.body));
        return {};
    }

    void bind_outside_body(const Shape& shape) {
        for (const auto& member : shape.members) {
            if (member.location == Location::status)
                out_.insert_or_assign(as_json(member.name), response_.status);
            else if (member.location == Location::header)
                header(member);
            else if (member.location == Location::header_map)
                header_map(member);
        }
    }

    void header(const Member& member) {
        auto text = response_.header(location_name(member));
        if (text.empty() || !is_utf8(text)) return;
        const auto& shape = service_.shape(member.shape);
        if (shape.kind != ShapeKind::list) {
            out_.insert_or_assign(as_json(member.name), scalar_from_text(shape.kind, text, memory_));
            return;
        }
        json::array items(memory_);
        while (!text.empty()) {
            auto end = std::min(text.find(','), text.size());
            auto item = text.substr(0, end);
            item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
            items.push_back(scalar_from_text(service_.shape(shape.element).kind, item, memory_));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        out_.insert_or_assign(as_json(member.name), std::move(items));
    }

    void header_map(const Member& member) {
        json::object found(memory_);
        const std::string_view prefix = member.location_name;
        for (const auto& each : response_.headers) {
            auto head = std::string_view(each.name).substr(0, prefix.size());
            if (net::equal_without_case(head, prefix) && is_utf8(each.name) && is_utf8(each.value))
                found.insert_or_assign(as_json(std::string_view(each.name).substr(prefix.size())),
                                       as_json(each.value));
        }
        if (!found.empty()) out_.insert_or_assign(as_json(member.name), std::move(found));
    }

    Result<void> body(const Shape& shape, const Member* payload) {
        switch (service_.protocol) {
            case Protocol::json10:
            case Protocol::json11:
            case Protocol::rest_json:
                return json_answer(shape, payload);
            case Protocol::ec2:
            case Protocol::query:
                return query_answer(shape);
            case Protocol::rest_xml:
                return rest_xml_answer(shape, payload);
        }
        return {};
    }

    Result<void> json_answer(const Shape& shape, const Member* payload) {
        auto parsed = parse_json(response_.body, {.depth = limits::cloud_json_depth}, memory_);
        if (!parsed) return fail(malformed_answer(parsed.error().message + " " + parsed.error().detail));
        shape_json(service_, shape, *parsed);
        if (payload != nullptr) {
            out_.insert_or_assign(as_json(payload->name), std::move(*parsed));
            return {};
        }
        if (!parsed->is_object()) return fail(not_aws_answer("a JSON value that is not an object"));
        merge(std::move(parsed->get_object()));
        return {};
    }

    // Members from headers were bound first and stay.
    void merge(json::object&& members) {
        if (out_.empty()) {
            out_ = std::move(members);
            return;
        }
        for (auto& entry : members) out_.insert_or_assign(entry.key(), std::move(entry.value()));
    }

    // <DescribeVpcsResponse>, in the query protocol around <DescribeVpcsResult>. Any other root is another
    // answer, which must never pass for an empty list.
    Result<void> query_answer(const Shape& shape) {
        TRY(parse_xml(document_, response_.body));
        auto root = document_.document_element();
        if (local_name(root) != operation_.name + "Response")
            return fail(not_aws_answer(fmt::format("root element {}", local_name(root).substr(0, 80))));
        auto node = root;
        if (service_.protocol == Protocol::query) {
            node = root.child((operation_.name + "Result").c_str());
            if (!node) return fail(malformed_answer(operation_.name + "Result is missing"));
        }
        XmlReader reader(service_, memory_);
        auto members = TRY(reader.structure(shape, node));
        if (service_.protocol == Protocol::ec2)
            if (auto* id = members.find("requestId"); id != members.end()) members.stable_erase(id);
        merge(std::move(members));
        return {};
    }

    Result<void> rest_xml_answer(const Shape& shape, const Member* payload) {
        TRY(parse_xml(document_, response_.body));
        auto root = document_.document_element();
        if (service_.id == "s3" && operation_.name == "GetBucketLocation") return bucket_location(root);
        XmlReader reader(service_, memory_);
        auto members = TRY(reader.structure(shape, root));
        auto name = local_name(root);
        std::string_view space = root.attribute("xmlns").value();
        const bool of_aws = space.find("amazonaws.com") != std::string_view::npos || reader.known() > 0;
        if (name == "Error" || name == "ErrorResponse" || !of_aws)
            return fail(not_aws_answer(fmt::format("root element {}", name.substr(0, 80))));
        if (payload != nullptr)
            out_.insert_or_assign(as_json(payload->name), std::move(members));
        else
            merge(std::move(members));
        return {};
    }

    // The root itself is the value: <LocationConstraint>eu-west-1</LocationConstraint>; empty is us-east-1.
    Result<void> bucket_location(const pugi::xml_node& root) {
        if (local_name(root) != "LocationConstraint")
            return fail(not_aws_answer(fmt::format("root element {}", local_name(root).substr(0, 80))));
        std::string_view text = root.text().get();
        if (!text.empty()) out_.insert_or_assign("LocationConstraint", as_json(text));
        return {};
    }

    const model::Service& service_;
    const model::Operation& operation_;
    net::HttpResponse& response_;
    json::storage_ptr memory_;
    json::object out_;
    pugi::xml_document document_;
};

}  // namespace

Result<json::value> decode(const model::Service& service, const model::Operation& operation,
                           net::HttpResponse&& response, const json::storage_ptr& memory) {
    auto taken = std::move(response);
    auto decoded = Decoder(service, operation, taken, memory).decode();
    // Answers of STS hold credentials.
    if (service.id == "sts") crypto::wipe(taken.body.data(), taken.body.size());
    return decoded;
}

}  // namespace patrol::aws
