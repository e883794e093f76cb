// When an account is scanned by itself. Every account has its own place in the interval (a hash of its
// id), so that thousands of accounts spread evenly, plus a jitter so that they do not march in step.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "model/ids.h"

namespace patrol::scan {

// The account's next place after `now`; `random` is any fresh number. Always later than `now` and at
// most one interval plus jitter away. Hours outside 1..168 are taken as the nearest of these.
Timestamp next_scan_time(const AccountId& account, int interval_hours, Timestamp now, std::uint64_t random);

// A fresh number for it.
std::uint64_t random_jitter();

}  // namespace patrol::scan
