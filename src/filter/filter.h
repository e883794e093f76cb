// The filter language: one text for URL, API, CLI and rules. A parsed Filter is a tree that the store
// turns into SQL and matches() evaluates in memory; both must agree.
//   term   field op value | field in (a, b) | word | ( … )
//   op     =  !=  : (contains)  ^ (starts with)  >  >=  <  <=
//   terms  joined by `and`, `or` (`and` binds tighter); side by side means `and`
// A word alone is free text: `text:word`. Names and values may be quoted ("…" or '…', \ escapes); a
// value without quotes ends at a space, comma or parenthesis. tag.<key> and doc.<path> are open-ended;
// a key with an operator in it is quoted: tag."aws:cloudformation:stack-name"=web.
//
// Meaning. A field may have no value, one or several. `=`, `:`, `^`, `in` and the order operators hold
// if some value satisfies them, so never for an absent field; `!=` holds if no value is equal, so for an
// absent field too. `=`, `!=` and `in` are exact; `:` and `^` ignore the case of A-Z. Order operators
// compare as numbers where both sides are numbers, as times where both are RFC 3339 (or a date alone),
// else as text by bytes; `=` and `!=` also take 5 and 5.0, or two spellings of a time, as equal.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace patrol::filter {

enum class Op { equal, not_equal, contains, starts_with, greater, greater_equal, less, less_equal, in };

struct Value {
    std::string text;               // as written, unquoted
    std::optional<double> number;   // set where the text is a decimal number
    std::optional<Timestamp> time;  // set where it is RFC 3339 or YYYY-MM-DD

    static Value of(std::string text);
    bool operator==(const Value& other) const { return text == other.text; }
};

struct Compare {
    std::string field;  // "type", "tag.env", "doc.Encryption.Status", "text"
    Op op = Op::equal;
    std::vector<Value> values;  // one; of `in` one or more
    std::size_t position = 0;   // of the term in the text, in bytes

    // "env" of tag.env; empty for other fields.
    [[nodiscard]] std::string_view tag() const;
    // "Encryption.Status" of doc.Encryption.Status.
    [[nodiscard]] std::string_view document_path() const;
    bool operator==(const Compare& other) const {
        return field == other.field && op == other.op && values == other.values;
    }
};

struct Node;
struct And {
    std::vector<Node> terms;  // two or more
    bool operator==(const And&) const = default;
};
struct Or {
    std::vector<Node> terms;
    bool operator==(const Or&) const = default;
};
struct Node {
    std::variant<Compare, And, Or> as;
    bool operator==(const Node&) const = default;
};

struct Filter {
    std::optional<Node> root;  // none: everything matches
};

// The fields that a list knows beside tag.*, label.*, doc.* and text. Order operators are allowed
// everywhere.
struct Vocabulary {
    std::span<const std::string_view> fields;
    bool tags = true;        // tag.<key>
    bool labels = false;     // label.<key>
    bool documents = false;  // doc.<path>, only beside `type=` or `type in`
};

// An empty or blank text is the empty filter. Kind::invalid with field "q" and a message that names the
// position, counted in bytes from 1. Bounded by limits::filter_text_bytes and limits::filter_terms.
Result<Filter> parse(std::string_view text, const Vocabulary& vocabulary);
// Any field name is allowed: for texts whose list is not known yet.
Result<Filter> parse(std::string_view text);

// The text that parses to the same filter.
std::string to_text(const Filter& filter);

// Where matches() gets a resource's values. Calls `visit` once per value, and stops when it returns
// false.
class FieldSource {
public:
    virtual ~FieldSource() = default;
    virtual void values(const Compare& compare, const std::function<bool(std::string_view)>& visit) const = 0;
};

bool matches(const Filter& filter, const FieldSource& source);
// One value against one comparison (`!=` here: the value differs).
bool satisfies(const Compare& compare, std::string_view value);

}  // namespace patrol::filter
