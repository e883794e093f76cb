// One resource type of a cloud as data: where it is listed, how pages follow, where id, name, ARN,
// tags and parent are, which further calls complete it, and how its document is read (what is
// volatile, unordered, JSON in a string, secret). Parsed and checked from catalogue/<cloud>/*.yaml;
// docs/reference/catalogue.md describes the written form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalogue/expression.h"
#include "catalogue/path.h"

namespace patrol::catalogue {

enum class Category : std::uint8_t {
    analytics,
    compute,
    container,
    cost,
    database,
    devtools,
    iam,
    integration,
    iot,
    management,
    migration,
    ml,
    network,
    security,
    storage
};
inline constexpr std::size_t category_count = 15;

// Where a type is asked for.
enum class Scope : std::uint8_t {
    regional,                       // in every enabled region, or only in `home_region`
    global,                         // once per account
    global_list_regional_children,  // listed once, its detail and child calls in the item's region (S3)
};

// How much of a type SecurityAudit + ViewOnlyAccess allow (a hint: the run-time answer is the truth).
enum class Granted : std::uint8_t {
    full,  // the list, detail and every child call
    list,  // the list and detail calls; a child call is not granted
    none,  // the list or its detail call is not granted
};

std::string_view to_string(Category category);
std::string_view to_string(Scope scope);
std::string_view to_string(Granted granted);
std::optional<Category> category_from(std::string_view text);
std::optional<Scope> scope_from(std::string_view text);
std::optional<Granted> granted_from(std::string_view text);

// One argument of a call: the input member's name and what to send.
struct Argument {
    std::string name;
    Expression value;
};

// How pages follow. Empty `in`: the call answers in one page. Always follow until every `out` is
// absent (pages may be empty); where `more` is set, only while it is true.
struct Pagination {
    std::vector<std::string> in;  // input members that carry the token, as many as `out`
    std::vector<Path> out;        // output members that hold it, in the same order
    std::optional<Path> more;     // output member that says whether pages follow (IsTruncated)
    std::string limit;            // input member of the page size; empty = none
    int send = 0;                 // page size to send in `limit`; 0 = send nothing
    int min = 0;                  // smallest allowed page size, 0 = unknown

    [[nodiscard]] bool paged() const { return !in.empty(); }
};

// One API call of the type's service.
struct Call {
    std::string operation;            // "DescribeInstances"
    std::vector<Argument> arguments;  // beside pagination
    Path result;  // list: the items (plural); others: the value kept; "@" = the whole output
    Pagination pagination;
    std::vector<std::string> iam_actions;  // "ec2:DescribeInstances": what a policy must allow
    std::size_t batch_size = 0;  // items that share a call ([x]*N in an argument), 0 = one item a call

    // The argument of a `$each`, nullptr if the call is made once.
    [[nodiscard]] const Argument* each() const;
    // The argument of a batch, nullptr if none.
    [[nodiscard]] const Argument* batch() const;
};

// Which of the items are meant: those that have `value` at `path`, or those that do not.
struct ItemGuard {
    Path path;
    std::string value;
    bool equal = true;

