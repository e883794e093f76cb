#include "base/json.h"

#include <unordered_set>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>

#include "base/encoding.h"

namespace patrol {
namespace {

// Walks the text without building it, only to find an object that names a member twice.
class DuplicateNames {
public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);
    using error_code = boost::system::error_code;
    using text = boost::json::string_view;

    bool found = false;

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) {
        names_.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t, error_code&) {
        names_.pop_back();
        return true;
    }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t, error_code&) { return true; }
    bool on_key_part(text part, std::size_t, error_code&) {
        key_.append(part.data(), part.size());
        return true;
    }
    bool on_key(text part, std::size_t, error_code& error) {
        key_.append(part.data(), part.size());
        found = !names_.back().insert(std::move(key_)).second;
        key_.clear();
        if (found) error = boost::json::error::syntax;
        return !found;
    }
    bool on_string_part(text, std::size_t, error_code&) { return true; }
    bool on_string(text, std::size_t, error_code&) { return true; }
    bool on_number_part(text, error_code&) { return true; }
    bool on_int64(std::int64_t, text, error_code&) { return true; }
    bool on_uint64(std::uint64_t, text, error_code&) { return true; }
    bool on_double(double, text, error_code&) { return true; }
    bool on_bool(bool, error_code&) { return true; }
    bool on_null(error_code&) { return true; }
    bool on_comment_part(text, error_code&) { return true; }
    bool on_comment(text, error_code&) { return true; }

private:
    std::vector<std::unordered_set<std::string>> names_;
    std::string key_;
};

bool has_duplicate_names(std::string_view text, const json::parse_options& options) {
    json::basic_parser<DuplicateNames> parser(options);
    boost::system::error_code error;
    parser.write_some(false, text.data(), text.size(), error);
    return parser.handler().found;
}

bool is_finite(const json::value& value) {
    if (value.is_double()) return std::isfinite(value.get_double());
    if (value.is_array())
        return std::ranges::all_of(value.get_array(), [](const auto& item) { return is_finite(item); });
    if (value.is_object())
        return std::ranges::all_of(value.get_object(), [](const auto& item) { return is_finite(item.value()); });
    return true;
}

}  // namespace

Result<json::value> parse_json(std::string_view text, JsonLimits limits, json::storage_ptr memory) {
    json::parse_options options;
    options.max_depth = limits.depth;
    boost::system::error_code error;
    json::stream_parser parser(memory, options);
    auto used = parser.write_some(text.data(), text.size(), error);
    if (!error) parser.finish(error);
    if (error || used != text.size())
        return fail({.kind = Error::Kind::malformed,
                     .message = "This is not valid JSON.",
                     .detail = (error ? error.message() : "trailing text") + " at byte " + std::to_string(used)});
    auto value = parser.release();
    if (!is_finite(value)) return fail(Error::Kind::malformed, "A number in this JSON is too large.");
    if (has_duplicate_names(text, options))
        return fail(Error::Kind::malformed, "An object in this JSON names the same member twice.");
    return value;
}

std::string to_text(const json::value& value) { return json::serialize(value); }

const json::value* find(const json::value& object, std::string_view key) {
    const auto* members = object.if_object();
    if (members == nullptr) return nullptr;
    const auto* value = members->if_contains(key);
    return value == nullptr || value->is_null() ? nullptr : value;
}

std::string_view string_or(const json::value& object, std::string_view key, std::string_view fallback) {
    const auto* value = find(object, key);
    if (value == nullptr || !value->is_string()) return fallback;
    return {value->get_string().data(), value->get_string().size()};
}

std::int64_t int_or(const json::value& object, std::string_view key, std::int64_t fallback) {
    const auto* value = find(object, key);
    if (value == nullptr) return fallback;
    if (value->is_int64()) return value->get_int64();
    if (value->is_uint64() && value->get_uint64() <= INT64_MAX) return static_cast<std::int64_t>(value->get_uint64());
    return fallback;
}

bool bool_or(const json::value& object, std::string_view key, bool fallback) {
    const auto* value = find(object, key);
    return value != nullptr && value->is_bool() ? value->get_bool() : fallback;
}

}  // namespace patrol
