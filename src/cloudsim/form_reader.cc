#include "cloudsim/form_reader.h"

#include <cctype>
#include <map>

#include "cloud/aws/wire_values.h"

namespace patrol::cloudsim {
namespace {

using model::Protocol;
using model::Shape;
using model::ShapeKind;

constexpr std::size_t elements_max = 1'000;

class FormReader {
public:
    FormReader(const model::Service& service, const net::QueryPairs& form)
        : service_(service), ec2_(service.protocol == Protocol::ec2), fields_(form.begin(), form.end()) {}

    json::object structure(const std::string& prefix, const Shape& shape) {
        json::object out;
        for (const auto& member : shape.members) {
            auto key = prefix + (ec2_ ? ec2_name(member) : std::string(aws::wire::wire_name(member)));
            if (auto value = any(key, service_.shape(member.shape), ec2_ || member.flattened);
                !value.is_null())
                out[member.name] = std::move(value);
        }
        return out;
    }

private:
    static std::string ec2_name(const model::Member& member) {
        if (!member.query_name.empty()) return member.query_name;
        std::string name(aws::wire::wire_name(member));
        name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
        return name;
    }

    [[nodiscard]] bool has(const std::string& prefix) const {
        auto at = fields_.lower_bound(prefix);
        return at != fields_.end() && at->first.starts_with(prefix);
    }

    json::value any(const std::string& key, const Shape& shape, bool flat) {
        switch (shape.kind) {
            case ShapeKind::structure:
                return has(key + ".") ? json::value(structure(key + ".", shape)) : nullptr;
            case ShapeKind::list:
                return list(key, shape, flat);
            case ShapeKind::map:
                return map(key, shape, flat);
            default:
                break;
        }
        auto at = fields_.find(key);
        return at == fields_.end() ? nullptr : aws::wire::scalar_from_text(shape.kind, at->second, {});
    }

    json::value list(const std::string& key, const Shape& shape, bool flat) {
        auto stem = flat ? key : key + "." + (shape.element_name.empty() ? "member" : shape.element_name);
        json::array out;
        for (std::size_t i = 1; i <= elements_max; ++i) {
            auto value = any(fmt::format("{}.{}", stem, i), service_.shape(shape.element), false);
            if (value.is_null()) break;
            out.push_back(std::move(value));
        }
        return out.empty() && !fields_.contains(key) ? json::value(nullptr) : json::value(std::move(out));
    }

    json::value map(const std::string& key, const Shape& shape, bool flat) {
        auto stem = flat ? key : key + ".entry";
        json::object out;
        for (std::size_t i = 1; i <= elements_max; ++i) {
            auto entry = fmt::format("{}.{}.", stem, i);
            auto name = fields_.find(entry + (shape.key_name.empty() ? "key" : shape.key_name));
            if (name == fields_.end()) break;
            out[name->second] = any(entry + (shape.element_name.empty() ? "value" : shape.element_name),
                                    service_.shape(shape.element), false);
        }
        return out.empty() ? json::value(nullptr) : json::value(std::move(out));
    }

    const model::Service& service_;
    bool ec2_;
    std::map<std::string, std::string> fields_;
};

}  // namespace

json::object read_form_input(const model::Service& service, const model::Operation& operation,
                             const net::QueryPairs& form) {
    if (operation.input == model::no_shape) return {};
    return FormReader(service, form).structure("", service.shape(operation.input));
}

}  // namespace patrol::cloudsim
