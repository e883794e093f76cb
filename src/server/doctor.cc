#include "server/doctor.h"

#include <unistd.h>

#include "catalogue/catalogue.h"
#include "crypto/seal.h"
#include "net/egress_policy.h"
#include "net/url.h"
#include "server/master_key.h"
#include "server/server.h"
#include "store/row_security.h"
#include "store/store.h"

namespace patrol::server {
namespace {

using model::Check;
using model::CheckStatus;

Check passed(std::string id, std::string title, std::string detail) {
    return {.id = std::move(id), .title = std::move(title), .detail = std::move(detail)};
}
Check failed(std::string id, std::string title, const Error& error) {
    return {.id = std::move(id),
            .title = std::move(title),
            .status = CheckStatus::fail,
            .detail = error.message,
            .hint = error.hint};
}
Check warned(Check check, std::string hint) {
    check.status = CheckStatus::warn;
    check.hint = std::move(hint);
    return check;
}

Check data_folder(const Configuration& configuration) {
    const std::string folder = configuration.data_dir.string();
    std::error_code error;
    if (!std::filesystem::exists(configuration.data_dir, error))
        return warned(passed("data", "Data folder", folder + " is not there yet"),
                      "The first start makes it.");
    if (::access(folder.c_str(), W_OK) == 0) return passed("data", "Data folder", folder);
    return failed("data", "Data folder",
                  {.message = folder + " cannot be written to.", .hint = "Run as the server's user."});
}

Check master_key(const Configuration& configuration) {
    if (configuration.master_key_from != MasterKeySource::file) {
        const auto key = load_master_key(configuration);
        const bool variable = configuration.master_key_from == MasterKeySource::variable;
        return key ? passed("master_key", "Master key",
                            variable ? "PATROL_MASTER_KEY" : "a systemd credential")
                   : failed("master_key", "Master key", key.error());
    }
    const std::string file = configuration.master_key_file.string();
    std::error_code error;
    if (!std::filesystem::exists(configuration.master_key_file, error))
        return warned(passed("master_key", "Master key", file + " is not there yet"),
                      "The first start makes it. Keep a copy apart from the backups.");
    const auto key = crypto::MasterKey::load(configuration.master_key_file);
    return key ? passed("master_key", "Master key", file) : failed("master_key", "Master key", key.error());
}

Check database(const Configuration& configuration) {
    std::error_code error;
    const bool is_file = configuration.database_url.empty();
    if (is_file && !std::filesystem::exists(configuration.data_dir / "patrol.db", error))
        return warned(passed("database", "Database", "not there yet"), "The first start makes it.");
    const auto store =
        store::Store::open({.url = configuration.database_url, .data_dir = configuration.data_dir});
    if (!store) return failed("database", "Database", store.error());
    if (is_file) return passed("database", "Database", "SQLite in the data folder");
    const auto gap = store::row_security_gap((*store)->database());
    if (!gap) return failed("database", "Database", gap.error());
    return *gap ? warned(passed("database", "Database", (*gap)->why), (*gap)->fix)
                : passed("database", "Database", "reachable, row-level security holds");
}

Check public_url(const Configuration& configuration) {
    Check check = passed("public_url", "Public URL", configuration.public_url);
    if (configuration.public_url.empty())
        return warned(std::move(check),
                      "None is set: only this machine can run the connect command. Set --public-url.");
    if (!configuration.public_url.starts_with("https://"))
        return warned(std::move(check), "It is not https: sign-in works on this machine only.");
    return check;
}

Check catalogue_of(const Configuration& configuration) {
    auto catalogue = catalogue::Catalogue::load_embedded();
    if (catalogue) catalogue = catalogue->with_directory(configuration.catalogue_dir);
    return catalogue
               ? passed("catalogue", "Catalogue", fmt::format("{} resource types", catalogue->types().size()))
               : failed("catalogue", "Catalogue", catalogue.error());
}

Check endpoints(const Configuration& configuration) {
    const auto policy = net::EgressPolicy::parse(configuration.allow_endpoints);
    return policy ? passed("endpoints", "Allowed endpoints", configuration.allow_endpoints)
                  : failed("endpoints", "Allowed endpoints", policy.error());
}

Check aws() {
    const auto identity = own_aws_identity();
    if (identity) return passed("aws_identity", "AWS identity", identity->arn);
    return warned(passed("aws_identity", "AWS identity", identity.error().message),
                  "Without one no AWS account can be connected by a role. See `patrol aws-identity check`.");
}

}  // namespace

std::vector<Check> examine(const Configuration& configuration) {
    return {data_folder(configuration),
            master_key(configuration),
            database(configuration),
            public_url(configuration),
            endpoints(configuration),
            catalogue_of(configuration),
            aws()};
}

}  // namespace patrol::server
