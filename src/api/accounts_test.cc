#include <doctest/doctest.h>

#include <thread>

#include "api/api_fixture.h"
#include "api/routes.h"

using namespace patrol;
using namespace patrol::api;

namespace {

const std::string accounts_path = "/api/v1/cloud-accounts";

json::object role(std::string_view arn) { return {{"kind", "role"}, {"role_arn", arn}}; }
json::object with_auth(json::value auth, std::string_view name = "acme") {
    return {{"name", name}, {"provider", "aws"}, {"auth", std::move(auth)}};
}

}  // namespace

TEST_CASE("an account is registered with what the server makes") {
    World world;
    world.set_up();
    const Reply made = world.post(accounts_path, json::object{{"name", "acme"}, {"provider", "aws"}});
    REQUIRE_MESSAGE(made.status == 201, made.text);
    CHECK(made.at("status") == "pending");
    CHECK(made.header("ETag") == "\"1\"");
    const json::object& auth = made.body.at("auth").as_object();
    CHECK(string_or(auth, "external_id").starts_with("patrol-"));
    CHECK(string_or(auth, "patrol_principal") == "arn:aws:iam::123456789012:root");
    CHECK_FALSE(made.body.at("auto_scan").as_bool());
    CHECK(made.body.at("resources").as_int64() == 0);
    const Reply list = world.get(accounts_path + "?q=provider=aws&sort=-name", world.owner);
    CHECK(list.body.at("total").as_int64() == 1);
    for (const char* provider : {"azure", "gcp", "openstack", "vmware", "custom"}) {
        const Reply other =
            world.post(accounts_path, json::object{{"name", provider}, {"provider", provider}});
        CHECK(other.status == 201);
        CHECK_FALSE(other.body.at("warnings").as_array().empty());
        const Reply test = world.post(accounts_path + "/" + other.at("id") + "/test", nullptr);
        CHECK_FALSE(test.body.at("ok").as_bool());
        CHECK(string_or(test.body.at("checks").as_array().at(0), "id") == "not_available");
    }
}

TEST_CASE("the server's fields cannot be set") {
    World world;
    world.set_up();
    for (const char* field : {"external_id", "status", "native_account_id", "resources", "id", "nonsense"}) {
        const Reply reply =
            world.post(accounts_path, json::object{{"name", "a"}, {"provider", "aws"}, {field, "x"}});
        CHECK(reply.status == 422);
        CHECK(reply.field() == field);
    }
    for (const char* field : {"external_id", "patrol_principal"}) {
        json::object auth = role("");
        auth[field] = "x";
        CHECK(world.post(accounts_path, with_auth(auth)).field() == std::string("auth.") + field);
    }
    const std::string path = accounts_path + "/" + world.make_account();
    CHECK(world.patch(path, json::object{{"external_id", nullptr}}).field() == "external_id");
    CHECK(world.patch(path, json::object{{"auth", {{"external_id", "x"}}}}).field() == "auth.external_id");
    CHECK(world.patch(path, json::object{{"provider", "gcp"}}).field() == "provider");
}

TEST_CASE("combinations that make no sense are refused with their field") {
    World world;
    world.set_up();
    const auto field = [&](json::object body) {
        if (!body.contains("name")) body["name"] = "x";
        const Reply reply = world.post(accounts_path, body);
        CHECK(reply.status == 422);
        return reply.field();
    };
    CHECK(field({{"provider", "nimbus"}}) == "provider");
    CHECK(field({{"name", ""}, {"provider", "aws"}}) == "name");
    CHECK(field({{"name", "a\nb"}, {"provider", "aws"}}) == "name");
    CHECK(field({{"provider", "azure"}, {"auth", role("")}}) == "auth.kind");
    CHECK(field({{"provider", "aws"}, {"auth", {{"kind", "password"}}}}) == "auth.kind");
    CHECK(field({{"provider", "aws"}, {"mode", "push"}, {"auth", role("")}}) == "auth");
    CHECK(field({{"provider", "aws"}, {"collector_id", "col_aaaaaaaaaaaaaaaaaaaaaaaaaa"}}) == "collector_id");
    CHECK(field({{"provider", "vmware"}, {"regions", {"eu"}}}) == "regions");
    CHECK(field({{"provider", "aws"}, {"regions", {"mars-north-1"}}}) == "regions");
    CHECK(field({{"provider", "aws"}, {"auto_scan_hours", 0}}) == "auto_scan_hours");
    CHECK(field({{"provider", "aws"}, {"environment", "prod"}}) == "environment");
    CHECK(field({{"provider", "aws"}, {"customer_id", "cus_aaaaaaaaaaaaaaaaaaaaaaaaaa"}}) == "customer_id");
    CHECK(field({{"provider", "aws"}, {"endpoint_url", "http://169.254.169.254/"}}) == "endpoint_url");
    CHECK(field({{"provider", "aws"}, {"endpoint_url", "http://2130706433/"}}) == "endpoint_url");
    CHECK(field(with_auth(json::object{{"kind", "access_keys"}, {"access_key_id", "AKIA"}})) ==
          "auth.access_key_id");
    const Reply collector =
        world.post(accounts_path, json::object{{"name", "c"}, {"provider", "vmware"}, {"mode", "collector"}});
    CHECK(collector.status == 201);
    CHECK(collector.at("status_reason").find("in this version") != std::string::npos);
}

