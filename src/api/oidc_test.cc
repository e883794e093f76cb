#include "api/oidc_provider.h"

#include <algorithm>
#include <fstream>

#include "api/api_fixture.h"
#include "base/encoding.h"
#include "crypto/test_signer.h"
#include "filter/filter.h"
#include "store/audit.h"
#include "store/user_identities.h"

namespace patrol::api {
namespace {

using crypto::testing::key_set;
using crypto::testing::Signer;

const std::string issuer = "https://id.example.com/realm";

const Signer& old_key() {
    static const Signer signer(Signer::Kind::rsa);
    return signer;
}
const Signer& new_key() {
    static const Signer signer(Signer::Kind::p256);
    return signer;
}

// An identity provider that does as a test wants, behind Patrol's HTTP seam.
class FakeProvider final : public net::Transport {
public:
    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        CHECK(request.trust.destination == net::Destination::user_supplied);
        asked.push_back(request.url);
        if (down) return fail(Error::Kind::unavailable, "no route");
        if (request.url == issuer + "/.well-known/openid-configuration")
            return json_answer({{"issuer", named_issuer},
                                {"authorization_endpoint", issuer + "/auth"},
                                {"token_endpoint", token_endpoint},
                                {"jwks_uri", issuer + "/keys"},
                                {"token_endpoint_auth_methods_supported", auth_methods}});
        if (request.url == issuer + "/keys") return net::HttpResponse{.status = 200, .body = keys};
        REQUIRE(request.url == issuer + "/token");
        return redeem(request);
    }

    // What the browser is sent with, and what it brings back.
    void begin(const std::string& location) {
        REQUIRE(location.starts_with(issuer + "/auth?"));
        asked_for.clear();
        const auto query = net::parse_query(location.substr(location.find('?') + 1)).value();
        for (const auto& [name, value] : query) asked_for[name] = value;
        CHECK(asked_for["response_type"] == "code");
        CHECK(asked_for["code_challenge_method"] == "S256");
        CHECK(asked_for["redirect_uri"] == "http://127.0.0.1:8080/api/v1/session/oidc/callback");
    }

    std::string named_issuer = issuer, token_endpoint = issuer + "/token";
    json::array auth_methods{"client_secret_basic", "client_secret_post"};
    std::string keys = key_set({old_key().jwk("k1")});
    const Signer* signer = &old_key();
    std::string kid = "k1";
    json::object more;  // claims over the good ones
    std::function<std::string(const json::object&)> make;
    bool down = false;
    std::vector<std::string> asked;
    std::map<std::string, std::string> asked_for, redeemed;
    std::string authorization;

private:
    static net::HttpResponse json_answer(const json::object& body) {
        return {.status = 200, .body = to_text(body)};
    }

    Result<net::HttpResponse> redeem(const net::HttpRequest& request) {
        redeemed.clear();
        const auto form = net::parse_query(request.body).value();
        for (const auto& [name, value] : form) redeemed[name] = value;
        const auto* given = net::find_header(request.headers, "Authorization");
        authorization = given == nullptr ? "" : *given;
        const auto challenge =
            to_base64url(as_bytes(crypto::as_text(crypto::sha256(redeemed["code_verifier"]))));
        if (redeemed["code"] != "the-code" || challenge != asked_for["code_challenge"])
            return net::HttpResponse{.status = 400, .body = R"({"error":"invalid_grant"})"};
        const std::int64_t now = SystemClock().now().ms / 1000;
        json::object claims{{"iss", issuer},
                            {"aud", "patrol"},
                            {"sub", "subject-1"},
                            {"exp", now + 300},
                            {"iat", now},
                            {"nonce", asked_for["nonce"]},
                            {"email", "Owner@example.com"},
                            {"email_verified", true}};
        for (const auto& [name, value] : more) claims[name] = value;
        return json_answer({{"id_token", make ? make(claims) : signer->token(claims, kid)}});
    }
};

// One browser and one provider around a Patrol that is set up.
struct Visit {
    explicit Visit(std::string secret = "s3cret") {
        if (!secret.empty()) {
            file = folder.path() / "secret";
            std::ofstream(file) << secret << "\n";
        }
        provider =
            std::make_unique<OidcProvider>(fake, clock, OidcSettings{issuer, "patrol", file, "Example"});
        world = std::make_unique<World>([](Settings&) {}, provider.get());
        world->set_up();
    }