    [[nodiscard]] bool holds(const json::value& item) const { return (path.text_of(item) == value) == equal; }
};

// A call that completes an item; its value is stored in the document under `key`.
struct ChildCall {
    std::string key;  // member of the document that gets the result
    Call call;
    std::vector<std::string> absent;  // error codes that mean "not set": the key is left out, no error
    std::optional<ItemGuard> only;    // other items are not asked: they do not have the key
};

// The native id within (account, type, scope).
struct Identity {
    enum class Kind {
        paths,     // the texts of `paths`, joined by "+" where several; missing ones are empty
        constant,  // `constant`: one per account and region ("account")
        hash,      // the hash of the canonical document: items without a name of their own
    };
    Kind kind = Kind::paths;
    std::vector<Path> paths;
    std::string constant;
};

// Where the ARN is: `path`, or else `arn_template` with {partition} {region} {account} {id} {name}
// {<path in the item>}, {parent.id}, {parent.name} and {parent.<path in the parent item>}; neither =
// the type has no ARN. An ARN with a slot that has no value is no ARN.
struct ArnRule {
    std::optional<Path> path;
    std::string arn_template;
};

// Where the tags are.
struct TagRule {
    enum class Kind {
        joined,  // not in the item: from the tagging API, by ARN
        path,    // in the item at `path`
        child,   // the child call stored under `key`
    };
    Kind kind = Kind::joined;
    Path path;  // also set for `child`: the document member of that key
    std::string key;
};

// A list whose order means nothing and whose elements are known by a key: compared by key.
struct KeyedList {
    Path path;                      // the list itself (no trailing [])
    std::vector<std::string> keys;  // members that together name an element; {"Key"}
};

// What a value is when nobody set it: a document without it and one that says so are the same.
struct DefaultValue {
    Path path;
    json::value value;
};

struct ResourceType {
    std::string name;     // "AWS::EC2::Instance"
    std::string title;    // "EC2 Instance", for people
    std::string service;  // key of model::ApiModel::services: "ec2"
    Category category = Category::management;
    int tier = 3;  // 1 = first to build and to scan, 3 = long tail
    Scope scope = Scope::regional;
    std::string home_region;  // a regional API that answers in one region only: "us-west-2"
    bool singleton = false;   // exactly one per account (and region): settings
    bool recurse = false;     // the list is called again with each item as the parent (OUs)

    Call list;
    std::optional<ItemGuard> only;    // what else is listed is no resource of this type
    std::optional<Call> detail;       // replaces the listed item by its answer
    std::vector<ChildCall> children;  // in this order

    Identity id;
    ArnRule arn;
    std::optional<Path> item_name;  // where the display name is; absent = the Name tag, else the id
    TagRule tags;
    std::string parent;        // type whose items feed `^path` arguments; empty = none
    std::string duplicate_of;  // another type that lists the same resources; empty = none

    std::vector<Path> volatiles;        // change by themselves: kept, never compared
    std::vector<Path> state;            // runtime state: shown, not drift
    std::vector<Path> state_important;  // state whose change matters: drift
    std::vector<Path> created;          // creation and attach times
    std::vector<Path> json;      // strings holding JSON (at IAM URL-encoded: "%7B…"): parsed before comparing
    std::vector<Path> policies;  // policy documents: also in `json`, compared order-insensitively
    std::vector<Path> sets;      // lists whose order means nothing
    std::vector<KeyedList> keyed;  // lists compared by key
    std::vector<Path> ordered;     // lists whose order has a meaning: another order is drift
    std::vector<DefaultValue> defaults;
    std::vector<Path> secrets;  // values that never reach the store

    Granted granted = Granted::full;
    std::vector<std::string> missing;  // IAM actions outside the two policies
    bool twice_observed = false;       // eventually consistent listing: a removal needs two scans

    std::string source;  // "catalogue/aws/ec2.yaml:12", for messages

    [[nodiscard]] std::vector<std::string> iam_actions() const;  // of all its calls, sorted, unique
    [[nodiscard]] const ChildCall* child(std::string_view key) const;
};

// Rules that hold for every type by member name, wherever it occurs in a document
// (catalogue/aws/_defaults.yaml). A type's own rules win.
struct MemberRules {
    struct Keyed {
        std::string member;             // "Tags"
        std::vector<std::string> keys;  // {"Key"}: applies if every element has them
    };
    std::vector<Keyed> keyed;
    std::vector<std::string> sets;       // member names
    std::vector<std::string> ordered;    // member names of lists whose order has a meaning
    std::vector<std::string> volatiles;  // member names of what changes by itself
    std::vector<std::string> policies;   // member names of policy documents
    std::vector<std::string> json;       // member names of strings holding JSON
    std::vector<std::string> secrets;    // member names that are always secret
};

}  // namespace patrol::catalogue
