// The product's HTTP client: callers block, one thread drives all transfers with libcurl's multi interface.
// HTTP/1.1 keep-alive and HTTP/2; one connection pool, DNS cache and CA store per trust profile.
// A host name is resolved by a thread of libcurl's; at most `resolving_at_once` exist per profile.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/dialer.h"
#include "net/egress_policy.h"
#include "net/transport.h"
#include "net/trust_anchors.h"

namespace patrol::net {

struct HttpClientOptions {
    EgressPolicy egress;      // for Destination::user_supplied
    std::string https_proxy;  // for ProxyUse::environment: see proxies_from_environment()
    std::string no_proxy;
    std::string user_agent = "patrol/" PATROL_VERSION;  // sent where the request names none
    std::size_t in_flight_max = 1024;  // per trust profile; further requests wait within their timeout
    std::size_t resolving_at_once = 32;
    Dialer* dialer = nullptr;             // looks up and connects in the client's place; outlives it
    std::optional<TrustAnchors> anchors;  // in place of every profile's file
};

// HTTPS_PROXY and NO_PROXY, in either case of letters.
void proxies_from_environment(HttpClientOptions& options);

class HttpClient final : public Transport {
public:
    explicit HttpClient(HttpClientOptions options = {});
    ~HttpClient() override;  // transfers in flight end as cancelled
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    Result<HttpResponse> send(const HttpRequest& request) override;

    // Connections opened since the start, over all profiles: for metrics and tests of reuse.
    [[nodiscard]] std::size_t connections_opened() const;

private:
    class Loop;
    std::unique_ptr<Loop> loop_;
};

}  // namespace patrol::net
