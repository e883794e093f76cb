#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "api/api.h"
#include "api/oidc_provider.h"
#include "api/problem.h"
#include "base/log.h"
#include "console/console.h"
#include "crypto/hash.h"
#include "document/canonical.h"
#include "document/rules.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "net/smtp_client.h"
#include "notify/sender.h"
#include "scan/workers.h"
#include "server/aws_connector.h"
#include "server/first_start.h"
#include "server/master_key.h"
#include "server/secret_settings.h"
#include "server/server.h"
#include "store/audit.h"

namespace patrol::server {
namespace {

// What the running server last called itself: `patrol server setup-token` prints it.
constexpr std::string_view public_url_setting = "public_url";

// Values that Patrol keeps itself: the store has the sealed bytes, the master key opens them.
class StoredSealedValues final : public secrets::SealedValues {
public:
    StoredSealedValues(store::Store& store, const crypto::MasterKey& master_key, Clock& clock)
        : store_(store), master_key_(master_key), clock_(clock) {}

    Result<crypto::Secret> open(const TenantId& tenant, std::string_view id_or_name) const override {
        const auto sealed = TRY(store_.secrets().sealed_value(tenant, id_or_name, clock_.now()));
        auto value = master_key_.open(sealed.bytes,
                                      crypto::seal_place(tenant.str(), "secret", sealed.id.str(), "value"));
        if (!value) TRY(note_damage(tenant, sealed.id, value.error()));
        return value;
    }

private:
    // A value that was changed, or copied here from another row or tenant.
    Result<void> note_damage(const TenantId& tenant, const SecretId& id, const Error& error) const {
        TRY(store_.audit().append(tenant, {.at = clock_.now(),
                                           .action = "secret.open",
                                           .object = {"secret", id.str(), ""},
                                           .outcome = model::AuditOutcome::refused,
                                           .reason = api::type_of(error)}));
        return {};
    }

    store::Store& store_;
    const crypto::MasterKey& master_key_;
    Clock& clock_;
};

// The platform's own tenant is the one that was made first; it and an only tenant are not confined.
Result<bool> is_confined(store::Store& store, const TenantId& tenant) {
    const auto all = TRY(store.tenants().all());
    const auto first = std::ranges::min_element(all, {}, &model::Tenant::created_at);
    return all.size() > 1 && first->id != tenant;
}

std::vector<drift::PathChange> compare(const catalogue::Catalogue& catalogue, std::string_view type,
                                       std::string_view before, std::string_view after) {
    const auto* known = catalogue.type(type);
    const auto rules =
        known == nullptr ? document::Rules() : document::Rules::compile(*known, catalogue.member_rules());
    const auto canonical = [&rules](std::string_view text) -> json::value {
        const auto parsed = parse_json(text, {.depth = limits::document_json_depth});
        if (!parsed) return nullptr;
        auto value =
            parse_json(document::canonical_text(*parsed, rules), {.depth = limits::document_json_depth});
        return value ? std::move(*value) : json::value(nullptr);
    };
    return drift::diff(canonical(before), canonical(after), rules);
}

store::StoreOptions store_options(const Configuration& configuration, const crypto::MasterKey& key) {
    return {.url = configuration.database_url,
            .data_dir = configuration.data_dir,
            .cursor_key = std::string(crypto::as_text(key.derive("cursor")))};
}

// The same over restarts, so that a killed server takes its own scans back at once.
std::string worker_name(const Configuration& configuration) {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
    return fmt::format("{}:{}", host.data(), std::filesystem::absolute(configuration.data_dir).string());
}

net::HttpClientOptions client_options(const net::EgressPolicy& egress) {
    net::HttpClientOptions options{.egress = egress, .user_agent = "Patrol/" PATROL_VERSION};
    net::proxies_from_environment(options);
    return options;
}

// A public name that leads back to this server must not be an account's endpoint.
net::EgressPolicy refuse_own_name(net::EgressPolicy policy, const std::string& public_url) {
    if (const auto url = net::parse_url(public_url)) policy.refuse_host(url->host);
    return policy;
}

}  // namespace

struct Server::Parts {
    Parts(const Configuration& given, crypto::MasterKey key, std::unique_ptr<store::Store> opened,
          catalogue::Catalogue types, net::EgressPolicy policy)
        : configuration(given),
          master_key(std::move(key)),
          store(std::move(opened)),
          catalogue(std::move(types)),
          egress(std::move(policy)),
          client(client_options(egress)),
          access(environment, client, clock, catalogue),
          identity(
              clock, [this](std::stop_token stop) { return access.who_am_i(stop); },
              configuration.aws_principal_role),
          sealed(*store, master_key, clock),
          secrets(sealed, configuration.secrets,
                  {configuration.secrets_prefix,
                   [this](const TenantId& tenant) { return is_confined(*store, tenant); }},
                  {{client, clock}, environment, *configuration.taken}),
          events(scan::EventHub::events_kept, static_cast<std::uint64_t>(clock.now().ms)),
          collectors(clock),
          connector(access, {*store, master_key, secrets, identity,
                             configuration.allow_own_account == Switch::on ? inventory::OwnAccount::allowed
                                                                           : inventory::OwnAccount::refused,
                             configuration.aws_rate_percent / 100.0,
                             configuration.workers_in_process == Switch::on ? WorkerPlace::server
                                                                            : WorkerPlace::process,
                             egress, configuration.catalogue_dir.string(), &collectors}),
          tests(*store, connector, events, clock),
          workers(*store, catalogue, connector, events, clock,
                  {.worker_name = worker_name(configuration),
                   .threads = configuration.scan_threads,
                   .places = [this] { return collectors.here(); }}) {
        store->audit().use_keys(api::audit_keys(master_key));
    }

