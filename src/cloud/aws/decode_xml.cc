#include "cloud/aws/decode_xml.h"

#include "base/encoding.h"
#include "cloud/aws/protocol.h"
#include "cloud/aws/wire_values.h"

namespace patrol::aws::wire {
namespace {

using model::Location;
using model::Member;
using model::Shape;
using model::ShapeKind;

// White space that is an element's only content is a value; comments and instructions are not kept.
constexpr unsigned parse_options = pugi::parse_escapes | pugi::parse_cdata | pugi::parse_eol |
                                   pugi::parse_wconv_attribute | pugi::parse_ws_pcdata_single |
                                   pugi::parse_embed_pcdata;

json::string_view as_json(std::string_view text) { return {text.data(), text.size()}; }

bool is_text(const pugi::xml_node& node) {
    return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

// A text in one piece, as nearly all are, is not copied; `joined` holds one in several (CDATA, comments).
std::string_view text_in(const pugi::xml_node& node, std::string& joined) {
    std::string_view own = node.value();
    auto first = node.first_child();
    if (!first) return own;
    if (own.empty() && !first.next_sibling()) return node.text().get();
    joined = own;
    for (auto each = first; each; each = each.next_sibling())
        if (is_text(each)) joined += each.value();
    return joined;
}

// Nearly every answer is; one pass over whole words tells.
bool is_ascii(std::string_view text) {
    unsigned char all = 0;
    for (char c : text) all |= static_cast<unsigned char>(c);
    return all < 0x80;
}

bool is_element(const pugi::xml_node& node) { return node.type() == pugi::node_element; }

bool has_elements(const pugi::xml_node& node) {
    for (auto each = node.first_child(); each; each = each.next_sibling())
        if (is_element(each)) return true;
    return false;
}

// Members of an answer mostly come in one order: the search starts after the last hit.
const Member* find_member(const Shape& shape, std::string_view name, std::size_t& hint) {
    const auto count = shape.members.size();
    for (std::size_t step = 0; step < count; ++step) {
        auto at = hint + step < count ? hint + step : hint + step - count;
        const auto& member = shape.members[at];
        if (member.location != Location::body && member.location != Location::payload) continue;
        if (wire_name(member) != name || member.xml_attribute) continue;
        hint = at + 1 < count ? at + 1 : 0;
        return &member;
    }
    return nullptr;
}

class Depth {
public:
    explicit Depth(std::size_t& depth) : depth_(depth) { ++depth_; }
    ~Depth() { --depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    [[nodiscard]] bool too_deep() const { return depth_ > xml_depth; }

private:
    std::size_t& depth_;
};

}  // namespace

Error malformed_answer(std::string_view what) {
    return {.kind = Error::Kind::unavailable,
            .message = "AWS gave an answer that Patrol cannot read.",
            .hint = "Try again; if it persists, a proxy between Patrol and AWS may be changing answers.",
            .detail = std::string(what),
            .code = "malformed_answer"};
}

Error not_aws_answer(std::string_view what) {
    return {.kind = Error::Kind::unavailable,
            .message = "The answer did not come from AWS.",
            .hint = "Check whether a proxy or a network login page answers in place of AWS.",
            .detail = std::string(what),
            .code = "not_aws_answer"};
}

Result<void> parse_xml(pugi::xml_document& document, std::string& body) {
    if (!is_ascii(body) && !is_utf8(body)) return fail(malformed_answer("not UTF-8"));
    if (static_cast<std::size_t>(std::ranges::count(body, '<')) / 2 > xml_elements)
        return fail(malformed_answer("too many XML elements"));
    auto parsed = document.load_buffer_inplace(body.data(), body.size(), parse_options, pugi::encoding_utf8);
    if (!parsed)
        return fail(malformed_answer(fmt::format("XML at byte {}: {}", parsed.offset, parsed.description())));
    return {};
}

std::string_view local_name(const pugi::xml_node& node) {
    std::string_view name = node.name();
    auto colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

Result<json::object> XmlReader::structure(const Shape& shape, const pugi::xml_node& node) {
    Depth depth(depth_);
    if (depth.too_deep()) return fail(malformed_answer("XML is nested too deeply"));
    json::object out(memory_);
    std::size_t children = 0;
    for (auto each = node.first_child(); each; each = each.next_sibling()) ++children;
    out.reserve(std::min(children, shape.members.size()));
    attributes(shape, node, out);
    std::size_t hint = 0;
    for (auto each = node.first_child(); each; each = each.next_sibling())
        if (is_element(each)) TRY(child(shape, hint, each, out));
    return out;
}

void XmlReader::attributes(const Shape& shape, const pugi::xml_node& node, json::object& out) {
    if (!node.first_attribute()) return;
    for (const auto& member : shape.members) {
        if (!member.xml_attribute) continue;
        auto name = wire_name(member);
        if (auto attribute = node.attribute(std::string(name).c_str()))
            out.insert_or_assign(as_json(member.name), scalar_from_text(service_.shape(member.shape).kind,
                                                                        attribute.value(), memory_));
    }
}

Result<void> XmlReader::child(const Shape& shape, std::size_t& hint, const pugi::xml_node& node,
                              json::object& out) {
    auto name = local_name(node);
    if (const auto* member = find_member(shape, name, hint)) {
        ++known_;
        const auto& of_member = service_.shape(member->shape);
        if (member->flattened && (of_member.kind == ShapeKind::list || of_member.kind == ShapeKind::map))
            return flattened(*member, of_member, node, out);
        auto value = TRY(any(of_member, node));
        if (!value.is_null()) out.insert_or_assign(as_json(member->name), std::move(value));
        return {};
    }
    auto value = TRY(unknown(node));
    auto [at, fresh] = out.emplace(as_json(name), nullptr);
    if (fresh) {
        at->value() = std::move(value);
    } else if (at->value().is_array()) {
        at->value().get_array().push_back(std::move(value));
    } else {
        json::array both(memory_);
        both.push_back(std::move(at->value()));
        both.push_back(std::move(value));
        at->value() = std::move(both);
    }
    return {};
}

Result<void> XmlReader::flattened(const Member& member, const Shape& shape, const pugi::xml_node& node,
                                  json::object& out) {
    auto& slot = out[as_json(member.name)];
    if (shape.kind == ShapeKind::map) {
        if (!slot.is_object()) slot.emplace_object();
        return map_entry(shape, node, slot.get_object());
    }
    if (!slot.is_array()) slot.emplace_array();
    slot.get_array().push_back(TRY(any(service_.shape(shape.element), node)));
    return {};
}

// Null: the element says nothing (an empty number).
Result<json::value> XmlReader::any(const Shape& shape, const pugi::xml_node& node) {
    switch (shape.kind) {
        case ShapeKind::structure:
            return json::value(TRY(structure(shape, node)));
        case ShapeKind::list:
            return list(shape, node);
        case ShapeKind::map:
            return map(shape, node);
        case ShapeKind::document:
            return unknown(node);
        default:
            break;
    }
    if (has_elements(node)) return unknown(node);
    std::string joined;
    auto text = text_in(node, joined);
    if (text.empty() && shape.kind != ShapeKind::string && shape.kind != ShapeKind::blob)
        return json::value(nullptr, memory_);
    return scalar_from_text(shape.kind, text, memory_);
}

Result<json::value> XmlReader::list(const Shape& shape, const pugi::xml_node& node) {
    Depth depth(depth_);
    if (depth.too_deep()) return fail(malformed_answer("XML is nested too deeply"));
    const auto& element = service_.shape(shape.element);
    json::array out(memory_);
    for (auto each = node.first_child(); each; each = each.next_sibling())
        if (is_element(each)) out.push_back(TRY(any(element, each)));
    return json::value(std::move(out));
}

Result<json::value> XmlReader::map(const Shape& shape, const pugi::xml_node& node) {
    Depth depth(depth_);
    if (depth.too_deep()) return fail(malformed_answer("XML is nested too deeply"));
    json::object out(memory_);
    for (auto each = node.first_child(); each; each = each.next_sibling())
        if (is_element(each)) TRY(map_entry(shape, each, out));
    return json::value(std::move(out));
}

Result<void> XmlReader::map_entry(const Shape& shape, const pugi::xml_node& entry, json::object& out) {
    auto key_name = shape.key_name.empty() ? std::string_view("key") : std::string_view(shape.key_name);
    auto value_name =
        shape.element_name.empty() ? std::string_view("value") : std::string_view(shape.element_name);
    pugi::xml_node key;
    pugi::xml_node value;
    for (auto each = entry.first_child(); each; each = each.next_sibling()) {
        if (!is_element(each)) continue;
        if (local_name(each) == key_name) key = each;
        if (local_name(each) == value_name) value = each;
    }
    if (!key) return fail(malformed_answer("a map entry has no key"));
    auto read = value ? TRY(any(service_.shape(shape.element), value)) : json::value("", memory_);
    std::string joined;
    out.insert_or_assign(as_json(text_in(key, joined)), std::move(read));
    return {};
}

// By element name: text, or an object whose repeated children are arrays.
Result<json::value> XmlReader::unknown(const pugi::xml_node& node) {
    static const Shape no_members{.kind = ShapeKind::structure};
    std::string joined;
    if (!has_elements(node)) return json::value(as_json(text_in(node, joined)), memory_);
    return json::value(TRY(structure(no_members, node)));
}

}  // namespace patrol::aws::wire
