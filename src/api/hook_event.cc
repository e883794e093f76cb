#include "api/hook_event.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/limits.h"
#include "crypto/hash.h"

namespace patrol::api {
namespace {

using model::DeploymentSource;
using model::DeploymentState;

constexpr std::size_t url_chars_max = 2'000;
constexpr std::size_t commit_chars_max = 100;
constexpr std::size_t key_chars_max = 300;

// One line of at most `bytes_max` bytes, cut at a character.
std::string line(std::string_view text, std::size_t bytes_max = limits::name_chars) {
    if (text.size() > bytes_max) {
        while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0) == 0x80) --bytes_max;
        text = text.substr(0, bytes_max);
    }
    std::string out(text);
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return out;
}

// The console shows it as a link.
std::string link(std::string_view text) {
    const bool web = text.starts_with("https://") || text.starts_with("http://");
    return web && text.size() <= url_chars_max ? line(text, url_chars_max) : "";
}

std::string commit(std::string_view text) {
    const bool plain = text.size() <= commit_chars_max && std::ranges::all_of(text, [](char c) {
                           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                       });
    return plain ? std::string(text) : "";
}

const json::value& member(const json::value& object, std::string_view name) {
    static const json::value nothing;
    const auto* found = find(object, name);
    return found == nullptr ? nothing : *found;
}

// An id is a number or a text, by tool.
std::string id_text(const json::value& object, std::string_view name) {
    const auto& value = member(object, name);
    if (value.is_string()) return line(value.get_string());
    return value.is_int64() || value.is_uint64() ? to_text(value) : "";
}

// RFC 3339, or GitLab's "2022-08-05 14:25:15 +0800" and "… UTC".
std::optional<Timestamp> time_of(std::string_view text) {
    if (auto time = parse_rfc3339(text)) return time;
    constexpr std::size_t clock_chars = 19;
    if (text.size() < clock_chars + 2 || text[clock_chars] != ' ') return {};
    auto zone = std::string(text.substr(clock_chars + 1));
    if (zone == "UTC") zone = "Z";
    if (zone.size() == 5) zone.insert(3, ":");
    return parse_rfc3339(std::string(text.substr(0, clock_chars)) + zone);
}

// Unset where it is not told.
Timestamp told_time(const json::value& object, std::string_view name, Timestamp now) {
    const auto time = time_of(string_or(object, name));
    if (!time) return {};
    return std::clamp(*time, now - limits::deployment_longest, now);
}

Failure lacks(std::string_view field) {
    return invalid(std::string(field), "The message of the hook lacks this.",
                   "Check that the tool sends the events that the hook is made for.");
}

HookEvent ignore(std::string why) { return {.run = {}, .ignored = std::move(why)}; }

Result<HookEvent> github(const net::ServerRequest& request, const json::value& body, Timestamp now) {
    const auto event = request.header("X-GitHub-Event");
    if (event != "workflow_run")
        return ignore("Only workflow_run events are recorded, not " + line(event) + ".");
    const auto& run = member(body, "workflow_run");
    const auto id = id_text(run, "id");
    if (id.empty()) return lacks("workflow_run.id");
    const auto repository = line(string_or(member(body, "repository"), "full_name"));
    HookEvent out{.run = store::ReportedRun{
                      .run_key = fmt::format("{}:{}:{}", repository, id, int_or(run, "run_attempt", 1)),
                      .name = line(fmt::format("{} · {}", repository, string_or(run, "name"))),
                      .commit = commit(string_or(run, "head_sha")),
                      .url = link(string_or(run, "html_url")),
                      .reason = line(string_or(run, "display_title")),
                      .started_at = told_time(run, "run_started_at", now)}};
    if (string_or(body, "action") != "completed") return out;
    const auto conclusion = string_or(run, "conclusion");
    out.run->state = conclusion == "success" || conclusion == "neutral" ? DeploymentState::succeeded
                     : conclusion == "cancelled" || conclusion == "skipped" || conclusion == "stale"
                         ? DeploymentState::cancelled
                         : DeploymentState::failed;
    out.run->ended_at = told_time(run, "updated_at", now);
    out.run->only_if_known = conclusion == "skipped";
    return out;
}

// nullopt: has not begun.
std::optional<DeploymentState> gitlab_state(std::string_view status) {
    if (status == "running") return DeploymentState::open;
    if (status == "success") return DeploymentState::succeeded;
    if (status == "failed") return DeploymentState::failed;
    if (status == "canceled" || status == "skipped") return DeploymentState::cancelled;
    return {};
}

Result<HookEvent> gitlab_pipeline(const json::value& body, const std::string& project, Timestamp now) {
    const auto& about = member(body, "object_attributes");
    const auto id = id_text(about, "id");
    if (id.empty()) return lacks("object_attributes.id");
    const auto state = gitlab_state(string_or(about, "status"));
    if (!state) return ignore("The pipeline is not running yet.");
    HookEvent out{.run = store::ReportedRun{.run_key = fmt::format("{}:pipeline:{}", project, id),
                                            .name = line(fmt::format("{} · pipeline {}", project, id)),
                                            .commit = commit(string_or(about, "sha")),
                                            .url = link(string_or(about, "url")),
                                            .reason = line(string_or(about, "name")),
                                            .state = *state,
                                            .only_if_known = string_or(about, "status") == "skipped"}};
    if (*state == DeploymentState::open) return out;
    out.run->ended_at = told_time(about, "finished_at", now);
    // created_at may lie days before a manual job began; the duration tells how long it ran.
    const auto ran = std::clamp<std::int64_t>(int_or(about, "duration"), 0,
                                              std::chrono::seconds(limits::deployment_longest).count());
    if (out.run->ended_at.is_set()) out.run->started_at = out.run->ended_at - std::chrono::seconds(ran);
    return out;
}