    [[nodiscard]] api::FirstRunTools first_run_tools() { return {*store, master_key, passwords, clock}; }

    api::Services services() {
        return {*store,
                catalogue,
                workers,
                tests,
                events,
                identity,
                secrets,
                master_key,
                passwords,
                egress,
                *courier,
                clock,
                api_settings(),
                [this](std::string_view type, std::string_view before, std::string_view after) {
                    return compare(catalogue, type, before, after);
                },
                [this] { return ready.load(); },
                collectors,
                oidc.get()};
    }

    [[nodiscard]] api::Settings api_settings() const {
        const auto allow = [](Switch value) {
            return value == Switch::on ? api::Allow::yes : api::Allow::no;
        };
        return {.public_url = public_url,
                .server_name = configuration.server_name,
                .insecure_http = allow(configuration.insecure_http),
                .own_account = allow(configuration.allow_own_account),
                .trusted_proxies = configuration.trusted_proxies,
                .connect_token_age = configuration.connect_token_age};
    }

    [[nodiscard]] api::Transport transport() const {
        return configuration.tls ? api::Transport::tls : api::Transport::plain;
    }

    // Listening comes first, because the public URL may depend on the port that the kernel chose.
    Result<void> listen() {
        net::ServerOptions options{.address = configuration.listen_address,
                                   .port = configuration.listen_port,
                                   .tls = configuration.tls};
        options.error_response = [transport = transport()](int status) {
            return api::Api::error_response(status, transport);
        };
        options.body_limit = &api::Api::body_limit;
        options.admission = [this](net::ServerRequest& request) -> std::optional<net::ServerResponse> {
            const api::Api* current = serving.load();
            if (current == nullptr) return api::Api::error_response(503, transport());
            return current->refusal(request);
        };
        http = std::make_unique<net::HttpServer>(options, [this](net::ServerRequest& request) {
            const api::Api* current = serving.load();
            return current == nullptr ? api::Api::error_response(503, transport()) : current->handle(request);
        });
        const net::Endpoint endpoint = TRY(http->start());
        local_url = endpoint.url();
        public_url = configuration.public_url.empty() ? local_url : configuration.public_url;
        return refuse_own_address(configuration.secrets.vault, local_url, public_url);
    }

