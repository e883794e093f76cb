#include "secrets/gcp.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/encoding.h"
#include "crypto/sign_rs256.h"
#include "secrets/crc32c.h"
#include "secrets/test_peer.h"

using namespace patrol;
using namespace patrol::secrets;
using namespace patrol::secrets::test;

namespace {

EVP_PKEY* test_key() {
    static EVP_PKEY* const key = EVP_RSA_gen(2048);
    return key;
}
std::string private_pem() {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(bio, test_key(), nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    std::string out(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return out;
}
bool is_signed_by_test_key(std::string_view text, std::string_view signature) {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, test_key());
    const auto* raw = [](std::string_view t) {
        return reinterpret_cast<const unsigned char*>(t.data());
    }(signature);
    const bool good = EVP_DigestVerify(context, raw, signature.size(),
                                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

const std::string token_call = "POST https://oauth2.googleapis.com/token";
const std::string read_call =
    "GET https://secretmanager.googleapis.com/v1/projects/p/secrets/patrol-key/versions/latest:access";
constexpr std::string_view ref = "projects/p/secrets/patrol-key";

std::string payload(std::string_view value, std::uint32_t sum) {
    return fmt::format(R"({{"name":"n","payload":{{"data":"{}","dataCrc32c":"{}"}}}})",
                       to_base64(as_bytes(value)), sum);
}

struct GcpScene : Scene {
    std::string file = std::tmpnam(nullptr);
    GcpScene() {
        write(to_text(json::object{{"type", "service_account"},
                                   {"client_email", "patrol@p.iam.gserviceaccount.com"},
                                   {"private_key_id", "kid-1"},
                                   {"private_key", private_pem()},
                                   {"token_uri", "https://oauth2.googleapis.com/token"}}));
        peer.on(token_call,
                {answer(200, R"({"access_token":"ya29.one","expires_in":3599,"token_type":"Bearer"})")});
        peer.on(read_call, {answer(200, payload(canary, crc32c(canary)))});
    }
    ~GcpScene() { std::remove(file.c_str()); }
    void write(const std::string& text) const { std::ofstream(file, std::ios::trunc) << text; }
    GcpManager manager(GcpSettings::Auth auth = GcpSettings::Auth::file) {
        return {{.auth = auth, .credential_file = file}, confinement, outside()};
    }
};

}  // namespace

TEST_CASE("a service account's key signs the login, and the value's checksum is checked") {
    GcpScene scene;
    const auto manager = scene.manager();
    CHECK(manager.resolve(scene.platform, ref)->expose() == canary);
    CHECK(header_of(scene.peer.last(), "Authorization") == "Bearer ya29.one");
    const std::string form = scene.peer.requests.front().body;
    const auto assertion = form.substr(form.find("assertion=") + 10);
    const auto last = assertion.rfind('.');
    CHECK(is_signed_by_test_key(assertion.substr(0, last), *from_base64url(assertion.substr(last + 1))));
    const auto first = assertion.find('.');
    const auto claims = parse_json(*from_base64url(assertion.substr(first + 1, last - first - 1)));
    REQUIRE(claims);
    CHECK(string_or(*claims, "iss") == "patrol@p.iam.gserviceaccount.com");
    CHECK(string_or(*claims, "aud") == "https://oauth2.googleapis.com/token");
    CHECK(int_or(*claims, "exp") - int_or(*claims, "iat") == 3600);
    CHECK(manager.resolve(scene.platform, ref));
    CHECK(scene.peer.count(token_call) == 1);
    scene.peer.on(read_call, {answer(200, payload(canary, 1))});
    CHECK(says(manager.resolve(scene.platform, ref), "damaged"));
    scene.peer.on(read_call, {answer(200, R"({"payload":{"data":"eA=="}})")});
    CHECK(says(manager.resolve(scene.platform, ref), "damaged"));
}

TEST_CASE("each failure of Google names the role or the setting and repeats nothing of the answer") {
    GcpScene scene;
    const auto manager = scene.manager();
    const auto after = [&](aws::test::Answer given) {
        scene.peer.on(read_call, {std::move(given)});
        return manager.resolve(scene.platform, ref);
    };
    const auto error = [](int status, const std::string& state, const std::string& reason) {
        return answer(
            status,
            fmt::format(R"({{"error":{{"code":{},"message":"CANARY-value-4711","status":"{}","details":
            [{{"@type":"x"}},{{"reason":"{}"}}]}}}})",
                        status, state, reason));
    };
    CHECK(says(after(error(403, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED")),
               "roles/secretmanager.secretAccessor"));
    CHECK(says(after(error(403, "PERMISSION_DENIED", "SERVICE_DISABLED")), "secretmanager.googleapis.com"));
    CHECK(says(after(error(403, "PERMISSION_DENIED", "SECURITY_POLICY_VIOLATED")), "perimeter"));
    CHECK(says(after(error(404, "NOT_FOUND", "")), "versions/latest"));
    CHECK(says(after(error(400, "FAILED_PRECONDITION", "")), "disabled or destroyed"));
    CHECK(says(after(error(400, "INVALID_ARGUMENT", "")), "does not take"));
    CHECK(says(after(error(401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED")), "refused Patrol's login"));
    CHECK(says(after(error(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED")), "less often"));
    CHECK(says(after(error(503, "UNAVAILABLE", "")), "status 503"));
    CHECK(says(after(answer(500, "CANARY-value-4711")), "status 500"));
    scene.peer.requests.clear();
    scene.peer.on(read_call,
                  {error(401, "UNAUTHENTICATED", ""), answer(200, payload(canary, crc32c(canary)))});
    CHECK(manager.resolve(scene.platform, ref));
}

TEST_CASE("logins of Google fail with the file's or the machine's remedy") {
    GcpScene scene;
    const auto manager = scene.manager();
    scene.peer.on(token_call,
                  {answer(400, R"({"error":"invalid_grant","error_description":"CANARY-value-4711"})")});
    CHECK(says(manager.resolve(scene.platform, ref), "clock is wrong"));
    scene.peer.on(token_call, {answer(401, R"({"error":"invalid_client"})")});
    CHECK(says(manager.resolve(scene.platform, ref), "GOOGLE_APPLICATION_CREDENTIALS"));
    scene.write(R"({"type":"service_account","client_email":"a","private_key":"CANARY-value-4711"})");
    CHECK(says(manager.resolve(scene.platform, ref), "cannot be used"));
    scene.write(R"({"type":"external_account"})");
    CHECK(says(manager.resolve(scene.platform, ref), "of a kind"));
    scene.write("");
    CHECK(says(manager.resolve(scene.platform, ref), "empty or cannot be read"));
    scene.write(R"({"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r t"})");
    scene.peer.on(token_call, {answer(200, R"({"access_token":"ya29.two","expires_in":60})")});
    CHECK(manager.resolve(scene.platform, ref));
    const auto& login = scene.peer.requests[scene.peer.requests.size() - 2];
    CHECK(login.body == "grant_type=refresh_token&client_id=c&client_secret=s&refresh_token=r%20t");
    const auto machine = scene.manager(GcpSettings::Auth::metadata);
    const std::string metadata =
        "GET http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token";
    scene.peer.on(metadata, {answer(404, "")});
    CHECK(says(machine.resolve(scene.platform, ref), "no service account"));
    scene.peer.on(metadata, {answer(200, R"({"access_token":"ya29.m","expires_in":60})")});
    CHECK(machine.resolve(scene.platform, ref));
}

TEST_CASE("Google without settings, and a confined tenant's foreign names, are refused before any call") {
    GcpScene scene;
    CHECK(says(scene.manager(GcpSettings::Auth::none).check(scene.platform, ref),
               "GOOGLE_APPLICATION_CREDENTIALS"));
    const auto manager = scene.manager();
    CHECK_FALSE(manager.check(scene.customer, ref));
    CHECK(manager.check(scene.customer,
                        "projects/p/secrets/patrol-ten-" + scene.customer.str().substr(4) + "-key"));
    CHECK(scene.peer.requests.empty());
}

TEST_CASE("RS256 refuses what is no RSA key of 2048 bits") {
    CHECK_FALSE(crypto::sign_rs256("no key", "text"));
    CHECK_FALSE(crypto::sign_rs256("", "text"));
    const auto signature = crypto::sign_rs256(private_pem(), "text");
    REQUIRE(signature);
    CHECK(is_signed_by_test_key("text", *signature));
    CHECK_FALSE(is_signed_by_test_key("texu", *signature));
}
