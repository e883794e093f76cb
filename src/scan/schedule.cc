#include "scan/schedule.h"

#include <algorithm>

#include "crypto/hash.h"
#include "crypto/random.h"

namespace patrol::scan {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr int hours_max = 168;
constexpr std::int64_t jitter_parts = 40;  // the jitter is at most 1/40 of the interval

template <class Bytes>
std::uint64_t first_number(const Bytes& bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value = (value << 8) | static_cast<unsigned char>(bytes[i]);
    return value;
}

std::uint64_t place_of(const AccountId& account) {
    return first_number(crypto::sha256("schedule " + account.str()));
}

}  // namespace

std::uint64_t random_jitter() { return first_number(crypto::random_bytes(8)); }

Timestamp next_scan_time(const AccountId& account, int interval_hours, Timestamp now, std::uint64_t random) {
    auto interval = std::clamp(interval_hours, 1, hours_max) * hour_ms;
    auto phase = static_cast<std::int64_t>(place_of(account) % static_cast<std::uint64_t>(interval));
    auto since = (now.ms - phase) % interval;
    if (since < 0) since += interval;
    auto next = now.ms + interval - since;
    auto jitter = static_cast<std::int64_t>(random % static_cast<std::uint64_t>(interval / jitter_parts));
    return {next + jitter};
}

}  // namespace patrol::scan
