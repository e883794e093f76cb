// XML answers made into documents by the shapes. The parser works inside the answer's body, ignores
// document types (custom entities do not exist for it) and the reader bounds elements and depth.
// Internal to the protocols.
#pragma once

#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "base/error.h"
#include "base/json.h"
#include "model/api_model.h"

namespace patrol::aws::wire {

inline constexpr std::size_t xml_elements = 2'000'000;

Error malformed_answer(std::string_view what);
Error not_aws_answer(std::string_view what);

// The body stays in use by `document`. Refuses what is not well-formed UTF-8 XML within the bounds.
Result<void> parse_xml(pugi::xml_document& document, std::string& body);

// The name without its namespace prefix.
std::string_view local_name(const pugi::xml_node& node);

class XmlReader {
public:
    XmlReader(const model::Service& service, json::storage_ptr memory)
        : service_(service), memory_(std::move(memory)) {}

    // Known and unknown members of `node`. `known` counts the members that the shape names.
    Result<json::object> structure(const model::Shape& shape, const pugi::xml_node& node);
    Result<json::value> any(const model::Shape& shape, const pugi::xml_node& node);
    [[nodiscard]] std::size_t known() const { return known_; }

private:
    Result<void> child(const model::Shape& shape, std::size_t& hint, const pugi::xml_node& node,
                       json::object& out);
    Result<void> flattened(const model::Member& member, const model::Shape& shape, const pugi::xml_node& node,
                           json::object& out);
    Result<json::value> list(const model::Shape& shape, const pugi::xml_node& node);
    Result<json::value> map(const model::Shape& shape, const pugi::xml_node& node);
    Result<void> map_entry(const model::Shape& shape, const pugi::xml_node& entry, json::object& out);
    Result<json::value> unknown(const pugi::xml_node& node);
    void attributes(const model::Shape& shape, const pugi::xml_node& node, json::object& out);

    const model::Service& service_;
    json::storage_ptr memory_;
    std::size_t depth_ = 0;
    std::size_t known_ = 0;
};

}  // namespace patrol::aws::wire
