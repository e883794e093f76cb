// For tests: somebody at a browser, with a session cookie and what the console sends beside it.
#pragma once

#include "api/api_fixture.h"

namespace patrol::api {

class Browser {
public:
    explicit Browser(World& world) : world_(&world) {}

    // Keeps the cookie that the answer sets.
    Reply send(std::string_view method, std::string_view target, const json::value& body = nullptr) {
        net::Headers headers{{"Content-Type", "application/json"}, {"User-Agent", "Browser/1.0 \x01(Test)"}};
        if (!cookie.empty()) headers.push_back({"Cookie", cookie});
        headers.push_back({"X-Patrol-CSRF", "1"});
        const Reply reply =
            world_->send(method, target, body.is_null() ? "" : to_text(body), std::move(headers));
        const std::string_view set = reply.header("Set-Cookie");
        if (!set.empty()) cookie = set.substr(0, set.find(';'));
        return reply;
    }
    Reply get(std::string_view target) { return send("GET", target); }
    Reply post(std::string_view target, const json::value& body = nullptr) {
        return send("POST", target, body);
    }
    Reply sign_in(std::string_view email, std::string_view password, json::object more = {}) {
        more["email"] = email;
        more["password"] = password;
        return post("/api/v1/session", more);
    }
    bool is_in() { return get("/api/v1/me").status == 200; }

    std::string cookie;

private:
    World* world_;
};

// Invited by `world.owner` and signed in.
inline Browser join(World& world, std::string_view email, std::string_view role, json::object more = {}) {
    more["email"] = email;
    more["role"] = role;
    const Reply invited = world.post("/api/v1/users", more);
    REQUIRE_MESSAGE(invited.status == 201, invited.text);
    Browser browser(world);
    const Reply joined =
        browser.post("/api/v1/invitations/accept",
                     json::object{{"token", invited.at("invite_token")}, {"password", World::password}});
    REQUIRE_MESSAGE(joined.status == 201, joined.text);
    return browser;
}

}  // namespace patrol::api
