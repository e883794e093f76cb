#include <doctest/doctest.h>

#include "base/limits.h"
#include "document/canonical.h"
#include "document/canonical_json.h"
#include "document/prepare.h"
#include "document/relations.h"
#include "testing/random_json.h"

using namespace patrol;
using namespace patrol::document;
using catalogue::Path;
using testing::RandomJson;

namespace {

json::value read(std::string_view text) {
    auto out = parse_json(text);
    REQUIRE_MESSAGE(out, text);
    return *out;
}

Path path(std::string_view text) {
    auto out = Path::parse(text);
    REQUIRE(out);
    return *out;
}

crypto::Key key_of(unsigned char fill) {
    crypto::Key out{};
    out.fill(fill);
    return out;
}

Rules rules() {
    catalogue::ResourceType type;
    type.name = "AWS::Test::Thing";
    type.secrets = {path("Secret.Place"), path("Environment.Variables"), path("Defs[].environment")};
    type.policies = {path("Policy")};
    type.id.paths = {path("ApiToken")};
    return Rules::compile(type, {.secrets = {"SecretByName"}});
}

std::string redacted(std::string_view text) {
    static const auto redactor = Redactor::for_account(key_of(1), "acc_1");
    Scratch scratch;
    auto document = read(text);
    redactor.redact(document, rules(), scratch);
    return to_text(document);
}

bool hides(std::string_view text, std::string_view secret) {
    const auto out = redacted(text);
    return out.find(secret) == std::string::npos && out.find(mark_prefix) != std::string::npos;
}

bool keeps(std::string_view text) { return redacted(text) == to_text(read(text)); }

}  // namespace

TEST_CASE("names that speak of a secret") {
    for (std::string_view name : {"Password",      "MasterUserPassword",
                                  "DB_PASSWORD",   "dbpassword",
                                  "pwd",           "SECRET",
                                  "apiKey",        "api-key",
                                  "ApiToken",      "AuthToken",
                                  "github_token",  "SecretAccessKey",
                                  "PreSharedKey",  "ClientSecret",
                                  "Credential",    "privateKey",
                                  "SigningKey",    "x-api-key",
                                  "passphrase",    "STRIPE_KEY",
                                  "RefreshToken",  "Tokens",
                                  "creds",         "Authorization",
                                  "SharedSecret1", "MYSQL_ROOT_PASSWORD"})
        CHECK_MESSAGE(is_secret_name(name), name);
}

TEST_CASE("names that only speak about a secret, or not of one at all") {
    for (std::string_view name : {"KeyName",
                                  "KeyId",
                                  "KmsKeyId",
                                  "KMSMasterKeyID",
                                  "KeyArn",
                                  "TokenType",
                                  "Key",
                                  "key",
                                  "Keys",
                                  "NextToken",
                                  "nextToken",
                                  "PublicKey",
                                  "SSHPublicKeyBody",
                                  "KeyPairId",
                                  "SecretArn",
                                  "SecretName",
                                  "secretId",
                                  "HttpTokens",
                                  "ClientToken",
                                  "ClientRequestToken",
                                  "LockToken",
                                  "PasswordLastUsed",
                                  "PasswordResetRequired",
                                  "TagKeys",
                                  "MinimumPasswordLength",
                                  "PartitionKey",
                                  "KeySchema",
                                  "S3Key",
                                  "CpuCredits",
                                  "PassRole",
                                  "KeyUsage",
                                  "TokenValidityUnits",
                                  "AccessKeyId",
                                  "CertificateKeyAlg",
                                  "keyspaceName",
                                  "Keyword",
                                  "BypassPolicy",
                                  "compass",
                                  "MultiFactorAuth",
                                  "aws:TokenIssueTime",
                                  "KeyManager",
                                  "SubjectKeyIdentifier",
                                  "UserName",
                                  "CredentialsArn",
                                  "imagePullCredentialsType",
                                  "apiKeySource",
                                  "KeyIds",
                                  "SecretARNs",
                                  "keyid"})
        CHECK_MESSAGE(!is_secret_name(name), name);
}

