// AWS as a Provider: a customer's account read through a role (with an external ID and session
// policies that leave nothing but reading) or through access keys. One object per account and job;
// thread-safe. Its clients sign only the catalogue's reads and the short list of aws/allowed_reads.h.
// Facts: AWS IAM user guide (session policies, external ID); storage-and-security rules C.2.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/time.h"
#include "catalogue/catalogue.h"
#include "cloud/aws/credentials.h"
#include "cloud/aws/endpoints.h"
#include "document/redact.h"
#include "inventory/aws/role_door.h"
#include "inventory/planner.h"
#include "inventory/provider.h"
#include "net/transport.h"

namespace patrol::inventory {

enum class InsecureTrust { refused, allowed };  // allowed: only warned about
enum class OwnAccount { refused, allowed };     // may the customer's account be Patrol's own

// Becoming a role of the customer's account.
struct AwsRole {
    std::string role_arn;
    std::string external_id;
    InsecureTrust insecure_trust = InsecureTrust::refused;
    std::shared_ptr<aws::CredentialSource> patrol;  // Patrol's own identity
    std::string patrol_account_id;                  // of `patrol`; empty: not known
    OwnAccount own_account = OwnAccount::refused;
    std::shared_ptr<RoleDoor> door;  // used in place of `patrol` where it is given
};

// Access keys of the customer's account, resolved from secret references just in time.
struct AwsKeys {
    std::shared_ptr<aws::CredentialSource> keys;
};

struct AwsConnection {
    std::variant<AwsRole, AwsKeys> auth;
    std::string account_id;             // the account bound to this connection; empty: not bound yet
    std::string partition = "aws";      // for keys; a role's ARN names its own
    std::string session_name;           // "patrol-<scan id>": shows in the customer's CloudTrail
    std::string user_agent = "Patrol";  // "Patrol/<version>"
    aws::EndpointOverrides endpoints;
    net::TrustProfile trust;
    document::Redactor redactor;  // of this cloud account
    int threads = 16;             // calls under way at once
    double rate_scale = 1.0;      // of the starting rates; 0 = no budgets (simulated clouds)
};

// A role's ARN names its partition; keys have that of the connection.
std::string partition_of(const AwsConnection& connection);

struct AwsOutside {
    net::Transport& transport;
    Clock& clock;
    const catalogue::Catalogue& catalogue;
};

class AwsProvider final : public Provider {
public:
    // `outside` must outlive the provider.
    AwsProvider(const AwsOutside& outside, AwsConnection connection);
    ~AwsProvider() override;

    Result<Identity> identity(std::stop_token stop) override;
    model::TestReport test(std::stop_token stop) override;
    Result<void> verify_trust(std::stop_token stop) override;
    // What a plan starts from; asked of the account.
    Result<std::vector<RegionState>> regions(std::stop_token stop);
    Result<Plan> plan(const PlanRequest& request, std::stop_token stop) override;
    RunOutcome run(const RunRequest& request) override;
    Result<std::vector<AuditAnswer>> audit_events(const AuditRequest& request) override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace patrol::inventory
