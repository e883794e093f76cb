#include "cli/connect_aws.h"

#include <unistd.h>

#include "access/extra_policy.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "cli/exit.h"
#include "cloud/aws/credential_chain.h"
#include "cloud/aws/endpoints.h"
#include "cloud/aws/sts.h"
#include "crypto/hash.h"
#include "crypto/token.h"

namespace patrol::cli {
namespace {

constexpr auto poll_every = Millis(1000);
constexpr auto wait_margin = std::chrono::seconds(15);  // beyond the server's own limit

std::string host_name() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

// The same on every run with this token on this machine, so that a run that was interrupted can be
// repeated, and nobody else can repeat it.
std::string nonce_of(const std::string& token) {
    auto hash = crypto::hmac_sha256(token, "connect " + host_name());
    return to_hex(Bytes(hash.data(), 16));
}

Error bad_token() {
    return {.kind = Error::Kind::unauthenticated,
            .message = "This is not a whole setup token.",
            .hint = "Copy the command from Patrol again, in one piece, or generate a new one."};
}

}  // namespace

ConnectAws::ConnectAws(net::Transport& transport, Clock& clock, const aws::Environment& environment,
                       const catalogue::Catalogue& catalogue, Terminal& terminal, ConnectAwsOptions options)
    : transport_(transport),
      clock_(clock),
      environment_(environment),
      catalogue_(catalogue),
      terminal_(terminal),
      options_(std::move(options)) {}

int ConnectAws::run() {
    auto done = connect();
    if (done) return *done;
    terminal_.report(done.error());
    return exit_of(done.error());
}

Result<int> ConnectAws::connect() {
    TRY(take_token());
    if (!terminal_.interactive() && !options_.yes && !options_.dry_run && !options_.verify) {
        terminal_.say(
            "There is no terminal to ask on: add --yes to go ahead without asking, or --dry-run to look "
            "first.");
        return exit_usage;
    }
    auto role = TRY(exchange());
    TRY(open_account(role));
    TRY(check_account(role));
    RoleWish wish{
        .role = role, .account_id = caller_.account_id, .extra_policy = {}, .foreign = ForeignTrust::drop};
    if (options_.extended) wish.extra_policy = access::extra_policy(catalogue_, role.partition);
    auto state = TRY(read_state(role.role_name));
    if (options_.verify) return verify(state, wish);
    introduce(role);
    return apply(state, std::move(wish));
}

Result<void> ConnectAws::take_token() {
    if (options_.token.empty()) options_.token = environment_.variable("PATROL_CONNECT_TOKEN").value_or("");
    if (options_.token == "-" || (options_.token.empty() && !terminal_.interactive()))
        options_.token = terminal_.read_line();
    if (options_.token.empty())
        return fail({.kind = Error::Kind::unauthenticated,
                     .message = "A setup token is needed.",
                     .hint = "Give it by --token, PATROL_CONNECT_TOKEN or stdin."});
    if (!crypto::check_token(crypto::connect_token_prefix, options_.token)) return fail(bad_token());
    auto server = options_.server;
    if (server.empty()) server = environment_.variable("PATROL_SERVER").value_or(std::string(default_server));
    server_.emplace(transport_, server, options_.token);
    return {};
}

Result<access::AwsRole> ConnectAws::exchange() {
    auto answer =
        TRY_DURING("exchanging the setup token",
                   server_->post("/connect/exchange", json::object{{"nonce", nonce_of(options_.token)}}));
    const auto* aws = find(answer, "aws");
    if (string_or(answer, "provider") != "aws" || aws == nullptr)
        return fail({.kind = Error::Kind::conflict,
                     .message = "This token is for another cloud.",
                     .hint = "Use the command that Patrol shows for this account."});
    account_name_ = string_or(answer, "account_name");
    auto text = [&](std::string_view key) { return std::string(string_or(*aws, key)); };
    access::AwsRole role{.partition = text("partition").empty() ? "aws" : text("partition"),
                         .patrol_account_id = text("patrol_account_id"),
                         .patrol_role_arn = text("patrol_role_arn"),
                         .external_id = text("external_id"),
                         .role_name = text("role_name"),
                         .expected_account_id = text("expected_account_id")};
    if (!options_.role_name.empty()) role.role_name = options_.role_name;
    if (role.role_name.empty()) role.role_name = access::default_role_name;
    if (role.external_id.empty() || role.patrol_account_id.size() != 12)
        return fail(Error::Kind::unavailable, "The Patrol server did not say whom to trust.");
    return role;
}

Result<void> ConnectAws::open_account(const access::AwsRole& role) {
    aws::ChainOptions chain{.profile = options_.profile,
                            .region = options_.region,
                            .session_name = "patrol-connect",
                            .endpoints = aws::EndpointOverrides::from(environment_, catalogue_.api())};
    auto source = TRY_DURING("finding AWS credentials",
                             aws::find_credentials({environment_, transport_, clock_}, chain));
    caller_.region = aws::find_region(environment_, chain);
    if (caller_.region.empty()) caller_.region = aws::home_region(role.partition);
    aws::ClientOptions options{.user_agent = "Patrol/" PATROL_VERSION " connect",
                               .endpoints = chain.endpoints,
                               .trust = {.ca_bundle = environment_.variable("AWS_CA_BUNDLE").value_or(""),
                                         .proxy = net::ProxyUse::environment,
                                         .destination = net::Destination::operator_chosen},
                               .retry = {}};
    client_ =
        std::make_unique<aws::Client>(transport_, clock_, catalogue_.api(), source, Iam::actions(), options);
    auto identity = aws::get_caller_identity(*client_, {.region = caller_.region});
    if (!identity)
        return fail(std::move(identity).error().release().during(
            fmt::format("asking AWS who you are ({})", source->name())));
    caller_.account_id = identity->account;
    caller_.arn = identity->arn;
    caller_.partition = identity->arn.substr(4, identity->arn.find(':', 4) - 4);
    iam_.emplace(*client_, std::string(aws::home_region(caller_.partition)));
    return {};
}

Result<void> ConnectAws::check_account(const access::AwsRole& role) {
    if (caller_.partition != role.partition)
        return fail({.kind = Error::Kind::conflict,
                     .message = fmt::format("Your account is in the partition {}, Patrol is in {}: roles "
                                            "cannot be assumed between them.",
                                            caller_.partition, role.partition)});
    if (!role.expected_account_id.empty() && caller_.account_id != role.expected_account_id)
        return fail({.kind = Error::Kind::conflict,
                     .message = fmt::format(
                         "Your credentials belong to account {}, but Patrol expects {}. Nothing was changed.",
                         caller_.account_id, role.expected_account_id),
                     .hint = "Use --profile to choose the right credentials."});
    return {};
}

Result<RoleState> ConnectAws::read_state(const std::string& role_name) {
    RoleState state{.role = TRY(iam_->role(role_name))};
    if (state.role) {
        state.attached = TRY(iam_->attached_policies(role_name));
        if (options_.verify) state.inline_policies = TRY(iam_->inline_policies(role_name));
    }
    if (!options_.extended) return state;
    auto arn = access::extra_policy_arn(caller_.partition, caller_.account_id);
    state.extra_policy = TRY(iam_->managed_policy(arn));
    if (state.extra_policy) state.old_extra_versions = TRY(iam_->other_policy_versions(arn));
    return state;
}

void ConnectAws::introduce(const access::AwsRole& role) {
    auto alias = iam_->account_alias();
    auto shown =
        alias && !alias->empty() ? fmt::format("{} ({})", caller_.account_id, *alias) : caller_.account_id;
    terminal_.say(fmt::format("Connecting AWS account {} to Patrol as \"{}\".", shown, account_name_));
    terminal_.say(fmt::format("You are {}.", caller_.arn));
    terminal_.say(fmt::format("Patrol's AWS account {} will be able to read it, and never to change it.",
                              role.patrol_account_id));
}

// Statements of others stay only when somebody said so.
bool ConnectAws::settle_foreign_trust(const RoleState& state, RoleWish& wish) {
    auto foreign = foreign_statements(state, wish);
    if (foreign == 0) return true;
    terminal_.say(fmt::format(
        "The role's trust policy has {} statement(s) that are not Patrol's: others may use this role.",
        foreign));
    if (options_.yes || options_.dry_run || !terminal_.interactive()) {
        terminal_.say("They will be removed. Run without --yes to keep them.");
        return true;
    }
    wish.foreign = terminal_.confirm("Keep them?") ? ForeignTrust::keep : ForeignTrust::drop;
    return true;
}

Result<int> ConnectAws::apply(const RoleState& state, RoleWish wish) {
    const auto& name = wish.role.role_name;
    if (state.role && !is_patrols(*state.role) && !options_.force)
        return fail({.kind = Error::Kind::conflict,
                     .message = fmt::format(
                         "A role named {} exists and was not made for Patrol. Nothing was changed.", name),
                     .hint = "Choose another name with --role-name, or take it over with --force."});
    settle_foreign_trust(state, wish);
    auto calls = plan_role(state, wish);
    if (options_.dry_run) {
        for (const auto& call : calls)
            terminal_.result(fmt::format("iam {} {}", call.operation, json::serialize(call.input)));
        terminal_.say(calls.empty() ? "Nothing to do: the role is as it should be."
                                    : "Dry run: nothing was changed.");
        return exit_done;
    }
    if (calls.empty())
        terminal_.say(fmt::format("The role {} is already as it should be.", name));
    else
        terminal_.say("This is what will be done:");
    for (const auto& call : calls) terminal_.say("  " + call.says);
    if (!calls.empty() && !options_.yes && !terminal_.confirm("Go ahead?")) {
        terminal_.say("Nothing was changed.");
        return exit_failed;
    }
    return report(TRY(make_role(calls, name)));
}

Result<std::string> ConnectAws::make_role(const std::vector<PlannedCall>& calls,
                                          const std::string& role_name) {
    for (const auto& call : calls) {
        TRY(iam_->call(call.operation, json::value(call.input)));
        terminal_.say(fmt::format("Done: {}.", call.says));
    }
    auto made = TRY(iam_->role(role_name));
    if (!made)
        return fail(Error::Kind::unavailable,
                    "IAM does not show the role yet; run the command again in a minute.");
    return made->arn;
}

Result<int> ConnectAws::report(const std::string& role_arn) {
    TRY_DURING(
        "reporting the role to Patrol",
        server_->post(
            "/connect/complete",
            json::object{{"provider", "aws"},
                         {"aws", json::object{{"role_arn", role_arn}}},
                         {"client", json::object{{"host", host_name()}, {"version", PATROL_VERSION}}}}));
    terminal_.say(
        "Patrol is trying the role. AWS may take up to a minute to make a new role known everywhere ...");
    auto end = clock_.steady() + limits::connect_trial_time + wait_margin;
    std::string state = "trying";
    std::string detail;
    while (state == "trying" && clock_.steady() < end) {
        clock_.sleep_for(poll_every);
        auto status = server_->get("/connect/status");
        if (!status) continue;
        state = string_or(*status, "state");
        detail = string_or(*status, "detail");
    }
    if (state == "passed")
        terminal_.say("Patrol can read this account. You are done.");
    else if (state == "trying")
        terminal_.say("Patrol is still trying; look at the account in Patrol.");
    else
        terminal_.say("The role is made, but Patrol could not use it: " + detail);
    terminal_.result(role_arn);
    // A role that opens without the external ID is made as asked; whether to scan it is decided in Patrol.
    return state == "failed" ? exit_failed : exit_done;
}

int ConnectAws::verify(const RoleState& state, const RoleWish& wish) {
    auto faults = find_faults(state, wish);
    for (const auto& fault : faults) terminal_.say(fault);
    if (!faults.empty()) {
        terminal_.say(fmt::format("{} thing(s) to mend. Run the command without --verify to mend them.",
                                  faults.size()));
        return exit_failed;
    }
    terminal_.say(fmt::format("The role {} is as it should be.", wish.role.role_name));
    terminal_.result(state.role->arn);
    return exit_done;
}

}  // namespace patrol::cli
