#include "collector/site_file.h"

#include <doctest/doctest.h>

#include "collector/scratch_folder.h"
#include "collector/site.h"

namespace patrol::collector {
namespace {

constexpr std::string_view whole = R"(
credentials:
  acme-production:
    account: "111122223333"
    profile: acme
    role_arn: arn:aws:iam::111122223333:role/PatrolReadOnly
    external_id: patrol-abcdef
  keys:
    account: "012345678901"
    access_key_id: {env: ACME_ID}
    secret_access_key: {file: /etc/acme.key}
endpoints_allowed: [cloud.acme.example, "10.1.0.0/16"]
max_parallel: 4
)";

std::string with(std::string_view lines) {
    return "credentials:\n  acme:\n    account: \"111122223333\"\n" + std::string(lines);
}

relay::Operation operation(std::string credential = "keys") {
    return {.account_name = "acme", .credential = std::move(credential), .purpose = "scn_1"};
}

}  // namespace

TEST_CASE("collector.yaml names credentials, each for one account") {
    const auto file = parse_site_file(whole);
    REQUIRE_MESSAGE(file.has_value(), file.error().message);
    CHECK(file->max_parallel == 4);
    REQUIRE(file->credentials.size() == 2);
    const auto& role = file->credentials.at("acme-production");
    CHECK(role == Credential{.name = "acme-production",
                             .account = "111122223333",
                             .profile = "acme",
                             .keys = {},
                             .role_arn = "arn:aws:iam::111122223333:role/PatrolReadOnly",
                             .external_id = "patrol-abcdef"});
    const auto& keys = file->credentials.at("keys");
    CHECK(keys.account == "012345678901");
    REQUIRE(keys.keys.has_value());
    CHECK(keys.keys->access_key_id == SecretPlace{SecretPlace::Kind::variable, "ACME_ID"});
    CHECK(keys.keys->secret_access_key == SecretPlace{SecretPlace::Kind::file, "/etc/acme.key"});
    CHECK(parse_site_file(with(""))->max_parallel == parallel_default);
}

TEST_CASE("a wrong collector.yaml is refused with its line") {
    const std::string id(credential_name_chars + 1, 'a');
    for (const std::string& text :
         {std::string(),
          std::string("credentials: {}"),
          std::string("credentials: [a]"),
          std::string("[1"),
          std::string("credentials:\n  acme: {}"),
          std::string("credentials:\n  Acme: {account: \"111122223333\"}"),
          std::string("credentials:\n  acme: {account: \"11112222333\"}"),
          "credentials:\n  " + id + ": {account: \"111122223333\"}",
          with("    secret: x\n"),
          with("    access_key_id: AKIAEXAMPLE\n    secret_access_key: x\n"),
          with("    access_key_id: {env: A}\n"),
          with("    access_key_id: {env: A, file: /b}\n"),
          with("    access_key_id: {env: A}\n    secret_access_key: {file: b}\n"),
          with("    profile: p\n    access_key_id: {env: A}\n    secret_access_key: {env: B}\n"),
          with("    external_id: patrol-x\n"),
          with("    role_arn: arn:aws:iam::999999999999:role/R\n"),
          with("    role_arn: nonsense\n"),
          with("max_parallel: 0\n"),
          with("max_parallel: 9\n"),
          with("max_parallel: two\n"),
          with("endpoints_allowed: host\n"),
          with("endpoints_allowed: [\"http://x/y\"]\n"),
          with("unknown: 1\n")}) {
        CAPTURE(text);
        const auto file = parse_site_file(text);
        REQUIRE_FALSE(file);
        CHECK(file.error().kind == Error::Kind::invalid);
        CHECK(file.error().detail.starts_with("line "));
    }
}

TEST_CASE("collector.yaml is for its owner's eyes") {
    const test::ScratchFolder folder;
    CHECK(load_site_file(folder.write("good", whole)).has_value());
    for (const unsigned mode : {0640u, 0604u, 0620u}) {
        const auto file = load_site_file(folder.write("open", whole, mode));
        REQUIRE_FALSE(file);
        CHECK(file.error().kind == Error::Kind::denied);
    }
    CHECK(load_site_file(folder.path / "absent").error().kind == Error::Kind::not_found);
    CHECK_FALSE(load_site_file(folder.path));
    const auto wrong = load_site_file(folder.write("wrong", with("max_parallel: 0\n")));
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().message.contains("line 4"));
}

TEST_CASE("an operation is held against the file before anything is asked") {
    const auto file = *parse_site_file(whole);
    CHECK(check_allowed(file, operation())->account == "012345678901");
    auto same = operation();
    same.native_account_id = "012345678901";
    CHECK(check_allowed(file, same).has_value());

    auto other = operation();
    other.native_account_id = "111122223333";
    CHECK(check_allowed(file, other).error().code == "collector_refused");
    for (const char* name : {"unknown", "", "../keys", "KEYS"})
        CHECK(check_allowed(file, operation(name)).error().code == "collector_credential");
    auto azure = operation();
    azure.provider = "azure";
    CHECK(check_allowed(file, azure).error().code == "collector_refused");
    auto regions = operation();
    regions.regions = {"eu-west-1", "x.evil.example/"};
    CHECK(check_allowed(file, regions).error().code == "worker_protocol");
    auto purpose = operation();
    purpose.purpose = std::string(purpose_chars_max + 1, 'x');
    CHECK(check_allowed(file, purpose).error().code == "worker_protocol");
}

TEST_CASE("an endpoint is reached only where the file lists it") {
    const auto file = *parse_site_file(whole);
    const auto none = *parse_site_file(with(""));
    const auto with_endpoint = [](std::string url, std::string credential = "keys") {
        auto out = operation(std::move(credential));
        out.endpoint_url = std::move(url);
        return out;
    };
    for (const char* url :
         {"https://cloud.acme.example", "https://cloud.acme.example:8443/x", "https://10.1.2.3"})
        CHECK_MESSAGE(check_allowed(file, with_endpoint(url)).has_value(), url);
    for (const char* url : {"https://evil.example", "https://cloud.acme.example.evil.example",
                            "https://10.2.0.1", "https://user@cloud.acme.example", "ftp://cloud.acme.example",
                            "nonsense", "https://169.254.169.254", "https://sts.amazonaws.com"}) {
        CHECK_MESSAGE(check_allowed(file, with_endpoint(url)).error().code == "collector_refused", url);
    }
    CHECK(check_allowed(none, with_endpoint("https://cloud.acme.example", "acme")).error().code ==
          "collector_refused");
}

}  // namespace patrol::collector