    Reply begin() {
        Reply reply = world->get("/api/v1/session/oidc/start", "");
        if (reply.status != 303) return reply;
        cookie = std::string(reply.header("Set-Cookie"));
        cookie.resize(cookie.find(';'));
        fake.begin(std::string(reply.header("Location")));
        return reply;
    }
    Reply come_back(const std::string& query, const std::string& with_cookie,
                    const std::string& accept = "") {
        net::Headers headers;
        if (!with_cookie.empty()) headers.push_back({"Cookie", with_cookie});
        if (!accept.empty()) headers.push_back({"Accept", accept});
        return world->send("GET", "/api/v1/session/oidc/callback?" + query, "", std::move(headers));
    }
    Reply sign_in() {
        REQUIRE(begin().status == 303);
        return come_back("code=the-code&state=" + fake.asked_for["state"], cookie);
    }
    // Another person than the platform's owner, who cannot be disabled; as the provider knows her.
    model::User ann() {
        fake.more = {{"sub", "ann"}, {"email", "ann@example.com"}};
        return need(world->store->users().create(
            world->user.tenant, {.email = "ann@example.com", .name = "Ann", .role = model::Role::viewer}));
    }
    void disable(model::User user) {
        user.disabled = true;
        need(world->store->users().update(user.tenant, user, std::nullopt));
    }
    // The problem's type, or "in".
    std::string outcome() {
        const Reply reply = sign_in();
        return reply.status == 303 ? "in"
                                   : reply.at("type").substr(std::string("urn:patrol:problem:").size());
    }

    store::TemporaryFolder folder;
    SystemClock clock;
    std::filesystem::path file;
    FakeProvider fake;
    std::unique_ptr<OidcProvider> provider;
    std::unique_ptr<World> world;
    std::string cookie;
};

}  // namespace

TEST_CASE("oidc: a user of that verified address comes in, is linked, and has a session") {
    Visit visit;
    CHECK(bool_or(visit.world->get("/api/v1/session/oidc", "").body, "enabled"));
    const Reply reply = visit.sign_in();
    REQUIRE_MESSAGE(reply.status == 303, reply.text);
    CHECK(reply.header("Location") == "/");
    CHECK(visit.fake.authorization == "Basic " + to_base64(as_bytes("patrol:s3cret")));
    std::string session;
    for (const auto& header : reply.headers)
        if (header.name == "Set-Cookie" && header.value.starts_with("patrol=pss_"))
            session = header.value.substr(0, header.value.find(';'));
    REQUIRE_FALSE(session.empty());
    const Reply me = visit.world->send("GET", "/api/v1/me", "", {{"Cookie", session}});
    CHECK(me.at("email") == "owner@example.com");
    const auto page = need(visit.world->store->audit().list(visit.world->user.tenant, {}));
    CHECK(page.items[0].action == "session.create");
    CHECK(page.items[0].actor.name == "owner@example.com");
    CHECK(page.items[1].action == "identity.link");

    // From now on the subject counts and the address does not.
    visit.fake.more = {{"email", "else@example.com"}, {"email_verified", false}};
    CHECK(visit.outcome() == "in");
}

TEST_CASE("oidc: whoever is no user, or whose address nobody verified, stays outside") {
    Visit visit;
    visit.fake.more = {{"email_verified", false}};
    CHECK(visit.outcome() == "oidc-no-user");
    visit.fake.more = {{"email_verified", "true"}};
    CHECK(visit.outcome() == "oidc-no-user");
    visit.fake.more = {{"email", "nobody@example.com"}};
    CHECK(visit.outcome() == "oidc-no-user");
    visit.fake.more = {{"email", ""}};
    CHECK(visit.outcome() == "oidc-no-user");
    visit.fake.more = {};
    CHECK(visit.outcome() == "in");
    // Another subject with the same address is not the same person.
    visit.fake.more = {{"sub", "subject-2"}};
    CHECK(visit.outcome() == "identity-linked");
    const auto ann = visit.ann();
    CHECK(visit.outcome() == "in");
    visit.disable(ann);
    CHECK(visit.outcome() == "oidc-no-user");
}

