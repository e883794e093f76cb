// `patrol connect aws`: run by the customer's administrator. Exchanges the one-time token, creates or
// updates the read-only role, reports its ARN to the server, waits while the server tries it, and prints
// the ARN alone as the last line of stdout.
#pragma once

#include <optional>
#include <string>

#include "catalogue/catalogue.h"
#include "cli/api_client.h"
#include "cli/iam.h"
#include "cli/role_plan.h"
#include "cli/terminal.h"
#include "cloud/aws/environment.h"
#include "net/transport.h"

namespace patrol::cli {

struct ConnectAwsOptions {
    std::string token, profile, region, server;
    std::string role_name;  // empty: what the server says
    bool extended = false, dry_run = false, yes = false, force = false, verify = false;
};

class ConnectAws {
public:
    ConnectAws(net::Transport& transport, Clock& clock, const aws::Environment& environment,
               const catalogue::Catalogue& catalogue, Terminal& terminal, ConnectAwsOptions options);
    int run();

private:
    struct Invitation;  // what the token was exchanged for
    struct Caller {
        std::string account_id, arn, partition, region;
    };

    Result<int> connect();
    Result<void> take_token();
    Result<access::AwsRole> exchange();
    Result<void> open_account(const access::AwsRole& role);
    Result<void> check_account(const access::AwsRole& role);
    Result<RoleState> read_state(const std::string& role_name);
    Result<int> apply(const RoleState& state, RoleWish wish);
    Result<std::string> make_role(const std::vector<PlannedCall>& calls, const std::string& role_name);
    Result<int> report(const std::string& role_arn);
    int verify(const RoleState& state, const RoleWish& wish);
    bool settle_foreign_trust(const RoleState& state, RoleWish& wish);
    void introduce(const access::AwsRole& role);

    net::Transport& transport_;
    Clock& clock_;
    const aws::Environment& environment_;
    const catalogue::Catalogue& catalogue_;
    Terminal& terminal_;
    ConnectAwsOptions options_;
    std::optional<ApiClient> server_;
    std::unique_ptr<aws::Client> client_;
    std::optional<Iam> iam_;
    Caller caller_;
    std::string account_name_;
};

}  // namespace patrol::cli
