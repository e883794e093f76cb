#include "base/encoding.h"
#include "cloudsim/identity_services.h"
#include "crypto/random.h"

namespace patrol::cloudsim {
namespace {

constexpr std::int64_t shortest_session_s = 900;
constexpr std::int64_t longest_session_s = 3600;
constexpr std::size_t session_policy_chars_max = 2'048;

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

std::string upper_random(std::size_t count) {
    auto text = crypto::random_base32(count);
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

Answer caller_identity(const CallContext& call) {
    return json::object{
        {"Account", call.caller.account_id}, {"Arn", call.caller.arn}, {"UserId", call.caller.user_id}};
}

// One answer for a role that is not there, trusts somebody else, or wants another external ID.
Answer refused(const CallContext& call, const std::string& role_arn) {
    return fault(403, "AccessDenied",
                 fmt::format("User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
                             call.caller.arn, role_arn));
}

std::expected<void, ServiceFault> take_session_policies(const CallContext& call, Principal& session) {
    const auto& input = json::value(call.request.input);
    if (const auto* arns = find(input, "PolicyArns"); arns != nullptr && arns->is_array())
        for (const auto& each : arns->get_array())
            session.session_policy_arns.emplace_back(string_or(each, "arn"));
    auto inline_policy = call.text("Policy");
    if (inline_policy.size() > session_policy_chars_max)
        return fault(400, "PackedPolicyTooLarge", "The session policy is too large.");
    for (const auto& arn : session.session_policy_arns)
        if (!arn.starts_with("arn:aws:iam::aws:policy/") &&
            !call.world.accounts.at(session.account_id).policies.contains(arn))
            return fault(400, "MalformedPolicyDocument",
                         fmt::format("The policy {} does not exist or is not attachable.", arn));
    if (!inline_policy.empty()) {
        auto parsed = parse_json(inline_policy);
        if (!parsed) return fault(400, "MalformedPolicyDocument", "The session policy is not valid JSON.");
        session.session_policy = std::move(*parsed);
    }
    session.has_session_policies = !inline_policy.empty() || !session.session_policy_arns.empty();
    return {};
}

Answer assume_role(const CallContext& call) {
    auto role_arn = call.text("RoleArn");
    auto session_name = call.text("RoleSessionName");
    auto slash = role_arn.rfind('/');
    if (!role_arn.starts_with("arn:aws:iam::") || slash == std::string::npos || session_name.size() < 2)
        return fault(400, "ValidationError", "The request is not valid.");
    auto* account = call.world.account(role_arn.substr(13, 12));
    if (account == nullptr) return refused(call, role_arn);
    auto role = account->roles.find(lower(role_arn.substr(slash + 1)));
    if (role == account->roles.end() || arn_of(*account, role->second) != role_arn ||
        !trusts(role->second.trust, call.caller, call.text("ExternalId")))
        return refused(call, role_arn);
    auto seconds = int_or(json::value(call.request.input), "DurationSeconds", longest_session_s);
    if (seconds < shortest_session_s || seconds > longest_session_s)
        return fault(400, "ValidationError",
                     "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");

    Principal session{.account_id = account->id,
                      .arn = fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", account->id, role->second.name,
                                         session_name),
                      .user_id = role->second.id + ":" + session_name,
                      .secret_access_key = crypto::random_base32(40),
                      .session_token = crypto::random_base32(120),
                      .role_name = role->second.name,
                      .role_arn = role_arn,
                      .expires = call.now + std::chrono::seconds(seconds)};
    if (auto taken = take_session_policies(call, session); !taken) return std::unexpected(taken.error());
    auto key = "ASIA" + upper_random(16);
    json::object credentials{{"AccessKeyId", key},
                             {"SecretAccessKey", session.secret_access_key},
                             {"SessionToken", session.session_token},
                             {"Expiration", to_rfc3339(session.expires)}};
    json::object user{{"Arn", session.arn}, {"AssumedRoleId", session.user_id}};
    call.world.principals[key] = std::move(session);
    return json::object{{"Credentials", std::move(credentials)},
                        {"AssumedRoleUser", std::move(user)},
                        {"PackedPolicySize", 20}};
}

}  // namespace

std::optional<Answer> answer_sts(const CallContext& call) {
    if (call.request.service->id != "sts") return {};
    if (call.request.operation->name == "GetCallerIdentity") return caller_identity(call);
    if (call.request.operation->name == "AssumeRole") return assume_role(call);
    return {};
}

}  // namespace patrol::cloudsim