TEST_CASE("oidc: a swapped, missing or old state is refused before the provider is asked") {
    Visit visit;
    visit.begin();
    const auto asked = visit.fake.asked.size();
    const std::string state = visit.fake.asked_for["state"];
    const std::string first = visit.cookie;
    CHECK(visit.come_back("code=the-code&state=" + state, "").at("type").ends_with("oidc-state"));
    CHECK(visit.come_back("code=the-code&state=x", first).at("type").ends_with("oidc-state"));
    CHECK(visit.come_back("code=the-code", first).at("type").ends_with("oidc-state"));
    CHECK(visit.come_back("code=the-code&state=" + state, first + "A").at("type").ends_with("oidc-state"));
    CHECK(visit.come_back("code=the-code&state=" + state, "patrol-oidc=AAAA")
              .at("type")
              .ends_with("oidc-state"));
    // The state of another browser's attempt.
    visit.begin();
    CHECK(visit.come_back("code=the-code&state=" + state, visit.cookie).at("type").ends_with("oidc-state"));
    CHECK(visit.come_back("code=the-code&state=" + visit.fake.asked_for["state"], first)
              .at("type")
              .ends_with("oidc-state"));
    CHECK(visit.fake.asked.size() == asked);
    // Another provider's answer (RFC 9207), and the provider's own no.
    const std::string good = "state=" + visit.fake.asked_for["state"];
    CHECK(visit.come_back(good + "&code=the-code&iss=https://evil.example", visit.cookie)
              .at("type")
              .ends_with("oidc-state"));
    CHECK(visit.come_back(good + "&error=access_denied", visit.cookie).at("type").ends_with("oidc-denied"));
    CHECK(visit.come_back(good + "&code=other", visit.cookie).at("type").ends_with("oidc-code"));
}

TEST_CASE("oidc: a code that somebody else obtained does not fit this browser's verifier") {
    Visit visit;
    visit.begin();
    const std::string challenge = visit.fake.asked_for["code_challenge"];
    visit.begin();
    const std::string state = visit.fake.asked_for["state"];
    visit.fake.asked_for["code_challenge"] = challenge;
    CHECK(visit.come_back("code=the-code&state=" + state, visit.cookie).at("type").ends_with("oidc-code"));
}

TEST_CASE("oidc: ID tokens that are not what they must be") {
    Visit visit;
    const std::int64_t now = SystemClock().now().ms / 1000;
    for (const json::object& claims :
         {json::object{{"iss", "https://evil.example"}}, json::object{{"aud", "other"}},
          json::object{{"aud", json::array{"patrol", "other"}}}, json::object{{"azp", "other"}},
          json::object{{"nonce", "stale"}}, json::object{{"exp", now - 3600}},
          json::object{{"iat", now + 3600}}, json::object{{"nbf", now + 3600}}, json::object{{"sub", ""}}}) {
        INFO(to_text(claims));
        visit.fake.more = claims;
        CHECK(visit.outcome() == "id-token");
    }
    visit.fake.more = {};
    visit.fake.make = [](const json::object& claims) {
        return crypto::testing::part(json::object{{"alg", "none"}}) + "." + crypto::testing::part(claims) +
               ".";
    };
    CHECK(visit.outcome() == "id-token");
    visit.fake.make = [&](const json::object& claims) {
        const std::string text = crypto::testing::part(json::object{{"alg", "HS256"}, {"kid", "k1"}}) + "." +
                                 crypto::testing::part(claims);
        return text + "." + to_base64url(crypto::hmac_sha256("s3cret", text));
    };
    CHECK(visit.outcome() == "id-token");
    const Signer stranger(Signer::Kind::rsa);
    visit.fake.make = [&](const json::object& claims) { return stranger.token(claims, "k1"); };
    CHECK(visit.outcome() == "id-token");
    visit.fake.make = [](const json::object&) { return std::string(); };
    CHECK(visit.outcome() == "oidc-code");
    const auto refused = need(filter::parse("outcome=refused"));
    CHECK(need(visit.world->store->audit().list(visit.world->user.tenant, {.filter = &refused})).total == 0);
}

