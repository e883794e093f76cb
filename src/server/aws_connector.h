// From a stored AWS account to an AwsProvider: Patrol's own credentials (the standard chain, found once
// and refreshed by themselves), the account's role or its access keys resolved just in time, and the
// account's own redaction key. Also where Patrol's own identity is asked for.
#pragma once

#include <memory>
#include <mutex>
#include <stop_token>

#include "catalogue/catalogue.h"
#include "cloud/aws/credential_chain.h"
#include "cloud/aws/endpoints.h"
#include "cloud/aws/environment.h"
#include "crypto/seal.h"
#include "inventory/aws/provider.h"
#include "net/transport.h"
#include "relay/desk.h"
#include "scan/connector.h"
#include "scan/patrol_identity.h"
#include "secrets/secrets.h"
#include "store/store.h"
#include "worker/remote_aws.h"

namespace patrol::server {

// The server's own way to AWS.
class AwsAccess {
public:
    AwsAccess(const aws::Environment& environment, net::Transport& transport, Clock& clock,
              const catalogue::Catalogue& catalogue);

    // Looked for again while there are none.
    Result<std::shared_ptr<aws::CredentialSource>> credentials();
    // sts:GetCallerIdentity with them.
    Result<inventory::Identity> who_am_i(std::stop_token stop);

    [[nodiscard]] const aws::EndpointOverrides& endpoints() const { return endpoints_; }
    [[nodiscard]] const net::TrustProfile& trust() const { return trust_; }
    [[nodiscard]] inventory::AwsOutside outside() const { return {transport_, clock_, catalogue_}; }

private:
    const aws::Environment& environment_;
    net::Transport& transport_;
    Clock& clock_;
    const catalogue::Catalogue& catalogue_;
    aws::EndpointOverrides endpoints_;
    net::TrustProfile trust_;
    std::mutex mutex_;
    std::shared_ptr<aws::CredentialSource> source_;
};

// Where an account's answers are parsed: in a process of its own without the server's secrets, or here.
enum class WorkerPlace { process, server };

struct ConnectorTools {
    store::Store& store;
    const crypto::MasterKey& master_key;
    const secrets::Secrets& secrets;
    scan::PatrolIdentity& identity;
    inventory::OwnAccount own_account = inventory::OwnAccount::refused;
    double rate_scale = 1.0;  // of the starting call rates; 0: none
    WorkerPlace workers = WorkerPlace::process;
    net::EgressPolicy egress = {};  // of accounts' own endpoints
    std::string catalogue_dir = {};
    relay::CollectorDesk* collectors = nullptr;  // where those of accounts with mode collector come
};

class AwsConnector final : public scan::Connector {
public:
    AwsConnector(AwsAccess& access, ConnectorTools tools) : access_(access), tools_(std::move(tools)) {}
    Result<std::unique_ptr<inventory::Provider>> connect(const scan::ConnectRequest& request) override;

private:
    Result<std::unique_ptr<inventory::Provider>> at_collector(const scan::ConnectRequest& request);
    Result<inventory::AwsRole> role_of(const scan::ConnectRequest& request, const model::RoleAuth& auth);
    Result<inventory::AwsKeys> keys_of(const scan::ConnectRequest& request, const model::AccessKeyAuth& auth);
    Result<crypto::Key> redaction_key_of(const scan::ConnectRequest& request);
    Result<inventory::AwsConnection> connection_of(const scan::ConnectRequest& request,
                                                   const crypto::Key& key);
    [[nodiscard]] std::string partition_of(const model::CloudAccount& account) const;

    AwsAccess& access_;
    ConnectorTools tools_;
};

}  // namespace patrol::server