TEST_CASE("a role ARN is checked before anything is asked of AWS") {
    World world;
    world.set_up();
    for (const std::string& arn :
         {std::string("arn:aws:iam::12345678901:role/x"), std::string("arn:aws:iam::123456789012:user/x"),
          std::string("arn:aws:iam::111122223333:role/x\ny"),
          std::string("arn:aws:iam::111122223333:role/%0a"), std::string("arn:aws:iam::١١١١٢٢٢٢٣٣٣٣:role/x"),
          "arn:aws:iam::111122223333:role/" + std::string(10'000, 'a')}) {
        CAPTURE(arn.substr(0, 60));
        const Reply reply = world.post(accounts_path, with_auth(role(arn)));
        CHECK(reply.status == 422);
        CHECK(reply.field() == "auth.role_arn");
    }
    const Reply own = world.post(accounts_path, with_auth(role("arn:aws:iam::123456789012:role/x")));
    CHECK(own.status == 422);
    const std::string id =
        world.make_account({{"auth", role("arn:aws:iam::111122223333:role/PatrolReadOnly")}});
    const Reply twice =
        world.post(accounts_path, with_auth(role("arn:aws:iam::111122223333:role/Other"), "again"));
    CHECK(twice.status == 409);
    CHECK(twice.at("detail").find("acme") != std::string::npos);
    CHECK(twice.at("type") == "urn:patrol:problem:account-exists");
    need(world.store->accounts().bind_native_id(world.user.tenant, AccountId(id), "111122223333",
                                                world.clock.now()));
    const Reply other = world.patch(accounts_path + "/" + id,
                                    json::object{{"auth", role("arn:aws:iam::444455556666:role/x")}});
    CHECK(other.status == 422);
    CHECK(other.field() == "auth.role_arn");
    World allowed([](Settings& settings) { settings.own_account = Allow::yes; });
    allowed.set_up();
    CHECK(allowed.post(accounts_path, with_auth(role("arn:aws:iam::123456789012:role/x"))).status == 201);
}

TEST_CASE("a patch merges, keeps to the ETag and says when it is stale") {
    World world;
    world.set_up();
    const std::string path =
        accounts_path + "/" + world.make_account({{"labels", {{"a", "1"}, {"b", "2"}}}, {"owner", "ops"}});
    const Reply first = world.patch(path, json::object{{"labels", {{"a", nullptr}}}, {"owner", nullptr}});
    REQUIRE_MESSAGE(first.status == 200, first.text);
    CHECK(first.body.at("labels") == json::value(json::object{{"b", "2"}}));
    CHECK(first.body.at("owner").is_null());
    CHECK(first.header("ETag") == "\"2\"");
    const auto with_etag = [&](const std::string& etag) {
        return world.send("PATCH", path, R"({"name":"new"})",
                          {{"Authorization", "Bearer " + world.owner},
                           {"Content-Type", "application/merge-patch+json"},
                           {"If-Match", etag}});
    };
    CHECK(with_etag("\"1\"").status == 412);
    CHECK(with_etag("nonsense").status == 412);
    CHECK(with_etag("\"2\"").status == 200);
    CHECK(world.patch(path, json::object{{"name", nullptr}}).field() == "name");
    const Reply keys = world.patch(
        path, json::object{{"auth",
                            {{"kind", "access_keys"},
                             {"access_key_id", {{"manager", "env"}, {"ref", "PATROL_SECRET_A"}}},
                             {"secret_access_key", {{"manager", "env"}, {"ref", "PATROL_SECRET_B"}}}}}});
    CHECK_MESSAGE(keys.status == 200, keys.text);
    const Reply bad = world.patch(path, json::object{{"auth", {{"access_key_id", {{"ref", "PATH"}}}}}});
    CHECK(bad.status == 422);
    CHECK(bad.field() == "auth.access_key_id.ref");
}

TEST_CASE("auto-scan waits for the first passed test") {
    World world;
    world.set_up();
    const std::string id = world.make_account({{"auto_scan", true}});
    const std::string path = accounts_path + "/" + id;
    CHECK_FALSE(world.patch(path, json::object{{"auto_scan", true}}).body.at("auto_scan").as_bool());
    const TenantId& tenant = world.user.tenant;
    need(world.store->accounts().bind_native_id(tenant, AccountId(id), "111122223333", world.clock.now()));
    need(world.store->accounts().set_status(tenant, AccountId(id), model::AccountStatus::connected, "",
                                            world.clock.now()));
    CHECK_FALSE(world.patch(path, json::object{{"auto_scan", false}}).body.at("auto_scan").as_bool());
    const Reply on = world.patch(path, json::object{{"auto_scan", true}});
    CHECK(on.body.at("auto_scan").as_bool());
    CHECK_FALSE(on.body.at("next_scan_at").is_null());
}

TEST_CASE("without an AWS identity registering works, with a warning; the setup says what to do") {
    World world;
    world.own_identity = fail(Error::Kind::unavailable, "no credentials");
    world.set_up();
    const std::string path = accounts_path + "/" + world.make_account();
    const Reply account = world.get(path, world.owner);
    CHECK(account.body.at("warnings").as_array().size() >= 1);
    CHECK(account.text.find("aws-identity") != std::string::npos);
    for (const Reply& reply :
         {world.get(path + "/setup", world.owner), world.post(path + "/setup-command", nullptr)}) {
        CHECK(reply.status == 409);
        CHECK(reply.at("hint") != "");
    }
}

TEST_CASE("nothing of one tenant exists for another") {
    World world;
    world.set_up();
    const std::string account = world.make_account();
    const std::string customer = world.post("/api/v1/customers", json::object{{"name", "c"}}).at("id");
    const std::string scan = world.post(accounts_path + "/" + account + "/scans", nullptr).at("id");
    const std::string secret =
        world.post("/api/v1/secrets", json::object{{"name", "s"}, {"manager", "sealed"}, {"value", "v"}})
            .at("id");
    REQUIRE(scan != "");
    const std::map<std::string, std::string> ids{{"/api/v1/cloud-accounts/", account},
                                                 {"/api/v1/customers/", customer},
                                                 {"/api/v1/scans/", scan},
                                                 {"/api/v1/secrets/", secret}};
    int checked = 0;
    for (const Route& route : routes()) {
        std::string path(route.path);
        const auto open = path.find("{id}");
        if (open == std::string::npos) continue;
        const auto known = ids.find(path.substr(0, open));
        if (known == ids.end()) continue;
        path.replace(open, 4, known->second);
        CAPTURE(path);
        const json::value body = route.method == net::Method::patch
                                     ? json::value(json::object{{"name", "stolen"}})
                                     : json::value();
        CHECK(world.call(net::to_string(route.method), path, body, world.stranger).status == 404);
        ++checked;
    }
    CHECK(checked >= 17);
    CHECK(world.get("/api/v1/events?topics=scan:" + scan, world.stranger).status == 404);
    for (const char* list : {"/api/v1/cloud-accounts", "/api/v1/customers", "/api/v1/scans",
                             "/api/v1/secrets", "/api/v1/resources"})
        CHECK(world.get(list, world.stranger).body.at("total").as_int64() == 0);
    // Ids inside bodies are looked up in the caller's own tenant.
    CHECK(world
              .call("POST", accounts_path,
                    json::object{{"name", "x"}, {"provider", "aws"}, {"customer_id", customer}},
                    world.stranger)
              .field() == "customer_id");
    const json::object ref{{"manager", "sealed"}, {"ref", secret}};
    CHECK(world
              .call("POST", accounts_path,
                    with_auth(json::object{
                        {"kind", "access_keys"}, {"access_key_id", ref}, {"secret_access_key", ref}}),
                    world.stranger)
              .field() == "auth.access_key_id.ref");
    CHECK(world.get("/api/v1/cloud-accounts/" + account, world.owner).at("name") == "acme");
    CHECK(world.call("DELETE", "/api/v1/customers/" + customer, nullptr, world.owner).status == 204);
}

TEST_CASE("a customer with accounts stays") {
    World world;
    world.set_up();
    const std::string customer =
        world.post("/api/v1/customers", json::object{{"name", "c"}, {"labels", {{"k", "v"}}}}).at("id");
    const std::string account = world.make_account({{"customer_id", customer}});
    CHECK(world.call("DELETE", "/api/v1/customers/" + customer, nullptr, world.owner).status == 409);
    CHECK(world.get("/api/v1/customers/" + customer, world.owner).body.at("accounts").as_int64() == 1);
    CHECK(world.post("/api/v1/customers", json::object{{"name", "c"}}).status == 409);
    CHECK(world.patch("/api/v1/customers/" + customer, json::object{{"nonsense", nullptr}}).field() ==
          "nonsense");
    CHECK(world.call("DELETE", accounts_path + "/" + account, nullptr, world.owner).status == 204);
    CHECK(world.call("DELETE", "/api/v1/customers/" + customer, nullptr, world.owner).status == 204);
}