    // After listen(): links in notices lead to the public URL.
    void make_oidc() {
        if (configuration.oidc_issuer.empty()) return;
        oidc = std::make_unique<api::OidcProvider>(
            client, clock,
            api::OidcSettings{configuration.oidc_issuer, configuration.oidc_client_id,
                              configuration.oidc_client_secret_file, configuration.oidc_name,
                              environment.variable("SSL_CERT_FILE").value_or("")});
    }

    void make_sender() {
        const auto url = net::parse_url(public_url);
        const bool has_name = url && url->host_kind == net::Url::HostKind::name;
        mail = std::make_unique<net::SmtpClient>(egress, environment.variable("SSL_CERT_FILE").value_or(""),
                                                 has_name ? url->host : "localhost");
        courier = std::make_unique<notify::Courier>(notify::CourierMeans{client, *mail, secrets, clock},
                                                    public_url);
        sender = std::make_unique<notify::Sender>(
            *store, *courier, client, clock,
            notify::SenderOptions{.attempts = configuration.notification_attempts,
                                  .heartbeat_url = configuration.heartbeat_url});
    }

    Result<void> serve() {
        web_console = TRY(console::Console::embedded());
        make_sender();
        make_oidc();
        api = std::make_unique<api::Api>(services());
        api->serve_rest([this](const net::ServerRequest& request) {
            auto response = web_console.serve(request);
            return response ? *std::move(response) : api::Api::error_response(404, transport());
        });
        TRY(bootstrap(configuration, first_run_tools()));
        TRY(store->settings().set(public_url_setting, public_url));
        first_start_url = TRY(make_setup_url(*store, clock, public_url));
        TRY(workers.start());
        sender->start();
        ready = true;
        serving = api.get();
        // Known before somebody asks: finding out can take seconds where there is no identity.
        identity_warmer = std::jthread([this] { std::ignore = identity.get(); });
        return {};
    }

