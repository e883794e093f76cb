// An AWS account read by a worker process: a Provider whose calls and parsing happen in a child that has one
// account's session and no way to anything else. Here stays what needs Patrol's own credentials (the role
// door) and what decides: the trust checks, the plan, and whether a report is believed.
// Errors beside those of AwsProvider: code "worker_ended" (it crashed or was killed), "worker_protocol" (its
// reports are not believed), "worker_sandbox" and "worker_not_started".
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "inventory/aws/provider.h"
#include "net/egress_policy.h"
#include "worker/dial_desk.h"
#include "worker/distant_provider.h"
#include "worker/process.h"

namespace patrol::worker {

inline constexpr std::size_t assumptions_per_worker = 100;  // 6 hours of sessions are about 10

struct RemoteAws {
    inventory::AwsOutside outside;        // the server's own, for the role door
    inventory::AwsConnection connection;  // as for AwsProvider
    crypto::Key redaction_key{};          // of this cloud account
    net::EgressPolicy egress;             // for an endpoint that a user wrote
    std::string https_proxy, no_proxy;
    std::string catalogue_dir;
    std::string program = "/proc/self/exe";
};

class RemoteProvider final : public DistantProvider {
public:
    explicit RemoteProvider(RemoteAws account);
    ~RemoteProvider() override;

    Result<void> verify_trust(std::stop_token stop) override;

protected:
    Result<std::string_view> converse(Message operation, Encoder&& order, const std::stop_token& stop,
                                      Reports& reports) override;
    Error ended(Error error) override;
    Result<void> check(const inventory::Identity& found) override;
    Result<void> check(const model::TestReport& report) override;

private:
    struct Live;

    Result<void> begin();
    Result<Start> introduction();
    Result<void> answer_door(const Frame& frame, const std::stop_token& stop);
    Result<aws::Credentials> session(const inventory::DoorCall& call);

    RemoteAws account_;
    std::shared_ptr<inventory::RoleDoor> door_;
    std::unique_ptr<Live> live_;
    std::size_t assumptions_ = 0;
    int locks_tried_ = 0, locks_held_ = 0;  // in this test
};

}  // namespace patrol::worker
