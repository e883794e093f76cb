#include "secrets/references.h"

#include <doctest/doctest.h>

#include "crypto/random.h"
#include "secrets/confinement.h"

using namespace patrol;
using namespace patrol::secrets;

TEST_CASE("references of Vault name a path, a field and perhaps a version") {
    const auto whole = parse_vault_reference("secret/patrol/acme/aws#secret_access_key@3");
    REQUIRE(whole);
    CHECK(whole->path == "secret/patrol/acme/aws");
    CHECK(whole->field == "secret_access_key");
    CHECK(whole->version == "3");
    CHECK(parse_vault_reference("kv/a#b")->version.empty());
    for (const char* bad :
         {"", "secret/a", "secret#a", "secret/a#", "/secret/a#b", "secret//a#b", "secret/a/#b",
          "secret/../sys/raw#b", "secret/./a#b", "secret/%2e%2e/a#b", "secret/a?x=1#b", "secret/a b#c",
          "secret/a#b@x", "secret/a#b@", "secret/a\n#b", "secret\\a#b"}) {
        CAPTURE(bad);
        const auto outcome = parse_vault_reference(bad);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().field == "ref");
        CHECK(outcome.error().kind == Error::Kind::invalid);
    }
    CHECK_FALSE(parse_vault_reference("secret/" + std::string(reference_bytes_max, 'a') + "#b"));
}

TEST_CASE("references of AWS name a secret, an ARN or a parameter") {
    CHECK(parse_aws_secret_reference("patrol/acme/aws#key")->field == "key");
    const auto arn = parse_aws_secret_reference(
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:patrol/acme/aws-AbCdEf#key");
    REQUIRE(arn);
    CHECK(arn->region == "eu-west-1");
    CHECK(arn->name == "patrol/acme/aws-AbCdEf");
    for (const char* bad : {"", "#key", "a b", "a/../b", "a//b", "a%2fb", "a#", "arn:aws:s3:::bucket",
                            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:",
                            "arn:aws-cn:secretsmanager:eu-west-1:111122223333:secret:a",
                            "arn:aws:secretsmanager:evil.example/:111122223333:secret:a",
                            "arn:aws:ssm:eu-west-1:111122223333:secret:a"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_aws_secret_reference(bad));
    }
    CHECK(parse_parameter_reference("/patrol/acme/key")->name == "/patrol/acme/key");
    CHECK(parse_parameter_reference("/patrol/acme/key:3")->name == "/patrol/acme/key:3");
    for (const char* bad : {"", "/", "name", "//a", "/a/", "/a/../b", "/a b", "/a:", "/a:1:2",
                            "/aws/reference/secretsmanager/x", "/a%2fb"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_parameter_reference(bad));
    }
}

TEST_CASE("references of Google name a project, a secret and perhaps a version") {
    CHECK(parse_gcp_reference("projects/p-1/secrets/s_1")->resource() ==
          "projects/p-1/secrets/s_1/versions/latest");
    CHECK(parse_gcp_reference("projects/example.com:p/locations/europe-west3/secrets/s/versions/7")
              ->resource() == "projects/example.com:p/locations/europe-west3/secrets/s/versions/7");
    for (const char* bad :
         {"", "projects/p", "projects/p/secrets/", "projects//secrets/s", "secrets/s/projects/p",
          "projects/p/secrets/s/versions", "projects/../secrets/s", "projects/p/secrets/a.b",
          "projects/p/secrets/s/versions/1:destroy", "projects/p/secrets/s%2f", "projects/p/versions/1",
          "projects/p/locations/a.evil.example/secrets/s"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_gcp_reference(bad));
    }
}

TEST_CASE("references of Azure name a vault that can only be one label of a host") {
    const auto ref = parse_azure_reference("Acme-Ops/patrol-Key/0123456789abcdef0123456789abcdef");
    REQUIRE(ref);
    CHECK(ref->vault == "acme-ops");
    CHECK(ref->name == "patrol-Key");
    CHECK(ref->version.size() == 32);
    for (const char* bad : {"", "acme", "acme/", "acme/a_b", "evil.example/a", "ac/a", "acme-/a", "-acme/a",
                            "1acme/a", "acme/a/1", "acme/a/0123456789abcdef0123456789abcdef/x", "acme/..",
                            "acme@x/a", "acme:1/a", "abcdefghijklmnopqrstuvwxy/a"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_azure_reference(bad));
    }
}

TEST_CASE("a confined tenant stays below its own prefix, whatever form the manager's names have") {
    const auto own = crypto::new_id<TenantId>();
    const auto other = crypto::new_id<TenantId>();
    const Confinement confinement("patrol/{tenant}/", [](const TenantId&) -> Result<bool> { return true; });
    using Form = Confinement::Form;
    CHECK(confinement.check(own, "patrol/" + own.str() + "/key", Form::path));
    CHECK_FALSE(confinement.check(other, "patrol/" + own.str() + "/key", Form::path));
    CHECK_FALSE(confinement.check(own, "patrol/" + own.str() + "/", Form::path));
    CHECK_FALSE(confinement.check(own, "Patrol/" + own.str() + "/key", Form::path));
    const std::string dashed = "patrol-ten-" + own.str().substr(4) + "-key";
    CHECK(confinement.check(own, dashed, Form::dashed));
    CHECK_FALSE(confinement.check(other, dashed, Form::dashed));
    CHECK_FALSE(confinement.check(own, "key", Form::dashed));
    CHECK(confinement.check(own, "PATROL_SECRET_" + own.str() + "_KEY", Form::variable));
    CHECK_FALSE(confinement.check(own, "PATROL_SECRET_KEY", Form::variable));
    CHECK(Confinement().check(own, "anything", Form::path));
    const Confinement closed("", [](const TenantId&) -> Result<bool> { return true; });
    CHECK(closed.check(own, "a", Form::path).error().field == "ref");
    for (const char* bad : {"patrol/", "{tenant}", "/{tenant}/", "a//{tenant}/", "a/{tenant}/{tenant}/",
                            "../{tenant}/", "a%2f{tenant}/"}) {
        CAPTURE(bad);
        CHECK_FALSE(Confinement::check_prefix(bad));
    }
    CHECK(Confinement::check_prefix(default_prefix));
    CHECK(Confinement::check_prefix("{tenant}/"));
}
