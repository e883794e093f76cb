#include "api/hook_event.h"

#include <doctest/doctest.h>

#include "base/limits.h"

using namespace patrol;
using namespace patrol::api;
using namespace std::chrono_literals;
using model::DeploymentSource;
using model::DeploymentState;

namespace {

const Timestamp now = *parse_rfc3339("2026-11-22T12:00:00Z");

Result<HookEvent> read(DeploymentSource kind, std::string_view body, net::Headers headers = {}) {
    net::ServerRequest request{.method = "POST", .body = std::string(body)};
    request.headers = std::move(headers);
    return read_hook_event(kind, request, parse_json(body)->as_object(), now);
}

store::ReportedRun run_of(Result<HookEvent> event) {
    REQUIRE(event);
    REQUIRE_MESSAGE(event->run, event->ignored);
    return *event->run;
}

std::string ignored(Result<HookEvent> event) {
    REQUIRE(event);
    CHECK_FALSE(event->run);
    return event->ignored;
}

std::string field(const Result<HookEvent>& event) { return event ? "none" : event.error().field; }

std::string workflow(std::string_view action, std::string_view conclusion) {
    return fmt::format(R"({{"action":"{}","workflow_run":{{"id":3012345678,"run_attempt":2,"name":"deploy",
        "display_title":"Release 7","head_sha":"0123456789abcdef0123456789abcdef01234567",
        "html_url":"https://github.com/acme/infra/actions/runs/3012345678","run_started_at":"2026-11-22T11:50:00Z",
        "updated_at":"2026-11-22T11:58:00Z","conclusion":{}}},"repository":{{"full_name":"acme/infra"}}}})",
                       action, conclusion);
}

const net::Headers github_headers{{"X-GitHub-Event", "workflow_run"}, {"X-GitHub-Delivery", "72d3162e-cc78"}};

std::string terraform(std::string_view trigger, std::string_view status) {
    return fmt::format(R"({{"payload_version":1,"run_url":"https://app.terraform.io/app/acme/prod/runs/run-1",
        "run_id":"run-1","run_message":"Queued by CI","run_created_at":"2026-11-22T11:40:00.000Z",
        "workspace_name":"prod","organization_name":"acme","notifications":[{{"message":"m","trigger":"{}",
        "run_status":"{}","run_updated_at":"2026-11-22T11:55:00.000Z"}}]}})",
                       trigger, status);
}

}  // namespace

TEST_CASE("GitHub: a workflow run from its request to its end") {
    auto run = run_of(read(DeploymentSource::github, workflow("in_progress", "null"), github_headers));
    CHECK(run.run_key == "acme/infra:3012345678:2");
    CHECK(run.delivery == "72d3162e-cc78");
    CHECK(run.name == "acme/infra · deploy");
    CHECK(run.commit.size() == 40);
    CHECK(run.url == "https://github.com/acme/infra/actions/runs/3012345678");
    CHECK(run.state == DeploymentState::open);
    CHECK(run.started_at == now - 10min);
    CHECK_FALSE(run.ended_at.is_set());
    for (const auto& [conclusion, state] : {std::pair("\"success\"", DeploymentState::succeeded),
                                            std::pair("\"failure\"", DeploymentState::failed),
                                            std::pair("\"timed_out\"", DeploymentState::failed),
                                            std::pair("\"cancelled\"", DeploymentState::cancelled)}) {
        run = run_of(read(DeploymentSource::github, workflow("completed", conclusion), github_headers));
        CHECK(run.state == state);
        CHECK(run.ended_at == now - 2min);
        CHECK_FALSE(run.only_if_known);
    }
    CHECK(run_of(read(DeploymentSource::github, workflow("completed", "\"skipped\""), github_headers))
              .only_if_known);
    CHECK(ignored(read(DeploymentSource::github, "{}", {{"X-GitHub-Event", "ping"}})).find("ping") !=
          std::string::npos);
    CHECK(field(read(DeploymentSource::github, R"({"workflow_run":[]})", github_headers)) ==
          "workflow_run.id");
}

