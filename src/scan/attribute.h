// Who did it: looks for the actors of an account's changes in the cloud's audit log, after the drift was
// found and never in its way. A job of its own (JobKind::attribute), one per account at a time, run by a
// thread that no scan waits for. Events reach the log late: what is not there yet is looked for again once,
// inventory::audit_delay after the reading; only then it is "not found".
// Once an actor is known, the change may belong to a deployment, or not any more, and rules by actor class
// judge it again.
#pragma once

#include <optional>
#include <stop_token>

#include "scan/connector.h"
#include "scan/run.h"
#include "store/store.h"

namespace patrol::scan {

// Changes that one round asks for; what is left comes a second later.
inline constexpr std::size_t attributed_at_once = 2'000;

// Asks for it, and for a look at which deployments explain the account's changes; several at once are one.
// `scan`: in whose journal the calls are kept; empty: that of the scan which asked before, or of the last
// one.
Result<void> enqueue_attribution(store::Store& store, const TenantId& tenant, const AccountId& account,
                                 const ScanId& scan, Timestamp now);

class Attribution {
public:
    Attribution(ScanRoom& room, const store::Job& job);

    // To the end of the job, which it settles.
    void run(std::stop_token stop);

private:
    struct Open;  // a change without an actor
    Result<std::vector<Open>> open_changes();
    Result<std::vector<inventory::AuditAnswer>> ask(const std::vector<Open>& changes, std::stop_token stop);
    Result<void> work(std::stop_token stop);
    Result<void> attribute(std::stop_token stop);
    // Answers when those that the log may still tell about are asked for again.
    Result<std::optional<Timestamp>> keep(const std::vector<Open>& changes,
                                          const std::vector<inventory::AuditAnswer>& answers);
    // Rules that ask for the kind of actor could not before.
    Result<void> judge_again(const std::vector<ChangeId>& changes);
    Result<void> ask_again_at(Timestamp time);
    void journal(const inventory::ApiCall& call);

    ScanRoom& room_;
    const store::Job& job_;
    ScanId scan_;
};

}  // namespace patrol::scan
