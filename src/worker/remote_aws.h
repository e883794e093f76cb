// An AWS account read by a worker process: a Provider whose calls and parsing happen in a child that has one
// account's session and no way to anything else. Here stays what needs Patrol's own credentials (the role
// door) and what decides: the trust checks, the plan, and whether a report is believed.
// Errors beside those of AwsProvider: code "worker_ended" (it crashed or was killed), "worker_protocol" (its
// reports are not believed), "worker_sandbox" and "worker_not_started".
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "inventory/aws/provider.h"
#include "net/egress_policy.h"
#include "worker/dial_desk.h"
#include "worker/inspect.h"
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

class Reports;

class RemoteProvider final : public inventory::Provider {
public:
    explicit RemoteProvider(RemoteAws account);
    ~RemoteProvider() override;

    Result<inventory::Identity> identity(std::stop_token stop) override;
    model::TestReport test(std::stop_token stop) override;
    Result<void> verify_trust(std::stop_token stop) override;
    // What a plan starts from.
    Result<std::vector<inventory::RegionState>> regions(std::stop_token stop);
    Result<inventory::Plan> plan(const inventory::PlanRequest& request, std::stop_token stop) override;
    inventory::RunOutcome run(const inventory::RunRequest& request) override;
    Result<std::vector<inventory::AuditAnswer>> audit_events(const inventory::AuditRequest& request) override;

private:
    struct Live;

    Result<void> begin();
    Result<Start> introduction();
    template <class T>
    Result<T> ask(Message operation, Encoder&& order, std::stop_token stop, Reports& reports);
    Result<std::string_view> converse(Message operation, Encoder&& order, const std::stop_token& stop,
                                      Reports& reports);
    Result<void> answer_door(const Frame& frame, const std::stop_token& stop);
    Result<aws::Credentials> session(const inventory::DoorCall& call);
    Error ended(Error error);

    RemoteAws account_;
    std::shared_ptr<inventory::RoleDoor> door_;
    std::mutex mutex_;  // one operation at a time
    std::unique_ptr<Live> live_;
    std::size_t assumptions_ = 0;
    int locks_tried_ = 0, locks_held_ = 0;  // in this test
    std::optional<inventory::Identity> identity_;
};

}  // namespace patrol::worker
