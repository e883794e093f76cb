#include "cloud/aws/encode_body.h"

#include "cloud/aws/wire_values.h"

namespace patrol::aws::wire {
namespace {

using model::Shape;
using model::ShapeKind;
using model::TimeFormat;

bool everything(const model::Member&) { return true; }

std::string joined(std::string_view path, std::string_view name) {
    return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

class JsonWriter {
public:
    explicit JsonWriter(const model::Service& service) : service_(service) {}

    Result<json::value> structure(const std::string& path, const Shape& shape, const json::value& value,
                                  const Wanted& wanted) {
        if (!value.is_object()) return wrong_type(path, "an object");
        json::object out;
        for (const auto& member : shape.members) {
            const auto* field = find(value, member.name);
            if (field == nullptr || !wanted(member)) continue;
            out[wire_name(member)] =
                TRY(any(joined(path, member.name), service_.shape(member.shape), *field, &member));
        }
        return json::value(std::move(out));
    }

private:
    Result<json::value> any(const std::string& path, const Shape& shape, const json::value& value,
                            const model::Member* member) {
        switch (shape.kind) {
            case ShapeKind::structure:
                return structure(path, shape, value, everything);
            case ShapeKind::list:
                return list(path, shape, value);
            case ShapeKind::map:
                return map(path, shape, value);
            case ShapeKind::document:
                return value;
            case ShapeKind::timestamp:
                return time(path, shape, value, member);
            default:
                break;
        }
        TRY(scalar_to_text(shape, value, TimeFormat::by_protocol, path));
        return value;
    }

    Result<json::value> list(const std::string& path, const Shape& shape, const json::value& value) {
        if (!value.is_array()) return wrong_type(path, "a list");
        json::array out;
        for (const auto& item : value.get_array())
            out.push_back(TRY(any(path, service_.shape(shape.element), item, nullptr)));
        return json::value(std::move(out));
    }

    Result<json::value> map(const std::string& path, const Shape& shape, const json::value& value) {
        if (!value.is_object()) return wrong_type(path, "an object");
        json::object out;
        for (const auto& entry : value.get_object())
            out[entry.key()] = TRY(any(path, service_.shape(shape.element), entry.value(), nullptr));
        return json::value(std::move(out));
    }

    static Result<json::value> time(const std::string& path, const Shape& shape, const json::value& value,
                                    const model::Member* member) {
        auto format =
            member == nullptr ? shape.time_format : time_format(*member, shape, TimeFormat::epoch_seconds);
        if (format == TimeFormat::by_protocol) format = TimeFormat::epoch_seconds;
        auto text = TRY(scalar_to_text(shape, value, format, path));
        if (format != TimeFormat::epoch_seconds) return json::value(text);
        return scalar_from_text(ShapeKind::number, text, {});
    }

    const model::Service& service_;
};

class XmlWriter {
public:
    explicit XmlWriter(const model::Service& service) : service_(service) {}

    Result<void> element(std::string_view name, const Shape& shape, const json::value& value,
                         const model::Member* member, std::string_view attributes = {}) {
        out_.append("<").append(name).append(attributes).append(">");
        TRY(content(std::string(name), shape, value, member, everything));
        out_.append("</").append(name).append(">");
        return {};
    }

    Result<void> structure(std::string_view path, const Shape& shape, const json::value& value,
                           const Wanted& wanted) {
        if (!value.is_object()) return wrong_type(path, "an object");
        for (const auto& member : shape.members) {
            const auto* field = find(value, member.name);
            if (field == nullptr || member.xml_attribute || !wanted(member)) continue;
            TRY(child(member, *field));
        }
        return {};
    }

    void raw(std::string_view text) { out_.append(text); }
    std::string take() && { return std::move(out_); }

private:
    Result<void> child(const model::Member& member, const json::value& value) {
        const auto& shape = service_.shape(member.shape);
        if (shape.kind == ShapeKind::list && member.flattened) {
            if (!value.is_array()) return wrong_type(member.name, "a list");
            for (const auto& item : value.get_array())
                TRY(element(wire_name(member), service_.shape(shape.element), item, nullptr));
            return {};
        }
        auto attributes = shape.kind == ShapeKind::structure && value.is_object()
                              ? attributes_of(shape, value)
                              : std::string();
        return element(wire_name(member), shape, value, &member, attributes);
    }

    static std::string attributes_of(const Shape& shape, const json::value& value) {
        std::string out;
        for (const auto& member : shape.members) {
            auto text = string_or(value, member.name);
            if (!member.xml_attribute || text.empty()) continue;
            if (wire_name(member).starts_with("xsi:"))
                out += R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")";
            out += fmt::format(" {}=\"{}\"", wire_name(member), escape_xml(text));
        }
        return out;
    }

    Result<void> content(const std::string& path, const Shape& shape, const json::value& value,
                         const model::Member* member, const Wanted& wanted) {
        if (shape.kind == ShapeKind::structure) return structure(path, shape, value, wanted);
        if (shape.kind == ShapeKind::list) {
            if (!value.is_array()) return wrong_type(path, "a list");
            auto name = shape.element_name.empty() ? std::string_view("member")
                                                   : std::string_view(shape.element_name);
            for (const auto& item : value.get_array())
                TRY(element(name, service_.shape(shape.element), item, nullptr));
            return {};
        }
        if (shape.kind == ShapeKind::map) return map(path, shape, value);
        auto format =
            member == nullptr ? shape.time_format : time_format(*member, shape, TimeFormat::date_time);
        out_ += escape_xml(TRY(scalar_to_text(shape, value, format, path)));
        return {};
    }

    Result<void> map(const std::string& path, const Shape& shape, const json::value& value) {
        if (!value.is_object()) return wrong_type(path, "an object");
        for (const auto& entry : value.get_object()) {
            out_ += "<entry>";
            TRY(element(shape.key_name.empty() ? "key" : shape.key_name, service_.shape(shape.key),
                        json::value(entry.key()), nullptr));
            TRY(element(shape.element_name.empty() ? "value" : shape.element_name,
                        service_.shape(shape.element), entry.value(), nullptr));
            out_ += "</entry>";
        }
        return {};
    }

    const model::Service& service_;
    std::string out_;
};

}  // namespace

Result<json::value> json_body(const model::Service& service, const Shape& shape, const json::value& value,
                              const Wanted& wanted) {
    return JsonWriter(service).structure("", shape, value, wanted);
}

Result<std::string> xml_body(const model::Service& service, std::string_view root, const Shape& shape,
                             const json::value& value, const Wanted& wanted) {
    XmlWriter writer(service);
    writer.raw(fmt::format("<{}", root));
    if (!service.xml_namespace.empty()) writer.raw(fmt::format(" xmlns=\"{}\"", service.xml_namespace));
    writer.raw(">");
    TRY(writer.structure("", shape, value, wanted));
    writer.raw(fmt::format("</{}>", root));
    return std::move(writer).take();
}

}  // namespace patrol::aws::wire
