// How bad a change is and what is noise, as data: rules of catalogue/severity/<cloud>/*.yaml. The written
// form is described in docs/reference/severity.md. Paths are the catalogue's; they were checked against
// the API table when the catalogue was packed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalogue/path.h"
#include "model/cloud_account.h"
#include "model/resource.h"
#include "model/severity.h"

namespace patrol::catalogue {

// A test of one value; an absent value is a value too. Texts compare with scalars as they are written:
// true, 443, enabled.
struct Predicate {
    enum class Kind : std::uint8_t {
        absent,  // not there, or null
        present,
        empty,   // absent, "", [] or {}
        filled,  // not empty
        world,   // an address range that holds (almost) the whole internet
        below,   // a number below / above `number`; absent is neither
        above,
        text,           // any of `words`, exactly
        none_of,        // there, and none of `words`
        like,           // any of `words` as patterns with *, letters of either case
        holds,          // a list with an element, or a map with a value, like any of `words`
        policy_public,  // allows something to everybody, without a condition that says who
        policy_admin,   // allows every action on every resource
        policy_wide,    // allows all actions of a service, or an action that leads to more rights, on
                        // everything
        policy_foreign  // allows something to another account
    };
    Kind kind = Kind::present;
    std::vector<std::string> words;
    double number = 0;
};
// Holds if any of them does.
using Condition = std::vector<Predicate>;

// How before and after must differ.
enum class ChangeTest : std::uint8_t {
    any,      // in any way
    added,    // absent before
    removed,  // absent after
    lowered,  // numbers
    raised,
    principals_widened,  // policies: somebody new is allowed something
    actions_widened,     // something new is allowed
    deny_removed,        // a denial is gone
    condition_removed,   // what was allowed under a condition is allowed without it
};

// A condition on another value of the document. What the path shares with the rule's own path is the same
// element: of IpPermissions[].IpRanges[].CidrIp and IpPermissions[].FromPort, of one permission.
struct Guard {
    Path path;
    Condition condition;
};

struct SeverityRule {
    std::string id;  // "ec2-open-ssh"
    std::vector<std::string> types;
    std::vector<Path> paths;          // "@": the resource as a whole
    std::vector<model::ChangeOp> on;  // of the resource
    std::optional<ChangeTest> change;
    std::optional<Condition> becomes;  // holds after, and did not before
    std::optional<Condition> was;
    std::optional<Condition> is;
    std::vector<Guard> where;    // in the newer document
    std::vector<int> ports;      // the element's port range holds one of these; -1: all ports
    std::vector<int> not_ports;  // and none of these
    model::Severity severity = model::Severity::info;
    std::string title;   // with {slots}
    std::string source;  // "catalogue/severity/aws/network.yaml:12"
};

// Where a hidden object's owner is named: a type and a template with slots.
struct OwnerRule {
    std::string type;  // empty: the cloud itself
    std::string id;    // "{tag:aws:autoscaling:groupName}", "{Description~AWS Lambda VPC ENI-*-????}"
};

// What moves by itself. One of: values at `paths` (of which `within` may name the bounds), tags, or whole
// objects with an owner.
struct NoiseRule {
    std::string id;
    std::vector<std::string> types;               // empty: every type
    std::vector<Path> paths;                      // hides what is at or below
    std::vector<std::string> tags;                // patterns of tag keys: hides these tags
    std::optional<std::pair<Path, Path>> within;  // hides only values between these two
    std::string bounds_type;                      // the bounds are of this other resource …
    std::string bounds_id;            // … with this id (a template), or else of the document itself
    std::vector<Guard> where;         // in the newer document
    std::optional<OwnerRule> owner;   // whole objects
    std::optional<Path> via;          // only what names a neighbour with an owner here …
    std::string via_type;             // … of this type
    std::vector<model::ChangeOp> on;  // of whole objects
    std::string title;
    std::string source;

    [[nodiscard]] bool whole_objects() const { return owner || (via && paths.empty()); }
};

// Severity where no rule speaks.
struct SeverityDefaults {
    struct ByName {
        std::vector<std::string> members;  // the last member's name, whatever the type
        model::Severity severity = model::Severity::info;
        std::string title;
    };
    struct Shift {
        std::string label;  // "criticality=high", of the account; empty: see `environment`
        std::optional<model::EnvironmentKind> environment;
        int steps = 0;  // up or down; nothing is lowered that is critical
    };
    // category, or "" for every other one
    std::map<std::pair<std::string, model::ChangeOp>, model::Severity> by_category;
    std::vector<ByName> by_name;
    model::Severity tags = model::Severity::low;
    std::vector<Shift> shifts;
};

struct SeverityBook {
    std::vector<SeverityRule> rules;
    std::vector<NoiseRule> noise;
    SeverityDefaults defaults;
};

}  // namespace patrol::catalogue
