// Connecting an AWS account: the setup card, its one-time command, and the three calls of
// `patrol connect aws` (exchange, complete, status), which know nothing but their connect token.
#include "access/aws_role.h"
#include "api/accounts.h"
#include "api/authentication.h"
#include "api/body.h"
#include "api/handlers.h"
#include "crypto/random.h"
#include "crypto/token.h"

namespace patrol::api::connect {
namespace {

constexpr std::string_view default_server_url = "http://127.0.0.1:8080";

Error not_by_role(const model::CloudAccount& account) {
    if (account.mode == model::ConnectionMode::collector)
        return {.kind = Error::Kind::conflict,
                .message = "A collector reads this account, with a credential of its own.",
                .hint = "Name the credential in the collector's configuration, then test the connection.",
                .code = "at_collector"};
    const std::string reason = not_available(account);
    return {.kind = Error::Kind::conflict,
            .message = reason.empty() ? "This account does not connect by a role." : reason,
            .hint = reason.empty() ? "Change its access to {\"kind\":\"role\"} first." : "",
            .code = reason.empty() ? "not_by_role" : "not_available"};
}

// The role that this account's customer grants. Kind::conflict without an identity of Patrol's own.
Result<access::AwsRole> role_of(Call& call, const model::CloudAccount& account) {
    const auto* auth = std::get_if<model::RoleAuth>(&account.auth);
    const bool at_collector = account.mode == model::ConnectionMode::collector;
    if (auth == nullptr || at_collector || !not_available(account).empty()) return fail(not_by_role(account));
    const auto identity = TRY(call.services.identity.get());
    access::AwsRole role{.partition = identity.partition,
                         .patrol_account_id = identity.account_id,
                         .patrol_role_arn = call.services.identity.narrowed_role_arn(),
                         .external_id = account.external_id,
                         .expected_account_id = account.native_account_id};
    const auto known = access::parse_role_arn(auth->role_arn);
    if (known) {
        role.role_name = known->name;
        if (role.expected_account_id.empty()) role.expected_account_id = known->account_id;
    }
    return role;
}

json::array policies_of(const access::AwsRole& role) {
    json::array policies;
    for (const std::string& policy : access::managed_policies(role.partition)) policies.emplace_back(policy);
    return policies;
}

// The account that the connect token belongs to.
Result<model::CloudAccount> token_account(Call& call) {
    const model::ConnectToken& token = *call.caller.connect_token;
    return call.store().accounts().get(token.tenant, token.account);
}

void read_client(Body& body) {
    const json::object* client = body.object("client");
    if (client == nullptr) return;
    Body inner(*client, "client");
    inner.text("host");
    inner.text("version");
    body.adopt(inner);
}

json::object status_of(const model::ConnectToken& token) {
    std::string_view state = token.trial_state;
    if (state.empty()) state = token.used_at.is_set() ? "trying" : "waiting";
    return {{"state", state}, {"detail", text_or_null(token.trial_detail)}};
}

}  // namespace

Result<Answer> setup(Call& call) {
    const AccountId id = TRY(call.id<AccountId>());
    const auto account = TRY(call.store().accounts().get(call.viewer(), id));
    const access::AwsRole role = TRY(role_of(call, account));
    return answer({{"role_name", role.role_name},
                   {"patrol_principal", access::principal_arn(role)},
                   {"patrol_account_id", role.patrol_account_id},
                   {"external_id", role.external_id},
                   {"managed_policies", policies_of(role)},
                   {"trust_policy", access::trust_policy(role)},
                   {"aws_cli_script", access::aws_cli_script(role)}});
}

Result<Answer> setup_command(Call& call) {
    const json::object object = TRY(call.body());
    TRY(Body(object).done());
    const AccountId id = TRY(call.id<AccountId>());
    const auto account = TRY(call.store().accounts().get(call.viewer(), id));
    TRY(role_of(call, account));
    const std::string text = crypto::make_token(crypto::connect_token_prefix);
    const Settings& settings = call.services.settings;
    const auto token =
        TRY(call.store().connect_tokens().create(call.viewer(),
                                                 {.tenant = call.viewer().tenant,
                                                  .account = account.id,
                                                  .token_hash = stored_hash(text),
                                                  .expires_at = call.now() + settings.connect_token_age},
                                                 call.now()));
    const std::string server = settings.public_url == default_server_url ? "" : settings.public_url;
    return answer({{"token", text},
                   {"command", access::connect_command(server, text)},
                   {"expires_at", time_or_null(token.expires_at)}});
}

Result<Answer> exchange(Call& call) {
    const json::object object = TRY(call.body());
    Body body(object);
    // Without a nonce nobody can repeat the exchange.
    const std::string nonce = body.text("nonce", {.min_chars = 8}).value_or(crypto::random_base32(26));
    read_client(body);
    TRY(body.done());
    const auto account = TRY(token_account(call));
    // A server without an identity must not use up the token's one exchange; a spent token is told so first.
    const auto role_now = role_of(call, account);
    if (role_now || call.caller.connect_token->used_at.is_set())
        TRY(call.store().connect_tokens().exchange(call.caller.connect_token_hash, nonce, call.now()));
    const access::AwsRole role = TRY(Result<access::AwsRole>(role_now));
    return answer({{"provider", model::to_string(account.provider)},
                   {"account_name", account.name},
                   {"server_name", call.services.settings.server_name},
                   {"aws",
                    {{"patrol_principal", access::principal_arn(role)},
                     {"patrol_account_id", role.patrol_account_id},
                     {"patrol_role_arn", text_or_null(role.patrol_role_arn)},
                     {"partition", role.partition},
                     {"expected_account_id", text_or_null(role.expected_account_id)},
                     {"external_id", role.external_id},
                     {"role_name", role.role_name},
                     {"managed_policies", policies_of(role)}}}});
}

Result<Answer> complete(Call& call) {
    const json::object object = TRY(call.body());
    Body body(object);
    if (body.required_text("provider") != "aws")
        body.wrong("provider", "This token connects an AWS account.");
    std::string role_arn;
    if (const json::object* aws = body.object("aws")) {
        Body inner(*aws, "aws");
        role_arn = inner.required_text("role_arn", {.max_chars = 2048});
        body.adopt(inner);
    } else {
        body.wrong("aws", "This field is required.");
    }
    read_client(body);
    TRY(body.done());
    const auto account = TRY(token_account(call));
    if (!call.caller.connect_token->used_at.is_set()) {
        if (!std::holds_alternative<model::RoleAuth>(account.auth)) return fail(not_by_role(account));
        TRY(check_role(call, account, role_arn, "aws.role_arn"));
    }
    call.audited.named(account.name);
    call.audited.changed({}, {{"role_arn", role_arn}});
    const auto token =
        TRY(call.store().connect_tokens().complete(call.caller.connect_token_hash, role_arn, call.now()));
    call.services.workers.wake();
    return answer(status_of(token), 202);
}

Result<Answer> status(Call& call) { return answer(status_of(*call.caller.connect_token)); }

}  // namespace patrol::api::connect
