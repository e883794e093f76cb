// Reads a request's JSON object field by field, each with its rule. The first wrong field is kept and
// returned by done(), which also refuses every field that nobody asked for: a typing error in a name
// never passes as "not given". `null` counts as absent. Errors are Kind::invalid with the dotted path.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "model/cloud_account.h"

namespace patrol::api {

enum class Lines { one, many };  // whether line breaks are allowed

struct TextRule {
    std::size_t min_chars = 1;
    std::size_t max_chars = limits::name_chars;
    Lines lines = Lines::one;
};

class Body {
public:
    explicit Body(const json::object& object, std::string path = {})
        : object_(object), path_(std::move(path)) {}

    [[nodiscard]] bool has(std::string_view name) const;  // given and not null
    std::string required_text(std::string_view name, TextRule rule = {});
    std::optional<std::string> text(std::string_view name, TextRule rule = {});
    std::optional<bool> boolean(std::string_view name);
    std::optional<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most);
    std::vector<std::string> texts(std::string_view name, std::size_t count_max, TextRule rule = {});
    model::Labels labels(std::string_view name);
    // nullptr where absent; the field then still counts as asked for.
    const json::object* object(std::string_view name);

    // One of the names that `parse` knows; `choices` goes into the message.
    template <class T>
    std::optional<T> choice(std::string_view name, std::optional<T> (*parse)(std::string_view),
                            std::string_view choices) {
        const auto given = text(name);
        if (!given) return {};
        auto value = parse(*given);
        if (!value) wrong(name, "This must be one of: " + std::string(choices) + ".");
        return value;
    }
    template <class T>
    std::optional<T> id(std::string_view name) {
        const auto given = text(name);
        if (!given) return {};
        auto value = T::parse(*given);
        if (!value) wrong(name, "There is no such id.");
        return value;
    }

    void ignore(std::string_view name) { asked_.emplace(name); }
    // Keeps the first problem.
    void wrong(std::string_view name, std::string message, std::string hint = {});
    // Takes over the first problem of an object inside.
    void adopt(Body& inner);
    [[nodiscard]] std::string path_of(std::string_view name) const;

    Result<void> done();

private:
    const json::value* take(std::string_view name);

    const json::object& object_;
    std::string path_;
    std::set<std::string, std::less<>> asked_;
    std::optional<Error> problem_;
};

// Counts characters (code points) of valid UTF-8.
std::size_t char_count(std::string_view text);
// RFC 7396.
void merge_patch(json::value& target, const json::value& patch);
// `writable` merged with `patch`. Kind::invalid for a member of `patch` that `writable` does not name:
// a null would otherwise vanish unseen.
Result<json::object> merged(json::object writable, const json::object& patch);

}  // namespace patrol::api
