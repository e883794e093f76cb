#include "cloud/aws/wire_values.h"

#include <charconv>
#include <cmath>
#include <ctime>

namespace patrol::aws::wire {
namespace {

using model::ShapeKind;
using model::TimeFormat;

constexpr double last_second = 253402300799.0;  // 9999-12-31T23:59:59Z

// The most common spelling needs no conversion: "2026-01-02T03:04:05Z", with ".000" or without.
bool is_normal(std::string_view text) {
    constexpr std::string_view form = "dddd-dd-ddTdd:dd:ddZ";
    if (text.size() != form.size()) return false;
    for (std::size_t i = 0; i < form.size(); ++i) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == 'd' ? !digit : text[i] != form[i]) return false;
    }
    return true;
}

template <class T>
std::optional<T> whole_number(std::string_view text) {
    T value{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return {};
    return value;
}

json::value number_from_text(std::string_view text, const json::storage_ptr& memory) {
    if (auto integer = whole_number<std::int64_t>(text)) return json::value(*integer, memory);
    if (auto real = whole_number<double>(text); real && std::isfinite(*real))
        return json::value(*real, memory);
    return json::value(json::string_view(text.data(), text.size()), memory);
}

std::string http_date(Timestamp time) {
    auto seconds = static_cast<std::time_t>(time.ms / 1000);
    std::tm tm{};
    gmtime_r(&seconds, &tm);
    char buffer[64];
    auto size = std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &tm);
    return {buffer, size};
}

std::string epoch_text(Timestamp time) {
    if (time.ms % 1000 == 0) return std::to_string(time.ms / 1000);
    return fmt::format("{:.3f}", static_cast<double>(time.ms) / 1000.0);
}

Result<std::string> time_to_text(const json::value& value, TimeFormat format, std::string_view field) {
    std::optional<Timestamp> time;
    if (value.is_string()) time = parse_rfc3339(text_of(value));
    if (value.is_int64() && value.get_int64() >= 0 &&
        value.get_int64() <= static_cast<std::int64_t>(last_second))
        time = Timestamp{value.get_int64() * 1000};
    if (!time) return wrong_type(field, "a time such as 2026-01-02T03:04:05Z");
    if (format == TimeFormat::http_date) return http_date(*time);
    if (format == TimeFormat::epoch_seconds) return epoch_text(*time);
    return timestamp_text(*time);
}

std::string number_to_text(const json::value& value) {
    if (value.is_int64()) return std::to_string(value.get_int64());
    if (value.is_uint64()) return std::to_string(value.get_uint64());
    return fmt::format("{}", value.get_double());
}

}  // namespace

std::string timestamp_text(Timestamp time) {
    auto text = to_rfc3339(time);
    auto dot = text.find('.');
    if (dot != std::string::npos && text.substr(dot) == ".000Z") text.replace(dot, std::string::npos, "Z");
    return text;
}

std::optional<std::string> normal_timestamp(std::string_view text) {
    if (is_normal(text)) return std::string(text);
    if (text.size() == 24 && text.ends_with(".000Z") && is_normal(std::string(text.substr(0, 19)) + "Z"))
        return std::string(text.substr(0, 19)) + "Z";
    if (auto time = parse_rfc3339(text)) return timestamp_text(*time);
    if (auto time = parse_http_date(text)) return timestamp_text(*time);
    if (auto time = parse_rfc3339(std::string(text) + "Z")) return timestamp_text(*time);
    if (auto seconds = whole_number<double>(text)) return normal_timestamp(*seconds);
    return {};
}

std::optional<std::string> normal_timestamp(double epoch_seconds) {
    if (!std::isfinite(epoch_seconds) || std::abs(epoch_seconds) > last_second) return {};
    return timestamp_text({static_cast<std::int64_t>(std::llround(epoch_seconds * 1000.0))});
}

json::value scalar_from_text(ShapeKind kind, std::string_view text, const json::storage_ptr& memory) {
    json::string_view plain(text.data(), text.size());
    switch (kind) {
        case ShapeKind::boolean:
            if (text == "true" || text == "True" || text == "1") return json::value(true, memory);
            if (text == "false" || text == "False" || text == "0") return json::value(false, memory);
            return json::value(plain, memory);
        case ShapeKind::integer:
        case ShapeKind::number:
            return number_from_text(text, memory);
        case ShapeKind::timestamp:
            if (is_normal(text)) return json::value(plain, memory);
            if (auto time = normal_timestamp(text)) return json::value(json::string_view(*time), memory);
            return json::value(plain, memory);
        default:
            return json::value(plain, memory);
    }
}

Result<std::string> scalar_to_text(const model::Shape& shape, const json::value& value, TimeFormat format,
                                   std::string_view field) {
    switch (shape.kind) {
        case ShapeKind::boolean:
            if (!value.is_bool()) return wrong_type(field, "true or false");
            return std::string(value.get_bool() ? "true" : "false");
        case ShapeKind::integer:
            if (!value.is_int64() && !value.is_uint64()) return wrong_type(field, "a whole number");
            return number_to_text(value);
        case ShapeKind::number:
            if (!value.is_number()) return wrong_type(field, "a number");
            return number_to_text(value);
        case ShapeKind::timestamp:
            return time_to_text(value, format, field);
        case ShapeKind::string:
        case ShapeKind::blob:
            if (!value.is_string()) return wrong_type(field, "a text");
            return std::string(text_of(value));
        default:
            return wrong_type(field, "a single value");
    }
}

TimeFormat time_format(const model::Member& member, const model::Shape& shape, TimeFormat by_place) {
    if (member.time_format != TimeFormat::by_protocol) return member.time_format;
    if (shape.time_format != TimeFormat::by_protocol) return shape.time_format;
    return by_place;
}

std::string escape_xml(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\r':
                out += "&#13;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

bool is_scalar(ShapeKind kind) {
    return kind != ShapeKind::structure && kind != ShapeKind::list && kind != ShapeKind::map &&
           kind != ShapeKind::document;
}

Failure wrong_type(std::string_view field, std::string_view expected) {
    return invalid(std::string(field),
                   fmt::format("{} must be {}.", field.empty() ? "The input" : field, expected));
}

}  // namespace patrol::aws::wire