Result<HookEvent> gitlab_deployment(const json::value& body, const std::string& project, Timestamp now) {
    const auto id = id_text(body, "deployment_id");
    if (id.empty()) return lacks("deployment_id");
    const auto state = gitlab_state(string_or(body, "status"));
    if (!state) return ignore("The deployment is not running yet.");
    auto sha = string_or(body, "commit_url");
    sha.remove_prefix(std::min(sha.rfind('/') + 1, sha.size()));
    HookEvent out{.run = store::ReportedRun{
                      .run_key = fmt::format("{}:deployment:{}", project, id),
                      .name = line(fmt::format("{} · {}", project, string_or(body, "environment"))),
                      .commit = commit(sha.empty() ? string_or(body, "short_sha") : sha),
                      .url = link(string_or(body, "deployable_url")),
                      .reason = line(string_or(body, "commit_title")),
                      .state = *state}};
    auto& at = *state == DeploymentState::open ? out.run->started_at : out.run->ended_at;
    at = told_time(body, "status_changed_at", now);
    return out;
}

Result<HookEvent> gitlab(const json::value& body, Timestamp now) {
    const auto project = line(string_or(member(body, "project"), "path_with_namespace"));
    const auto kind = string_or(body, "object_kind");
    if (kind == "pipeline") return gitlab_pipeline(body, project, now);
    if (kind == "deployment") return gitlab_deployment(body, project, now);
    return ignore("Only pipeline and deployment events are recorded, not " + line(kind) + ".");
}

Result<HookEvent> terraform_cloud(const json::value& body, Timestamp now) {
    const auto& list = member(body, "notifications");
    if (!list.is_array() || list.get_array().empty()) return lacks("notifications");
    const auto& notice = list.get_array().front();
    const auto trigger = string_or(notice, "trigger");
    if (trigger == "verification") return ignore("The hook works.");
    if (trigger != "run:applying" && trigger != "run:completed" && trigger != "run:errored")
        return ignore("A run that does not apply changes nothing: " + line(trigger) + ".");
    const auto id = id_text(body, "run_id");
    if (id.empty()) return lacks("run_id");
    const auto workspace =
        fmt::format("{}/{}", string_or(body, "organization_name"), string_or(body, "workspace_name"));
    HookEvent out{.run = store::ReportedRun{.run_key = id,
                                            .name = line(workspace),
                                            .url = link(string_or(body, "run_url")),
                                            .reason = line(string_or(body, "run_message"))}};
    const auto at = told_time(notice, "run_updated_at", now);
    if (trigger == "run:applying") {
        out.run->started_at = at;
        return out;
    }
    const auto status = string_or(notice, "run_status");
    out.run->state = trigger == "run:errored" ? DeploymentState::failed
                     : status == "canceled" || status == "discarded" || status == "force_canceled"
                         ? DeploymentState::cancelled
                         : DeploymentState::succeeded;
    out.run->ended_at = at;
    out.run->only_if_known = status != "applied";
    if (!out.run->only_if_known) out.run->started_at = told_time(body, "run_created_at", now);
    return out;
}

Result<HookEvent> generic(const json::value& body, Timestamp now) {
    const auto id = id_text(body, "run_id");
    if (id.empty()) return lacks("run_id");
    const auto state = model::parse_deployment_state(string_or(body, "state"));
    if (!state) return invalid("state", "This must be one of: open, succeeded, failed, cancelled.");
    store::ReportedRun run{.run_key = id,
                           .name = line(string_or(body, "name")),
                           .commit = commit(string_or(body, "commit")),
                           .url = link(string_or(body, "url")),
                           .reason = line(string_or(body, "reason"), limits::note_chars),
                           .state = *state,
                           .started_at = told_time(body, "started_at", now)};
    if (*state != DeploymentState::open) run.ended_at = told_time(body, "ended_at", now);
    return HookEvent{.run = std::move(run)};
}

Result<HookEvent> read(DeploymentSource kind, const net::ServerRequest& request, const json::value& body,
                       Timestamp now) {
    switch (kind) {
        case DeploymentSource::github:
            return github(request, body, now);
        case DeploymentSource::gitlab:
            return gitlab(body, now);
        case DeploymentSource::terraform_cloud:
            return terraform_cloud(body, now);
        case DeploymentSource::generic:
            return generic(body, now);
        default:
            return fail(Error::Kind::internal, "This kind of hook has no messages.");
    }
}

// The sender's own id of the message, else its content: GitLab's X-Gitlab-Event-UUID is shared by
// messages that cause each other, and Terraform Cloud names none.
std::string delivery_of(DeploymentSource kind, const net::ServerRequest& request) {
    std::string_view id;
    if (kind == DeploymentSource::github) id = request.header("X-GitHub-Delivery");
    if (kind == DeploymentSource::gitlab) id = request.header("Idempotency-Key");
    if (kind == DeploymentSource::generic) id = request.header("webhook-id");
    if (!id.empty()) return line(id, key_chars_max);
    return to_hex(crypto::sha256(request.body));
}

}  // namespace

Result<HookEvent> read_hook_event(DeploymentSource kind, const net::ServerRequest& request,
                                  const json::object& body, Timestamp now) {
    auto event = TRY(read(kind, request, json::value(body), now));
    if (!event.run) return event;
    event.run->delivery = delivery_of(kind, request);
    event.run->run_key = line(event.run->run_key, key_chars_max);
    return event;
}

}  // namespace patrol::api
