// The way back in for an owner whom nobody else can help: whoever can read the server's data and master key
// makes a link for a new password there, and takes away a second factor that is lost.
#pragma once

#include <string>
#include <string_view>

#include "server/configuration.h"
#include "store/store.h"

namespace patrol::server {

enum class SecondFactor { keep, remove };

struct Recovery {
    std::string email;
    SecondFactor second_factor = SecondFactor::keep;
};
// The address to open; the person's sessions end when it is used. Kind::not_found for an address that nobody
// has, Kind::conflict "user_not_active" for somebody who is disabled or was never in. In the audit log.
Result<std::string> make_recovery_url(store::Store& store, Clock& clock, std::string_view public_url,
                                      const Recovery& recovery);

}  // namespace patrol::server
