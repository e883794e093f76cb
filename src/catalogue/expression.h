// What an argument of a call is made of: a small expression language, parsed once when the
// catalogue is loaded. The engine evaluates it with the item, its parent and the slice at hand.
//   'text' 12 true         a literal
//   Arn  .  $item  $item.A the listed item's (or the detail's) value at a path
//   ^Id  ^.  ^$item.Id     the same, from the parent item
//   $account  $scope       the account id; the `$each` value the item was listed under
//   $each:[a,b@region]     one call per value; with @region only in that region
//   $each:EnumName         one call per value of that enumeration of the service
//   [x, y]  {'a':x}        a list, an object, of any of these
//   [x]*20                 a batch: up to 20 items share a call, the list holds x of each
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/path.h"

namespace patrol::catalogue {

struct EachValue {
    std::string value;   // sent as it is
    std::string region;  // only asked in this region; empty = in every region

    bool operator==(const EachValue&) const = default;
};

struct NamedExpression;

struct Expression {
    enum class Kind {
        literal,  // `literal`
        item,     // `path` in the item (path.root() tells listed from current)
        parent,   // `path` in the parent item
        account,  // the account id
        scope,    // the $each value under which the item was listed
        each,     // `each`: one call per value
        list,     // `elements`
        object,   // `members`
        batch,    // `elements[0]` of up to `batch_size` items
    };
    Kind kind = Kind::literal;
    json::value literal;
    Path path;
    std::vector<EachValue> each;
    std::string enumeration;  // of "$each:EnumName"; `each` holds its values after loading
    std::vector<Expression> elements;
    std::vector<NamedExpression> members;
    std::size_t batch_size = 0;  // 1..1000

    // Kind::invalid with the offending text; nesting is bounded.
    static Result<Expression> parse(std::string_view text);
};

struct NamedExpression {
    std::string name;
    Expression value;
};

// Where an evaluation takes its values from. A null pointer means "not at hand": a path there has
// no match and the argument is left out.
struct Bindings {
    const json::value* item = nullptr;    // the current item (after its detail call)
    const json::value* listed = nullptr;  // the item as listed; null = same as `item`
    const json::value* parent = nullptr;
    const json::value* parent_listed = nullptr;  // the parent as listed ("^$item"); null = same as `parent`
    std::string_view account;
    std::string_view scope;  // also the value of `$each` in the call being made
};

// The argument's value, or nullopt where a path has no match. A batch gives a list of one: callers
// that gather a batch evaluate `elements[0]` per item themselves.
std::optional<json::value> evaluate(const Expression& expression, const Bindings& bindings);

}  // namespace patrol::catalogue
