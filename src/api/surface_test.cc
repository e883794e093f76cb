#include <doctest/doctest.h>

#include <thread>

#include "api/api_fixture.h"
#include "api/routes.h"

using namespace patrol;
using namespace patrol::api;

namespace {

net::Headers as(const std::string& token, std::string type = "application/json") {
    return {{"Authorization", "Bearer " + token}, {"Content-Type", std::move(type)}};
}

}  // namespace

TEST_CASE("bodies that are no messages are 400") {
    World world;
    world.set_up();
    const auto status = [&](std::string body) {
        return world.send("POST", "/api/v1/customers", std::move(body), as(world.owner)).status;
    };
    CHECK(status("{") == 400);
    CHECK(status("[]") == 400);
    CHECK(status("\"x\"") == 400);
    CHECK(status(R"({"name":"a","name":"b"})") == 400);
    CHECK(status(R"({"name":"\ud800"})") == 400);
    CHECK(status(R"({"name":1e999})") == 400);
    CHECK(status(std::string(10'000, '[') + std::string(10'000, ']')) == 400);
    CHECK(status("{\"name\":\"\xff\"}") == 400);
    CHECK(status(R"({"name":1})") == 422);
    CHECK(status("") == 422);
    CHECK(world.send("POST", "/api/v1/customers", R"({"name":"x"})", as(world.owner, "text/plain")).status ==
          400);
    net::Headers zipped = as(world.owner);
    zipped.push_back({"Content-Encoding", "gzip"});
    CHECK(world.send("POST", "/api/v1/customers", "xx", zipped).status == 400);
}

TEST_CASE("who may send a body is known from the head alone") {
    World world;
    world.set_up();
    const auto refused = [&](std::string_view method, std::string_view path, std::string_view token) {
        net::ServerRequest request{.method = std::string(method),
                                   .target = std::string(path),
                                   .path = std::string(path),
                                   .headers = {{"Host", "127.0.0.1:8080"}},
                                   .peer_address = *net::IpAddress::parse("127.0.0.1"),
                                   .is_loopback = true};
        if (!token.empty()) request.headers.push_back({"Authorization", "Bearer " + std::string(token)});
        const auto answer = world.api->refusal(request);
        return answer ? answer->status : 0;
    };
    const std::string viewer = world.token_with_role("viewer");
    CHECK(refused("POST", "/api/v1/customers", "") == 401);
    CHECK(refused("POST", "/api/v1/customers", "pat_wrong") == 401);
    CHECK(refused("POST", "/api/v1/customers", viewer) == 403);
    CHECK(refused("POST", "/api/v1/customers", world.owner) == 0);
    CHECK(refused("PATCH", "/api/v1/cloud-accounts/acc_x", "") == 401);
    CHECK(refused("POST", "/api/v1/connect/exchange", viewer) == 401);
    CHECK(refused("POST", "/api/v1/setup", "") == 0);    // anyone: the body says who
    CHECK(refused("POST", "/api/v1/nothing", "") == 0);  // no route: the router says so
}

TEST_CASE("filters, sort orders and pages are checked") {
    World world;
    world.set_up();
    for (int i = 0; i < 3; ++i)
        world.post("/api/v1/customers", json::object{{"name", "c" + std::to_string(i)}});
    const auto get = [&](const std::string& query) {
        return world.get("/api/v1/customers?" + query, world.owner);
    };
    for (const char* list : {"customers", "cloud-accounts", "scans", "tokens", "secrets", "resources"})
        for (const char* query :
             {"limit=-1", "limit=0", "limit=501", "limit=1e3", "page=1000000000", "sort=hash%3Bdrop",
              "sort=name%27", "q=name%3D%27", "q=%28", "q=nonsense%3D1"}) {
            CAPTURE(list);
            CAPTURE(query);
            const Reply reply = world.get(std::string("/api/v1/") + list + "?" + query, world.owner);
            CHECK(reply.status == 422);
            CHECK(reply.field() != "");
        }
    CHECK(get("q=name%3D%22%27%20OR%201%3D1--%22").body.at("total").as_int64() == 0);
    CHECK(get("q=" + std::string(9'000, 'a')).status == 422);
    const Reply first = get("limit=2");
    CHECK(first.body.at("items").as_array().size() == 2);
    CHECK(first.body.at("total").as_int64() == 3);
    const std::string cursor = first.at("next_cursor");
    const Reply second = get("limit=2&cursor=" + cursor);
    CHECK(second.body.at("items").as_array().size() == 1);
    CHECK(second.body.at("next_cursor").is_null());
    CHECK(world.get("/api/v1/customers?cursor=" + cursor, world.stranger).status == 400);
    std::string edited = cursor;
    edited.front() = edited.front() == 'A' ? 'B' : 'A';
    CHECK(get("cursor=" + edited).status == 400);
    CHECK(get("cursor=x").status == 400);
}

TEST_CASE("a secret goes in and never comes out") {
    World world;
    world.set_up();
    const std::string canary = "CANARY-4711-value";
    const Reply made = world.post("/api/v1/secrets",
                                  json::object{{"name", "key"}, {"manager", "sealed"}, {"value", canary}});
    REQUIRE_MESSAGE(made.status == 201, made.text);
    CHECK(made.body.at("has_value").as_bool());
    const std::string path = "/api/v1/secrets/" + made.at("id");
    const Reply tested = world.post(path + "/test", nullptr);
    CHECK(tested.body.at("ok").as_bool());
    const Reply changed = world.patch(path, json::object{{"name", "renamed"}});
    const Reply list = world.get("/api/v1/secrets", world.owner);
    for (const Reply& reply : {made, tested, changed, list})
        CHECK(reply.text.find(canary) == std::string::npos);
    const auto post = [&](json::object body) { return world.post("/api/v1/secrets", body); };
    CHECK(post({{"name", "a"}, {"manager", "env"}, {"ref", "PATROL_MASTER_KEY"}}).field() == "ref");
    CHECK(post({{"name", "a"}, {"manager", "env"}, {"ref", "PATH"}}).field() == "ref");
    CHECK(post({{"name", "a"}, {"manager", "file"}, {"ref", "../../etc/shadow"}}).field() == "ref");
    CHECK(post({{"name", "a"}, {"manager", "vault"}, {"ref", "x"}}).field() == "manager");
    CHECK(post({{"name", "a"}, {"manager", "env"}, {"ref", "PATROL_SECRET_X"}, {"value", "v"}}).field() ==
          "value");
    CHECK(post({{"name", "a"}, {"manager", "sealed"}}).field() == "value");
    CHECK(post({{"name", "renamed"}, {"manager", "sealed"}, {"value", "v"}}).status == 409);
    const json::object ref{{"manager", "sealed"}, {"ref", "renamed"}};
    world.make_account(
        {{"auth", {{"kind", "access_keys"}, {"access_key_id", ref}, {"secret_access_key", ref}}}});
    CHECK(world.call("DELETE", path, nullptr, world.owner).status == 409);
}

TEST_CASE("scans: one waits, all others answer with its id; a wrong type is named") {
    World world;
    world.set_up();
    const std::string account = world.make_account();
    const std::string path = "/api/v1/cloud-accounts/" + account + "/scans";
    const Reply first = world.post(path, nullptr);
    REQUIRE_MESSAGE(first.status == 202, first.text);
    CHECK(first.at("state") == "queued");
    CHECK(first.at("trigger") == "api");
    CHECK(first.body.at("snapshot_id").is_null());
    for (int i = 0; i < 20; ++i)
        CHECK(world.post(path, json::object{{"trigger", "manual"}}).at("id") == first.at("id"));
    CHECK(world.post(path, json::object{{"types", {"AWS::EC2::Nonsense"}}}).field() == "types");
    CHECK(world.post(path, json::object{{"regions", {"mars-1"}}}).field() == "regions");
    CHECK(world.post(path, json::object{{"trigger", "schedule"}}).field() == "trigger");
    CHECK(world.post(path, json::object{{"deployment_id", "dep_aaaaaaaaaaaaaaaaaaaaaaaaaa"}}).field() ==
          "deployment_id");
    CHECK(world.get(path, world.owner).body.at("total").as_int64() == 1);
    CHECK(world.get("/api/v1/scans?q=state%3Dqueued", world.owner).body.at("total").as_int64() == 1);
    CHECK(world.get("/api/v1/scans/" + first.at("id") + "/coverage", world.owner)
              .body.at("items")
              .as_array()
              .empty());
    const Reply cancelled = world.post("/api/v1/scans/" + first.at("id") + "/cancel", nullptr);
    CHECK(cancelled.at("state") == "cancelled");
    CHECK(world.post("/api/v1/scans/" + first.at("id") + "/cancel", nullptr).status == 409);
}

TEST_CASE("every answer carries the security headers, and errors say nothing of the inside") {
    World world;
    world.set_up();
    for (const Reply& reply :
         {world.get("/healthz", ""), world.get("/api/v1/me", ""), world.get("/api/v1/nothing", ""),
          world.get("/api/v1/customers", world.owner), world.send("TRACE", "/healthz", "", {})}) {
        CHECK(reply.header("Content-Security-Policy").find("default-src 'none'") != std::string_view::npos);
        CHECK(reply.header("X-Content-Type-Options") == "nosniff");
        CHECK(reply.header("Referrer-Policy") == "no-referrer");
        CHECK(reply.header("Cache-Control") == "no-store");
    }
    const Reply missing = world.get("/api/v1/nothing", "");
    CHECK(missing.status == 404);
    CHECK(missing.at("trace_id").size() == 16);
    CHECK(world.send("PUT", "/api/v1/customers", "", as(world.owner)).status == 405);
    CHECK(world.get("/api/v1//customers", world.owner).status == 400);
    CHECK(world.send("HEAD", "/api/v1/customers", "", as(world.owner)).status == 200);
    Error inside{.kind = Error::Kind::internal, .message = "SELECT * FROM tenant", .detail = "/var/lib"};
    const net::ServerResponse hidden = problem(inside, "t");
    CHECK(std::get<std::string>(hidden.body).find("SELECT") == std::string::npos);
}

TEST_CASE("metrics: from this machine or with a token, and without names") {
    World world;
    world.set_up();
    world.make_account({{"name", "SecretCustomerName"}});
    const Reply local = world.get("/metrics", "");
    CHECK(local.status == 200);
    CHECK(local.text.find("patrol_http_requests_total{method=\"POST\",route=\"/api/v1/"
                          "cloud-accounts\",status=\"201\"} 1") != std::string::npos);
    CHECK(local.text.find("SecretCustomerName") == std::string::npos);
    world.peer = "192.0.2.7";
    CHECK(world.get("/metrics", "").status == 401);
    CHECK(world.get("/metrics", world.owner).status == 200);
    CHECK(world.get("/readyz", "").status == 200);
}

TEST_CASE("events: four a second and scan, the newest progress kept, nothing of others") {
    World world;
    world.set_up();
    const std::string account = world.make_account();
    const std::string scan = world.post("/api/v1/cloud-accounts/" + account + "/scans", nullptr).at("id");
    CHECK(world.get("/api/v1/events", world.owner).status == 422);
    CHECK(world.get("/api/v1/events?topics=weather", world.owner).status == 422);
    REQUIRE(world.get("/api/v1/events?topics=scan:" + scan + ",drift", world.owner).status == 200);
    const auto stream = world.last_stream;
    world.events.publish(world.other_user.tenant, "scan:" + scan, "state", {{"leak", true}});
    for (int i = 0; i < 200; ++i)
        world.events.publish(world.user.tenant, "scan:" + scan, "progress",
                             {{"n", i}, {"cells", {{"ec2/r" + std::to_string(i), i}}}});
    world.events.publish(world.user.tenant, "scan:" + scan, "state", {{"state", "succeeded"}});
    std::string text;
    for (int i = 0; i < 100 && text.find("succeeded") == std::string::npos; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        text += stream->take().bytes;
    }
    CHECK(text.find("\"n\":0") != std::string::npos);
    CHECK(text.find("\"n\":199") != std::string::npos);
    CHECK(text.find("succeeded") != std::string::npos);
    CHECK(text.find("leak") == std::string::npos);
    // Cells of the progress that was replaced are in the one that took its place.
    for (int i = 0; i < 200; ++i) CHECK(text.find(fmt::format("\"ec2/r{}\":{}", i, i)) != std::string::npos);
    std::size_t events = 0;
    for (auto at = text.find("data:"); at != std::string::npos; at = text.find("data:", at + 1)) ++events;
    CHECK(events == 3);
}
