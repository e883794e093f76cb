#include "worker/child.h"

#include <openssl/ssl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <thread>

#include "base/log.h"
#include "catalogue/catalogue.h"
#include "document/rules.h"
#include "net/http_client.h"
#include "worker/desk_client.h"
#include "worker/fields.h"
#include "worker/pipe_dialer.h"
#include "worker/sandbox.h"

namespace patrol::worker {
namespace {

constexpr auto no_end = Millis(-1);

aws::Credentials credentials_of(Session session) {
    return {.access_key_id = std::move(session.access_key_id),
            .secret_access_key = std::move(session.secret_access_key),
            .session_token = std::move(session.session_token),
            .expires = session.expires};
}

inventory::AwsConnection connection_of(Start& start, DeskClient& desk, Clock& clock) {
    inventory::AwsConnection out{.auth = inventory::AwsKeys{},
                                 .account_id = start.account_id,
                                 .partition = start.partition,
                                 .session_name = start.session_name,
                                 .user_agent = start.user_agent,
                                 .endpoints = start.endpoints,
                                 .trust = {},
                                 .redactor = document::Redactor(start.redaction_key),
                                 .threads = static_cast<int>(start.threads),
                                 .rate_scale = start.rate_scale};
    // Where a connection may lead is the server's to say (worker/dial_desk.h).
    out.trust = {
        .ca_bundle = start.ca_bundle, .proxy = start.proxy, .destination = net::Destination::operator_chosen};
    if (start.keys)
        out.auth = inventory::AwsKeys{
            std::make_shared<aws::StaticSource>("access keys", credentials_of(std::move(*start.keys)))};
    else if (start.role_arn.empty())
        out.auth = inventory::AwsKeys{std::make_shared<DistantKeys>(desk, clock)};
    else
        out.auth = inventory::AwsRole{.role_arn = start.role_arn,
                                      .insecure_trust = start.insecure_trust,
                                      .patrol_account_id = start.patrol_account_id,
                                      .own_account = start.own_account,
                                      .door = std::make_shared<DistantDoor>(desk)};
    return out;
}

Result<catalogue::Catalogue> load_catalogue(const std::string& folder) {
    auto out = TRY(catalogue::Catalogue::load_embedded());
    std::error_code error;
    if (!folder.empty() && std::filesystem::exists(folder, error)) out = TRY(out.with_directory(folder));
    return out;
}

// Whatever a library opens when it is first used, it opens now.
void warm_up_libraries() {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL* connection = SSL_new(context);
    SSL_free(connection);
    SSL_CTX_free(context);
    (void)crypto::sha256("");
    (void)crypto::hmac_sha256("", "");
    (void)log::redact_credentials("");
    const crypto::Secret first("first");
}

class Child {
public:
    Child(Channel& channel, Start start, catalogue::Catalogue catalogue, net::TrustAnchors anchors)
        : channel_(channel),
          desk_(channel),
          dialer_(dial_descriptors()),
          catalogue_(std::move(catalogue)),
          client_({.https_proxy = start.https_proxy,
                   .no_proxy = start.no_proxy,
                   .dialer = &dialer_,
                   .anchors = std::move(anchors)}),
          provider_({client_, clock_, catalogue_}, connection_of(start, desk_, clock_)) {}

    // Until the server has no more work. Operations come one at a time.
    void serve() {
        for (;;) {
            const auto frame = channel_.receive(no_end);
            if (!frame || !*frame) ::_exit(0);
            const auto& [kind, body] = **frame;
            if (kind == Message::answer)
                desk_.take_answer(body);
            else if (kind == Message::stop)
                stop_.request_stop();
            else
                begin(kind, std::string(body));
        }
    }

private:
    static std::array<Descriptor, dial_lines> dial_descriptors() {
        std::array<Descriptor, dial_lines> out;
        for (std::size_t i = 0; i < dial_lines; ++i)
            out[i] = Descriptor(first_dial_descriptor + static_cast<int>(i));
        return out;
    }

