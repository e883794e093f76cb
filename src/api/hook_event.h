// What a tool's message says about one of its runs. Facts of the payloads:
//   github           event workflow_run, action requested/in_progress/completed; workflow_run.{id,
//                    run_attempt, name, head_sha, html_url, run_started_at, updated_at, conclusion}
//                    (docs.github.com, "Webhook events and payloads")
//   gitlab           object_kind pipeline (object_attributes.{id, status, created_at, finished_at,
//                    duration, sha, url}) and deployment ({deployment_id, status, status_changed_at,
//                    environment, deployable_url, commit_url})
//                    (docs.gitlab.com, "Webhook events")
//   terraform_cloud  payload_version 1: run_id, run_url, run_message, workspace_name, organization_name,
//                    notifications[].{trigger, run_status, run_updated_at}
//                    (developer.hashicorp.com, API docs, "Notification Configurations")
//   generic          {run_id, state (open, succeeded, failed, cancelled), name?, started_at?, ended_at?,
//                    commit?, url?, reason?}: docs/reference/deployments.md
// Everything is text of a stranger: lines are cut to their limits and freed of control characters, times
// are kept within limits::deployment_longest before now and not after it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "model/deployment.h"
#include "net/http_server.h"
#include "store/deployments.h"

namespace patrol::api {

struct HookEvent {
    std::optional<store::ReportedRun> run;
    std::string ignored;  // why there is none: an answer for the people who look at the sender's log
};

// Kind::invalid for a message of the tool that lacks what it must have.
Result<HookEvent> read_hook_event(model::DeploymentSource kind, const net::ServerRequest& request,
                                  const json::object& body, Timestamp now);

}  // namespace patrol::api
