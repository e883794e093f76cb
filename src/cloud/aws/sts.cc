#include "cloud/aws/sts.h"

#include <memory_resource>

#include "cloud/aws/arn.h"
#include "cloud/aws/call_error.h"
#include "crypto/hash.h"

namespace patrol::aws {
namespace {

constexpr auto shortest_session = std::chrono::seconds(900);
constexpr auto longest_session = std::chrono::hours(12);

// Memory of answers that hold secrets: zeroed when it goes.
class WipedMemory final : public boost::container::pmr::memory_resource {
private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        return ::operator new(bytes, std::align_val_t(alignment));
    }
    void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
        crypto::wipe(memory, bytes);
        ::operator delete(memory, std::align_val_t(alignment));
    }
    [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }
};

CallSpec spec_of(std::string_view operation, const StsCall& call, const json::value* input) {
    return {.service = "sts",
            .operation = operation,
            .region = call.region,
            .input = input,
            .memory = json::make_shared_resource<WipedMemory>(),
            .stop = call.stop,
            .deadline = call.deadline};
}

std::unexpected<CallError> failed(const CallSpec& spec, Failure failure) {
    return std::unexpected(from_error(spec, std::move(failure).error(), ErrorClass::other));
}

Result<void> check(std::string_view role_arn, std::string_view session_name, std::chrono::seconds duration) {
    TRY(parse_role_arn(role_arn));
    if (!is_session_name(session_name))
        return invalid("session_name", "A session name has 2 to 64 letters, digits or any of _+=,.@-.");
    if (duration < shortest_session || duration > longest_session)
        return invalid("duration", "A session lasts from 15 minutes to 12 hours.");
    return {};
}

std::expected<Credentials, CallError> credentials_of(const CallSpec& spec, const json::value& answer) {
    const auto* found = find(answer, "Credentials");
    auto text = [&](std::string_view name) {
        return found == nullptr ? std::string_view() : string_or(*found, name);
    };
    auto expires = parse_rfc3339(text("Expiration"));
    if (text("AccessKeyId").empty() || text("SecretAccessKey").empty() || text("SessionToken").empty() ||
        !expires)
        return failed(spec, fail({.kind = Error::Kind::unavailable,
                                  .message = "AWS gave an answer without credentials.",
                                  .code = "malformed_answer"}));
    return Credentials{.access_key_id = std::string(text("AccessKeyId")),
                       .secret_access_key = crypto::Secret(text("SecretAccessKey")),
                       .session_token = crypto::Secret(text("SessionToken")),
                       .expires = *expires};
}

}  // namespace

std::expected<Credentials, CallError> assume_role(Client& client, const AssumeRole& role,
                                                  const StsCall& call) {
    auto spec = spec_of("AssumeRole", call, nullptr);
    if (auto checked = check(role.role_arn, role.session_name, role.duration); !checked)
        return failed(spec, Failure(std::move(checked).error()));
    if (role.external_id && !is_external_id(*role.external_id))
        return failed(spec, invalid("external_id",
                                    "An external ID has 2 to 1224 letters, digits or any of _+=,.@:/-."));
    json::object input;
    input["RoleArn"] = role.role_arn;
    input["RoleSessionName"] = role.session_name;
    input["DurationSeconds"] = role.duration.count();
    if (role.external_id) input["ExternalId"] = *role.external_id;
    if (!role.inline_policy.empty()) input["Policy"] = role.inline_policy;
    if (!role.mfa_serial.empty()) input["SerialNumber"] = role.mfa_serial;
    if (!role.mfa_code.empty()) input["TokenCode"] = role.mfa_code;
    if (!role.policy_arns.empty()) {
        json::array arns;
        for (const auto& arn : role.policy_arns) {
            json::object one;
            one["arn"] = arn;
            arns.push_back(std::move(one));
        }
        input["PolicyArns"] = std::move(arns);
    }
    auto body = json::value(std::move(input));
    spec.input = &body;
    auto answer = client.call(spec);
    if (!answer) return std::unexpected(std::move(answer).error());
    return credentials_of(spec, *answer);
}

std::expected<Credentials, CallError> assume_role_with_web_identity(Client& client,
                                                                    const WebIdentity& identity,
                                                                    const StsCall& call) {
    auto spec = spec_of("AssumeRoleWithWebIdentity", call, nullptr);
    spec.signing = Signing::anonymous;
    if (auto checked = check(identity.role_arn, identity.session_name, identity.duration); !checked)
        return failed(spec, Failure(std::move(checked).error()));
    json::object input(spec.memory);
    input["RoleArn"] = identity.role_arn;
    input["RoleSessionName"] = identity.session_name;
    input["DurationSeconds"] = identity.duration.count();
    input["WebIdentityToken"] = identity.token;
    auto body = json::value(std::move(input));
    spec.input = &body;
    auto answer = client.call(spec);
    if (!answer) return std::unexpected(std::move(answer).error());
    return credentials_of(spec, *answer);
}

std::expected<CallerIdentity, CallError> get_caller_identity(Client& client, const StsCall& call) {
    auto spec = spec_of("GetCallerIdentity", call, nullptr);
    auto answer = client.call(spec);
    if (!answer) return std::unexpected(std::move(answer).error());
    CallerIdentity out{.account = std::string(string_or(*answer, "Account")),
                       .arn = std::string(string_or(*answer, "Arn")),
                       .user_id = std::string(string_or(*answer, "UserId"))};
    if (!is_account_id(out.account) || !parse_arn(out.arn))
        return failed(spec, fail({.kind = Error::Kind::unavailable,
                                  .message = "AWS gave an answer without an identity.",
                                  .code = "malformed_answer"}));
    return out;
}

AssumedRoleSource::AssumedRoleSource(std::shared_ptr<Client> client, Clock& clock, AssumeRole role,
                                     std::string region)
    : RefreshingSource(clock),
      client_(std::move(client)),
      role_(std::move(role)),
      region_(std::move(region)) {}

std::string AssumedRoleSource::name() const { return "role " + role_.role_arn; }

Result<Credentials> AssumedRoleSource::fetch(std::stop_token stop) {
    auto credentials = assume_role(*client_, role_, {.region = region_, .stop = stop});
    if (!credentials)
        return Failure(
            std::move(credentials).error().release().during("Assuming the role " + role_.role_arn));
    return std::move(*credentials);
}

}  // namespace patrol::aws
