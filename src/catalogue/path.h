// The path language of the catalogue: where a value sits in an API answer or a document.
//   A.B[].C   member B of A, every element of that list, member C of each
//   {key}     the value of a map's key (an object member whose name is data, not API)
//   @         the whole value;  .  the item itself (lists of plain strings);  B[] of a non-list: no match
//   $item.A   the same, from the listed item as it was before a detail call replaced it
// Evaluation never fails and never throws: what is missing is no match. Depth is bounded by the
// number of steps of the path itself, at most `Path::max_steps`.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace patrol::catalogue {

struct Step {
    enum class Kind {
        member,  // ".Name": a member of a structure
        key,     // "{name}": an entry of a map
        each,    // "[]": every element of a list
    };
    Kind kind = Kind::member;
    std::string name;  // of a member or key

    bool operator==(const Step&) const = default;
};

class Path {
public:
    // Where the path starts. `listed` is the item of the list call, kept beside the detail's answer.
    enum class Root { item, listed };
    static constexpr std::size_t max_steps = 32;
    static constexpr std::size_t max_bytes = 512;

    Path() = default;  // "@": the whole value

    // Kind::invalid with the offending text in the message.
    static Result<Path> parse(std::string_view text);

    [[nodiscard]] Root root() const { return root_; }
    [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
    [[nodiscard]] const std::string& text() const { return text_; }
    // True for "@" and ".": no step at all.
    [[nodiscard]] bool is_whole() const { return steps_.empty(); }
    // True if the path can match more than one value.
    [[nodiscard]] bool is_plural() const;

    // Every match in document order. `[]` of a list yields its elements; nulls are matches too.
    [[nodiscard]] std::vector<const json::value*> select(const json::value& from) const;
    // The first match that is not null, or nullptr.
    [[nodiscard]] const json::value* first(const json::value& from) const;
    // The first match as text: a string as it is, numbers and booleans written out, else empty.
    [[nodiscard]] std::string text_of(const json::value& from) const;

    // Visits every match for change. `fn` may replace the value it is given.
    void for_each(json::value& from, const std::function<void(json::value&)>& fn) const;
    // Removes every match from its object or list; the whole value ("@") becomes null.
    // Returns how many were removed.
    std::size_t remove(json::value& from) const;
    // Puts `value` where the path says, making objects on the way; no effect on a plural path that
    // has no match or through a value that is no object. False if nothing was set.
    bool set(json::value& in, json::value value) const;
    // Calls `fn(name, container)` for every object that holds the path's last member or key.
    void for_each_holder(json::value& from,
                         const std::function<void(std::string_view, json::object&)>& fn) const;

    // This path continued by another one: "A[]" + "B.C" = "A[].B.C".
    [[nodiscard]] Path operator/(const Path& rest) const;

    bool operator==(const Path& other) const { return root_ == other.root_ && steps_ == other.steps_; }

private:
    Root root_ = Root::item;
    std::vector<Step> steps_;
    std::string text_ = "@";
};

}  // namespace patrol::catalogue
