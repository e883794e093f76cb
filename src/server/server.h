// The running server: every object built once, in order, and stopped in the opposite order. start()
// answers when requests are served; an unattended first start has then been done.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "server/configuration.h"
#include "server/recovery.h"

namespace patrol::server {

enum class Part { server, worker };  // worker: scans only, no API (needs PostgreSQL)

class Server {
public:
    static Result<std::unique_ptr<Server>> start(const Configuration& configuration,
                                                 Part part = Part::server);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] const std::string& public_url() const;
    // "http://127.0.0.1:8080": where it listens, whatever the public URL says.
    [[nodiscard]] const std::string& local_url() const;
    // For people, once, at a first start: what to open. Empty where Patrol is set up.
    [[nodiscard]] const std::string& first_start_url() const;
    // Lets requests and scans in hand finish for a while.
    void stop();

private:
    struct Parts;
    explicit Server(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

// For commands beside a running server: a new setup token, as the URL to open. Kind::conflict when
// Patrol is set up.
Result<std::string> new_setup_url(const Configuration& configuration);
// The same for somebody who lost the password or the second factor (server/recovery.h).
Result<std::string> new_recovery_url(const Configuration& configuration, const Recovery& recovery);

// The server's own AWS identity, for `patrol aws-identity`.
struct OwnIdentity {
    std::string account_id, arn, partition;
    std::string source;  // where the credentials came from
};
Result<OwnIdentity> own_aws_identity();

}  // namespace patrol::server
