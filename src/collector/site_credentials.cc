#include "collector/site_credentials.h"

#include "base/log.h"

namespace patrol::collector {
namespace {

Failure unusable(const Credential& credential, const Error& why) {
    log::warn("a credential cannot be used",
              {{"credential", credential.name}, {"why", describe(why)}, {"hint", why.hint}});
    return fail(Error{
        .kind = Error::Kind::unavailable,
        .message = fmt::format("The collector has no usable keys for its credential {}.", credential.name),
        .hint = "The collector's log on its own machine says why.",
        .code = "collector_credential"});
}

Result<crypto::Secret> read_secret(const aws::Environment& environment, const SecretPlace& place) {
    std::string text;
    if (place.kind == SecretPlace::Kind::variable)
        text = environment.variable(place.where).value_or("");
    else
        text = TRY(environment.read_file(place.where));
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    if (text.empty() || text.size() > access_key_bytes_max) {
        crypto::wipe(text.data(), text.size());
        return fail(Error::Kind::not_found, place.where + " holds no key.");
    }
    return crypto::Secret::take(std::move(text));
}

// Keys in variables or files, read anew each time: they may have been replaced.
class PlacedKeys final : public aws::CredentialSource {
public:
    PlacedKeys(const aws::Environment& environment, Credential credential)
        : environment_(environment), credential_(std::move(credential)) {}
    Result<aws::CredentialsPtr> credentials(std::stop_token) override {
        aws::Credentials out;
        out.access_key_id = TRY(read_secret(environment_, credential_.keys->access_key_id)).expose();
        out.secret_access_key = TRY(read_secret(environment_, credential_.keys->secret_access_key));
        return std::make_shared<const aws::Credentials>(std::move(out));
    }
    void reject(const aws::Credentials&) override {}
    [[nodiscard]] std::string name() const override { return "keys of " + credential_.name; }

private:
    const aws::Environment& environment_;
    Credential credential_;
};

// What goes wrong stays in the collector's log.
class SiteSource final : public aws::CredentialSource {
public:
    SiteSource(Credential credential, std::shared_ptr<aws::CredentialSource> keys)
        : credential_(std::move(credential)), keys_(std::move(keys)) {}
    Result<aws::CredentialsPtr> credentials(std::stop_token stop) override {
        auto found = keys_->credentials(std::move(stop));
        if (!found) return unusable(credential_, found.error());
        return found;
    }
    void reject(const aws::Credentials& used) override { keys_->reject(used); }
    [[nodiscard]] std::string name() const override { return credential_.name; }

private:
    Credential credential_;
    std::shared_ptr<aws::CredentialSource> keys_;
};

}  // namespace

Result<std::shared_ptr<aws::CredentialSource>> source_of(const aws::CredentialContext& context,
                                                         const Credential& credential,
                                                         const aws::EndpointOverrides& endpoints) {
    std::shared_ptr<aws::CredentialSource> keys;
    if (credential.keys) {
        keys = std::make_shared<PlacedKeys>(context.environment, credential);
    } else {
        auto found = aws::find_credentials(
            context,
            {.profile = credential.profile, .session_name = "patrol-collector", .endpoints = endpoints});
        if (!found) return unusable(credential, found.error());
        keys = std::move(*found);
    }
    return std::make_shared<SiteSource>(credential, std::move(keys));
}

std::variant<inventory::AwsRole, inventory::AwsKeys> auth_of(const Credential& credential,
                                                             std::shared_ptr<aws::CredentialSource> source,
                                                             inventory::InsecureTrust insecure_trust) {
    if (credential.role_arn.empty()) return inventory::AwsKeys{std::move(source)};
    // Without an external ID there is no lock to try: collector.yaml alone says which account is read.
    return inventory::AwsRole{
        .role_arn = credential.role_arn,
        .external_id = credential.external_id,
        .insecure_trust = credential.external_id.empty() ? inventory::InsecureTrust::allowed : insecure_trust,
        .patrol = std::move(source),
        .own_account = inventory::OwnAccount::allowed};
}

}  // namespace patrol::collector
