// What the collector may do here and with what: the collector.yaml of this moment, this machine's way to AWS,
// and the providers made from both. Everything that a server wants is held against the file first: a server
// in foreign hands reads no other account and no other endpoint than the file names.
// Errors: Kind::denied, code "collector_refused": the file does not allow it; code "collector_credential":
// there are no keys; code "worker_protocol": the operation is none.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cloud/aws/credential_chain.h"
#include "collector/site_file.h"
#include "inventory/aws/provider.h"
#include "relay/operation.h"
#include "worker/remote_aws.h"

namespace patrol::collector {

inline constexpr std::size_t purpose_chars_max = 100;

struct SiteTools {
    std::filesystem::path file;  // collector.yaml, read anew for each operation
    const aws::Environment& environment;
    net::Transport& transport;
    Clock& clock;
    const catalogue::Catalogue& catalogue;
    std::string https_proxy, no_proxy;
    std::string program = "/proc/self/exe";
};

// Safe to use from many threads.
class Site {
public:
    // What the tools refer to outlives this.
    explicit Site(SiteTools tools);

    // The provider of an operation's account, bound to the credential's account number. It asks nothing yet.
    Result<std::unique_ptr<worker::RemoteProvider>> provider_for(const relay::Operation& operation) const;
    // Of the credential that the operation names, once everything that can be checked without asking was.
    Result<Credential> allowed(const relay::Operation& operation) const;
    [[nodiscard]] const catalogue::Catalogue& catalogue() const { return tools_.catalogue; }

private:
    SiteTools tools_;
    aws::EndpointOverrides endpoints_;
};

// Pure: whether the file allows the operation.
Result<Credential> check_allowed(const SiteFile& file, const relay::Operation& operation);

}  // namespace patrol::collector
