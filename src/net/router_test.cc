#include "net/router.h"

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::net;

namespace {

RouteHandler says(std::string text) {
    return [text = std::move(text)](const ServerRequest& request) {
        std::string body = text;
        for (const auto& [name, value] : request.path_parameters) body += " " + name + "=" + value;
        return ServerResponse{.body = body};
    };
}

Router table() {
    Router router;
    router.add(Method::get, "/", says("root"));
    router.add(Method::get, "/api/v1/scans", says("scans"));
    router.add(Method::post, "/api/v1/scans", says("new scan"));
    router.add(Method::get, "/api/v1/scans/{id}", says("scan"));
    router.add(Method::get, "/api/v1/scans/latest", says("latest"));
    router.add(Method::get, "/api/v1/snapshots/{a}/diff/{b}", says("diff"));
    router.add(Method::delete_, "/api/v1/tokens/{id}", says("gone"));
    return router;
}

ServerResponse ask(const Router& router, std::string method, std::string path) {
    ServerRequest request{.method = std::move(method), .target = path, .path = path};
    return router.handle(request);
}

std::string body(const ServerResponse& response) { return std::get<std::string>(response.body); }

}  // namespace

TEST_CASE("routes match whole segments, literals before parameters") {
    const Router router = table();
    CHECK(body(ask(router, "GET", "/")) == "root");
    CHECK(body(ask(router, "GET", "/api/v1/scans")) == "scans");
    CHECK(body(ask(router, "HEAD", "/api/v1/scans")) == "scans");
    CHECK(body(ask(router, "POST", "/api/v1/scans")) == "new scan");
    CHECK(body(ask(router, "GET", "/api/v1/scans/scn_1")) == "scan id=scn_1");
    CHECK(body(ask(router, "GET", "/api/v1/scans/latest")) == "latest");
    CHECK(body(ask(router, "GET", "/api/v1/snapshots/x/diff/y%20z")) == "diff a=x b=y z");
    CHECK(router.pattern_of("/api/v1/scans/scn_1") == "/api/v1/scans/{id}");
    CHECK(router.pattern_of("/nothing") == "");
}

TEST_CASE("404 and 405 differ, and 405 names what is allowed") {
    const Router router = table();
    CHECK(ask(router, "GET", "/api/v1").status == 404);
    CHECK(ask(router, "GET", "/api/v1/scans/").status == 404);
    CHECK(ask(router, "GET", "/api/v1/scans/a/b").status == 404);
    const auto refused = ask(router, "PUT", "/api/v1/scans");
    CHECK(refused.status == 405);
    CHECK(*find_header(refused.headers, "Allow") == "GET, HEAD, POST");
    CHECK(ask(router, "HEAD", "/api/v1/tokens/x").status == 405);
    CHECK(ask(router, "GET", "/api/v1/tokens/x").status == 405);
    CHECK(ask(router, "PROPFIND", "/api/v1/scans").status == 405);
    CHECK(ask(router, "PROPFIND", "/nothing").status == 404);
}

TEST_CASE("paths that hide something are refused") {
    const Router router = table();
    for (const char* path : {"//",
                             "//api/v1/scans",
                             "/api//v1/scans",
                             "/api/v1/scans//",
                             "/api/../metrics",
                             "/%2e%2e/",
                             "/..",
                             "/api/./v1/scans",
                             "/api/%2e/v1",
                             "/%2E%2e/x",
                             "/api/v1/scans/%00",
                             "/api/v1/scans/a%2fb",
                             "/api/v1/scans/a%2Fb",
                             "/api/v1/scans/a%5cb",
                             "/api\\v1",
                             "/api/v1/scans/%",
                             "/api/v1/scans/%zz",
                             "/api/v1/scans/%0a",
                             "/api/v1/scans/%ff",
                             "",
                             "api",
                             "*"}) {
        CAPTURE(path);
        CHECK(ask(router, "GET", path).status == 400);
    }
}

TEST_CASE("a prefix takes what no pattern fits, the longest first") {
    Router router = table();
    router.add_prefix("/", says("page"));
    router.add_prefix("/assets/", says("asset"));
    CHECK(body(ask(router, "GET", "/accounts/acc_1")) == "page");
    CHECK(body(ask(router, "GET", "/assets/a.js")) == "asset");
    CHECK(body(ask(router, "GET", "/api/v1/scans")) == "scans");
    CHECK(ask(router, "POST", "/accounts").status == 405);
    CHECK(ask(router, "GET", "/assets/%2e%2e/x").status == 400);
}

TEST_CASE("the fallback renders refusals") {
    Router router([](const ServerRequest& request, int status) {
        return ServerResponse{.status = status, .body = request.path};
    });
    router.add(Method::get, "/a", says("a"));
    CHECK(body(ask(router, "GET", "/b")) == "/b");
    CHECK(find_header(ask(router, "PUT", "/a").headers, "Allow"));
}