TEST_CASE("credentials of known forms") {
    for (std::string_view text :
         {"AKIAIOSFODNN7EXAMPLE", "id=ASIAIOSFODNN7EXAMPLE;", "-----BEGIN RSA PRIVATE KEY-----\nMII",
          "x -----BEGIN PRIVATE KEY-----",
          "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
          "postgresql://app:hunter2@db.example.com/x", "https://u:p@h",
          "ghp_0123456789abcdefghijklmnopqrstuvwxyzAB", "Authorization: Bearer abcdefghijklmnopqrstuvwxyz",
          "https://hooks.slack.com/services/T00/B00/XXXXXXXX0000"})
        CHECK_MESSAGE((holds_credential(text) || text.find("slack") != std::string_view::npos), text);
    for (std::string_view text :
         {"AKIA", "AKIAIOSFODNN7EXAMPLEX", "XAKIAIOSFODNN7EXAMPLE", "-----BEGIN CERTIFICATE-----",
          "-----BEGIN PUBLIC KEY-----", "https://example.com/a:b@c", "https://user@example.com", "eyJ",
          "arn:aws:iam::123456789012:role/x", "", "::", "ssh://git@host:22/x"})
        CHECK_MESSAGE(!holds_credential(text), text);
}

TEST_CASE("secret paths hide every scalar and keep names") {
    CHECK(hides(R"({"Secret":{"Place":"hunter2"}})", "hunter2"));
    CHECK(hides(R"({"Secret":{"Place":{"a":["hunter2"]}}})", "hunter2"));
    CHECK(hides(R"({"Secret":{"Place":31337}})", "31337"));
    CHECK(hides(R"({"Deep":{"SecretByName":["hunter2"]}})", "hunter2"));
    CHECK(hides(R"({"Environment":{"Variables":{"name":"hunter2","value":"hunter3"}}})", "hunter2"));
    const auto pairs = redacted(R"({"Defs":[{"environment":[{"name":"LEVEL","value":"debug"}]}]})");
    CHECK(pairs.find("LEVEL") != std::string::npos);
    CHECK(pairs.find("debug") == std::string::npos);
    CHECK(keeps(R"({"Secret":{"Place":"","Other":true}})"));
}

TEST_CASE("environments, user data and pairs are found without a rule") {
    CHECK(hides(R"({"UserData":{"Value":"aHVudGVyMg=="}})", "aHVudGVyMg=="));
    CHECK(
        hides(R"({"environmentVariables":[{"name":"A","value":"hunter2","type":"PLAINTEXT"}]})", "hunter2"));
    CHECK(hides(R"({"x":{"EnvironmentVariables":{"A":"hunter2"}}})", "hunter2"));
    CHECK(hides(R"({"c":[{"Environment":[{"Name":"A","Value":"hunter2"}]}]})", "hunter2"));
    CHECK(hides(R"({"f":{"Environment":{"Variables":{"A":"hunter2"}}}})", "hunter2"));
    CHECK(hides(R"({"Parameters":[{"ParameterKey":"DbPassword","ParameterValue":"hunter2"}]})", "hunter2"));
    CHECK(hides(R"({"Tags":[{"Key":"api-token","Value":"hunter2"}]})", "hunter2"));
    CHECK(keeps(R"({"Parameters":[{"ParameterName":"max_connections","ParameterValue":"100"}]})"));
    CHECK(keeps(R"({"Tags":[{"Key":"env","Value":"prod"},{"Key":"Name","Value":"web"}]})"));
    CHECK(keeps(R"({"environment":{"type":"LINUX_CONTAINER","image":"x"}})"));
}

