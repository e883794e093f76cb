// A cloud account that a collector reads: the server's scan asks, the operations are done on site, with
// credentials that never leave it. No report is believed that was not inspected (worker/inspect.h).
// Errors beside those of a worker: code "collector_offline", "collector_busy", "collector_silent" and
// "collector_revoked".
#pragma once

#include "relay/desk.h"
#include "worker/distant_provider.h"

namespace patrol::relay {

struct CollectedAccount {
    CollectorDesk& desk;
    const catalogue::Catalogue& catalogue;
    const Clock& clock;
    CollectorId collector;
    Operation account;  // who it is; its id, kind and order are each operation's own
};

class CollectorProvider final : public worker::DistantProvider {
public:
    explicit CollectorProvider(CollectedAccount account);
    ~CollectorProvider() override;

    Result<void> verify_trust(std::stop_token stop) override;

protected:
    Result<std::string_view> converse(worker::Message operation, worker::Encoder&& order,
                                      const std::stop_token& stop, worker::Reports& reports) override;
    Error ended(Error error) override;

private:
    // Whether the part held the result.
    Result<bool> take(Conversation& conversation, const std::string& frames, worker::Reports& reports);

    CollectedAccount account_;
    std::string result_;
};

}  // namespace patrol::relay