    Configuration configuration;
    SystemClock clock;
    crypto::MasterKey master_key;
    std::unique_ptr<store::Store> store;
    catalogue::Catalogue catalogue;
    net::EgressPolicy egress;
    net::HttpClient client;
    aws::SystemEnvironment environment;
    AwsAccess access;
    scan::PatrolIdentity identity;
    StoredSealedValues sealed;
    secrets::Secrets secrets;
    scan::EventHub events;
    relay::CollectorDesk collectors;
    AwsConnector connector;
    scan::ConnectionTest tests;
    scan::Workers workers;
    crypto::PasswordHasher passwords;
    std::atomic<bool> ready = false;
    std::string public_url, local_url, first_start_url;
    console::Console web_console;
    std::unique_ptr<net::SmtpClient> mail;
    std::unique_ptr<notify::Courier> courier;
    std::unique_ptr<notify::Sender> sender;
    std::unique_ptr<api::OidcProvider> oidc;
    std::unique_ptr<api::Api> api;
    std::atomic<const api::Api*> serving = nullptr;
    std::unique_ptr<net::HttpServer> http;
    std::jthread identity_warmer;
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() { stop(); }

const std::string& Server::public_url() const { return parts_->public_url; }
const std::string& Server::local_url() const { return parts_->local_url; }
const std::string& Server::first_start_url() const { return parts_->first_start_url; }

namespace {

// What was begun when the last server ended is told in the audit log. On SQLite this is the only server; on
// PostgreSQL another one may be about to write its entry.
Result<void> settle_acts(store::Store& store, const Clock& clock) {
    const bool is_alone = store.database().dialect() == store::Dialect::sqlite;
    const auto age = is_alone ? Millis(0) : Millis(limits::audit_announced_age);
    const auto settled = TRY(store.audit().settle_announced(clock.now() - age));
    if (settled > 0)
        log::warn("acts were begun and not ended when a server stopped: see the audit log, outcome unknown",
                  {{"acts", std::to_string(settled)}});
    return {};
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const Configuration& configuration, Part part) {
    auto key = TRY(load_master_key(configuration));
    auto store = TRY(store::Store::open(store_options(configuration, key)));
    TRY(finish_rotation(configuration, *store, key));
    auto catalogue = TRY(catalogue::Catalogue::load_embedded());
    std::error_code error;
    if (std::filesystem::exists(configuration.catalogue_dir, error))
        catalogue = TRY(catalogue.with_directory(configuration.catalogue_dir));
    auto egress = TRY(net::EgressPolicy::parse(configuration.allow_endpoints));
    auto parts =
        std::make_unique<Parts>(configuration, std::move(key), std::move(store), std::move(catalogue),
                                refuse_own_name(std::move(egress), configuration.public_url));
    auto server = std::unique_ptr<Server>(new Server(std::move(parts)));
    if (configuration.workers_in_process == Switch::on)
        log::warn("clouds are read in this process, with its secrets in memory: --workers-in-process is set");
    else
        log::info("clouds are read by worker processes in a sandbox");
    if (part == Part::worker) {
        TRY(server->parts_->workers.start());
    } else {
        TRY(settle_acts(*server->parts_->store, server->parts_->clock));
        TRY(server->parts_->listen());
        TRY(server->parts_->serve());
    }
    return server;
}

void Server::stop() {
    if (!parts_) return;
    parts_->ready = false;
    if (parts_->http) parts_->http->stop();
    if (parts_->sender) parts_->sender->stop();
    parts_->workers.stop();
    parts_->store->audit().log_heads();
    parts_.reset();
}

namespace {

// The database beside a server that may be running, and the address that people open.
struct Beside {
    crypto::MasterKey master_key;
    std::unique_ptr<store::Store> store;
    std::string public_url;
};

Result<Beside> open_beside(const Configuration& configuration) {
    auto key = TRY(load_master_key(configuration));
    auto store = TRY(store::Store::open(store_options(configuration, key)));
    const std::string local = net::Endpoint{configuration.listen_address, configuration.listen_port,
                                            configuration.tls ? "https" : "http"}
                                  .url();
    const auto known = TRY(store->settings().get(public_url_setting));
    const std::string url =
        configuration.public_url.empty() ? known.value_or(local) : configuration.public_url;
    return Beside{std::move(key), std::move(store), url};
}

}  // namespace

Result<std::string> new_setup_url(const Configuration& configuration) {
    const Beside beside = TRY(open_beside(configuration));
    SystemClock clock;
    std::string url = TRY(make_setup_url(*beside.store, clock, beside.public_url));
    if (!url.empty()) return url;
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "Patrol is set up already.",
                      .hint =
                          "Sign in with the owner's e-mail address and password; who lost it runs `patrol "
                          "server password-reset EMAIL`.",
                      .code = "already_set_up"});
}

Result<std::string> new_recovery_url(const Configuration& configuration, const Recovery& recovery) {
    const Beside beside = TRY(open_beside(configuration));
    beside.store->audit().use_keys(api::audit_keys(beside.master_key));
    SystemClock clock;
    return make_recovery_url(*beside.store, clock, beside.public_url, recovery);
}

Result<OwnIdentity> own_aws_identity() {
    const auto catalogue = TRY(catalogue::Catalogue::load_embedded());
    net::HttpClient client(client_options({}));
    const aws::SystemEnvironment environment;
    SystemClock clock;
    AwsAccess access(environment, client, clock, catalogue);
    const auto source = TRY(access.credentials());
    const auto identity = TRY(access.who_am_i({}));
    return OwnIdentity{identity.account_id, identity.arn, identity.partition, source->name()};
}

}  // namespace patrol::server
