#include "cloud/aws/sigv4.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <doctest/doctest.h>

#include "base/json.h"

using namespace patrol;
using namespace patrol::aws;

namespace {

namespace fs = std::filesystem;

fs::path vectors() {
    const char* data = std::getenv("PATROL_SHARED_DATA");
    return fs::path(data != nullptr ? data : "../shared/data") / "aws/sigv4-test-suite";
}

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream out;
    out << file.rdbuf();
    return std::move(out).str();
}

struct Vector {
    std::string method, path, query, body, head;
    net::Headers headers;
};

// "GET /path?query HTTP/1.1", header lines (folded ones start with a space), an empty line, the body.
Vector parse_vector(const std::string& text) {
    Vector out;
    auto line_end = text.find('\n');
    auto line = text.substr(0, line_end);
    auto target_start = line.find(' ') + 1;
    auto target = line.substr(target_start, line.rfind(' ') - target_start);
    out.method = line.substr(0, target_start - 1);
    auto question = std::min(target.find('?'), target.size());
    out.path = target.substr(0, question);
    if (question < target.size()) out.query = target.substr(question + 1);
    auto pos = line_end + 1;
    while (pos < text.size()) {
        auto end = std::min(text.find('\n', pos), text.size());
        auto header = text.substr(pos, end - pos);
        pos = end + 1;
        if (header.empty()) break;
        if (header[0] == ' ')
            out.headers.back().value += "\n" + header;
        else
            out.headers.push_back({header.substr(0, header.find(':')), header.substr(header.find(':') + 1)});
    }
    if (pos < text.size()) out.body = text.substr(pos);
    return out;
}

// Headers that `to` has and `from` has not, as "name:value" lines in their order.
std::string added(const net::Headers& headers) {
    std::string out;
    for (const auto& header : headers) out += header.name + ":" + header.value + "\n";
    return out;
}

void check_vector(const fs::path& folder) {
    auto context = parse_json(read(folder / "context.json"));
    REQUIRE(context);
    auto vector = parse_vector(read(folder / "request.txt"));
    const auto& keys = *find(*context, "credentials");
    Credentials credentials{.access_key_id = std::string(string_or(keys, "access_key_id")),
                            .secret_access_key = crypto::Secret(string_or(keys, "secret_access_key")),
                            .session_token = crypto::Secret(string_or(keys, "token")),
                            .expires = {}};
    SigningScope scope{.region = string_or(*context, "region"),
                       .service = string_or(*context, "service"),
                       .time = parse_rfc3339(string_or(*context, "timestamp")).value()};
    SigningOptions options;
    if (!bool_or(*context, "normalize")) options.normalisation = PathNormalisation::no;
    if (bool_or(*context, "omit_session_token")) options.token = TokenSigning::added_after;
    if (bool_or(*context, "sign_body")) options.body_hash = BodyHash::in_header;
    UnsignedRequest request{vector.method, vector.path, vector.query, vector.headers, vector.body};

    SigningKeys cache;
    auto by_header = sign_headers(request, credentials, scope, options, cache);
    CHECK(by_header.canonical_request == read(folder / "header-canonical-request.txt"));
    CHECK(by_header.string_to_sign == read(folder / "header-string-to-sign.txt"));
    CHECK(by_header.signature == read(folder / "header-signature.txt"));
    auto expected = parse_vector(read(folder / "header-signed-request.txt"));
    auto all = vector.headers;
    all.insert(all.end(), by_header.headers.begin(), by_header.headers.end());
    CHECK(added(all) == added(expected.headers));

    auto seconds = std::chrono::seconds(int_or(*context, "expiration_in_seconds"));
    auto by_query = sign_query(request, credentials, scope, options, seconds, cache);
    CHECK(by_query.canonical_request == read(folder / "query-canonical-request.txt"));
    CHECK(by_query.string_to_sign == read(folder / "query-string-to-sign.txt"));
    CHECK(by_query.signature == read(folder / "query-signature.txt"));
    CHECK(by_query.query == parse_vector(read(folder / "query-signed-request.txt")).query);
}

}  // namespace

TEST_CASE("every published signing vector agrees at every stage") {
    if (!fs::exists(vectors())) {
        std::cout << "skipped: signing vectors are not at " << vectors() << "\n";
        return;
    }
    int count = 0;
    for (const auto& entry : fs::directory_iterator(vectors())) {
        if (!entry.is_directory()) continue;
        INFO(entry.path().filename().string());
        check_vector(entry.path());
        ++count;
    }
    CHECK(count == 38);
}

TEST_CASE("S3 signs the path as it is sent, with the body hash") {
    Credentials credentials{"AKIDEXAMPLE", crypto::Secret("secret"), {}, {}};
    SigningScope scope{"eu-west-1", "s3", parse_rfc3339("2026-11-22T09:00:00Z").value()};
    UnsignedRequest request{"GET", "/a%20b/../c", "acl", {{"host", "s3.eu-west-1.amazonaws.com"}}, ""};
    SigningKeys keys;
    auto s3 = sign_headers(request, credentials, scope, SigningOptions::for_service("s3"), keys);
    CHECK(s3.canonical_request.starts_with("GET\n/a%20b/../c\nacl=\nhost:"));
    CHECK(s3.canonical_request.find("x-amz-content-sha256:e3b0c442") != std::string::npos);
    auto other = sign_headers(request, credentials, scope, SigningOptions::for_service("execute-api"), keys);
    CHECK(other.canonical_request.starts_with("GET\n/c\nacl=\nhost:"));
    request.path = "/a%20b";
    other = sign_headers(request, credentials, scope, SigningOptions::for_service("execute-api"), keys);
    CHECK(other.canonical_request.starts_with("GET\n/a%2520b\n"));
}

TEST_CASE("signing keys are remembered by access key, date, region and service") {
    SigningKeys keys;
    Credentials one{"AKIDONE", crypto::Secret("secret-one"), {}, {}};
    Credentials two{"AKIDTWO", crypto::Secret("secret-two"), {}, {}};
    auto key = keys.get(one, "20261122", "eu-west-1", "ec2");
    CHECK(keys.get(one, "20261122", "eu-west-1", "ec2") == key);
    CHECK(keys.get(one, "20261123", "eu-west-1", "ec2") != key);
    CHECK(keys.get(one, "20261122", "eu-west-2", "ec2") != key);
    CHECK(keys.get(one, "20261122", "eu-west-1", "sts") != key);
    CHECK(keys.get(two, "20261122", "eu-west-1", "ec2") != key);
}
