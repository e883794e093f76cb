#include "secrets/secrets.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "crypto/random.h"
#include "secrets/test_peer.h"

namespace fs = std::filesystem;
using namespace patrol;

namespace {

class FakeSealed final : public secrets::SealedValues {
public:
    Result<crypto::Secret> open(const TenantId&, std::string_view name) const override {
        if (name == "known") return crypto::Secret("value");
        return fail(Error::Kind::not_found, "none");
    }
};

struct Folder {
    fs::path root = fs::temp_directory_path() / ("patrol-secrets-" + crypto::random_base32(8));
    fs::path inside = root / "secrets";
    Folder() {
        fs::create_directories(inside / "sub");
        std::ofstream(inside / "key") << "abc\n";
        std::ofstream(inside / "sub" / "key") << "def";
        std::ofstream(root / "outside") << "no";
        fs::create_symlink(root / "outside", inside / "link-out");
        fs::create_symlink(inside / "key", inside / "link-in");
    }
    ~Folder() { fs::remove_all(root); }
};

}  // namespace

TEST_CASE("an env reference reads PATROL_SECRET_ variables and nothing else") {
    const FakeSealed sealed;
    const secrets::Secrets all(sealed, {});
    const auto tenant = crypto::new_id<TenantId>();
    ::setenv("PATROL_SECRET_TEST", "s3cret", 1);
    CHECK(all.resolve(tenant, {"env", "PATROL_SECRET_TEST"})->expose() == "s3cret");
    for (const char* name : {"PATH", "PATROL_MASTER_KEY", "PATROL_SECRET_", "patrol_secret_x",
                             "PATROL_SECRET_A=B", "PATROL_SECRETS_DIR", ""}) {
        const auto outcome = all.check(tenant, {"env", name}, "auth.access_key_id");
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().kind == Error::Kind::invalid);
        CHECK(outcome.error().field == "auth.access_key_id.ref");
        CHECK_FALSE(all.resolve(tenant, {"env", name}));
    }
    CHECK(all.check(tenant, {"env", "PATROL_SECRET_LATER"}, "x"));
    CHECK_FALSE(all.resolve(tenant, {"env", "PATROL_SECRET_LATER"}));
}

TEST_CASE("a file reference stays below the secrets folder") {
    const Folder folder;
    const FakeSealed sealed;
    const secrets::Secrets all(sealed, folder.inside);
    const auto tenant = crypto::new_id<TenantId>();
    CHECK(all.resolve(tenant, {"file", "key"})->expose() == "abc");
    CHECK(all.resolve(tenant, {"file", (folder.inside / "sub/key").string()})->expose() == "def");
    CHECK(all.resolve(tenant, {"file", "link-in"})->expose() == "abc");
    for (const std::string ref :
         {"../outside", "../../etc/shadow", "/etc/passwd", "link-out", "sub/../key", "", ".", "a\nb"}) {
        CAPTURE(ref);
        CHECK_FALSE(all.check(tenant, {"file", ref}, "ref"));
        CHECK_FALSE(all.resolve(tenant, {"file", ref}));
    }
    CHECK_FALSE(all.resolve(tenant, {"file", "sub"}));
    CHECK_FALSE(all.resolve(tenant, {"file", "not-there"}));
    std::ofstream(folder.inside / "big") << std::string(secrets::FileManager::file_bytes_max + 1, 'x');
    CHECK_FALSE(all.resolve(tenant, {"file", "big"}));
    CHECK_FALSE(secrets::Secrets(sealed, {}).check(tenant, {"file", "key"}, "ref"));
}

TEST_CASE("unknown managers are refused by name") {
    const FakeSealed sealed;
    const secrets::Secrets all(sealed, {});
    const auto tenant = crypto::new_id<TenantId>();
    for (const char* manager : {"vault", "aws_ssm", "nonsense", ""}) {
        const auto outcome = all.check(tenant, {manager, "x"}, "");
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().field == "manager");
    }
    CHECK(all.check(tenant, {"sealed", "known"}, ""));
    CHECK(all.check(tenant, {"sealed", "unknown"}, "").error().kind == Error::Kind::invalid);
}

TEST_CASE("external managers that are not set up say which setting is missing") {
    const FakeSealed sealed;
    secrets::test::Scene scene;
    const aws::SystemEnvironment environment;
    const secrets::Secrets all(sealed, {}, {}, {scene.outside(), environment, scene.variables});
    for (const auto& [manager, ref] : {std::pair{"vault", "secret/a#b"},
                                       {"gcp_secret_manager", "projects/p/secrets/s"},
                                       {"azure_key_vault", "acme/a"}}) {
        const auto outcome = all.check(scene.platform, {manager, ref}, "auth.access_key_id");
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().field == "auth.access_key_id.manager");
        CHECK(outcome.error().kind == Error::Kind::invalid);
        CHECK_FALSE(outcome.error().hint.empty());
    }
    CHECK(all.check(scene.platform, {"aws_ssm", "bad"}, "x").error().field == "x.ref");
}

TEST_CASE("with several tenants, variables and files are confined too") {
    const FakeSealed sealed;
    const Folder folder;
    secrets::test::Scene scene;
    scene.variables.add("PATROL_SECRET_TAKEN", crypto::Secret("taken"));
    const aws::SystemEnvironment environment;
    const std::string own = "patrol/" + scene.customer.str();
    fs::create_directories(folder.inside / own);
    std::ofstream(folder.inside / own / "key") << "own";
    fs::create_symlink(folder.inside / "key", folder.inside / own / "link-to-another");
    const secrets::Secrets all(
        sealed, {.folder = folder.inside.string()},
        {std::string(secrets::default_prefix),
         [&scene](const TenantId& tenant) -> Result<bool> { return tenant == scene.customer; }},
        {scene.outside(), environment, scene.variables});
    CHECK(all.resolve(scene.platform, {"file", "key"})->expose() == "abc");
    CHECK_FALSE(all.resolve(scene.customer, {"file", "key"}));
    CHECK_FALSE(all.resolve(scene.customer, {"file", own + "/link-to-another"}));
    CHECK(all.resolve(scene.customer, {"file", own + "/key"})->expose() == "own");
    CHECK(all.resolve(scene.platform, {"env", "PATROL_SECRET_TAKEN"})->expose() == "taken");
    CHECK_FALSE(all.resolve(scene.customer, {"env", "PATROL_SECRET_TAKEN"}));
    CHECK(all.check(scene.customer, {"env", "PATROL_SECRET_" + scene.customer.str() + "_A"}, "x"));
}
