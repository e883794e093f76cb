// One API request on its way through a handler: who calls, what was sent, and what the server has to
// answer it with. A handler is a plain function Result<Answer>(Call&); routes.cc lists them all.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/audited.h"
#include "api/reach.h"
#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "catalogue/catalogue.h"
#include "crypto/password.h"
#include "crypto/seal.h"
#include "drift/diff.h"
#include "model/tenant.h"
#include "net/egress_policy.h"
#include "net/http_server.h"
#include "relay/desk.h"
#include "relay/nonces.h"
#include "scan/connection_check.h"
#include "scan/event_hub.h"
#include "scan/patrol_identity.h"
#include "scan/workers.h"
#include "secrets/secrets.h"
#include "store/collectors.h"
#include "store/store.h"

namespace patrol::notify {
class Courier;
}

namespace patrol::api {

class Limits;
class Metrics;
class EventPacer;
class OidcProvider;
struct Route;

enum class Allow { no, yes };

struct Settings {
    std::string public_url;              // "https://patrol.example.com", no slash at the end
    std::string server_name = "Patrol";  // shown to the customer's administrator
    Allow insecure_http = Allow::no;     // sign-in over plain http beyond loopback
    Allow own_account = Allow::no;       // roles in Patrol's own AWS account
    // Whose X-Forwarded-For and X-Forwarded-Proto count. Absent: those of a proxy on this machine, where the
    // public URL is https.
    std::optional<std::vector<net::Cidr>> trusted_proxies;
    Millis connect_token_age = limits::connect_token_age;
};

// What handlers may use: built once by the server, outlives every request.
struct Services {
    store::Store& store;
    const catalogue::Catalogue& catalogue;
    scan::Workers& workers;
    scan::ConnectionTest& tests;
    scan::EventHub& events;
    scan::PatrolIdentity& identity;
    secrets::Secrets& secrets;
    const crypto::MasterKey& master_key;
    crypto::PasswordHasher& passwords;
    const net::EgressPolicy& egress;
    const notify::Courier& courier;
    Clock& clock;
    Settings settings;
    // What changed between two stored documents of one type, by the catalogue's rules.
    std::function<std::vector<drift::PathChange>(std::string_view type, std::string_view before,
                                                 std::string_view after)>
        compare;
    // False until the first start is done: /readyz then answers 503.
    std::function<bool()> is_ready;
    relay::CollectorDesk& collectors;
    OidcProvider* oidc = nullptr;  // whom people may sign in with besides; none: nullptr
};

// State of the API itself, shared by its handlers.
struct Shared {
    Limits& limits;
    Metrics& metrics;
    EventPacer& pacer;
    relay::NonceMemory& nonces;
};

// A collector whose request is signed with its key.
struct CollectorCaller {
    TenantId tenant;
    model::Collector collector;
    relay::SignatureHeader signature;
};

struct Caller {
    enum class Kind { nobody, session, api_token, connect_token, collector };
    Kind kind = Kind::nobody;
    model::User user;
    model::Role role = model::Role::viewer;  // a token's may be below its user's
    bool platform_owner = false;
    model::CustomerScope customers = model::CustomerScope::only({});  // a token's only as far as its user's
    std::optional<model::Session> session;
    model::SecondFactorRule second_factor = model::SecondFactorRule::optional;  // of a session's tenant
    std::optional<model::ApiToken> api_token;
    std::optional<model::ConnectToken> connect_token;
    std::string connect_token_hash;
    std::optional<CollectorCaller> collector;
};

// A higher role may do all that a lower one may.
bool has_role(model::Role have, model::Role need);

using Answer = net::ServerResponse;

struct Call {
    const Services& services;
    const Shared& shared;
    const net::ServerRequest& request;
    std::string trace_id;
    Caller caller;
    Audited audited;             // what the handler adds to the audit entry
    Reach reach = Reach::whole;  // of the route
    const Route* route = nullptr;

    // For what has no customers. Where the route has, and the caller sees only some, this is nobody's
    // tenant: a handler that asks as the tenant instead of as the viewer then finds nothing.
    [[nodiscard]] const TenantId& tenant() const;
    // The caller's tenant and customers, for what has customers. Its `tenant` alone is for what follows
    // from an act that the caller was let to do: the work behind it is the program's own.
    [[nodiscard]] store::Viewer viewer() const;
    [[nodiscard]] Timestamp now() const { return services.clock.now(); }
    [[nodiscard]] store::Store& store() const { return services.store; }
    // "user@example.com" or "token deploy": who asked for a scan.
    [[nodiscard]] std::string who() const;

    // The JSON object of the body; an absent body is {}.
    [[nodiscard]] Result<json::object> body() const;
    // Kind::not_found for an id that cannot be one: the same answer as for one that is not there.
    template <class T>
    [[nodiscard]] Result<T> id(std::string_view name = "id") const {
        auto parsed = T::parse(request.path_parameter(name));
        if (!parsed) return fail(not_found());
        return *parsed;
    }
    // nullopt where absent or empty.
    [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
    // The revision in If-Match; nullopt where absent or "*". Kind::stale for one that no row can have.
    [[nodiscard]] Result<std::optional<std::int64_t>> if_match() const;
    static Error not_found();
};

Answer answer(const json::value& body, int status = 200);
Answer answer_text(std::string json);  // 200, of JSON that is text already
Answer created(const json::value& body, std::string location);
Answer no_content();
Answer with_etag(Answer response, std::int64_t revision);

// Times as RFC 3339, null where never.
json::value time_or_null(Timestamp time);
json::value text_or_null(std::string_view text);
json::object labels_of(const model::Labels& labels);

}  // namespace patrol::api
