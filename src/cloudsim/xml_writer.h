// A document as XML by the shapes: names, flattened lists, attributes and maps as the services write them.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "model/api_model.h"

namespace patrol::cloudsim {

class XmlWriter {
public:
    explicit XmlWriter(const model::Service& service)
        : service_(service), ec2_(service.protocol == model::Protocol::ec2) {}

    void open(std::string_view name, std::string_view attributes = {});
    void close(std::string_view name);
    void text_element(std::string_view name, std::string_view text);
    // The body members of a structure, without an element around them.
    void members(const model::Shape& shape, const json::object& value);
    void element(std::string_view name, const model::Shape& shape, const json::value& value,
                 model::TimeFormat format, bool flattened);
    [[nodiscard]] std::string take() && { return std::move(out_); }

private:
    void list(std::string_view name, const model::Shape& shape, const json::array& items, bool flattened);
    void map(std::string_view name, const model::Shape& shape, const json::object& entries, bool flattened);
    [[nodiscard]] std::string attributes(const model::Shape& shape, const json::value& value) const;

    const model::Service& service_;
    bool ec2_;
    std::string out_;
};

}  // namespace patrol::cloudsim
