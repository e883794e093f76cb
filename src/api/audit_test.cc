#include "store/audit.h"

#include "api/api_fixture.h"
#include "base/encoding.h"
#include "base/limits.h"

namespace patrol::api {
namespace {

json::array entries(World& world, std::string_view filter = {}) {
    const Reply reply = world.get("/api/v1/audit?limit=500&q=" + percent_encode(filter), world.owner);
    REQUIRE_MESSAGE(reply.status == 200, reply.text);
    return reply.body.at("items").as_array();
}

// The newest entry.
json::value last(World& world, std::string_view filter = {}) {
    const auto all = entries(world, filter);
    REQUIRE(!all.empty());
    return all.front();
}

std::string at(const json::value& value, std::string_view outer, std::string_view inner) {
    const auto* object = find(value, outer);
    return object == nullptr ? std::string() : std::string(string_or(*object, inner));
}

Reply sign_in(World& world, std::string_view email, std::string_view password) {
    return world.call("POST", "/api/v1/session", json::object{{"email", email}, {"password", password}}, "");
}

struct Started : World {
    Started() { set_up(); }
};

}  // namespace

TEST_CASE("audit log: the first run, its token and nothing that was only read are in it") {
    Started world;
    world.get("/api/v1/customers", world.owner);
    world.get("/api/v1/audit", world.owner);
    const auto all = entries(world);
    REQUIRE(all.size() == 2);
    CHECK(string_or(all[1], "action") == "platform.set-up");
    CHECK(string_or(all[0], "action") == "token.create");
    CHECK(at(all[0], "actor", "kind") == "system");
}

TEST_CASE("audit log: who made the first owner, and that setup tokens were made before") {
    World world;
    need(note_setup_token(*world.store, Timestamp{1'000}));
    const std::string token = crypto::make_token(crypto::setup_token_prefix);
    need(world.store->tenants().set_setup_token(stored_hash(token),
                                                world.clock.now() + limits::setup_token_age));
    const Reply done = world.call(
        "POST", "/api/v1/setup",
        json::object{{"setup_token", token}, {"email", "first@example.com"}, {"password", World::password}},
        "");
    REQUIRE_MESSAGE(done.status == 201, done.text);
    const auto tenant = need(world.store->audit().platform_tenant());
    REQUIRE(tenant);
    const auto page = need(world.store->audit().list(*tenant, {}));
    REQUIRE(page.items.size() == 2);
    CHECK(page.items[1].action == "setup-token.create");
    CHECK(page.items[1].at == Timestamp{1'000});
    CHECK(page.items[0].action == "platform.set-up");
    CHECK(page.items[0].actor.name == "first@example.com");
    CHECK(page.items[0].object.id == tenant->str());
    CHECK(need(world.store->audit().verify(*tenant)).ok());
}

TEST_CASE("audit log: a write tells who, from where, what, and what it was before") {
    Started world;
    const Reply made = world.post("/api/v1/customers", json::object{{"name", "ACME"}, {"notes", "n"}});
    REQUIRE(made.status == 201);
    json::value entry = last(world);
    CHECK(string_or(entry, "action") == "customer.create");
    CHECK(string_or(entry, "outcome") == "done");
    CHECK(string_or(entry, "address") == "127.0.0.1");
    CHECK(at(entry, "actor", "kind") == "token");
    CHECK(at(entry, "actor", "name") == "tests of owner@example.com");
    CHECK(at(entry, "object", "kind") == "customer");
    CHECK(at(entry, "object", "id") == made.at("id"));
    CHECK(at(entry, "object", "name") == "ACME");

    const std::string path = "/api/v1/customers/" + made.at("id");
    REQUIRE(world.patch(path, json::object{{"name", "ACME Ltd"}}).status == 200);
    entry = last(world);
    CHECK(to_text(entry.at("before")) == R"({"name":"ACME"})");
    CHECK(to_text(entry.at("after")) == R"({"name":"ACME Ltd"})");
    REQUIRE(world.call("DELETE", path, nullptr, world.owner).status == 204);
    entry = last(world);
    CHECK(string_or(entry, "action") == "customer.delete");
    CHECK(at(entry, "object", "name") == "ACME Ltd");
    CHECK_FALSE(string_or(entry, "trace_id").empty());

    const auto before = entries(world).size();
    CHECK(world.patch(path, json::object{{"name", ""}}).status >= 400);
    CHECK(entries(world).size() == before);  // what failed changed nothing
}

TEST_CASE("audit log: sign-in, wrong passwords and lock-outs") {
    Started world;
    REQUIRE(sign_in(world, "owner@example.com", World::password).status == 200);
    json::value entry = last(world);
    CHECK(string_or(entry, "action") == "session.create");
    CHECK(at(entry, "actor", "id") == world.user.id.str());
    CHECK(string_or(entry, "outcome") == "done");

    REQUIRE(sign_in(world, "owner@example.com", "CANARY wrong password").status == 401);
    entry = last(world);
    CHECK(string_or(entry, "outcome") == "refused");
    CHECK(string_or(entry, "reason") == "wrong-password");
    CHECK(at(entry, "actor", "name") == "owner@example.com");

    // Nobody knows this one: the platform owner's log has it.
    REQUIRE(sign_in(world, "nobody@example.com", "CANARY wrong password").status == 401);
    entry = last(world);
    CHECK(at(entry, "actor", "name") == "nobody@example.com");
    CHECK(at(entry, "actor", "id").empty());

    while (sign_in(world, "owner@example.com", "CANARY wrong password").status == 401) {
    }
    entry = last(world);
    CHECK(string_or(entry, "action") == "session.lock-out");
    CHECK(string_or(entry, "reason") == "throttled");
    const auto count = entries(world).size();
    for (int each = 0; each < 20; ++each) sign_in(world, "owner@example.com", "CANARY wrong password");
    CHECK(entries(world).size() == count);  // once a minute is enough
    CHECK(to_text(entries(world)).find("CANARY") == std::string::npos);

    // Of another tenant's user nothing is here.
    REQUIRE(sign_in(world, "stranger@example.com", "CANARY wrong password").status == 401);
    CHECK(entries(world).size() == count);
    CHECK(need(world.store->audit().list(world.other_user.tenant, {})).items.front().reason ==
          "wrong-password");
}

TEST_CASE("audit log: what a role does not allow is there, a bounded number of times") {
    Started world;
    const std::string viewer = world.token_with_role("viewer");
    REQUIRE(world.call("POST", "/api/v1/customers", json::object{{"name", "x"}}, viewer).status == 403);
    json::value entry = last(world);
    CHECK(string_or(entry, "action") == "customer.create");
    CHECK(string_or(entry, "outcome") == "refused");
    CHECK(string_or(entry, "reason") == "role");
    REQUIRE(world.get("/api/v1/tokens", viewer).status == 403);
    entry = last(world);
    CHECK(string_or(entry, "action") == "request.refused");
    CHECK(at(entry, "object", "name") == "GET /api/v1/tokens");
    for (int each = 0; each < 2 * limits::audit_refusals; ++each) world.get("/api/v1/tokens", viewer);
    CHECK(entries(world, "outcome=refused").size() == limits::audit_refusals);
    CHECK(world.get("/api/v1/audit", viewer).status == 403);
    CHECK(world.get("/api/v1/audit/verify", viewer).status == 403);
    CHECK(world.get("/api/v1/audit/export", viewer).status == 403);
}

TEST_CASE("audit log: guessing tokens is in the platform owner's log once a minute") {
    Started world;
    for (int each = 0; each < 120; ++each) world.get("/api/v1/customers", "pat_guess");
    const auto found = entries(world, "action=request.throttled");
    REQUIRE(found.size() == 1);
    CHECK(to_text(found).find("pat_guess") == std::string::npos);
}

TEST_CASE("audit log: a decision has its note, a connect token its account") {
    Started world;
    const std::string account = world.make_account();
    const std::string token = world.connect_token(account);
    CHECK(string_or(last(world), "action") == "connect-token.create");
    REQUIRE(world.call("POST", "/api/v1/connect/exchange", nullptr, token).status == 200);
    const json::value entry = last(world);
    CHECK(string_or(entry, "action") == "connect-token.exchange");
    CHECK(at(entry, "actor", "kind") == "connect_token");
    CHECK(at(entry, "object", "id") == account);
    CHECK(at(entry, "object", "name") == "acme");
    CHECK(to_text(entries(world)).find(token) == std::string::npos);
}

TEST_CASE("audit log: no secret is in it") {
    Started world;
    const Reply secret = world.post(
        "/api/v1/secrets", json::object{{"name", "s"}, {"manager", "sealed"}, {"value", "CANARY-1"}});
    REQUIRE(secret.status == 201);
    REQUIRE(world.patch("/api/v1/secrets/" + secret.at("id"), json::object{{"value", "CANARY-2"}}).status ==
            200);
    CHECK(to_text(last(world).at("after")) == R"({"value_replaced":true})");
    const json::object reference{{"manager", "sealed"}, {"ref", secret.at("id")}};
    const Reply channel = world.post(
        "/api/v1/notification-channels",
        json::object{{"name", "hook"},
                     {"kind", "webhook"},
                     {"webhook",
                      {{"url", "https://hooks.example.com/CANARY-3?key=CANARY-4"}, {"secret", reference}}}});
    REQUIRE_MESSAGE(channel.status == 201, channel.text);
    REQUIRE(world
                .patch("/api/v1/notification-channels/" + channel.at("id"),
                       json::object{{"webhook", {{"url", "https://hooks.example.com/CANARY-5"}}}})
                .status == 200);
    const Reply token = world.post("/api/v1/tokens", json::object{{"name", "t"}});
    const std::string all = to_text(entries(world));
    CHECK(all.find("CANARY") == std::string::npos);
    CHECK(all.find(token.at("token")) == std::string::npos);
    CHECK(all.find(R"({"manager":"sealed","ref":")" + secret.at("id") + "\"}") != std::string::npos);
    CHECK(all.find("https://hooks.example.com/…") != std::string::npos);
}

TEST_CASE("audit log: verified, compared with a noted head, exported") {
    Started world;
    world.post("/api/v1/customers", json::object{{"name", "a"}});
    Reply report = world.get("/api/v1/audit/verify", world.owner);
    REQUIRE(report.status == 200);
    CHECK(bool_or(report.body, "ok"));
    CHECK(int_or(report.body, "entries") == 3);
    const std::string head = report.at("head");
    CHECK(head.starts_with("3:"));

    const Reply page = world.get("/api/v1/audit/export?limit=2", world.owner);
    REQUIRE(page.status == 200);
    CHECK(int_or(page.body.at("items").as_array().front(), "seq") == 1);
    CHECK(string_or(last(world), "action") == "audit.export");
    const auto count = entries(world).size();
    const Reply next = world.get(
        "/api/v1/audit/export?limit=2&cursor=" + percent_encode(page.at("next_cursor")), world.owner);
    CHECK(next.status == 200);
    CHECK(entries(world).size() == count);

    need(world.store->database().platform().write([](store::Transaction& transaction) {
        return transaction.script(
            "DROP TRIGGER audit_entry_is_not_changed; DROP TRIGGER audit_entry_is_not_deleted; "
            "UPDATE audit_entry SET object_name = 'b' WHERE seq = 3");
    }));
    report = world.get("/api/v1/audit/verify", world.owner);
    CHECK_FALSE(bool_or(report.body, "ok"));
    CHECK(int_or(report.body.at("first_bad"), "seq") == 3);
    CHECK(at(report.body, "first_bad", "reason") == "changed");
    need(world.store->database().platform().write([](store::Transaction& transaction) {
        return transaction.script(
            "DELETE FROM audit_entry WHERE seq >= 2; UPDATE audit_head SET seq = 1, hash = "
            "(SELECT e.hash FROM audit_entry e WHERE e.seq = 1 AND e.tenant = audit_head.tenant)");
    }));
    CHECK(bool_or(world.get("/api/v1/audit/verify", world.owner).body, "ok"));
    report = world.get("/api/v1/audit/verify?head=" + head, world.owner);
    CHECK(int_or(report.body.at("first_bad"), "seq") == 2);
    CHECK(world.get("/api/v1/audit/verify?head=3", world.owner).field() == "head");
    CHECK(int_or(world.get("/api/v1/audit", world.stranger).body, "total") == 1);
}

TEST_CASE("audit log: a write that cannot be recorded is not answered as done") {
    Started world;
    need(world.store->database().platform().write(
        [](store::Transaction& transaction) { return transaction.script("DROP TABLE audit_entry"); }));
    const Reply reply = world.post("/api/v1/customers", json::object{{"name", "a"}});
    CHECK(reply.status == 500);
    CHECK(reply.text.find("audit_entry") == std::string::npos);
}

TEST_CASE("audit log: large settings are kept by their size") {
    Audited audited;
    audited.changed({}, {{"notes", std::string(limits::audit_value_bytes, 'x')}});
    CHECK(string_or(audited.after(), "notes") == "(2050 bytes)");
    json::object labels;
    for (int each = 0; each < 2'000; ++each) labels["k" + std::to_string(each)] = std::string(50, 'x');
    audited.changed({{"labels", json::object()}}, {{"labels", labels}});
    CHECK(to_text(audited.after()).size() < 100);
}

TEST_CASE("audit log: members that differ, and what looks like a secret never") {
    Audited audited;
    audited.changed({{"a", 1}, {"same", "x"}, {"labels", {{"k", "1"}, {"l", "2"}}}, {"gone", true}},
                    {{"a", 2}, {"same", "x"}, {"labels", {{"k", "1"}, {"l", "3"}}}, {"new", nullptr}});
    CHECK(to_text(audited.before()) == R"({"a":1,"labels":{"l":"2"},"gone":true})");
    CHECK(to_text(audited.after()) == R"({"a":2,"labels":{"l":"3"},"new":null})");

    json::object reference{{"manager", "env"}, {"ref", "PATROL_SECRET_X"}, {"value", "p"}};
    audited.changed({}, {{"password", "p"},
                         {"client_secret", "p"},
                         {"smtp_password", reference},
                         {"text", "see pat_abc"},
                         {"url", "https://user:p@example.com"},
                         {"list", json::array{"https://example.com/p"}}});
    reference.erase("value");
    const json::object shown{{"password", "(secret)"},     {"client_secret", "(secret)"},
                             {"smtp_password", reference}, {"text", "(secret)"},
                             {"url", "(secret)"},          {"list", json::array{"https://example.com/…"}}};
    CHECK(to_text(audited.after()) == to_text(shown));
}

TEST_CASE("audit log: an act is announced before it is done, and ends with its entry or with none") {
    Started world;
    const auto announced = [&world] {
        return need(world.store->database().platform().read([](store::Transaction& tx) {
                   return tx.integer("SELECT COUNT(*) FROM audit_announced");
               }))
            .value_or(-1);
    };
    // The entry cannot be written: the act was done all the same, and its announcement stays.
    need(world.store->database().platform().write([](store::Transaction& tx) {
        return tx.script(
            "CREATE TRIGGER broken BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'no'); END");
    }));
    CHECK(world.post("/api/v1/customers", json::object{{"name", "lost"}}).status == 500);
    CHECK(announced() == 1);
    CHECK(sign_in(world, "owner@example.com", World::password).status == 500);
    CHECK(announced() == 2);
    need(world.store->database().platform().write(
        [](store::Transaction& tx) { return tx.script("DROP TRIGGER broken"); }));
    CHECK(world.get("/api/v1/customers", world.owner).body.at("total").as_int64() == 1);
    CHECK(need(world.store->audit().settle_announced(world.clock.now() + std::chrono::seconds(1))) == 2);
    const auto unknown = entries(world, "outcome=unknown");
    REQUIRE(unknown.size() == 2);
    CHECK(string_or(unknown[0], "action") == "session.create");
    CHECK(at(unknown[0], "actor", "name") == "owner@example.com");
    CHECK(string_or(unknown[1], "action") == "customer.create");
    // Done or refused: nothing is left announced.
    CHECK(world.post("/api/v1/customers", json::object{{"name", "ACME"}}).status == 201);
    CHECK(world.post("/api/v1/customers", json::object{{"name", "ACME"}}).status == 409);
    CHECK(world.post("/api/v1/customers", json::object{{"name", 5}}).status == 422);
    CHECK(sign_in(world, "owner@example.com", World::password).status == 200);
    CHECK(sign_in(world, "owner@example.com", "wrong wrong wrong").status == 401);
    CHECK(announced() == 0);
    CHECK(entries(world, "outcome=unknown").size() == 2);
}

}  // namespace patrol::api
