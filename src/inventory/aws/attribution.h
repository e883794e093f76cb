// Who changed it: CloudTrail's LookupEvents, which both audit policies of AWS allow. 2 calls a second per
// account and region, 50 events a page, newest first, one attribute a call, 90 days of management events;
// events arrive 5 to 15 minutes late; global services log in the partition's home region. Facts: CloudTrail
// API reference and user guide.
// Few changed resources of a region are asked for by name (id, then name, then ARN: the text that is kept
// differs by service); many, and what has no event under its names, by one pass over all writes of the time.
#pragma once

#include <chrono>
#include <mutex>
#include <vector>

#include "catalogue/catalogue.h"
#include "inventory/audit.h"
#include "inventory/aws/audit_event.h"
#include "inventory/aws/caller.h"
#include "inventory/budget.h"

namespace patrol::inventory {

inline constexpr std::size_t audit_asked_by_name = 20;  // resources of a region
inline constexpr std::size_t audit_pages_by_name = 2;   // of one name
inline constexpr std::size_t audit_pages_by_time = 40;  // 20 s at 2 calls a second
inline constexpr int audit_page_items = 50;
// Lists may be minutes behind: an event from shortly before the last reading began is still a guess.
inline constexpr auto audit_before = std::chrono::minutes(5);
inline constexpr auto audit_age = std::chrono::hours(24 * 90);
// After this long an event that is not in the log will not come any more.
inline constexpr auto audit_delay = std::chrono::minutes(20);

// Waits before each attempt so that LookupEvents keeps to its rate in each region.
class LookupPace final : public aws::ThrottleFeedback {
public:
    LookupPace(Clock& clock, double rate_scale) : clock_(clock), rate_scale_(rate_scale) {}
    bool before_attempt(const Target& target, std::stop_token stop) override;
    void on_throttled(const Target& target) override;
    void on_success(const Target& target) override;

private:
    Budget& budget_of(std::string_view region);

    Clock& clock_;
    double rate_scale_;  // 0: no limit (simulated clouds)
    std::mutex mutex_;
    std::map<std::string, Budget, std::less<>> budgets_;
};

struct AuditTools {
    AwsCaller& caller;
    Clock& clock;
    const catalogue::Catalogue& catalogue;
    std::string home_region;  // where global services log
    std::stop_token stop;
};

// One answer a question, in their order.
std::vector<AuditAnswer> attribute(const AuditTools& tools, const std::vector<AuditQuestion>& questions);

// How well an event fits a question: not at all, by a part or a name, or by the resource's id or ARN.
enum class AuditFit { none, likely, certain };
AuditFit fit(const AuditQuestion& question, const AuditEvent& event, const catalogue::Catalogue& catalogue);

}  // namespace patrol::inventory
