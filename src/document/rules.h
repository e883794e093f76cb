// How the documents of one resource type are read: which paths are volatile, state, JSON in a string,
// policies, sets, keyed lists or secret. Compiled once from the catalogue into a tree that is walked
// beside the document; rules by member name (catalogue::MemberRules) fill in where the type is silent.
// Unknown lists keep their order. Immutable: share by reference between threads.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/json.h"
#include "catalogue/resource_type.h"
#include "document/name_hash.h"

namespace patrol::document {

enum Treatment : std::uint16_t {
    treat_volatile = 1,    // kept in the stored document, left out of the canonical form
    treat_state = 2,       // the same: runtime state is shown, not compared
    treat_json = 4,        // a string that holds JSON
    treat_policy = 8,      // an IAM policy document, as text or parsed
    treat_set = 16,        // a list without order
    treat_keyed = 32,      // a list without order whose elements are known by keys
    treat_secret = 64,     // every scalar below becomes a mark
    treat_ordered = 256,   // a list whose order has a meaning
    treat_identity = 128,  // id, name or ARN of the resource: never redacted by guess
};

using Keys = std::vector<std::string>;

// One place in a document. `members` is sorted by name; `each` is for the elements of a list.
struct RuleNode {
    std::uint16_t treatment = 0;
    Keys keys;                 // of treat_keyed; a key may be a dotted path
    std::string default_text;  // canonical; a member with this value is left out; empty: none
    std::vector<std::pair<std::string, std::unique_ptr<RuleNode>>> members;
    std::unique_ptr<RuleNode> each;

    [[nodiscard]] const RuleNode* member(std::string_view name) const;
};

// What holds for a value: the tree's node (null where the type says nothing below) and the sum of the
// type's and the member name's treatments.
struct Place {
    const RuleNode* node = nullptr;
    const Keys* keys = nullptr;  // of treat_keyed; from a member rule it needs every element to have them
    std::uint16_t treatment = 0;
    bool keys_by_name = false;  // `keys` comes from a rule by member name

    // The canonical text of the value that says as much as no value; empty: there is none.
    [[nodiscard]] std::string_view default_text() const {
        return node == nullptr ? std::string_view() : std::string_view(node->default_text);
    }
    [[nodiscard]] bool is(Treatment which) const { return (treatment & which) != 0; }
};

class Rules {
public:
    // Marked "never compared": skipped in the canonical form.
    static constexpr std::uint16_t not_compared = treat_volatile | treat_state;

    // No rules at all: everything is compared, every list is ordered.
    Rules();
    static Rules compile(const catalogue::ResourceType& type, const catalogue::MemberRules& by_name);

    [[nodiscard]] const std::string& type() const { return type_; }
    [[nodiscard]] Place root() const;
    [[nodiscard]] Place member(const Place& holder, std::string_view name) const;
    [[nodiscard]] Place element(const Place& list) const;

private:
    struct ByName {
        std::uint16_t treatment = 0;
        Keys keys;
    };
    RuleNode* add(const catalogue::Path& path, std::uint16_t treatment, const Keys* keys = nullptr);

    std::string type_;
    std::shared_ptr<RuleNode> root_;
    std::unordered_map<std::string, ByName, NameHash, std::equal_to<>> by_name_;
    // Most names have no rule: a bit per (length, first letter) of those that do spares the lookup.
    std::array<std::uint64_t, 64> may_have_rule_{};
};

enum class ListOrder { ordered, set, keyed };
// How a list at `place` is compared. A rule by member name ("Tags" by "Key") holds only where every
// element is an object with all the keys; else the list is ordered.
ListOrder order_of(const Place& place, const json::array& list);

// The value of one key in an element ("Key", "Ebs.VolumeId"), or nullptr.
const json::value* key_value(const json::value& element, std::string_view key);
// The texts of the element's keys, canonical, joined by commas: sorts and names the element.
void append_key(std::string& out, const json::value& element, const Keys& keys);

}  // namespace patrol::document