    void begin(Message kind, std::string body) {
        if (working_.joinable()) working_.join();
        stop_ = std::stop_source();
        working_ = std::thread(
            [this, kind, order = std::move(body), stop = stop_.get_token()] { work(kind, order, stop); });
    }

    template <class T>
    void reply(Result<T> result) {
        desk_.report(Message::result, encode(reply_of(std::move(result))));
    }

    void work(Message kind, const std::string& order, const std::stop_token& stop) {
        switch (kind) {
            case Message::identity:
                return reply(provider_.identity(stop));
            case Message::test:
                return reply(Result<model::TestReport>(provider_.test(stop)));
            case Message::regions:
                return reply(provider_.regions(stop));
            case Message::run:
                return reply(run(order, stop));
            case Message::audit:
                return reply(audit(order, stop));
            default:
                ::_exit(1);
        }
    }

    Result<inventory::RunOutcome> run(const std::string& body, const std::stop_token& stop) {
        auto order = TRY(decode<RunOrder>(body));
        const std::set<model::SliceKey> done(order.already_done.begin(), order.already_done.end());
        const inventory::Plan plan{.slices = std::move(order.slices), .not_planned = {}, .regions = {}};
        DistantSink sink(desk_);
        return provider_.run(
            {.plan = plan,
             .sink = sink,
             .stop = stop,
             .on_progress =
                 [this](const inventory::Progress& each) { desk_.report(Message::progress, encode(each)); },
             .on_call = [this](const inventory::ApiCall& each) { desk_.report(Message::call, encode(each)); },
             .already_done = [&](const model::SliceKey& key) { return done.contains(key); },
             .rotation = order.rotation});
    }

    Result<std::vector<inventory::AuditAnswer>> audit(const std::string& body, const std::stop_token& stop) {
        return provider_.audit_events({.questions = TRY(decode<std::vector<inventory::AuditQuestion>>(body)),
                                       .stop = stop,
                                       .on_call = [this](const inventory::ApiCall& each) {
                                           desk_.report(Message::call, encode(each));
                                       }});
    }

    Channel& channel_;
    DeskClient desk_;
    PipeDialer dialer_;
    SystemClock clock_;
    catalogue::Catalogue catalogue_;
    net::HttpClient client_;
    inventory::AwsProvider provider_;
    std::stop_source stop_;
    std::thread working_;
};

Result<void> work_for_the_server(Channel& channel) {
    const auto frame = TRY(channel.receive(no_end));
    if (!frame || frame->kind != Message::start) return malformed_message();
    auto start = TRY(decode<Start>(frame->body));
    auto catalogue = TRY(load_catalogue(start.catalogue_dir));
    auto anchors = TRY(net::TrustAnchors::load(start.ca_bundle));
    warm_up_libraries();
    TRY(close_sandbox());
    Child child(channel, std::move(start), std::move(catalogue), std::move(anchors));
    if (!channel.send(Message::ready, encode(Reply<bool>{.error = {}, .value = has_sandbox}))) return {};
    child.serve();
    return {};
}

// Pages can wait, the server's answers and its writing cannot: it goes first where processors are few.
void yield_to_the_server() {
    constexpr int niceness = 5;
    std::ignore = ::setpriority(PRIO_PROCESS, 0, niceness);
}

}  // namespace

int run_worker_process() {
    int type = 0;
    socklen_t size = sizeof type;
    if (::getsockopt(channel_descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
        std::fputs("patrol: this command is started by a server.\n", stderr);
        return 2;
    }
    Channel channel((Descriptor(channel_descriptor)));
    yield_to_the_server();
    auto done = drop_privileges();
    if (done) done = work_for_the_server(channel);
    if (!done) (void)channel.send(Message::ready, encode(Reply<bool>{.error = done.error(), .value = false}));
    return done ? 0 : 1;
}

}  // namespace patrol::worker
