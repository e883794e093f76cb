#include "store/deployments.h"
#include "api/api_fixture.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "store/deployment_hooks.h"

using namespace patrol;
using namespace patrol::api;

namespace {

const std::string deployments = "/api/v1/deployments";
const std::string hooks = "/api/v1/deployments/hooks";

std::string path_of(const Reply& hook) {
    return hook.at("url").substr(std::string("http://127.0.0.1:8080").size());
}

net::Headers signed_by_github(const std::string& secret, const std::string& body,
                              const std::string& delivery) {
    return {{"Content-Type", "application/json"},
            {"X-GitHub-Event", "workflow_run"},
            {"X-GitHub-Delivery", delivery},
            {"X-Hub-Signature-256", "sha256=" + to_hex(crypto::hmac_sha256(secret, body))}};
}

std::string workflow(std::string_view action, std::string_view conclusion = "null") {
    return fmt::format(
        R"({{"action":"{}","workflow_run":{{"id":1,"name":"deploy","conclusion":{}}},"repository":{{"full_name":"a/b"}}}})",
        action, conclusion);
}

}  // namespace

TEST_CASE("a deployment is recorded, ended and never opened again") {
    World world;
    world.set_up();
    const auto account = world.make_account();
    auto made =
        world.post(deployments, {{"name", "release"}, {"account_ids", {account}}, {"commit", "0123abc"}});
    REQUIRE_MESSAGE(made.status == 201, made.text);
    CHECK(made.at("state") == "open");
    CHECK(made.at("source") == "api");
    CHECK(made.at("created_by") == "token tests");
    const auto path = deployments + "/" + made.at("id");
    CHECK(made.header("Location") == path);
    auto ended = world.patch(path, {{"state", "failed"}, {"exit_code", 3}});
    REQUIRE_MESSAGE(ended.status == 200, ended.text);
    CHECK(ended.at("state") == "failed");
    CHECK_FALSE(ended.at("ended_at").empty());
    CHECK(int_or(ended.body, "exit_code") == 3);
    CHECK(ended.at("commit") == "0123abc");
    auto opened = world.patch(path, {{"state", "open"}, {"ended_at", nullptr}});
    CHECK(opened.status == 409);
    CHECK(world.patch(path, {{"reason", "lost"}}).at("reason") == "lost");
    CHECK(world.get(path, world.stranger).status == 404);
    CHECK(world.call("PATCH", path, {{"reason", "x"}}, world.stranger).status == 404);
    CHECK(int_or(world.get(deployments + "?q=state%3Dfailed", world.owner).body, "total") == 1);
    CHECK(int_or(world.get(deployments, world.stranger).body, "total") == 0);
}

TEST_CASE("late registration: a run with its end, and an end without a state") {
    World world;
    world.set_up();
    const auto start = to_rfc3339(world.clock.now() - std::chrono::hours(2));
    const auto end = to_rfc3339(world.clock.now() - std::chrono::hours(1));
    const auto made = world.post(deployments, {{"name", "a"}, {"started_at", start}, {"ended_at", end}});
    REQUIRE_MESSAGE(made.status == 201, made.text);
    CHECK(made.at("state") == "succeeded");
    CHECK(made.at("ended_at") == end);
    const auto open = world.post(deployments, {{"name", "b"}, {"started_at", start}});
    CHECK(world.patch(deployments + "/" + open.at("id"), {{"ended_at", end}}).at("state") == "succeeded");
}