TEST_CASE("the second net looks into strings that hold JSON and into policies") {
    CHECK(hides(R"({"Definition":"{\"a\":{\"password\":\"hunter2\"}}"})", "hunter2"));
    CHECK(hides(R"({"Definition":"%7B%22password%22%3A%22hunter2%22%7D"})", "hunter2"));
    CHECK(hides(R"({"a":"{\"b\":\"{\\\"token\\\":\\\"hunter2\\\"}\"}"})", "hunter2"));
    CHECK(hides(
        R"({"Policy":"{\"Statement\":[{\"Condition\":{\"StringEquals\":{\"x:SecretToken\":\"hunter2\"}}}]}"})",
        "hunter2"));
    CHECK(keeps(R"({"Definition":"{ \"a\" : 1 }"})"));
}

TEST_CASE("what relations and search need stays") {
    CHECK(keeps(
        R"({"KmsKey":"arn:aws:kms:eu-west-1:123456789012:key/1","EncryptionKey":"alias/aws/s3","VpcId":"vpc-1"})"));
    CHECK(keeps(
        R"({"Credentials":"arn:aws:iam::123456789012:role/x","MetadataOptions":{"HttpTokens":"required"}})"));
    CHECK(keeps(R"({"ApiToken":"AKIAIOSFODNN7EXAMPLE"})"));
    CHECK(keeps(R"({"AccessKeyId":"AKIAIOSFODNN7EXAMPLE"})"));
    CHECK(hides(R"({"Note":"AKIAIOSFODNN7EXAMPLE"})", "AKIA"));
    CHECK(keeps(
        R"({"CreditSpecification":{"CpuCredits":"standard"},"TokenValidityUnits":{"AccessToken":"hours"}})"));
}

TEST_CASE("marks are equal for equal values at one place, and tell nothing else") {
    const auto redactor = Redactor::for_account(key_of(1), "acc_1");
    const auto other = Redactor::for_account(key_of(1), "acc_2");
    const auto mark = redactor.mark("T", "a.b", "hunter2");
    CHECK(is_mark(mark));
    CHECK(mark == redactor.mark("T", "a.b", "hunter2"));
    CHECK(mark == Redactor(Redactor::account_key(key_of(1), "acc_1")).mark("T", "a.b", "hunter2"));
    CHECK(mark != redactor.mark("T", "a.c", "hunter2"));
    CHECK(mark != redactor.mark("U", "a.b", "hunter2"));
    CHECK(mark != redactor.mark("T", "a.b", "hunter3"));
    CHECK(mark != other.mark("T", "a.b", "hunter2"));
    CHECK(mark.size() == redactor.mark("T", "a.b", std::string(1'000, 'x')).size());
    CHECK_FALSE(is_mark(mark + "0"));
    CHECK_FALSE(is_mark("patrol-redacted:v1:hunter2"));
    const auto once = redacted(R"({"Secret":{"Place":"hunter2"}})");
    CHECK(redacted(once) == once);
}

TEST_CASE("the order of lists does not change a mark") {
    CHECK(redacted(R"({"l":[{"name":"A_KEY","value":"1234567"},{"name":"B_KEY","value":"7654321"}]})")
              .substr(6, 40) == redacted(R"({"l":[{"name":"A_KEY","value":"1234567"}]})").substr(6, 40));
    const auto one = read(redacted(R"({"Secret":{"Place":["a1","b2"]}})"));
    const auto two = read(redacted(R"({"Secret":{"Place":["b2","a1"]}})"));
    CHECK(one.at("Secret").at("Place").at(0) == two.at("Secret").at("Place").at(1));
}

TEST_CASE("no planted secret reaches a text, wherever it stands") {
    const auto redactor = Redactor::for_account(key_of(3), "acc_1");
    const auto type = rules();
    Scratch scratch;
    RandomJson random(5);
    const std::vector<std::string> names{"Name", "Value", "Config", "Policy",      "Statement",
                                         "Tags", "List",  "Id",     "Environment", "Key"};
    const std::vector<std::string> secret_names{"Password", "api_token", "ClientSecret", "SigningKey",
                                                "SecretByName"};
    for (int i = 0; i < testing::property_cases(); ++i) {
        const auto secret = fmt::format("canary{}x", random.below(1'000'000'000));
        json::object leaf = random.object(names, 1);
        switch (random.below(5)) {
            case 0:
                leaf[random.one_of(secret_names)] = secret;
                break;
            case 1:
                leaf = {{"name", random.one_of(secret_names)}, {"value", secret}};
                break;
            case 2:
                leaf["EnvironmentVariables"] = {{{"name", "A"}, {"value", secret}}};
                break;
            case 3:
                leaf["note"] = fmt::format("see https://me:{}@host/", secret);
                break;
            default:
                leaf["UserData"] = secret;
                break;
        }
        json::value document = leaf;
        for (auto depth = random.below(6); depth > 0; --depth) {
            auto outer = random.object(names, 2);
            switch (random.below(3)) {
                case 0:
                    outer[random.one_of(names)] = std::move(document);
                    break;
                case 1:
                    outer[random.one_of(names)] = json::array{random.scalar(), std::move(document)};
                    break;
                default:
                    outer[random.one_of(names)] = to_text(document);
                    break;
            }
            document = std::move(outer);
        }
        const auto before = to_text(document);
        CAPTURE(before);
        const auto prepared = prepare(document, type, redactor, scratch);
        CHECK(prepared.redacted >= 1);
        REQUIRE(prepared.document.find(secret) == std::string::npos);
        REQUIRE(prepared.canonical.find(secret) == std::string::npos);
        // What is stored leads to the same canonical form again.
        CHECK(canonical_text(read(prepared.document), type) == prepared.canonical);
        CHECK(prepared.hash == crypto::sha256(prepared.canonical));
    }
}

TEST_CASE("a document beyond limits::document_bytes becomes a summary that still sees changes") {
    const auto redactor = Redactor(key_of(1));
    Scratch scratch;
    const auto make = [&](char fill) {
        json::value document{
            {"Name", "x"}, {"Big", std::string(limits::document_bytes, fill)}, {"Password", "hunter2"}};
        auto out = prepare(document, rules(), redactor, scratch);
        CHECK(to_text(document) == out.document);
        return out;
    };
    const auto one = make('a');
    CHECK(one.oversized);
    CHECK(one.bytes > limits::document_bytes);
    CHECK(one.document.size() < 2'000);
    CHECK(one.document.find("hunter2") == std::string::npos);
    const auto summary = read(one.document);
    CHECK(summary.at("Name") == "x");
    CHECK(summary.at("patrol_oversized").at("left_out") == json::array{"Big"});
    CHECK(make('a').hash == one.hash);
    CHECK(make('b').hash != one.hash);
    json::value list(json::array(500'000, json::value(1)));
    CHECK(prepare(list, rules(), redactor, scratch).oversized);
    json::value fits{{"Big", std::string(limits::document_bytes - 10, 'a')}};
    CHECK_FALSE(prepare(fits, rules(), redactor, scratch).oversized);
}

TEST_CASE("links are what a document names") {
    const auto links = extract_links(
        read(
            R"({"VpcId":"vpc-0a1b2c3d","Nets":[{"PrivateIp":"10.0.0.5","Groups":[{"GroupId":"sg-0123456789abcdef0"}]}],
        "Role":"arn:aws:iam::123456789012:role/x","FunctionName":"hello","Dns":"Web.Example.com","ApiToken":"tok-0a1b2c3d","Text":"plain words",
        "Cidr":"10.0.0.0/16","V6":"2001:db8::1","Password":"patrol-redacted:v1:00000000:00000000000000000000000000000000"})"),
        rules());
    CHECK(links.references == std::vector<std::string>{"arn:aws:iam::123456789012:role/x", "hello",
                                                       "sg-0123456789abcdef0", "vpc-0a1b2c3d"});
    CHECK(links.terms ==
          std::vector<std::string>{"10.0.0.0/16", "10.0.0.5", "2001:db8::1", "web.example.com"});
    CHECK_FALSE(links.cut);
}

TEST_CASE("links are bounded: references_max, terms_max") {
    json::array ids;
    for (int i = 0; i < 2'000; ++i) ids.push_back(json::value(fmt::format("i-{:08x}", i)));
    for (int i = 0; i < 2'000; ++i) ids.push_back(json::value(fmt::format("10.1.{}.{}", i / 256, i % 256)));
    const auto links = extract_links(ids, Rules());
    CHECK(links.references.size() == references_max);
    CHECK(links.terms.size() == terms_max);
    CHECK(links.cut);
}

TEST_CASE("addresses and names") {
    for (std::string_view text : {"10.0.0.1", "10.0.0.0/8", "::1", "fe80::1/64", "0.0.0.0/0"})
        CHECK_MESSAGE(is_ip_address(text), text);
    for (std::string_view text : {"10.0.0", "10.0.0.256", "10.0.0.0/33", "10.0.0.0/", "x", "1", "::1/129"})
        CHECK_MESSAGE(!is_ip_address(text), text);
    for (std::string_view text : {"a.example.com", "*.example.com", "x-1.s3.amazonaws.com", "example.com."})
        CHECK_MESSAGE(is_dns_name(text), text);
    for (std::string_view text : {"10.0.0.1", "web", "a..b", ".com", "a b.com", "v1.2", "t3.micro/x"})
        CHECK_MESSAGE(!is_dns_name(text), text);
}
