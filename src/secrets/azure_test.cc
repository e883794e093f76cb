#include "secrets/azure.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>

#include "secrets/test_peer.h"

using namespace patrol;
using namespace patrol::secrets;
using namespace patrol::secrets::test;

namespace {

using Auth = AzureSettings::Auth;

const std::string login_call = "POST https://login.microsoftonline.com/tenant-1/oauth2/v2.0/token";
const std::string read_call = "GET https://acme-ops.vault.azure.net/secrets/patrol-key?api-version=7.4";
const std::string good = R"({"value":"CANARY-value-4711","id":"x"})";
constexpr std::string_view ref = "acme-ops/patrol-key";

aws::test::Answer challenge(const std::string& resource) {
    return answer(401, R"({"error":{"code":"Unauthorized"}})",
                  {{"WWW-Authenticate",
                    "Bearer authorization=\"https://login.windows.net/t\", resource=\"" + resource + "\""}});
}
// Challenges what comes without a token and answers the rest.
aws::test::Answer vault(aws::test::Answer then, std::string resource = "https://vault.azure.net") {
    return [then, resource](const net::HttpRequest& request) {
        return header_of(request, "Authorization").empty() ? challenge(resource)(request) : then(request);
    };
}

struct AzureScene : Scene {
    AzureScene() {
        variables.add("AZURE_CLIENT_SECRET", crypto::Secret("s3cret&"));
        peer.on(login_call,
                {answer(200, R"({"token_type":"Bearer","expires_in":3599,"access_token":"eyJ.a.b"})")});
        peer.on(read_call, {vault(answer(200, good))});
    }
    AzureManager manager(AzureSettings changed = {.auth = Auth::client_secret}) {
        changed.tenant = "tenant-1";
        if (changed.auth != Auth::managed_identity) changed.client = "client-1";
        return {std::move(changed), confinement, variables, outside()};
    }
    bool sent_a_token() const {
        for (const auto& request : peer.requests)
            if (!header_of(request, "Authorization").empty()) return true;
        return false;
    }
};

}  // namespace

TEST_CASE("a key vault is asked for its challenge first and then gets a token of its own cloud") {
    AzureScene scene;
    const auto manager = scene.manager();
    CHECK(manager.resolve(scene.platform, ref)->expose() == canary);
    REQUIRE(scene.peer.requests.size() == 3);
    CHECK(header_of(scene.peer.requests[0], "Authorization").empty());
    CHECK(scene.peer.requests[1].body ==
          "client_id=client-1&scope=https%3A%2F%2Fvault.azure.net%2F.default&grant_type=client_credentials&"
          "client_secret=s3cret%26");
    CHECK(header_of(scene.peer.requests[2], "Authorization") == "Bearer eyJ.a.b");
    CHECK(manager.resolve(scene.platform, ref));
    CHECK(scene.peer.count(login_call) == 1);
    const std::string version = "0123456789abcdef0123456789abcdef";
    scene.peer.on("GET https://acme-ops.vault.azure.net/secrets/patrol-key/" + version + "?api-version=7.4",
                  {vault(answer(200, good))});
    CHECK(manager.resolve(scene.platform, std::string(ref) + "/" + version));
}

TEST_CASE("a challenge for another resource gets no token") {
    for (const char* other :
         {"https://vault.azure.cn", "https://management.azure.com", "https://evil.example",
          "https://vault.azure.net.evil.example", "https://xvault.azure.net", "http://vault.azure.net",
          "https://azure.net", "", "https://vault.azure.net:444"}) {
        CAPTURE(other);
        AzureScene scene;
        scene.peer.on(read_call, {vault(answer(200, good), other)});
        CHECK(says(scene.manager().resolve(scene.platform, ref), "sent it none"));
        CHECK_FALSE(scene.sent_a_token());
        CHECK(scene.peer.count(login_call) == 0);
    }
    CHECK(vault_resource("https://{vault}.vault.usgovcloudapi.net") == "https://vault.usgovcloudapi.net");
    CHECK(vault_resource("http://127.0.0.1:9/{vault}") == "http://127.0.0.1:9");
}