TEST_CASE("oidc: new keys are read once, and not for every token that names an unknown one") {
    Visit visit;
    CHECK(visit.outcome() == "in");
    const auto keys_read = [&] { return std::ranges::count(visit.fake.asked, issuer + "/keys"); };
    CHECK(keys_read() == 1);
    visit.fake.signer = &new_key();
    visit.fake.kid = "k2";
    CHECK(visit.outcome() == "id-token");  // read a moment ago
    CHECK(keys_read() == 1);
    CHECK(std::ranges::count(visit.fake.asked, issuer + "/.well-known/openid-configuration") == 1);

    Visit later;
    later.fake.signer = &new_key();
    later.fake.kid = "k2";
    later.fake.keys = key_set({old_key().jwk("k1"), new_key().jwk("k2")});
    CHECK(later.outcome() == "in");
}

TEST_CASE("oidc: a provider that is down, or whose discovery document is not its own") {
    const auto start = [](const std::function<void(FakeProvider&)>& change) {
        Visit visit;
        change(visit.fake);
        return visit.begin();
    };
    CHECK(start([](FakeProvider& fake) { fake.down = true; }).status == 503);
    CHECK(start([](FakeProvider& fake) { fake.named_issuer = "https://evil.example"; }).status == 503);
    CHECK(start([](FakeProvider& fake) { fake.token_endpoint = "http://id.example.com/token"; }).status ==
          503);
    CHECK(start([](FakeProvider& fake) { fake.token_endpoint = "javascript:x"; }).status == 503);
    CHECK(start([](FakeProvider&) {}).status == 303);
}

TEST_CASE("oidc: the secret is sent as the provider wants it, and only there") {
    Visit post;
    post.fake.auth_methods = {"client_secret_post"};
    CHECK(post.outcome() == "in");
    CHECK(post.fake.authorization.empty());
    CHECK(post.fake.redeemed["client_secret"] == "s3cret");
    Visit without("");
    CHECK(without.outcome() == "in");
    CHECK(without.fake.authorization.empty());
    CHECK(without.fake.redeemed["client_id"] == "patrol");
    Visit gone;
    std::filesystem::remove(gone.file);
    CHECK(gone.outcome() == "oidc-provider");
}

TEST_CASE("oidc: people are led back to the sign-in page, and a failure of a user is in the log") {
    Visit visit;
    visit.begin();
    const Reply reply = visit.come_back("code=the-code&state=x", visit.cookie, "text/html,*/*");
    CHECK(reply.status == 303);
    CHECK(reply.header("Location") == "/login?problem=oidc-state");
    const auto user = visit.ann();
    visit.disable(user);
    visit.begin();
    visit.come_back("code=the-code&state=" + visit.fake.asked_for["state"], visit.cookie, "text/html");
    const auto newest = need(visit.world->store->audit().list(user.tenant, {})).items.front();
    CHECK(newest.action == "session.create");
    CHECK(newest.outcome == model::AuditOutcome::refused);
    CHECK(newest.reason == "oidc-no-user");
    CHECK(newest.actor.id == user.id.str());
}

TEST_CASE("oidc: without a provider there is nothing there") {
    World world;
    world.set_up();
    CHECK_FALSE(bool_or(world.get("/api/v1/session/oidc", "").body, "enabled", true));
    CHECK(world.get("/api/v1/session/oidc/start", "").status == 404);
    CHECK(world.get("/api/v1/session/oidc/callback?code=x&state=y", "").status == 404);
}

TEST_CASE("oidc: no sign-in over plain http from elsewhere") {
    Visit visit;
    visit.world->peer = "192.0.2.1";
    CHECK(visit.world->get("/api/v1/session/oidc/start", "").status == 403);
}

}  // namespace patrol::api
