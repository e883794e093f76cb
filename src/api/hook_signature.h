// Is a deployment hook's message from its sender? Each tool has its own way:
//   github           X-Hub-Signature-256: "sha256=" + hex HMAC-SHA256 of the body
//                    (docs.github.com, "Validating webhook deliveries")
//   gitlab           X-Gitlab-Token: the secret itself (docs.gitlab.com, "Webhooks": secret token)
//   terraform_cloud  X-TFE-Notification-Signature: hex HMAC-SHA512 of the body
//                    (developer.hashicorp.com, API docs, "Notification Configurations": authenticity)
//   generic          Standard Webhooks 1.0.0: webhook-id, webhook-timestamp (seconds), webhook-signature,
//                    a list of "v1," + base64 HMAC-SHA256 of "id.timestamp.body" under the bytes that the
//                    base64 after "whsec_" stands for; refused outside of limits::hook_replay_window
// All comparisons take the same time for every wrong value. None of the others signs a time, so that a
// copy of a message is harmless only because a run's events are taken once.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "model/deployment.h"
#include "net/http_server.h"

namespace patrol::api {

inline constexpr std::string_view generic_secret_prefix = "whsec_";

// A new secret in the form that the tool takes.
std::string make_hook_secret(model::DeploymentSource kind);
// Does the tool send the secret itself? Then only its hash needs to be kept.
bool shows_secret(model::DeploymentSource kind);

// `secret` is the secret itself, or the stored hash of it where the tool shows it.
bool is_authentic(model::DeploymentSource kind, const net::ServerRequest& request, std::string_view secret,
                  Timestamp now);

}  // namespace patrol::api