TEST_CASE("what is wrong is named") {
    World world;
    world.set_up();
    const auto now = world.clock.now();
    const auto at = [&](std::chrono::hours after) { return to_rfc3339(now + after); };
    const auto foreign = [&] {
        const auto reply = world.call("POST", "/api/v1/cloud-accounts", {{"name", "x"}, {"provider", "aws"}},
                                      world.stranger);
        return reply.at("id");
    }();
    const std::vector<std::pair<json::object, std::string>> cases{
        {{}, "name"},
        {{{"name", ""}}, "name"},
        {{{"name", "a"}, {"nonsense", 1}}, "nonsense"},
        {{{"name", "a"}, {"changes", 1}}, "changes"},
        {{{"name", "a"}, {"source", "github"}}, "source"},
        {{{"name", "a"}, {"source", "window"}}, "until"},
        {{{"name", "a"}, {"state", "done"}}, "state"},
        {{{"name", "a"}, {"account_ids", {"x"}}}, "account_ids"},
        {{{"name", "a"}, {"account_ids", {foreign}}}, "account_ids"},
        {{{"name", "a"}, {"customer_id", "cus_aaaaaaaaaaaaaaaaaaaaaaaaaa"}}, "customer_id"},
        {{{"name", "a"}, {"url", "javascript:alert(1)"}}, "url"},
        {{{"name", "a"}, {"started_at", "yesterday"}}, "started_at"},
        {{{"name", "a"}, {"started_at", at(std::chrono::hours(24 * 8))}}, "started_at"},
        {{{"name", "a"}, {"ended_at", at(std::chrono::hours(-1))}}, "ended_at"},
        {{{"name", "a"}, {"started_at", at(std::chrono::hours(-9))}, {"ended_at", at(std::chrono::hours(1))}},
         "ended_at"},
        {{{"name", "a"}, {"started_at", at(std::chrono::hours(-24 * 8))}, {"ended_at", at({})}}, "ended_at"},
        {{{"name", "a"},
          {"state", "open"},
          {"started_at", at(std::chrono::hours(-2))},
          {"ended_at", at(std::chrono::hours(-1))}},
         "ended_at"},
        {{{"name", "a"}, {"until", at(std::chrono::hours(-1))}}, "until"},
        {{{"name", "a"}, {"until", at(std::chrono::hours(24 * 8))}}, "until"},
        {{{"name", "a"}, {"exit_code", 256}}, "exit_code"},
        {{{"name", "a"}, {"scan", "yes"}}, "scan"},
        {{{"name", "a"}, {"scan", true}}, "scan"},
    };
    for (const auto& [body, field] : cases) {
        const auto reply = world.post(deployments, body);
        CAPTURE(to_text(body));
        CHECK(reply.status == 422);
        CHECK(reply.field() == field);
    }
    CHECK(int_or(world.get(deployments, world.owner).body, "total") == 0);
}

TEST_CASE("a deployment's end asks for a scan of the accounts that it names") {
    World world;
    world.set_up();
    const auto customer = world.post("/api/v1/customers", {{"name", "Acme"}}).at("id");
    const auto account = world.make_account({{"customer_id", customer}});
    const auto made = world.post(deployments, {{"name", "release"}, {"customer_id", customer}});
    REQUIRE(world.patch(deployments + "/" + made.at("id"), {{"state", "succeeded"}, {"scan", true}}).status ==
            200);
    const auto scans = world.get("/api/v1/cloud-accounts/" + account + "/scans", world.owner);
    REQUIRE(int_or(scans.body, "total") == 1);
    const auto& scan = scans.body.at("items").at(0);
    CHECK(string_or(scan, "trigger") == "deployment");
    CHECK(string_or(scan, "deployment_id") == made.at("id"));
}

TEST_CASE("a scan names only a deployment of its own tenant") {
    World world;
    world.set_up();
    const auto path = "/api/v1/cloud-accounts/" + world.make_account() + "/scans";
    const auto made = world.post(deployments, {{"name", "release"}}).at("id");
    const auto foreign = world.call("POST", deployments, {{"name", "x"}}, world.stranger).at("id");
    for (const auto& id : {std::string("x"), foreign}) {
        const auto refused = world.post(path, {{"deployment_id", id}});
        CHECK(refused.status == 422);
        CHECK(refused.field() == "deployment_id");
    }
    const auto queued = world.post(path, {{"trigger", "deployment"}, {"deployment_id", made}});
    REQUIRE_MESSAGE(queued.status == 202, queued.text);
    CHECK(queued.at("deployment_id") == made);
}

TEST_CASE("roles: viewers read, operators record, administrators make hooks") {
    World world;
    world.set_up();
    const auto viewer = world.token_with_role("viewer"), operator_ = world.token_with_role("operator");
    CHECK(world.get(deployments, viewer).status == 200);
    CHECK(world.call("POST", deployments, {{"name", "a"}}, viewer).status == 403);
    CHECK(world.call("POST", deployments, {{"name", "a"}}, operator_).status == 201);
    CHECK(world.get(hooks, operator_).status == 403);
    CHECK(world.call("POST", hooks, {{"name", "a"}, {"kind", "github"}}, operator_).status == 403);
}

TEST_CASE("a hook's secret and address are shown once, and the secret is not in the database") {
    World world;
    world.set_up();
    for (const auto* kind : {"github", "gitlab", "terraform_cloud", "generic"}) {
        const auto made = world.post(hooks, {{"name", kind}, {"kind", kind}});
        REQUIRE_MESSAGE(made.status == 201, made.text);
        CHECK(made.at("secret").size() > 40);
        const auto token = made.at("url").substr(made.at("url").rfind('/') + 1);
        const auto list = world.get(hooks, world.owner);
        CHECK(list.text.find(made.at("secret")) == std::string::npos);
        CHECK(list.text.find(token) == std::string::npos);
        const auto found = need(world.store->deployment_hooks().by_token_hash(stored_hash(token)));
        CHECK(found.keys.secret_hash.has_value() == (std::string_view(kind) == "gitlab"));
        CHECK(found.keys.sealed_secret.value_or("").find(made.at("secret")) == std::string::npos);
    }
    CHECK(world.post(hooks, {{"name", "github"}, {"kind", "github"}}).status == 409);
    CHECK(world.post(hooks, {{"name", "x"}, {"kind", "api"}}).field() == "kind");
    CHECK(world.post(hooks, {{"name", "x"}}).field() == "kind");
    CHECK(world.post(hooks, {{"name", "x"}, {"kind", "github"}, {"scan_after", true}}).field() ==
          "scan_after");
}

