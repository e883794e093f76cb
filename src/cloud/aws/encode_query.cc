#include "cloud/aws/encode_query.h"

#include <cctype>

#include "base/encoding.h"
#include "cloud/aws/wire_values.h"

namespace patrol::aws::wire {
namespace {

using model::Protocol;
using model::Shape;
using model::ShapeKind;
using model::TimeFormat;

std::string capitalised(std::string_view name) {
    std::string out(name);
    if (!out.empty()) out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
    return out;
}

std::string joined(std::string_view prefix, std::string_view name) {
    if (prefix.empty()) return std::string(name);
    return fmt::format("{}.{}", prefix, name);
}

class FormWriter {
public:
    explicit FormWriter(const model::Service& service)
        : service_(service), ec2_(service.protocol == Protocol::ec2) {}

    void add(std::string_view key, std::string_view value) {
        if (!out_.empty()) out_ += '&';
        out_.append(percent_encode(key)).append("=").append(percent_encode(value));
    }

    Result<void> structure(std::string_view prefix, const Shape& shape, const json::value& value) {
        if (!value.is_object()) return wrong_type(prefix, "an object");
        for (const auto& member : shape.members) {
            const auto* field = find(value, member.name);
            if (field == nullptr) continue;
            auto name = ec2_ ? ec2_name(member) : std::string(wire_name(member));
            TRY(any(joined(prefix, name), service_.shape(member.shape), *field, &member));
        }
        return {};
    }

    std::string take() && { return std::move(out_); }

private:
    static std::string ec2_name(const model::Member& member) {
        return member.query_name.empty() ? capitalised(wire_name(member)) : member.query_name;
    }

    Result<void> any(const std::string& key, const Shape& shape, const json::value& value,
                     const model::Member* member) {
        const bool flat = ec2_ || (member != nullptr && member->flattened);
        switch (shape.kind) {
            case ShapeKind::structure:
                return structure(key, shape, value);
            case ShapeKind::list:
                return list(key, shape, value, flat);
            case ShapeKind::map:
                return map(key, shape, value, flat);
            default:
                break;
        }
        auto format =
            member == nullptr ? shape.time_format : time_format(*member, shape, TimeFormat::date_time);
        add(key, TRY(scalar_to_text(shape, value, format, key)));
        return {};
    }

    Result<void> list(const std::string& key, const Shape& shape, const json::value& value, bool flat) {
        if (!value.is_array()) return wrong_type(key, "a list");
        if (value.get_array().empty() && !ec2_) add(key, "");
        auto stem = flat ? key : joined(key, shape.element_name.empty() ? "member" : shape.element_name);
        std::size_t index = 0;
        for (const auto& item : value.get_array())
            TRY(any(fmt::format("{}.{}", stem, ++index), service_.shape(shape.element), item, nullptr));
        return {};
    }

    Result<void> map(const std::string& key, const Shape& shape, const json::value& value, bool flat) {
        if (!value.is_object()) return wrong_type(key, "an object");
        auto stem = flat ? key : joined(key, "entry");
        std::size_t index = 0;
        for (const auto& entry : value.get_object()) {
            auto item = fmt::format("{}.{}", stem, ++index);
            add(joined(item, shape.key_name.empty() ? "key" : shape.key_name), entry.key());
            TRY(any(joined(item, shape.element_name.empty() ? "value" : shape.element_name),
                    service_.shape(shape.element), entry.value(), nullptr));
        }
        return {};
    }

    const model::Service& service_;
    bool ec2_;
    std::string out_;
};

}  // namespace

Result<std::string> query_body(const model::Service& service, const model::Operation& operation,
                               const json::value& input) {
    FormWriter writer(service);
    writer.add("Action", operation.name);
    writer.add("Version", service.api_version);
    if (operation.input != model::no_shape) TRY(writer.structure("", service.shape(operation.input), input));
    return std::move(writer).take();
}

}  // namespace patrol::aws::wire