TEST_CASE("GitLab: pipelines and deployments, with its own form of times") {
    const auto pipeline = [](std::string_view status) {
        return fmt::format(
            R"({{"object_kind":"pipeline","object_attributes":{{"id":31,"status":"{}","sha":"bcbb5ec3",
            "created_at":"2026-11-01 10:00:00 UTC","finished_at":"2026-11-22 11:59:00 UTC","duration":300,
            "url":"https://gitlab.example.com/acme/infra/-/pipelines/31"}},
            "project":{{"path_with_namespace":"acme/infra"}}}})",
            status);
    };
    auto run = run_of(read(DeploymentSource::gitlab, pipeline("running")));
    CHECK(run.run_key == "acme/infra:pipeline:31");
    CHECK(run.delivery.size() == 64);
    CHECK(run.state == DeploymentState::open);
    run = run_of(read(DeploymentSource::gitlab, pipeline("success"), {{"Idempotency-Key", "k1"}}));
    CHECK(run.delivery == "k1");
    CHECK(run.state == DeploymentState::succeeded);
    CHECK(run.ended_at == now - 1min);
    CHECK(run.started_at == now - 6min);
    CHECK(run_of(read(DeploymentSource::gitlab, pipeline("canceled"))).state == DeploymentState::cancelled);
    CHECK(run_of(read(DeploymentSource::gitlab, pipeline("skipped"))).only_if_known);
    CHECK_FALSE(ignored(read(DeploymentSource::gitlab, pipeline("pending"))).empty());
    CHECK_FALSE(ignored(read(DeploymentSource::gitlab, R"({"object_kind":"push"})")).empty());

    const auto deployment = [](std::string_view status) {
        return fmt::format(
            R"({{"object_kind":"deployment","status":"{}","status_changed_at":"2026-11-22 13:57:00 +0200",
            "deployment_id":15,"deployable_url":"https://gitlab.example.com/acme/infra/-/jobs/796",
            "environment":"production","project":{{"path_with_namespace":"acme/infra"}},"short_sha":"279484c0",
            "commit_url":"https://gitlab.example.com/acme/infra/-/commit/279484c09fbe69ededfced8c1bb6e6d24616b468"}})",
            status);
    };
    run = run_of(read(DeploymentSource::gitlab, deployment("running")));
    CHECK(run.name == "acme/infra · production");
    CHECK(run.commit == "279484c09fbe69ededfced8c1bb6e6d24616b468");
    CHECK(run.started_at == now - 3min);
    run = run_of(read(DeploymentSource::gitlab, deployment("failed")));
    CHECK(run.state == DeploymentState::failed);
    CHECK(run.ended_at == now - 3min);
    CHECK(field(read(DeploymentSource::gitlab, R"({"object_kind":"deployment","status":"running"})")) ==
          "deployment_id");
}

TEST_CASE("Terraform Cloud: only a run that applies is recorded") {
    auto run = run_of(read(DeploymentSource::terraform_cloud, terraform("run:applying", "applying")));
    CHECK(run.run_key == "run-1");
    CHECK(run.name == "acme/prod");
    CHECK(run.started_at == now - 5min);
    run = run_of(read(DeploymentSource::terraform_cloud, terraform("run:completed", "applied")));
    CHECK(run.state == DeploymentState::succeeded);
    CHECK(run.started_at == now - 20min);
    CHECK(run.ended_at == now - 5min);
    CHECK_FALSE(run.only_if_known);
    CHECK(run_of(read(DeploymentSource::terraform_cloud, terraform("run:completed", "planned_and_finished")))
              .only_if_known);
    CHECK(run_of(read(DeploymentSource::terraform_cloud, terraform("run:completed", "discarded"))).state ==
          DeploymentState::cancelled);
    CHECK(run_of(read(DeploymentSource::terraform_cloud, terraform("run:errored", "errored"))).state ==
          DeploymentState::failed);
    for (const auto* trigger :
         {"run:created", "run:planning", "run:needs_attention", "verification", "assessment:drifted"})
        CHECK_FALSE(ignored(read(DeploymentSource::terraform_cloud, terraform(trigger, "x"))).empty());
    CHECK(field(read(DeploymentSource::terraform_cloud, "{}")) == "notifications");
    CHECK(field(read(DeploymentSource::terraform_cloud,
                     R"({"notifications":[{"trigger":"run:applying"}]})")) == "run_id");
}

TEST_CASE("generic: as documented") {
    const auto run = run_of(read(
        DeploymentSource::generic,
        R"({"run_id":7,"state":"failed","name":"ansible","commit":"abc","ended_at":"2026-11-22T11:59:00Z"})",
        {{"webhook-id", "msg_1"}}));
    CHECK(run.run_key == "7");
    CHECK(run.delivery == "msg_1");
    CHECK(run.ended_at == now - 1min);
    CHECK(field(read(DeploymentSource::generic, R"({"state":"open"})")) == "run_id");
    CHECK(field(read(DeploymentSource::generic, R"({"run_id":"1","state":"done"})")) == "state");
}

TEST_CASE("what a stranger writes is cut, cleaned and kept within its time") {
    const auto hostile = fmt::format(
        R"x({{"run_id":"{}","state":"succeeded","name":"a\u0000b\nc\u001b[31m","commit":"<script>","url":"javascript:alert(1)",
            "reason":"{}","started_at":"1990-01-01T00:00:00Z","ended_at":"2199-01-01T00:00:00Z"}})x",
        std::string(1000, 'k'), std::string(5'000, 'r'));
    const auto run = run_of(read(DeploymentSource::generic, hostile));
    CHECK(run.run_key.size() == limits::name_chars);
    CHECK(run.name == "a b c [31m");
    CHECK(run.commit.empty());
    CHECK(run.url.empty());
    CHECK(run.reason.size() == limits::note_chars);
    CHECK(run.started_at == now - limits::deployment_longest);
    CHECK(run.ended_at == now);
    // A cut never leaves half a character.
    std::string wide;
    for (int i = 0; i < 200; ++i) wide += "ä";
    const auto cut = run_of(read(DeploymentSource::generic,
                                 fmt::format(R"({{"run_id":"1","state":"open","name":"x{}"}})", wide)));
    CHECK(cut.name.size() == limits::name_chars - 1);
}