TEST_CASE("a signed message is recorded once; a wrong one learns nothing") {
    World world;
    world.set_up();
    const auto account = world.make_account();
    const auto hook = world.post(
        hooks, {{"name", "ci"}, {"kind", "github"}, {"account_ids", {account}}, {"scan_after", true}});
    const auto path = path_of(hook), secret = hook.at("secret");
    const auto begin = workflow("in_progress"), end = workflow("completed", "\"success\"");

    auto reply = world.send("POST", path, begin, signed_by_github(secret, begin, "d1"));
    REQUIRE_MESSAGE(reply.status == 200, reply.text);
    CHECK(reply.at("outcome") == "recorded");
    CHECK(reply.at("state") == "open");
    const auto id = reply.at("deployment_id");
    reply = world.send("POST", path, end, signed_by_github(secret, end, "d2"));
    CHECK(reply.at("deployment_id") == id);
    CHECK(reply.at("state") == "succeeded");
    reply = world.send("POST", path, end, signed_by_github(secret, end, "d2"));
    CHECK(reply.at("outcome") == "repeated");
    CHECK(int_or(world.get("/api/v1/cloud-accounts/" + account + "/scans", world.owner).body, "total") == 1);
    const auto deployment = world.get(deployments + "/" + id, world.owner);
    CHECK(deployment.at("source") == "github");
    CHECK(deployment.at("created_by") == "hook ci");
    CHECK(deployment.body.at("account_ids") == json::value(json::array{account}));
    CHECK_FALSE(string_or(world.get(hooks, world.owner).body.at("items").at(0), "last_used_at").empty());

    const auto without_trace = [](const Reply& refused) {
        auto body = refused.body.as_object();
        body.erase("trace_id");
        return to_text(body);
    };
    const auto bad = world.send("POST", path, begin, signed_by_github("wrong", begin, "d3"));
    CHECK(bad.status == 401);
    auto unknown_path = path;
    unknown_path.back() = unknown_path.back() == 'a' ? 'b' : 'a';
    const auto unknown = world.send("POST", unknown_path, begin, signed_by_github(secret, begin, "d3"));
    CHECK(unknown.status == 401);
    CHECK(without_trace(bad) == without_trace(unknown));
    CHECK(world.send("POST", path, begin, {{"Content-Type", "application/json"}}).status == 401);
    // Broken JSON is looked at only after the signature.
    CHECK(world.send("POST", path, "{", signed_by_github("wrong", "{", "d4")).status == 401);
    CHECK(world.send("POST", path, "{", signed_by_github(secret, "{", "d4")).status == 400);
    const auto ping = std::string("{}");
    auto headers = signed_by_github(secret, ping, "d5");
    headers[1].value = "ping";
    CHECK(world.send("POST", path, ping, headers).at("outcome") == "ignored");

    REQUIRE(world.call("DELETE", hooks + "/" + hook.at("id"), nullptr, world.stranger).status == 404);
    REQUIRE(world.call("DELETE", hooks + "/" + hook.at("id"), nullptr, world.owner).status == 204);
    CHECK(world.send("POST", path, begin, signed_by_github(secret, begin, "d6")).status == 401);
    CHECK(world.get(deployments + "/" + id, world.owner).status == 200);
}

TEST_CASE("messages are bounded by hook_body_bytes, guesses by the limit on bad tokens") {
    World world;
    world.set_up();
    const auto hook = world.post(hooks, {{"name", "ci"}, {"kind", "github"}});
    const std::string large(limits::hook_body_bytes + 1, ' ');
    CHECK(world.send("POST", path_of(hook), large, signed_by_github(hook.at("secret"), large, "d")).status ==
          413);
    int refused = 0;
    for (int i = 0; i < 150 && refused == 0; ++i)
        if (world.send("POST", path_of(hook), "{}", signed_by_github("wrong", "{}", "d")).status == 429)
            refused = i;
    CHECK(refused == 100);
    CHECK(world.send("POST", path_of(hook), "{}", signed_by_github(hook.at("secret"), "{}", "d")).status !=
          429);
}
