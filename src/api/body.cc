#include "api/body.h"

#include <algorithm>

#include <fmt/format.h>

namespace patrol::api {
namespace {

bool has_control(std::string_view text, Lines lines) {
    return std::ranges::any_of(text, [lines](char c) {
        if (lines == Lines::many && (c == '\n' || c == '\t' || c == '\r')) return false;
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

std::optional<std::string> text_problem(std::string_view text, const TextRule& rule) {
    const std::size_t count = char_count(text);
    if (count < rule.min_chars)
        return rule.min_chars == 1 ? "This must not be empty."
                                   : fmt::format("This needs at least {} characters.", rule.min_chars);
    if (count > rule.max_chars) return fmt::format("This may have at most {} characters.", rule.max_chars);
    if (has_control(text, rule.lines)) return "This must not contain control characters.";
    return {};
}

}  // namespace

std::size_t char_count(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string Body::path_of(std::string_view name) const {
    return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void Body::wrong(std::string_view name, std::string message, std::string hint) {
    if (problem_) return;
    problem_ = Error{.kind = Error::Kind::invalid,
                     .message = std::move(message),
                     .hint = std::move(hint),
                     .field = path_of(name)};
}

void Body::adopt(Body& inner) {
    auto outcome = inner.done();
    if (!outcome && !problem_) problem_ = std::move(outcome).error();
}

const json::value* Body::take(std::string_view name) {
    asked_.emplace(name);
    const json::value* value = object_.if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

bool Body::has(std::string_view name) const {
    const json::value* value = object_.if_contains(name);
    return value != nullptr && !value->is_null();
}

std::string Body::required_text(std::string_view name, TextRule rule) {
    auto value = text(name, rule);
    if (!value) wrong(name, "This field is required.");
    return value.value_or("");
}

std::optional<std::string> Body::text(std::string_view name, TextRule rule) {
    const json::value* value = take(name);
    if (value == nullptr) return {};
    const json::string* given = value->if_string();
    if (given == nullptr) {
        wrong(name, "This must be a text.");
        return {};
    }
    if (auto problem = text_problem(*given, rule)) {
        wrong(name, *problem);
        return {};
    }
    return std::string(*given);
}

std::optional<bool> Body::boolean(std::string_view name) {
    const json::value* value = take(name);
    if (value == nullptr) return {};
    if (value->is_bool()) return value->get_bool();
    wrong(name, "This must be true or false.");
    return {};
}

std::optional<std::int64_t> Body::integer(std::string_view name, std::int64_t least, std::int64_t most) {
    const json::value* value = take(name);
    if (value == nullptr) return {};
    const std::int64_t* number = value->if_int64();
    if (number != nullptr && *number >= least && *number <= most) return *number;
    wrong(name, fmt::format("This must be a whole number from {} to {}.", least, most));
    return {};
}

std::vector<std::string> Body::texts(std::string_view name, std::size_t count_max, TextRule rule) {
    const json::value* value = take(name);
    if (value == nullptr) return {};
    const json::array* list = value->if_array();
    if (list == nullptr || list->size() > count_max) {
        wrong(name, fmt::format("This must be a list of at most {} texts.", count_max));
        return {};
    }
    std::vector<std::string> texts;
    for (const json::value& each : *list) {
        const json::string* given = each.if_string();
        const auto problem = given == nullptr ? std::optional<std::string>("Each entry must be a text.")
                                              : text_problem(*given, rule);
        if (problem) {
            wrong(name, *problem);
            return {};
        }
        if (std::ranges::find(texts, std::string_view(*given)) == texts.end()) texts.emplace_back(*given);
    }
    return texts;
}

model::Labels Body::labels(std::string_view name) {
    const json::value* value = take(name);
    if (value == nullptr) return {};
    const json::object* given = value->if_object();
    if (given == nullptr || given->size() > limits::label_count) {
        wrong(name,
              fmt::format("This must be an object of at most {} names with texts.", limits::label_count));
        return {};
    }
    model::Labels labels;
    for (const auto& [key, each] : *given) {
        const json::string* text = each.if_string();
        if (text == nullptr || text_problem(key, {.max_chars = limits::label_chars}) ||
            text_problem(*text, {.min_chars = 0, .max_chars = limits::label_chars})) {
            wrong(name, fmt::format("A label has a name and a text of at most {} characters.",
                                    limits::label_chars));
            return {};
        }
        labels.emplace(std::string(key), std::string(*text));
    }
    return labels;
}

const json::object* Body::object(std::string_view name) {
    const json::value* value = take(name);
    if (value == nullptr) return nullptr;
    if (const json::object* object = value->if_object()) return object;
    wrong(name, "This must be an object.");
    return nullptr;
}

Result<void> Body::done() {
    for (const auto& [name, value] : object_)
        if (!asked_.contains(std::string_view(name)))
            wrong(name, "This field is not known here or cannot be set.");
    if (problem_) return Failure(*problem_);
    return {};
}

void merge_patch(json::value& target, const json::value& patch) {
    if (!patch.is_object()) {
        target = patch;
        return;
    }
    if (!target.is_object()) target = json::object();
    json::object& object = target.get_object();
    for (const auto& [name, value] : patch.get_object()) {
        if (value.is_null())
            object.erase(name);
        else
            merge_patch(object[name], value);
    }
}

Result<json::object> merged(json::object writable, const json::object& patch) {
    for (const auto& [name, value] : patch)
        if (!writable.contains(name)) return invalid(name, "This field is not known here or cannot be set.");
    json::value target(std::move(writable));
    merge_patch(target, patch);
    return std::move(target.get_object());
}

}  // namespace patrol::api