TEST_CASE("each failure of a key vault names the role or the setting and repeats nothing of the answer") {
    AzureScene scene;
    const auto manager = scene.manager();
    const auto after = [&](aws::test::Answer given) {
        scene.peer.on(read_call, {vault(std::move(given))});
        return manager.resolve(scene.platform, ref);
    };
    const auto inner = [](const std::string& code) {
        return answer(403,
                      R"({"error":{"code":"Forbidden","message":"CANARY-value-4711","innererror":{"code":")" +
                          code + R"("}}})");
    };
    CHECK(says(after(inner("ForbiddenByFirewall")), "firewall"));
    CHECK(says(after(inner("ForbiddenByRbac")), "Key Vault Secrets User"));
    CHECK(says(after(inner("ForbiddenByPolicy")), "access policy"));
    CHECK(says(after(inner("SecretDisabled")), "disabled"));
    CHECK(says(after(answer(401, "{}")), "AZURE_TENANT_ID"));
    CHECK(says(after(answer(404, R"({"error":{"code":"SecretNotFound","message":"CANARY-value-4711"}})")),
               "no secret"));
    CHECK(says(after(answer(400, "{}")), "does not take"));
    CHECK(says(after(answer(429, "{}")), "less often"));
    CHECK(says(after(answer(503, "CANARY-value-4711")), "status 503"));
    CHECK(says(after(answer(200, "[]")), "cannot be understood"));
    scene.peer.on(read_call, {no_answer(Error::Kind::unavailable, "dns")});
    CHECK(says(manager.resolve(scene.platform, ref), "No such host"));
}

TEST_CASE("logins of Azure fail with the remedy of their error code") {
    AzureScene scene;
    const auto manager = scene.manager();
    const auto error = [](int code) {
        return answer(
            401, fmt::format(R"({{"error":"invalid_client","error_description":"AADSTS{}: CANARY-value-4711",
            "error_codes":[{}]}})",
                             code, code));
    };
    for (const auto& [code, words] : {std::pair{7000215, "secret's value"},
                                      {7000222, "expired"},
                                      {700016, "AZURE_CLIENT_ID"},
                                      {90002, "AZURE_TENANT_ID"},
                                      {53003, "Conditional access"},
                                      {1, "AZURE_CLIENT_ID"}}) {
        CAPTURE(code);
        scene.peer.requests.clear();
        scene.peer.on(login_call, {error(code)});
        CHECK(says(manager.resolve(scene.platform, ref), words));
        CHECK(scene.peer.count(login_call) == 1);  // never in a loop
    }
}

TEST_CASE("federated tokens and managed identities log in too") {
    AzureScene scene;
    const std::string file = std::tmpnam(nullptr);
    std::ofstream(file) << "eyJ.federated.token\n";
    const auto federated = scene.manager({.auth = Auth::workload_identity, .federated_token_file = file});
    CHECK(federated.resolve(scene.platform, ref));
    CHECK(scene.peer.requests[1].body.find("client_assertion=eyJ.federated.token") != std::string::npos);
    std::remove(file.c_str());
    const std::string imds =
        "GET http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource="
        "https%3A%2F%2Fvault.azure.net";
    scene.peer.on(imds, {answer(200, R"({"access_token":"eyJ.i.m","expires_in":"3599"})")});
    const auto machine = scene.manager({.auth = Auth::managed_identity});
    CHECK(machine.resolve(scene.platform, ref));
    CHECK(machine.resolve(scene.platform, ref));
    CHECK(scene.peer.count(imds) == 1);
    scene.variables.add("IDENTITY_HEADER", crypto::Secret("header-1"));
    const auto app =
        scene.manager({.auth = Auth::managed_identity, .identity_endpoint = "http://127.0.0.1:41/msi"});
    scene.peer.on("GET http://127.0.0.1:41/msi?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net",
                  {answer(400, "{}"), answer(200, R"({"access_token":"eyJ.s.f","expires_in":60})")});
    CHECK(says(app.resolve(scene.platform, ref), "managed identity"));
    CHECK(app.resolve(scene.platform, ref));
}

TEST_CASE("Azure without settings, and a confined tenant's foreign names, are refused before any call") {
    AzureScene scene;
    CHECK(says(scene.manager({}).check(scene.platform, ref), "AZURE_TENANT_ID"));
    const auto manager = scene.manager();
    CHECK_FALSE(manager.check(scene.customer, ref));
    CHECK(manager.check(scene.customer, "acme-ops/Patrol-ten-" + scene.customer.str().substr(4) + "-key"));
    CHECK(scene.peer.requests.empty());
}
