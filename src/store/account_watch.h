// The watch over accounts: finds the ones that were not scanned for too long and the ones that cannot be
// read, tells it once per episode, and calls it over. For all tenants; safe from many processes at once.
#pragma once

#include <cstdint>

#include "store/sql.h"

namespace patrol::store {

class AccountWatch {
public:
    explicit AccountWatch(Database& database) : database_(database) {}

    // Writes the notices of episodes that began or ended since the last look. How many.
    //   account_not_scanned  auto-scan is on, and the newest snapshot (or the account, where there is none)
    //                        is older than limits::not_scanned_age and than one and a half intervals
    //   credentials_failing  the account's status is failing or insecure_trust
    Result<std::int64_t> look(Timestamp now);

private:
    Database& database_;
};

// SQL over "cloud_account a": when the account was last read with a result (its creation where never), and
// whether that is too long ago at ?{now}. For the list of what needs somebody too.
std::string last_read_sql();
std::string is_stale_sql(int now_placeholder);

}  // namespace patrol::store
