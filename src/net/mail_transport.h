// The seam between Patrol and a mail server: one message to its recipients over SMTP. Blocking.
// Errors are as those of net/transport.h: timeout; cancelled; unavailable with code dns | connect | tls |
// smtp (the server refused, its reply code is in the message); denied (the sign-in was refused); invalid
// (an address that cannot be one, or code egress_blocked). What a server says is never repeated.
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/limits.h"

namespace patrol::net {

struct MailServer {
    enum class Security { starttls, tls, loopback_only };  // TLS is never optional but to this machine itself
    std::string host;
    std::uint16_t port = 587;
    Security security = Security::starttls;
    std::string username;       // empty: no sign-in
    std::string_view password;  // must outlive the call
};

struct MailMessage {
    std::string from;  // addr-spec: "patrol@example.com"
    std::vector<std::string> to;
    std::string text;  // RFC 5322: header lines and body, lines end with CRLF
};

class MailTransport {
public:
    virtual ~MailTransport() = default;
    // Safe to call from many threads at once.
    virtual Result<void> send(const MailServer& server, const MailMessage& message,
                              std::chrono::milliseconds timeout, std::stop_token stop) = 0;
};

// An address that fits into an envelope and a header as it is: local@domain, visible ASCII, no quotes,
// brackets or commas.
bool is_mail_address(std::string_view text);

}  // namespace patrol::net
