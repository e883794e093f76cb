// The simulated cloud's state: accounts with their resources, IAM roles, users and sessions, and the
// faults that were asked for. Guarded by one lock that CloudSimulator holds for each request.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "cloudsim/life.h"

namespace patrol::cloudsim {

// One resource. `document` is the whole of what the service knows, by the catalogue's paths (detail
// and child calls included, each under its key); `listed` is what its list call shows where that
// differs (an ARN, a summary).
struct Item {
    std::string type;
    std::string region;  // "global" for global types
    std::string scope;   // the $each value it is listed under; empty = the first
    std::string parent;  // the parent item's id
    json::value document;
    json::value listed;                       // null: the document
    std::map<std::string, std::string> tags;  // of types whose tags come from the tagging API
};

// A customer-managed policy with the versions it keeps.
struct Policy {
    std::string arn, name;
    int in_force = 1;  // the default version
    int last = 1;      // the highest version number ever given
    std::map<int, json::value> versions;
    Timestamp created;

    [[nodiscard]] const json::value& document() const { return versions.at(in_force); }
};

struct Role {
    std::string name, path = "/", id, description;
    json::value trust;
    std::vector<std::string> attached;  // policy ARNs
    std::map<std::string, json::value> inline_policies;
    std::map<std::string, std::string> tags;
    Timestamp created;
};

// Whom an access key belongs to: a user with standing policies, or a session of a role.
struct Principal {
    std::string account_id;
    std::string arn;  // "arn:aws:iam::1:user/x" or the assumed-role ARN
    std::string user_id;
    std::string secret_access_key, session_token;  // token empty for users
    std::string role_name, role_arn;               // of a session
    std::vector<std::string> attached;             // of a user
    bool has_session_policies = false;
    std::vector<std::string> session_policy_arns;
    json::value session_policy;  // null: none
    Timestamp expires;           // of a session
};

struct Account {
    std::string id, alias;
    std::set<std::string, std::less<>> regions;                   // enabled
    std::set<std::string, std::less<>> opted_out;                 // listed by DescribeRegions as not-opted-in
    std::map<std::string, Role, std::less<>> roles;               // by lower-case name
    std::map<std::string, Policy, std::less<>> policies;          // customer-managed, by ARN
    std::map<std::string, std::vector<Item>, std::less<>> items;  // by type

    [[nodiscard]] std::size_t resources() const {
        std::size_t count = 0;
        for (const auto& [type, of_type] : items) count += of_type.size();
        return count;
    }
};

// A fault answers the matching calls in place of the service. Empty fields match everything.
struct Fault {
    enum class Kind { error, html, cut, hang };
    Kind kind = Kind::error;
    std::string account_id, service, operation, region;
    int status = 403;
    std::string code, message;  // empty code: the service's own word for "access denied"
    std::int64_t skip = 0;      // calls let through first
    std::int64_t times = -1;    // how often; -1 = always
    int retry_after_s = 0;
    int hang_ms = 0;  // of a hang: how long before the call is answered after all
};

struct Change {
    enum class Kind { modify, add, remove };
    Kind kind = Kind::modify;
    std::string account_id, type, region, id;
    std::vector<std::pair<std::string, json::value>> set;  // path → value
    Item item;                                             // of an added one
    json::value by;                                        // who does it: audit_log.h
};
struct Step {
    std::string name, says;
    std::vector<Change> changes;
};

// One event of the simulated CloudTrail.
struct LoggedEvent {
    std::string account_id, region, id, name, source, user, resource_type, resource;
    Timestamp time;
    json::value detail;  // its CloudTrailEvent
};

struct World {
    std::map<std::string, Account, std::less<>> accounts;
    std::map<std::string, Principal, std::less<>> principals;  // by access key id
    std::vector<Fault> faults;
    std::vector<Step> steps;
    Life life;
    std::vector<LoggedEvent> log;               // oldest first
    std::size_t page_size = 100;                // where a request names no limit
    int latency_ms = 0;                         // added to every answer
    std::map<std::string, std::int64_t> calls;  // "service.Operation" → how often

    Account* account(std::string_view id) {
        auto at = accounts.find(id);
        return at == accounts.end() ? nullptr : &at->second;
    }
};

}  // namespace patrol::cloudsim
