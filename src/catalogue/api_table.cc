#include "catalogue/api_table.h"

#include <algorithm>

#include <fmt/format.h>

namespace patrol::catalogue {
namespace {

using model::Location;
using model::Member;
using model::Protocol;
using model::Shape;
using model::ShapeIndex;
using model::ShapeKind;
using model::TimeFormat;

Failure broken(std::string_view what) {
    return fail(Error::Kind::malformed, fmt::format("The API table is broken: {}.", what));
}

template <class Enum>
struct Name {
    std::string_view text;
    Enum value;
};

constexpr Name<Protocol> protocols[] = {
    {"ec2", Protocol::ec2},       {"query", Protocol::query},         {"json10", Protocol::json10},
    {"json11", Protocol::json11}, {"rest-json", Protocol::rest_json}, {"rest-xml", Protocol::rest_xml}};
constexpr Name<Location> locations[] = {
    {"uri", Location::uri},        {"query", Location::query},           {"query_map", Location::query_map},
    {"header", Location::header},  {"header_map", Location::header_map}, {"status", Location::status},
    {"payload", Location::payload}};
struct Scalar {
    std::string_view code;
    ShapeKind kind;
    TimeFormat time;
};
constexpr Scalar scalars[] = {{"s", ShapeKind::string, TimeFormat::by_protocol},
                              {"n", ShapeKind::number, TimeFormat::by_protocol},
                              {"b", ShapeKind::boolean, TimeFormat::by_protocol},
                              {"t", ShapeKind::timestamp, TimeFormat::by_protocol},
                              {"td", ShapeKind::timestamp, TimeFormat::date_time},
                              {"th", ShapeKind::timestamp, TimeFormat::http_date},
                              {"te", ShapeKind::timestamp, TimeFormat::epoch_seconds},
                              {"x", ShapeKind::blob, TimeFormat::by_protocol},
                              {"d", ShapeKind::document, TimeFormat::by_protocol}};

template <class Enum, std::size_t size>
std::optional<Enum> named(const Name<Enum> (&names)[size], std::string_view text) {
    for (const auto& [name, value] : names)
        if (name == text) return value;
    return {};
}

// Builds the shapes of one service; scalars, which the table writes in place, are pooled behind them.
class ShapeReader {
public:
    ShapeReader(const json::array& from, std::vector<Shape>& out) : from_(from), out_(out) {}

    Result<void> read() {
        out_.resize(from_.size());
        for (std::size_t at = 0; at < from_.size(); ++at) {
            Shape shape;
            if (!read_shape(from_[at], shape)) return broken(fmt::format("shape {}", at));
            out_[at] = std::move(shape);
        }
        return {};
    }
    // An operation's input or output: "" or absent = none.
    bool ref(const json::value* value, ShapeIndex& into) {
        if (!value) return false;
        if (const auto* index = value->if_int64()) {
            into = static_cast<ShapeIndex>(*index);
            return *index >= 0 && static_cast<std::size_t>(*index) < from_.size();
        }
        const auto* code = value->if_string();
        return code && scalar({code->data(), code->size()}, into);
    }

private:
    bool scalar(std::string_view code, ShapeIndex& into) {
        if (auto known = pool_.find(code); known != pool_.end()) {
            into = known->second;
            return true;
        }
        Shape shape;
        auto inner = code;
        if (inner.ends_with("[]") || inner.ends_with("{}")) {
            shape.kind = inner.ends_with("[]") ? ShapeKind::list : ShapeKind::map;
            inner.remove_suffix(2);
            if (!scalar(inner, shape.element)) return false;
            if (shape.kind == ShapeKind::map && !scalar("s", shape.key)) return false;
        } else {
            if (inner.ends_with('!')) {
                shape.sensitive = true;
                inner.remove_suffix(1);
            }
            auto known = std::ranges::find(scalars, inner, &Scalar::code);
            if (known == std::end(scalars)) return false;
            shape.kind = known->kind;
            shape.time_format = known->time;
        }
        out_.push_back(std::move(shape));
        into = static_cast<ShapeIndex>(out_.size() - 1);
        pool_.emplace(code, into);
        return true;
    }
    bool read_shape(const json::value& from, Shape& shape) {
        shape.name = string_or(from, "n");
        if (const auto* members = find(from, "s")) return read_members(*members, shape);
        if (const auto* element = find(from, "l")) {
            shape.kind = ShapeKind::list;
            shape.element_name = string_or(from, "e");
            return ref(element, shape.element);
        }
        if (const auto* element = find(from, "m")) {
            shape.kind = ShapeKind::map;
            shape.key_name = string_or(from, "kn");
            shape.element_name = string_or(from, "vn");
            return scalar("s", shape.key) && ref(element, shape.element);
        }
        const auto* values = find(from, "x");
        if (!values || !values->is_array()) return false;
        for (const auto& value : values->get_array())
            if (const auto* text = value.if_string()) shape.values.emplace_back(*text);
        return true;
    }
    bool read_members(const json::value& from, Shape& shape) {
        shape.kind = ShapeKind::structure;
        if (!from.is_object()) return false;
        shape.members.reserve(from.get_object().size());
        for (const auto& [name, written] : from.get_object()) {
            Member member;
            member.name = name;
            const auto* list = written.if_array();
            if (list && (list->size() != 2 || !read_traits((*list)[1], member))) return false;
            if (!ref(list ? &(*list)[0] : &written, member.shape)) return false;
            shape.members.push_back(std::move(member));
        }
        return true;
    }
    static bool read_traits(const json::value& from, Member& member) {
        member.wire_name = string_or(from, "w");
        member.query_name = string_or(from, "q");
        member.location_name = string_or(from, "ln");
        member.flattened = find(from, "f") != nullptr;
        member.xml_attribute = find(from, "a") != nullptr;
        member.required = find(from, "r") != nullptr;
        member.host_label = find(from, "h") != nullptr;
        const auto* where = find(from, "l");
        if (!where) return true;
        auto known = named(locations, string_or(from, "l"));
        if (known) member.location = *known;
        return known.has_value();
    }

