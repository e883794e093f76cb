#include "console/console.h"

#include <doctest/doctest.h>

using namespace patrol;
using console::Console;

namespace {

struct Entry {
    std::string path, encoding, bytes;
    std::string media_type = "text/javascript";
};

std::string pack(const std::vector<Entry>& entries) {
    std::string head = "patrol-console 1\n", bytes;
    for (const Entry& entry : entries) {
        head += fmt::format("{} {} tag {} {}\n", entry.path, entry.media_type, entry.encoding,
                            entry.bytes.size());
        bytes += entry.bytes;
    }
    return head + "\n" + bytes;
}

Console small_console() {
    auto made = Console::of_pack(pack({{"/assets/app-1.js", "br", "BR"},
                                       {"/assets/app-1.js", "gzip", "GZIP"},
                                       {"/favicon.svg", "identity", "<svg>", "image/svg+xml"},
                                       {"/index.html", "identity", "<html>", "text/html;charset=utf-8"},
                                       {"/index.html", "br", "BRHTML", "text/html;charset=utf-8"}}));
    REQUIRE(made);
    return *std::move(made);
}

net::ServerRequest get(std::string path, net::Headers headers = {}) {
    return {.method = "GET", .target = path, .path = path, .headers = std::move(headers)};
}

std::string body_of(const net::ServerResponse& response) {
    if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body)) return **shared;
    if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
    return "(a stream)";
}

std::string header_of(const net::ServerResponse& response, std::string_view name) {
    const std::string* value = net::find_header(response.headers, name);
    return value == nullptr ? "" : *value;
}

}  // namespace

TEST_CASE("a pack that is not one is refused") {
    const std::string good = pack({{"/index.html", "identity", "<html>"}});
    CHECK(Console::of_pack(good));
    CHECK(!Console::of_pack("patrol-console 2\n\n"));
    CHECK(!Console::of_pack("patrol-console 1\n"));
    CHECK(!Console::of_pack(good.substr(0, good.size() - 1)));
    CHECK(!Console::of_pack(good + "x"));
    CHECK(!Console::of_pack(pack({{"/other.html", "identity", "x"}})));
    CHECK(!Console::of_pack(pack({{"/index.html", "zstd", "x"}})));
    CHECK(!Console::of_pack(pack({{"index.html", "identity", "x"}})));
    CHECK(!Console::of_pack("patrol-console 1\n/index.html text/html tag identity -1\n\n"));
    CHECK(!Console::of_pack("patrol-console 1\n/index.html text/html tag identity 1x\n\n1"));
    CHECK(Console::of_pack("patrol-console 2\n\n").error().kind == Error::Kind::internal);
}

TEST_CASE("a build without the console says so at the root and knows nothing else") {
    const auto empty = Console::of_pack("");
    REQUIRE(empty);
    const auto root = empty->serve(get("/"));
    REQUIRE(root);
    CHECK(root->status == 200);
    CHECK(body_of(*root).find("no web console") != std::string::npos);
    CHECK(!empty->serve(get("/accounts")));
    CHECK(!empty->serve(get("/api/v1/x")));
}

TEST_CASE("the best encoding that the client takes") {
    const Console console = small_console();
    const auto encoding = [&](std::string accepted) {
        const auto answer =
            console.serve(get("/assets/app-1.js", {{"Accept-Encoding", std::move(accepted)}}));
        return header_of(*answer, "Content-Encoding") + " " + body_of(*answer);
    };
    CHECK(encoding("gzip, deflate, br, zstd") == "br BR");
    CHECK(encoding("gzip, deflate") == "gzip GZIP");
    CHECK(encoding("br;q=0, gzip") == "gzip GZIP");
    CHECK(encoding("br;q=0.5") == "br BR");
    CHECK(encoding("BR") == "br BR");
    CHECK(encoding("brotli") == "gzip GZIP");
    CHECK(encoding("") == "gzip GZIP");
}

TEST_CASE("hashed files are kept for a year, everything else is asked for again") {
    const Console console = small_console();
    const auto asset = console.serve(get("/assets/app-1.js", {{"Accept-Encoding", "br"}}));
    CHECK(header_of(*asset, "Cache-Control") == "public, max-age=31536000, immutable");
    CHECK(header_of(*asset, "Content-Type") == "text/javascript");
    CHECK(header_of(*asset, "Vary") == "Accept-Encoding");
    const auto icon = console.serve(get("/favicon.svg"));
    CHECK(header_of(*icon, "Cache-Control") == "no-cache");
    CHECK(header_of(*icon, "Content-Encoding").empty());
    CHECK(body_of(*icon) == "<svg>");
}

TEST_CASE("what the browser has is not sent again") {
    const Console console = small_console();
    const std::string tag = header_of(*console.serve(get("/")), "ETag");
    CHECK(tag.starts_with('"'));
    for (const std::string& known : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
        CAPTURE(known);
        const auto answer = console.serve(get("/", {{"If-None-Match", known}}));
        CHECK(answer->status == 304);
        CHECK(body_of(*answer).empty());
        CHECK(header_of(*answer, "ETag") == tag);
    }
    CHECK(console.serve(get("/", {{"If-None-Match", "\"other\""}}))->status == 200);
    // Two encodings are two representations: their tags differ.
    const auto gzip = console.serve(get("/assets/app-1.js", {{"Accept-Encoding", "gzip"}}));
    const auto brotli = console.serve(get("/assets/app-1.js", {{"Accept-Encoding", "br"}}));
    CHECK(header_of(*gzip, "ETag") != header_of(*brotli, "ETag"));
}

TEST_CASE("a page of the console is index.html; a missing file and the API's paths are not") {
    const Console console = small_console();
    for (const char* path : {"/", "/accounts", "/accounts/acc_1/scans", "/index.html", "/apiary"}) {
        CAPTURE(path);
        const auto answer = console.serve(get(path));
        REQUIRE(answer);
        CHECK(body_of(*answer) == "<html>");
        CHECK(header_of(*answer, "Content-Type") == "text/html;charset=utf-8");
        CHECK(header_of(*answer, "Cache-Control") == "no-cache");
    }
    for (const char* path :
         {"/assets/app-2.js", "/assets/gone", "/robots.txt", "/a/b.css", "/api", "/api/v1/x"}) {
        CAPTURE(path);
        CHECK(!console.serve(get(path)));
    }
}

TEST_CASE("the console in this binary can be read") { CHECK(Console::embedded()); }
