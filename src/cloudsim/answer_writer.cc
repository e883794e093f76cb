#include "cloudsim/answer_writer.h"

#include "base/time.h"
#include "cloud/aws/wire_values.h"
#include "cloudsim/xml_writer.h"

namespace patrol::cloudsim {
namespace {

using aws::wire::escape_xml;
using model::Location;
using model::Member;
using model::Protocol;
using model::Shape;
using model::ShapeKind;
using model::TimeFormat;

// Of an output only these stand outside the body; a query or path location there means nothing.
bool is_in_body(const Member& member) {
    return member.location != Location::header && member.location != Location::header_map &&
           member.location != Location::status && member.location != Location::payload;
}

// A document by its shapes for the JSON protocols: wire names, timestamps as seconds.
class JsonWriter {
public:
    explicit JsonWriter(const model::Service& service) : service_(service) {}

    json::object members(const Shape& shape, const json::object& value) const {
        json::object out;
        for (const auto& member : shape.members) {
            if (!is_in_body(member)) continue;
            const auto* field = value.if_contains(member.name);
            if (field == nullptr || field->is_null()) continue;
            const auto& of_member = service_.shape(member.shape);
            out[aws::wire::wire_name(member)] =
                any(of_member, *field, aws::wire::time_format(member, of_member, TimeFormat::epoch_seconds));
        }
        return out;
    }