    const json::array& from_;
    std::vector<Shape>& out_;
    std::map<std::string, ShapeIndex, std::less<>> pool_;
};

Result<model::Operation> operation_from(std::string_view name, const json::value& from, ShapeReader& shapes) {
    const auto* list = from.if_array();
    auto text = [&](std::size_t at) {
        const auto* value = list && list->size() > at ? (*list)[at].if_string() : nullptr;
        return value ? std::string(*value) : std::string();
    };
    auto ref = [&](std::size_t at, ShapeIndex& into) {
        if (list->size() <= at || (*list)[at].is_string()) return true;
        return shapes.ref(&(*list)[at], into);
    };
    model::Operation out;
    out.name = name;
    out.method = text(0);
    out.uri = text(1);
    out.host_prefix = text(4);
    if (out.uri.empty() || !ref(2, out.input) || !ref(3, out.output)) return broken(name);
    return out;
}

Result<model::Service> service_from(std::string_view id, const json::value& from) {
    model::Service out;
    out.id = id;
    out.api_version = string_or(from, "version");
    out.target_prefix = string_or(from, "target");
    out.xml_namespace = string_or(from, "namespace");
    auto protocol = named(protocols, string_or(from, "protocol"));
    const auto* shapes = find(from, "shapes");
    const auto* operations = find(from, "operations");
    if (!protocol || !shapes || !shapes->is_array() || !operations || !operations->is_object())
        return broken(id);
    out.protocol = *protocol;
    ShapeReader reader(shapes->get_array(), out.shapes);
    TRY(reader.read());
    for (const auto& [name, written] : operations->get_object())
        out.operations.emplace(name, TRY(operation_from(name, written, reader)));
    return out;
}

model::Endpoint endpoint_from(const json::value& from) {
    model::Endpoint out;
    out.host = string_or(from, "host");
    out.signing_name = string_or(from, "signingName");
    out.signing_region = string_or(from, "signingRegion");
    if (const auto* partitions = find(from, "partitions"); partitions && partitions->is_object())
        for (const auto& [id, each] : partitions->get_object())
            out.partitions[id] = {std::string(string_or(each, "host")),
                                  std::string(string_or(each, "signingRegion"))};
    if (const auto* available = find(from, "available"); available && available->is_object())
        for (const auto& [id, each] : available->get_object())
            if (const auto* text = each.if_string()) out.available[id] = *text;
    return out;
}

// "^(us|eu)\-\w+\-\d+$" → "us|eu", "^us\-gov\-\w+\-\d+$" → "us-gov"
std::string prefixes_from(std::string_view regex) {
    auto end = regex.find("\\-\\w");
    std::string out;
    for (char c : regex.substr(0, end))
        if (!std::string_view("^()\\").contains(c)) out.push_back(c);
    return out;
}

std::vector<std::string> texts(const json::value* from) {
    std::vector<std::string> out;
    if (from && from->is_array())
        for (const auto& each : from->get_array())
            if (const auto* text = each.if_string()) out.emplace_back(*text);
    std::ranges::sort(out);
    return out;
}

}  // namespace

Result<model::ApiModel> api_from(const json::value& shapes, const json::value& endpoints) {
    model::ApiModel out;
    const auto* services = find(shapes, "services");
    const auto* hosts = find(endpoints, "services");
    if (!services || !services->is_object() || !hosts) return broken("it lists no services");
    for (const auto& [id, written] : services->get_object()) {
        auto service = TRY(service_from(id, written));
        const auto* host = find(*hosts, id);
        if (!host) return broken(fmt::format("{} has no endpoint", std::string_view(id)));
        service.endpoint = endpoint_from(*host);
        out.services.emplace(id, std::move(service));
    }
    return out;
}

Result<std::vector<Partition>> partitions_from(const json::value& endpoints) {
    std::vector<Partition> out;
    const auto* partitions = find(endpoints, "partitions");
    if (!partitions || !partitions->is_array()) return broken("it lists no partitions");
    for (const auto& each : partitions->get_array()) {
        out.push_back({.id = std::string(string_or(each, "id")),
                       .dns_suffix = std::string(string_or(each, "dnsSuffix")),
                       .region_prefixes = prefixes_from(string_or(each, "regionRegex")),
                       .default_region = std::string(string_or(each, "defaultRegion")),
                       .regions = texts(find(each, "regions")),
                       .listed = texts(find(each, "listed"))});
    }
    return out;
}

}  // namespace patrol::catalogue
