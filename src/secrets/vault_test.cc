#include "secrets/vault.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>

#include "secrets/test_peer.h"

using namespace patrol;
using namespace patrol::secrets;
using namespace patrol::secrets::test;

namespace {

constexpr std::string_view base = "https://vault.example:8200";
const std::string mount_call = "GET https://vault.example:8200/v1/sys/internal/ui/mounts/secret/patrol/acme";
const std::string read_call = "GET https://vault.example:8200/v1/secret/data/patrol/acme";
const std::string login_call = "POST https://vault.example:8200/v1/auth/approle/login";
const std::string kv2 = R"({"data":{"type":"kv","path":"secret/","options":{"version":"2"}}})";
const std::string value = R"({"data":{"data":{"key":"CANARY-value-4711","n":5},"metadata":{"version":2}}})";

struct VaultScene : Scene {
    std::string file = std::tmpnam(nullptr);
    VaultScene() {
        variables.add("VAULT_TOKEN", crypto::Secret("hvs.one"));
        std::ofstream(file) << "secret-id-1\n";
        peer.on(mount_call, {answer(200, kv2)});
        peer.on(read_call, {answer(200, value)});
        peer.on(login_call, {answer(200, R"({"auth":{"client_token":"hvs.two","lease_duration":600}})")});
    }
    ~VaultScene() { std::remove(file.c_str()); }
    VaultManager with_token() {
        return {{.address = std::string(base), .space = "team"}, confinement, variables, outside()};
    }
    VaultManager with_approle() {
        return {{.address = std::string(base),
                 .auth = VaultSettings::Auth::approle,
                 .role = "role-1",
                 .credential_file = file},
                confinement,
                variables,
                outside()};
    }
};

}  // namespace

TEST_CASE("a value of KV version 2 is read with the operator's token and namespace") {
    VaultScene scene;
    const auto vault = scene.with_token();
    CHECK(vault.resolve(scene.platform, "secret/patrol/acme#key")->expose() == canary);
    CHECK(header_of(scene.peer.last(), "X-Vault-Token") == "hvs.one");
    CHECK(header_of(scene.peer.last(), "X-Vault-Namespace") == "team");
    CHECK(scene.peer.last().trust.destination == net::Destination::operator_chosen);
    scene.peer.on(read_call + "?version=1", {answer(200, value)});
    CHECK(vault.resolve(scene.platform, "secret/patrol/acme#key@1"));
    CHECK(says(vault.resolve(scene.platform, "secret/patrol/acme#other"), "no text field"));
    CHECK(says(vault.resolve(scene.platform, "secret/patrol/acme#n"), "no text field"));
}

TEST_CASE("KV version 1 has no data segment and no versions; other engines are never read") {
    VaultScene scene;
    const auto vault = scene.with_token();
    scene.peer.on(mount_call, {answer(200, R"({"data":{"type":"kv","path":"secret/","options":null}})")});
    scene.peer.on("GET https://vault.example:8200/v1/secret/patrol/acme",
                  {answer(200, R"({"data":{"key":"CANARY-value-4711"}})")});
    CHECK(vault.resolve(scene.platform, "secret/patrol/acme#key")->expose() == canary);
    CHECK(says(vault.resolve(scene.platform, "secret/patrol/acme#key@2"), "keeps no versions"));
    scene.peer.on(mount_call, {answer(200, R"({"data":{"type":"database","path":"secret/"}})")});
    CHECK(says(vault.resolve(scene.platform, "secret/patrol/acme#key"), "no key-value store"));
    scene.peer.on(mount_call, {answer(200, R"({"data":{"type":"kv","path":"other/"}})")});
    CHECK(code_of(vault.resolve(scene.platform, "secret/patrol/acme#key")) == "manager_unreachable");
}

TEST_CASE("each failure of Vault says what to do and repeats nothing of the answer") {
    VaultScene scene;
    const auto vault = scene.with_token();
    const auto after = [&](const std::string& call, aws::test::Answer given) {
        scene.peer.on(mount_call, {answer(200, kv2)});
        scene.peer.on(read_call, {answer(200, value)});
        scene.peer.on(call, {std::move(given)});
        return vault.resolve(scene.platform, "secret/patrol/acme#key");
    };
    const std::string leak = R"({"errors":["CANARY-value-4711"]})";
    CHECK(says(after(mount_call, answer(403, leak)), "capability read"));
    CHECK(says(after(read_call, answer(403, leak)), "read on secret/data/patrol/acme"));
    CHECK(says(after(read_call, answer(404, R"({"errors":[]})")), "no secret at"));
    CHECK(says(after(read_call, answer(404, R"({"data":{"data":null,"metadata":{"deletion_time":"2026-01-01",
        "destroyed":false}}})")),
               "was deleted"));
    CHECK(
        says(after(read_call,
                   answer(404, R"({"data":{"data":null,"metadata":{"deletion_time":"","destroyed":true}}})")),
             "destroyed"));
    CHECK(says(after(read_call, answer(503, leak)), "sealed"));
    CHECK(says(after(read_call, answer(429, leak)), "less often"));
    CHECK(says(after(read_call, answer(500, leak)), "status 500"));
    CHECK(says(after(read_call, answer(301, leak)), "status 301"));
    CHECK(says(after(read_call, answer(200, "CANARY-value-4711")), "cannot be understood"));
    CHECK(says(after(read_call, answer(200, R"({"data":{"data":{"key":""}}})")), "empty"));
    CHECK(says(after(read_call, no_answer(Error::Kind::unavailable, "tls")), "certificate"));
    CHECK(says(after(read_call, no_answer(Error::Kind::unavailable, "dns")), "No such host"));
    CHECK(says(after(read_call, no_answer(Error::Kind::timeout)), "cannot be reached"));
    for (const int status : {400, 401, 403, 404, 405, 412, 429, 500, 502, 503, 504}) {
        const auto outcome = after(read_call, answer(status, leak));
        REQUIRE_FALSE(outcome);
        CAPTURE(status);
        CHECK(outcome.error().kind != Error::Kind::unauthenticated);
        CHECK(outcome.error().kind != Error::Kind::denied);
        CHECK_FALSE(outcome.error().hint.empty());
    }
}

