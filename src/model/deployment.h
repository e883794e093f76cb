// A deployment: something that was meant to change a cloud, from its start to its end, with the scope in
// which it explains changes (an empty scope member restricts nothing). A planned window is a deployment
// without a command. And the actor: who made a change, as the provider's audit log tells it.
// Times are wall times of the server; a run that has not ended has no `ended_at`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/cloud_account.h"
#include "model/ids.h"

namespace patrol::model {

enum class DeploymentSource { api, cli, github, gitlab, terraform_cloud, generic, window };
enum class DeploymentState { open, succeeded, failed, cancelled };

// Where a deployment may have changed something.
struct DeploymentScope {
    std::optional<CustomerId> customer;
    std::vector<AccountId> accounts;
    std::vector<std::string> regions;  // "global" must be named to cover global resources
    Labels tags;                       // a resource must carry all of them
    std::string principal;             // ARN or name of who deploys; compared once the actor is known
    bool operator==(const DeploymentScope&) const = default;
};

struct Deployment {
    DeploymentId id;
    std::string name;
    DeploymentSource source = DeploymentSource::api;
    DeploymentState state = DeploymentState::open;
    DeploymentScope scope;
    std::string commit;  // of the source code that was deployed
    std::string url;     // the run in the tool that ran it
    std::string reason;
    Timestamp started_at;
    Timestamp ended_at;                     // unset while it runs
    Timestamp until;                        // planned end; unset where none was planned
    std::optional<std::int64_t> exit_code;  // of a recorded command
    std::int64_t changes = 0;               // that it explains
    std::string created_by;
    Timestamp created_at;
    Timestamp updated_at;
};

// A hook by which a tool tells about its deployments. Its secret is sealed and shown once.
struct DeploymentHook {
    DeploymentHookId id;
    std::string name;
    DeploymentSource kind = DeploymentSource::generic;
    DeploymentScope scope;  // of every deployment that it reports
    bool scan_after = false;
    std::string created_by;
    Timestamp created_at;
    Timestamp last_used_at;
};

enum class ActorClass { console, terraform, cloudformation, sdk, cli, service, unknown };
// certain: the audit log names the resource in one event that fits the change. likely: a guess between
// several, or by name alone. not_found: looked for, and not in the log.
enum class ActorCertainty { certain, likely, not_found };

struct Actor {
    std::string name;       // for people: "anna@example.com", "deploy (ci-42)", "root"
    std::string principal;  // ARN of the identity, where the log has one
    ActorClass kind = ActorClass::unknown;
    ActorCertainty certainty = ActorCertainty::not_found;
    std::string event_id;
    std::string event_name;
    Timestamp event_time;
    std::string source_ip;
    std::string user_agent;
    std::string link;  // to the event in the provider's console
    bool operator==(const Actor&) const = default;
};

std::string_view to_string(DeploymentSource);
std::string_view to_string(DeploymentState);
std::string_view to_string(ActorClass);
std::string_view to_string(ActorCertainty);
std::optional<DeploymentSource> parse_deployment_source(std::string_view);
std::optional<DeploymentState> parse_deployment_state(std::string_view);
std::optional<ActorClass> parse_actor_class(std::string_view);
std::optional<ActorCertainty> parse_actor_certainty(std::string_view);

}  // namespace patrol::model
