// Which items a request means: the catalogue's arguments read backwards. An argument that the type
// would send for an item must be what was sent; what was not sent restricts nothing.
#pragma once

#include <deque>
#include <vector>

#include "cloudsim/call_context.h"

namespace patrol::cloudsim {

// What the list call shows of an item, and the item without what only child calls tell.
const json::value& listed(const Item& item);
json::value without_children(const catalogue::ResourceType& type, const json::value& document);

// Do the literal arguments (Attribute='userData') agree with what was sent? They tell calls of one
// operation apart.
enum class LiteralMatch { none_sent, agree, differ };
LiteralMatch match_literals(const catalogue::Call& call, const json::object& input);

// The account's items of one type that the caller can see in the region it called: those of the
// scenario and, of roles and policies, those made by calls.
class Stock {
public:
    Stock(const CallContext& call, const catalogue::ResourceType& type);

    [[nodiscard]] std::vector<const Item*> in_list() const;
    // Those that a detail or child call names; every one of a singleton.
    [[nodiscard]] std::vector<const Item*> named(const catalogue::Call& spec) const;

private:
    [[nodiscard]] const Item* parent_of(const Item& item) const;
    [[nodiscard]] std::vector<json::value> names_of(const catalogue::Expression& expression,
                                                    const Item& item) const;
    [[nodiscard]] bool fits(const catalogue::Expression& expression, const json::value& given,
                            const Item& item) const;
    void add_made_by_calls();

    const CallContext& call_;
    const catalogue::ResourceType& type_;
    std::deque<Item> made_;
    std::vector<const Item*> items_;
};

}  // namespace patrol::cloudsim
