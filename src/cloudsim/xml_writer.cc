#include "cloudsim/xml_writer.h"

#include "cloud/aws/wire_values.h"

namespace patrol::cloudsim {
namespace {

using aws::wire::escape_xml;
using model::Location;
using model::Shape;
using model::ShapeKind;
using model::TimeFormat;

// AWS's own schema-instance prefix, for S3 grants.
constexpr std::string_view schema_instance = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

std::string scalar_text(const Shape& shape, const json::value& value, TimeFormat format) {
    auto text = aws::wire::scalar_to_text(shape, value, format, "");
    return text ? *text : json::serialize(value);
}

}  // namespace

void XmlWriter::open(std::string_view name, std::string_view attributes) {
    out_.append("<").append(name).append(attributes).append(">");
}
void XmlWriter::close(std::string_view name) { out_.append("</").append(name).append(">"); }
void XmlWriter::text_element(std::string_view name, std::string_view text) {
    open(name);
    out_ += escape_xml(text);
    close(name);
}

void XmlWriter::members(const Shape& shape, const json::object& value) {
    for (const auto& member : shape.members) {
        if (member.location != Location::body || member.xml_attribute) continue;
        const auto* field = value.if_contains(member.name);
        if (field == nullptr || field->is_null()) continue;
        const auto& of_member = service_.shape(member.shape);
        element(aws::wire::wire_name(member), of_member, *field,
                aws::wire::time_format(member, of_member, TimeFormat::date_time), member.flattened);
    }
}

std::string XmlWriter::attributes(const Shape& shape, const json::value& value) const {
    std::string out;
    for (const auto& member : shape.members) {
        if (!member.xml_attribute) continue;
        auto text = string_or(value, member.name);
        if (!text.empty())
            out +=
                fmt::format("{} {}=\"{}\"", schema_instance, aws::wire::wire_name(member), escape_xml(text));
    }
    return out;
}

void XmlWriter::element(std::string_view name, const Shape& shape, const json::value& value,
                        TimeFormat format, bool flattened) {
    switch (shape.kind) {
        case ShapeKind::list:
            if (value.is_array()) list(name, shape, value.get_array(), flattened);
            return;
        case ShapeKind::map:
            if (value.is_object()) map(name, shape, value.get_object(), flattened);
            return;
        case ShapeKind::structure:
            if (!value.is_object()) return;
            open(name, attributes(shape, value));
            members(shape, value.get_object());
            close(name);
            return;
        default:
            text_element(name, scalar_text(shape, value, format));
    }
}

void XmlWriter::list(std::string_view name, const Shape& shape, const json::array& items, bool flattened) {
    const auto& of_item = service_.shape(shape.element);
    auto item_name = std::string_view(shape.element_name);
    if (item_name.empty()) item_name = ec2_ ? "item" : "member";
    if (!flattened) open(name);
    for (const auto& item : items)
        element(flattened ? name : item_name, of_item, item, TimeFormat::date_time, false);
    if (!flattened) close(name);
}

void XmlWriter::map(std::string_view name, const Shape& shape, const json::object& entries, bool flattened) {
    const auto& of_value = service_.shape(shape.element);
    if (!flattened) open(name);
    for (const auto& entry : entries) {
        open(flattened ? name : "entry");
        text_element(shape.key_name.empty() ? "key" : shape.key_name, entry.key());
        element(shape.element_name.empty() ? "value" : shape.element_name, of_value, entry.value(),
                TimeFormat::date_time, false);
        close(flattened ? name : "entry");
    }
    if (!flattened) close(name);
}

}  // namespace patrol::cloudsim