    json::value any(const Shape& shape, const json::value& value, TimeFormat format) const {
        if (shape.kind == ShapeKind::structure && value.is_object())
            return members(shape, value.get_object());
        if (shape.kind == ShapeKind::list && value.is_array()) {
            json::array out;
            for (const auto& item : value.get_array())
                out.push_back(any(service_.shape(shape.element), item, TimeFormat::epoch_seconds));
            return out;
        }
        if (shape.kind == ShapeKind::map && value.is_object()) {
            json::object out;
            for (const auto& entry : value.get_object())
                out[entry.key()] =
                    any(service_.shape(shape.element), entry.value(), TimeFormat::epoch_seconds);
            return out;
        }
        if (shape.kind == ShapeKind::timestamp && value.is_string() && format == TimeFormat::epoch_seconds)
            if (auto time = parse_rfc3339(aws::wire::text_of(value)))
                return static_cast<double>(time->ms) / 1000.0;
        return value;
    }

private:
    const model::Service& service_;
};

bool is_xml(const model::Service& service) {
    return service.protocol == Protocol::ec2 || service.protocol == Protocol::query ||
           service.protocol == Protocol::rest_xml;
}

std::string_view content_type(const model::Service& service) {
    switch (service.protocol) {
        case Protocol::json10:
            return "application/x-amz-json-1.0";
        case Protocol::json11:
            return "application/x-amz-json-1.1";
        case Protocol::rest_json:
            return "application/json";
        default:
            return "text/xml;charset=UTF-8";
    }
}

std::string xml_namespace(const model::Service& service) {
    return service.xml_namespace.empty() ? "" : fmt::format(" xmlns=\"{}\"", service.xml_namespace);
}

const Member* payload_member(const Shape& shape) {
    for (const auto& member : shape.members)
        if (member.location == Location::payload) return &member;
    return nullptr;
}

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

std::string query_body(const model::Service& service, const model::Operation& operation, const Shape* shape,
                       const json::object& output, std::string_view request_id) {
    XmlWriter xml(service);
    bool ec2 = service.protocol == Protocol::ec2;
    xml.open(operation.name + "Response", xml_namespace(service));
    if (ec2) xml.text_element("requestId", request_id);
    if (!ec2) xml.open(operation.name + "Result");
    if (shape != nullptr) xml.members(*shape, output);
    if (!ec2) {
        xml.close(operation.name + "Result");
        xml.open("ResponseMetadata");
        xml.text_element("RequestId", request_id);
        xml.close("ResponseMetadata");
    }
    xml.close(operation.name + "Response");
    return std::string(declaration) + std::move(xml).take();
}

std::string rest_xml_body(const model::Service& service, const model::Operation& operation,
                          const Shape& shape, const json::object& output) {
    XmlWriter xml(service);
    if (const auto* payload = payload_member(shape)) {
        const auto* value = output.if_contains(payload->name);
        if (value == nullptr) return "";
        const auto& of_payload = service.shape(payload->shape);
        if (of_payload.kind != ShapeKind::structure)
            return value->is_string() ? std::string(aws::wire::text_of(*value)) : "";
        xml.open(payload->name, xml_namespace(service));
        xml.members(of_payload, value->is_object() ? value->get_object() : json::object{});
        xml.close(payload->name);
        return std::string(declaration) + std::move(xml).take();
    }
    // S3 answers this one operation with the bare member as the root.
    if (operation.name == "GetBucketLocation") {
        const json::value whole(output);
        auto location = string_or(whole, "LocationConstraint");
        return fmt::format("{}<LocationConstraint{}>{}</LocationConstraint>", declaration,
                           xml_namespace(service), escape_xml(location));
    }
    xml.open(operation.name + "Result", xml_namespace(service));
    xml.members(shape, output);
    xml.close(operation.name + "Result");
    return std::string(declaration) + std::move(xml).take();
}

std::string json_body(const model::Service& service, const Shape& shape, const json::object& output) {
    JsonWriter writer(service);
    if (const auto* payload = payload_member(shape)) {
        const auto* value = output.if_contains(payload->name);
        if (value == nullptr) return "{}";
        const auto& of_payload = service.shape(payload->shape);
        if (of_payload.kind == ShapeKind::blob || of_payload.kind == ShapeKind::string)
            return value->is_string() ? std::string(aws::wire::text_of(*value)) : "";
        return json::serialize(writer.any(of_payload, *value, TimeFormat::epoch_seconds));
    }
    return json::serialize(writer.members(shape, output));
}

void add_header_members(const model::Service& service, const Shape& shape, const json::object& output,
                        net::ServerResponse& response) {
    for (const auto& member : shape.members) {
        if (member.location != Location::header) continue;
        const auto* value = output.if_contains(member.name);
        if (value == nullptr || value->is_null()) continue;
        auto text = aws::wire::scalar_to_text(service.shape(member.shape), *value, TimeFormat::http_date,
                                              member.name);
        if (text) response.headers.push_back({std::string(aws::wire::location_name(member)), *text});
    }
}

}  // namespace

net::ServerResponse write_answer(const model::Service& service, const model::Operation& operation,
                                 const json::value& output, std::string_view request_id) {
    static const json::object nothing;
    const auto& document = output.is_object() ? output.get_object() : nothing;
    const auto* shape = operation.output == model::no_shape ? nullptr : &service.shape(operation.output);
    net::ServerResponse response;
    response.headers = {{"content-type", std::string(content_type(service))},
                        {"x-amzn-requestid", std::string(request_id)}};
    if (service.protocol == Protocol::ec2 || service.protocol == Protocol::query)
        response.body = query_body(service, operation, shape, document, request_id);
    else if (shape == nullptr)
        response.body = std::string(is_xml(service) ? "" : "{}");
    else if (service.protocol == Protocol::rest_xml)
        response.body = rest_xml_body(service, operation, *shape, document);
    else
        response.body = json_body(service, *shape, document);
    if (shape != nullptr) add_header_members(service, *shape, document, response);
    return response;
}

net::ServerResponse write_fault(const model::Service& service, const ServiceFault& fault,
                                std::string_view request_id) {
    net::ServerResponse response{.status = fault.status,
                                 .headers = {{"content-type", std::string(content_type(service))},
                                             {"x-amzn-requestid", std::string(request_id)}}};
    auto error = fmt::format("<Code>{}</Code><Message>{}</Message>", escape_xml(fault.code),
                             escape_xml(fault.message));
    if (service.protocol == Protocol::ec2)
        response.body =
            fmt::format("{}<Response><Errors><Error>{}</Error></Errors><RequestID>{}</RequestID></Response>",
                        declaration, error, request_id);
    else if (service.protocol == Protocol::query)
        response.body = fmt::format(
            "<ErrorResponse{}><Error><Type>Sender</Type>{}</Error><RequestId>{}</RequestId></ErrorResponse>",
            xml_namespace(service), error, request_id);
    else if (service.id == "s3")
        response.body =
            fmt::format("{}<Error>{}<RequestId>{}</RequestId></Error>", declaration, error, request_id);
    else if (service.protocol == Protocol::rest_xml)
        response.body =
            fmt::format("{}<ErrorResponse{}><Error>{}</Error><RequestId>{}</RequestId></ErrorResponse>",
                        declaration, xml_namespace(service), error, request_id);
    else {
        response.headers.push_back({"x-amzn-errortype", fault.code});
        response.body = json::serialize(json::object{{"__type", fault.code}, {"message", fault.message}});
    }
    return response;
}

}  // namespace patrol::cloudsim
