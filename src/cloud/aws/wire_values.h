// Scalars between documents and the wire: timestamps in the protocols' three spellings, numbers and
// booleans written as text, and text in XML. Internal to the protocols and to what simulates them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "model/api_model.h"

namespace patrol::aws::wire {

// "2026-01-02T03:04:05Z"; ".120Z" only for a fraction that is not zero.
std::string timestamp_text(Timestamp time);

// Any of the three spellings as the document writes it; nullopt: not a time (the text is then kept).
std::optional<std::string> normal_timestamp(std::string_view text);
std::optional<std::string> normal_timestamp(double epoch_seconds);

// A scalar of XML or of a header as the document holds it; text that does not fit its shape stays text.
json::value scalar_from_text(model::ShapeKind kind, std::string_view text, const json::storage_ptr& memory);

// A scalar of the document as query strings, headers and XML hold it. Kind::invalid names `field`.
Result<std::string> scalar_to_text(const model::Shape& shape, const json::value& value,
                                   model::TimeFormat format, std::string_view field);

// The time format of a member: its own, its shape's, or the place's.
model::TimeFormat time_format(const model::Member& member, const model::Shape& shape,
                              model::TimeFormat by_place);

// For the text of elements and of attributes in double quotes.
std::string escape_xml(std::string_view text);

bool is_scalar(model::ShapeKind kind);
inline std::string_view wire_name(const model::Member& member) {
    return member.wire_name.empty() ? std::string_view(member.name) : std::string_view(member.wire_name);
}
inline std::string_view location_name(const model::Member& member) {
    return member.location_name.empty() ? wire_name(member) : std::string_view(member.location_name);
}
inline std::string_view text_of(const json::value& value) {
    return {value.get_string().data(), value.get_string().size()};
}

Failure wrong_type(std::string_view field, std::string_view expected);

}  // namespace patrol::aws::wire
