// Looks up hosts and opens connections for an HttpClient that may do neither itself: a worker in its
// sandbox, whose server does it and says no where the account has no business.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/ip_address.h"

namespace patrol::net {

class Dialer {
public:
    virtual ~Dialer() = default;
    // May block; from many threads at once. `host` is a name or an address without brackets.
    virtual Result<std::vector<IpAddress>> look_up(const std::string& host, std::uint16_t port) = 0;
    // A non-blocking TCP socket on its way to the address, owned by the caller; -1 with errno set. Quick: the
    // loop of all transfers waits for it.
    virtual int open(const IpAddress& address, std::uint16_t port) = 0;
};

}  // namespace patrol::net
