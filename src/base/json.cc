#include "base/json.h"

#include <array>
#include <charconv>
#include <cmath>

#include <boost/json/basic_parser_impl.hpp>

#include "base/encoding.h"

namespace patrol {
namespace {

// Builds the value as the parser reads, counts the members of all objects, and reads numbers with a
// fraction or exponent itself: Boost.JSON 1.81 is off by one in the last place for some of them, so a
// number would not survive being written and read again.
class Builder {
public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);
    using error_code = boost::system::error_code;
    using text = boost::json::string_view;

    explicit Builder(json::storage_ptr memory) : stack_({}, work_.data(), work_.size()) {
        stack_.reset(std::move(memory));
    }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return true; }
    bool on_object_end(std::size_t count, error_code&) {
        members_ += count;
        stack_.push_object(count);
        return true;
    }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t count, error_code&) {
        stack_.push_array(count);
        return true;
    }
    bool on_key_part(text part, std::size_t, error_code&) {
        stack_.push_chars(part);
        return true;
    }
    bool on_key(text part, std::size_t, error_code&) {
        stack_.push_key(part);
        return true;
    }
    bool on_string_part(text part, std::size_t, error_code&) {
        stack_.push_chars(part);
        return true;
    }
    bool on_string(text part, std::size_t, error_code&) {
        stack_.push_string(part);
        return true;
    }
    bool on_number_part(text part, error_code&) {
        number_.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t value, text, error_code&) {
        number_.clear();
        stack_.push_int64(value);
        return true;
    }
    bool on_uint64(std::uint64_t value, text, error_code&) {
        number_.clear();
        stack_.push_uint64(value);
        return true;
    }
    bool on_double(double nearly, text part, error_code& error) {
        number_.append(part.data(), part.size());
        double value = 0;
        const auto read = std::from_chars(number_.data(), number_.data() + number_.size(), value);
        if (read.ec != std::errc()) value = nearly;  // too small or too large
        number_.clear();
        finite_ = std::isfinite(value);
        if (!finite_) error = boost::json::error::exponent_overflow;
        stack_.push_double(value);
        return finite_;
    }
    bool on_bool(bool value, error_code&) {
        stack_.push_bool(value);
        return true;
    }
    bool on_null(error_code&) {
        stack_.push_null();
        return true;
    }
    bool on_comment_part(text, error_code&) { return true; }
    bool on_comment(text, error_code&) { return true; }

    json::value release() { return stack_.release(); }
    [[nodiscard]] bool finite() const { return finite_; }
    [[nodiscard]] std::size_t members() const { return members_; }

private:
    std::array<unsigned char, 4096> work_;  // spares small documents the allocator
    json::value_stack stack_;
    std::string number_;
    std::size_t members_ = 0;
    bool finite_ = true;
};

std::size_t count_members(const json::value& value) {
    std::size_t out = 0;
    if (const auto* list = value.if_array())
        for (const auto& item : *list) out += count_members(item);
    if (const auto* object = value.if_object()) {
        out = object->size();
        for (const auto& member : *object) out += count_members(member.value());
    }
    return out;
}

}  // namespace

Result<json::value> parse_json(std::string_view text, JsonLimits limits, json::storage_ptr memory) {
    json::parse_options options;
    options.max_depth = limits.depth;
    boost::system::error_code error;
    json::basic_parser<Builder> parser(options, std::move(memory));
    auto used = parser.write_some(false, text.data(), text.size(), error);
    auto& built = parser.handler();
    if (!built.finite()) return fail(Error::Kind::malformed, "A number in this JSON is too large.");
    if (error || used != text.size())
        return fail(
            {.kind = Error::Kind::malformed,
             .message = "This is not valid JSON.",
             .detail = (error ? error.message() : "trailing text") + " at byte " + std::to_string(used)});
    auto value = built.release();
    // An object keeps one of two members with the same name, so fewer are left than were read.
    if (count_members(value) != built.members())
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
    if (value->is_uint64() && value->get_uint64() <= INT64_MAX)
        return static_cast<std::int64_t>(value->get_uint64());
    return fallback;
}

bool bool_or(const json::value& object, std::string_view key, bool fallback) {
    const auto* value = find(object, key);
    return value != nullptr && value->is_bool() ? value->get_bool() : fallback;
}

}  // namespace patrol
