#include "store/collectors.h"

#include "api/api_fixture.h"
#include "base/encoding.h"
#include "relay/operation.h"
#include "relay/parts.h"
#include "relay/signature.h"

namespace patrol::api {
namespace {

constexpr std::string_view path = "/api/v1/collectors";

struct Machine {
    crypto::SigningKey key = crypto::SigningKey::generate();
    std::string id;

    [[nodiscard]] json::object enrolment(std::string_view token) const {
        return {{"token", token},     {"public_key", to_base64url(key.public_key())}, {"host", "muc-01"},
                {"version", "1.2.3"}, {"protocol", relay::collector_protocol},        {"os", "linux"},
                {"arch", "x86_64"}};
    }
    Reply send(World& world, std::string_view method, std::string_view target, const std::string& body,
               std::string_view type = "application/json", Millis skew = Millis(0)) const {
        return world.send(method, target, body,
                          {{"Authorization", relay::sign_request(key, CollectorId(id), {method, target}, body,
                                                                 world.clock.now() + skew)},
                           {"Content-Type", std::string(type)}});
    }
    Reply poll(World& world, std::int64_t protocol = relay::collector_protocol) const {
        return send(world, "POST", "/api/v1/collector/poll",
                    to_text(json::object{{"protocol", protocol}, {"version", "1.2.3"}, {"busy", 0}}));
    }
};

Reply enrol(World& world, const json::object& body) {
    return world.call("POST", "/api/v1/collector/enroll", body, "");
}

Machine enrolled(World& world, json::object more = {}) {
    json::object body{{"name", "muc"}};
    for (const auto& [name, value] : more) body[name] = value;
    const auto made = world.post(path, body);
    REQUIRE_MESSAGE(made.status == 201, made.text);
    Machine machine{.id = made.at("id")};
    REQUIRE(enrol(world, machine.enrolment(made.at("enrolment_token"))).status == 200);
    return machine;
}

std::string type_of(const Reply& reply) {
    const auto type = reply.at("type");
    return type.substr(type.rfind(':') + 1);
}

json::object on_site(const Machine& machine, std::string_view credential = "main") {
    return {{"name", "site"},
            {"provider", "aws"},
            {"mode", "collector"},
            {"collector_id", machine.id},
            {"auth", {{"kind", "on_site"}, {"credential", credential}}}};
}

}  // namespace

TEST_CASE("collectors: the token is shown once, and enrols once") {
    World world;
    world.set_up();
    const auto made = world.post(path, json::object{{"name", "muc"}});
    REQUIRE(made.status == 201);
    const auto token = made.at("enrolment_token");
    CHECK(token.starts_with("pce_"));
    CHECK(made.at("command") == "patrol collector enrol --server http://127.0.0.1:8080 --token " + token);
    CHECK(made.at("state") == "waiting");
    const auto target = std::string(path) + "/" + made.at("id");
    CHECK(world.get(target, world.owner).text.find("pce_") == std::string::npos);
    CHECK(world.get(std::string(path), world.owner).text.find("pce_") == std::string::npos);

    const Machine machine{.id = made.at("id")};
    const auto done = enrol(world, machine.enrolment(token));
    REQUIRE_MESSAGE(done.status == 200, done.text);
    CHECK(done.at("collector_id") == machine.id);
    CHECK(done.at("name") == "muc");
    CHECK(enrol(world, machine.enrolment(token)).status == 410);
    const auto shown = world.get(target, world.owner);
    CHECK(shown.at("fingerprint") == relay::fingerprint(machine.key.public_key()));
    CHECK(shown.at("state") == "offline");
    CHECK(shown.at("host") == "muc-01");

    const auto again = world.post(target + "/enrolment-token", nullptr);
    CHECK(again.status == 200);
    CHECK(enrol(world, Machine().enrolment(again.at("enrolment_token"))).status == 200);
    CHECK(machine.poll(world).status == 401);
}

TEST_CASE("collectors: what is no enrolment is refused") {
    World world;
    world.set_up();
    const auto token = world.post(path, json::object{{"name", "muc"}}).at("enrolment_token");
    const Machine machine;
    const auto with = [&](std::string_view name, const json::value& value) {
        auto body = machine.enrolment(token);
        body[name] = value;
        return enrol(world, body);
    };
    CHECK(with("token", json::value(crypto::make_token(crypto::collector_token_prefix))).status == 401);
    CHECK(with("token", json::value(token.substr(0, token.size() - 1))).status == 401);
    CHECK(with("token", json::value(world.owner)).status == 401);
    CHECK(with("public_key", "AA").field() == "public_key");
    CHECK(with("public_key", json::value(to_base64url(crypto::PublicKey{}))).field() == "public_key");
    CHECK(with("protocol", 0).field() == "protocol");
    CHECK(with("protocol", nullptr).field() == "protocol");
    CHECK(with("host", "").field() == "host");
    CHECK(with("more", 1).field() == "more");
    CHECK(with("host", json::value(std::string(limits::enrolment_body_bytes, 'x'))).status == 413);
    CHECK(enrol(world, machine.enrolment(token)).status == 200);
}

TEST_CASE("collectors: guesses at enrolment tokens are counted") {
    World world;
    world.set_up();
    const Machine machine;
    int throttled = 0;
    for (int i = 0; i < 12; ++i)
        throttled +=
            enrol(world, machine.enrolment(crypto::make_token(crypto::collector_token_prefix))).status == 429;
    CHECK(throttled == 2);
}

TEST_CASE("collectors: another tenant and lesser roles") {
    World world;
    world.set_up();
    const auto machine = enrolled(world);
    const auto target = std::string(path) + "/" + machine.id;
    for (const auto& [method, more] : {std::pair("GET", ""), std::pair("PATCH", ""), std::pair("DELETE", ""),
                                       std::pair("POST", "/enrolment-token"), std::pair("POST", "/revoke")}) {
        const json::value body =
            std::string_view(method) == "PATCH" ? json::value{{"name", "x"}} : json::value();
        CHECK(world.call(method, target + more, body, world.stranger).status == 404);
        const auto operator_status =
            world.call(method, target + more, body, world.token_with_role("operator")).status;
        CHECK(operator_status == (std::string_view(method) == "GET" ? 200 : 403));
    }
    auto body = on_site(machine);
    CHECK(world.call("POST", "/api/v1/cloud-accounts", body, world.stranger).field() == "collector_id");
    CHECK(world.get(std::string(path), world.stranger).text.find(machine.id) == std::string::npos);
}

TEST_CASE("collectors: signed requests open what is theirs, and nothing else does") {
    World world;
    world.set_up();
    const auto machine = enrolled(world);
    const auto poll = machine.poll(world);
    CHECK(poll.status == 204);
    CHECK(poll.header("Retry-After") == "2");
    CHECK(world.get(std::string(path) + "/" + machine.id, world.owner).at("state") == "online");
    CHECK(machine.send(world, "GET", "/api/v1/me", "").status == 401);
    CHECK(machine.send(world, "GET", path, "").status == 401);
    CHECK(world.call("POST", "/api/v1/collector/poll", json::object(), world.owner).status == 401);
    CHECK(world.call("POST", "/api/v1/collector/poll", json::object(), "").status == 401);
    Machine other{.id = machine.id};
    CHECK(other.poll(world).status == 401);
    other = {.key = crypto::SigningKey::of_seed(machine.key.seed()),
             .id = crypto::new_id<CollectorId>().str()};
    CHECK(other.poll(world).status == 401);
    const std::string body = R"({"protocol":1,"version":"1","busy":0})";
    for (const auto skew : {Millis(-125'000), Millis(125'000)})
        CHECK(machine.send(world, "POST", "/api/v1/collector/poll", body, "application/json", skew).status ==
              401);
    CHECK(machine.send(world, "POST", "/api/v1/collector/poll", body, "application/json", Millis(60'000))
              .status == 204);
}

TEST_CASE("collectors: a request is taken once, with the body that was signed") {
    World world;
    world.set_up();
    const auto machine = enrolled(world);
    const std::string body = R"({"protocol":1,"version":"1","busy":0})";
    const net::Headers headers{
        {"Authorization", relay::sign_request(machine.key, CollectorId(machine.id),
                                              {"POST", "/api/v1/collector/poll"}, body, world.clock.now())},
        {"Content-Type", "application/json"}};
    CHECK(world.send("POST", "/api/v1/collector/poll", body + " ", headers).status == 401);
    CHECK(world.send("POST", "/api/v1/collector/poll", body, headers).status == 204);
    const auto again = world.send("POST", "/api/v1/collector/poll", body, headers);
    CHECK(again.status == 409);
    CHECK(type_of(again) == "replayed");
}

TEST_CASE("collectors: what a poll and a part must look like") {
    World world;
    world.set_up();
    const auto machine = enrolled(world);
    const auto poll = [&](const std::string& body) {
        return machine.send(world, "POST", "/api/v1/collector/poll", body);
    };
    CHECK(poll("{").status == 400);
    CHECK(poll(R"({"protocol":1,"version":"1"})").field() == "busy");
    CHECK(poll(R"({"version":"1","busy":0})").field() == "protocol");
    CHECK(poll(R"({"protocol":1,"version":"1","busy":-1})").field() == "busy");
    CHECK(poll(R"({"protocol":1,"version":"1","busy":0,"more":1})").field() == "more");
    const auto newer = machine.poll(world, relay::collector_protocol + 1);
    CHECK(newer.status == 409);
    CHECK(type_of(newer) == "collector-protocol");

    const auto operation = "/api/v1/collector/operations/" + crypto::new_id<OperationId>().str() + "/parts/";
    const auto part = [&](const std::string& target, std::string_view type) {
        return machine.send(world, "PUT", target, "", type);
    };
    CHECK(type_of(part(operation + "0", relay::frames_media_type)) == "operation-ended");
    CHECK(part(operation + "0", "application/json").status == 400);
    for (const std::string_view number : {"-1", "x", "01x", "9999999999", "1.0"})
        CHECK(part(operation + std::string(number), relay::frames_media_type).status == 404);
    CHECK(part("/api/v1/collector/operations/opr_x/parts/0", relay::frames_media_type).status == 404);
    CHECK(Api::body_limit("PUT", operation + "0") == relay::part_bytes_max);
    CHECK(Api::body_limit("POST", operation + "0") == limits::request_body_bytes);
    CHECK(Api::body_limit("POST", "/api/v1/collector/enroll") == limits::enrolment_body_bytes);
}

TEST_CASE("collectors: a revoked one is nobody at once") {
    World world;
    world.set_up();
    const auto machine = enrolled(world);
    CHECK(machine.poll(world).status == 204);
    const auto revoked = world.post(std::string(path) + "/" + machine.id + "/revoke", nullptr);
    CHECK(revoked.at("state") == "revoked");
    CHECK(machine.poll(world).status == 401);
    CHECK(type_of(world.post(std::string(path) + "/" + machine.id + "/enrolment-token", nullptr)) ==
          "collector-revoked");
    CHECK(world.post("/api/v1/cloud-accounts", on_site(machine)).field() == "collector_id");
}

TEST_CASE("collectors: an account names its collector and a credential there") {
    World world;
    world.set_up();
    const auto machine = enrolled(world);
    const auto field = [&](json::object change) {
        auto body = on_site(machine);
        for (const auto& [name, value] : change) body[name] = value;
        return world.post("/api/v1/cloud-accounts", body).field();
    };
    const auto with_auth = [](json::value auth) { return json::object{{"auth", std::move(auth)}}; };
    CHECK(field({{"collector_id", crypto::new_id<CollectorId>().str()}}) == "collector_id");
    CHECK(field({{"mode", "pull"}, {"collector_id", nullptr}}) == "auth.kind");
    CHECK(field({{"mode", "pull"}}) == "auth.kind");
    CHECK(field(with_auth({{"kind", "on_site"}})) == "auth.credential");
    // Without a kind and a credential it is a role, as in every other mode.
    for (const json::object& role : {json::object(), json::object{{"role_arn", nullptr}}}) {
        const json::object body{
            {"name", "later"}, {"provider", "aws"}, {"mode", "collector"}, {"auth", role}};
        const auto made = world.post("/api/v1/cloud-accounts", body);
        CHECK_MESSAGE(made.status == 201, made.text);
    }
    for (const std::string_view name : {"Main", "-x", "a b", "a/b", "ä"})
        CHECK(field(with_auth({{"kind", "on_site"}, {"credential", name}})) == "auth.credential");
    CHECK(field(with_auth({{"kind", "on_site"}, {"credential", std::string(64, 'a')}})) == "auth.credential");

    const auto made = world.post("/api/v1/cloud-accounts", on_site(machine, std::string(63, 'a')));
    REQUIRE_MESSAGE(made.status == 201, made.text);
    CHECK(made.text.find("offline: scans wait for it") != std::string::npos);
    const auto account = "/api/v1/cloud-accounts/" + made.at("id");
    CHECK(type_of(world.get(account + "/setup", world.owner)) == "at-collector");
    CHECK(type_of(world.post(account + "/setup-command", nullptr)) == "at-collector");
    CHECK(type_of(world.call("DELETE", std::string(path) + "/" + machine.id, nullptr, world.owner)) ==
          "collector-has-accounts");
    const auto found = world.get("/api/v1/cloud-accounts?q=collector%3Dmuc", world.owner);
    CHECK(found.body.at("total").as_int64() == 1);
    // Back to being read from here: what the endpoint may be is looked at then.
    CHECK(world.patch(account, json::object{{"endpoint_url", "http://10.0.0.7/"}}).status == 200);
    const json::object from_here{{"mode", "pull"}, {"collector_id", nullptr}, {"auth", {{"kind", "role"}}}};
    CHECK(world.patch(account, from_here).field() == "endpoint_url");
}

TEST_CASE("collectors: an account may wait for its collector") {
    World world;
    world.set_up();
    for (const auto& auth : {json::value(nullptr), json::value{{"kind", "role"}}}) {
        const auto made = world.post(
            "/api/v1/cloud-accounts",
            json::object{{"name", "later"}, {"provider", "aws"}, {"mode", "collector"}, {"auth", auth}});
        REQUIRE_MESSAGE(made.status == 201, made.text);
        CHECK(made.at("status") == "pending");
        CHECK(made.at("status_reason") == "No collector is assigned to this account.");
        const auto account = "/api/v1/cloud-accounts/" + made.at("id");
        CHECK(type_of(world.post(account + "/scans", json::object())) == "no-collector");
        CHECK(type_of(world.get(account + "/setup", world.owner)) == "at-collector");
    }
}

TEST_CASE("collectors: who added, enrolled and revoked one is in the audit log") {
    World world;
    world.set_up();
    const auto machine = enrolled(world);
    world.patch(std::string(path) + "/" + machine.id, json::object{{"name", "ber"}});
    world.post(std::string(path) + "/" + machine.id + "/revoke", nullptr);
    const auto log = world.get("/api/v1/audit?limit=500", world.owner);
    for (const std::string_view action :
         {"collector.create", "collector.enrol", "collector.update", "collector.revoke"})
        CHECK_MESSAGE(log.text.find("\"action\":\"" + std::string(action) + '"') != std::string::npos,
                      action);
    CHECK(log.text.find("\"kind\":\"collector\",\"id\":\"" + machine.id) != std::string::npos);
    CHECK(log.text.find("pce_") == std::string::npos);
}

}  // namespace patrol::api