TEST_CASE("a login is used within its lease, dropped when refused, and made anew once") {
    VaultScene scene;
    const auto vault = scene.with_approle();
    CHECK(vault.resolve(scene.platform, "secret/patrol/acme#key"));
    CHECK(vault.resolve(scene.platform, "secret/patrol/acme#key"));
    CHECK(scene.peer.count(login_call) == 1);
    CHECK(scene.peer.requests.front().body == R"({"role_id":"role-1","secret_id":"secret-id-1"})");
    scene.clock.advance(std::chrono::seconds(541));  // nine tenths of 600
    CHECK(vault.resolve(scene.platform, "secret/patrol/acme#key"));
    CHECK(scene.peer.count(login_call) == 2);
    scene.peer.on(read_call, {answer(403, "{}"), answer(200, value)});
    CHECK(vault.resolve(scene.platform, "secret/patrol/acme#key"));
    CHECK(scene.peer.count(login_call) == 3);
    scene.peer.on(read_call, {answer(403, "{}")});
    CHECK(code_of(vault.resolve(scene.platform, "secret/patrol/acme#key")) == "secret_denied");
    CHECK(scene.peer.count(login_call) == 4);
}

TEST_CASE("a login that Vault refuses names the setting") {
    VaultScene scene;
    const auto vault = scene.with_approle();
    scene.peer.on(login_call, {answer(400, R"({"errors":["invalid role or secret ID CANARY-value-4711"]})")});
    CHECK(says(vault.resolve(scene.platform, "secret/patrol/acme#key"), "PATROL_VAULT_ROLE"));
    CHECK(scene.peer.count(login_call) == 1);  // not guessed twice
    scene.peer.on(login_call, {answer(404, "{}")});
    CHECK(says(vault.resolve(scene.platform, "secret/patrol/acme#key"), "PATROL_VAULT_AUTH_MOUNT"));
    scene.peer.on(login_call, {answer(200, R"({"auth":{"mfa_requirement":{}}})")});
    CHECK(says(vault.resolve(scene.platform, "secret/patrol/acme#key"), "second factor"));
    std::ofstream(scene.file) << "";
    CHECK(says(vault.resolve(scene.platform, "secret/patrol/acme#key"), "PATROL_VAULT_CREDENTIAL_FILE"));
}

TEST_CASE("Kubernetes and JWT logins send the token's file to their mount") {
    VaultScene scene;
    const auto resolve = [&](VaultSettings::Auth auth, std::string mount) {
        const VaultManager vault({.address = std::string(base),
                                  .auth = auth,
                                  .mount = std::move(mount),
                                  .role = "patrol",
                                  .credential_file = scene.file},
                                 scene.confinement, scene.variables, scene.outside());
        return vault.resolve(scene.platform, "secret/patrol/acme#key").has_value();
    };
    const auto granted = answer(200, R"({"auth":{"client_token":"hvs.k","lease_duration":60}})");
    scene.peer.on("POST https://vault.example:8200/v1/auth/kubernetes/login", {granted});
    CHECK(resolve(VaultSettings::Auth::kubernetes, ""));
    CHECK(scene.peer.requests.front().body == R"({"role":"patrol","jwt":"secret-id-1"})");
    scene.peer.on("POST https://vault.example:8200/v1/auth/team/oidc/login", {granted});
    CHECK(resolve(VaultSettings::Auth::jwt, "team/oidc"));
}

TEST_CASE("Vault without settings, and a confined tenant's references, are refused before any call") {
    VaultScene scene;
    const VaultManager none({}, scene.confinement, scene.variables, scene.outside());
    const auto unset = none.check(scene.platform, "secret/a#b");
    REQUIRE_FALSE(unset);
    CHECK(unset.error().field == "manager");
    CHECK(says(unset, "PATROL_VAULT_ADDR"));
    const auto vault = scene.with_token();
    CHECK_FALSE(vault.check(scene.customer, "secret/patrol/acme#key"));
    CHECK_FALSE(vault.resolve(scene.customer, "secret/patrol/" + scene.platform.str() + "/a#key"));
    CHECK(vault.check(scene.customer, "secret/patrol/" + scene.customer.str() + "/a#key"));
    CHECK_FALSE(vault.check(scene.customer, "secret/patrol/" + scene.customer.str() + "/../b#key"));
    CHECK(scene.peer.requests.empty());
}
