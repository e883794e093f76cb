// What needs somebody, worst first: the page Today and the daily digest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/ids.h"
#include "model/severity.h"

namespace patrol::model {

enum class TodayKind {
    drift,           // open changes with one cause in one account
    drift_group,     // … in several accounts
    failing,         // an account that cannot be read
    stale,           // an account without a new snapshot for too long
    expires,         // an API token that ends soon
    insecure_trust,  // a role that opens without the external ID
    coverage,        // something that was promised was not read
};

struct TodayItem {
    TodayKind kind = TodayKind::drift;
    Severity severity = Severity::medium;
    std::optional<CustomerId> customer;
    std::string customer_name;
    std::optional<AccountId> account;  // unset where it is about several, or none
    std::string account_name;
    std::string title;   // may hold a name of the customer's cloud
    std::string detail;  // one sentence, or empty
    Timestamp since;
    std::int64_t count = 1;  // of what `kind` says
    std::int64_t accounts = 0;
    std::string subject;  // id of the change set, key of the group: where the action leads
};

struct ScanDay {
    Timestamp day;  // its midnight, UTC
    std::int64_t ok = 0, partial = 0, failed = 0;
};

struct Today {
    std::vector<TodayItem> items;  // worst first, then the oldest
    std::int64_t total = 0;        // items, also those beyond limits::today_items
    std::int64_t fine_accounts = 0;
    Timestamp last_scan;        // the newest end of a scan
    std::vector<ScanDay> days;  // limits::today_days, today last
};

std::string_view to_string(TodayKind);

}  // namespace patrol::model
