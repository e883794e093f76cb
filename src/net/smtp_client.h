// The product's SMTP client (libcurl): one connection for each message. The server is chosen by a user, so
// the egress policy is asked for its name and for every address that it resolves to.
#pragma once

#include <string>

#include "net/egress_policy.h"
#include "net/mail_transport.h"

namespace patrol::net {

class SmtpClient final : public MailTransport {
public:
    // `ca_bundle`: PEM file; empty: the system's. `own_name`: how the client introduces itself (EHLO).
    SmtpClient(EgressPolicy egress, std::string ca_bundle, std::string own_name);

    Result<void> send(const MailServer& server, const MailMessage& message, std::chrono::milliseconds timeout,
                      std::stop_token stop) override;

    // What can be said of a server's address before a connection: Kind::invalid "egress_blocked".
    [[nodiscard]] static Result<void> check(const EgressPolicy& egress, const MailServer& server);

private:
    EgressPolicy egress_;
    std::string ca_bundle_, own_name_;
};

}  // namespace patrol::net
