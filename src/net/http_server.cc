#include "net/http_server.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <pthread.h>

#include <condition_variable>

#include "base/log.h"
#include "net/http_session.h"
#include "net/response_head.h"
#include "net/tls_context.h"
#include "net/worker_pool.h"

namespace patrol::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {
constexpr auto accept_pause = std::chrono::milliseconds(100);  // when descriptors run out
}  // namespace

class HttpServer::Impl final : public SessionHost, public std::enable_shared_from_this<HttpServer::Impl> {
public:
    Impl(ServerOptions options, Handler handler)
        : options_(std::move(options)), handler_(std::move(handler)) {}

    Result<Endpoint> start();
    void stop(std::chrono::milliseconds drain);
    [[nodiscard]] std::size_t connections() const {
        const std::lock_guard lock(mutex_);
        return sessions_.size();
    }

    bool enter(std::weak_ptr<Connection> hold, const Connection& connection, const IpAddress& peer) override;
    void leave(const Connection& connection, const IpAddress& peer) override;
    std::optional<ServerResponse> refusal(ServerRequest& request) override;
    ServerResponse answer(ServerRequest& request) override;
    ServerResponse error(int status) override;
    std::string_view date() override;
    [[nodiscard]] bool is_draining() const override { return draining_; }
    [[nodiscard]] const ServerOptions& options() const override { return options_; }
    [[nodiscard]] std::stop_token stop_token() const override { return stop_source_.get_token(); }
    WorkerPool& workers() override { return *workers_; }
    [[nodiscard]] std::shared_ptr<asio::ssl::context> tls() const override {
        return tls_ ? tls_->current() : nullptr;
    }

private:
    ServerResponse guarded(const ServerRequest& request, const std::function<ServerResponse()>& work);
    void accept();
    void watch_tls_files();
    void for_each_session(void (Connection::*act)());

    ServerOptions options_;
    Handler handler_;
    asio::io_context io_{1};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
    tcp::acceptor acceptor_{io_};
    asio::steady_timer pause_{io_};
    asio::steady_timer tls_watch_{io_};
    std::unique_ptr<TlsContext> tls_;
    std::stop_source stop_source_;
    std::unique_ptr<WorkerPool> workers_;
    std::thread thread_;
    std::atomic<bool> draining_ = false;
    std::time_t date_second_ = 0;
    std::string date_;

    mutable std::mutex mutex_;
    std::condition_variable left_;
    std::unordered_map<const Connection*, std::weak_ptr<Connection>> sessions_;
    std::map<IpAddress, std::size_t> by_address_;
};

Result<Endpoint> HttpServer::Impl::start() {
    error_code error;
    const auto address = asio::ip::make_address(options_.address, error);
    if (error) return invalid("address", "'" + options_.address + "' is not an IP address.");
    if (options_.tls) tls_ = TRY(TlsContext::load(*options_.tls));
    const tcp::endpoint wanted(address, options_.port);
    acceptor_.open(wanted.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(wanted, error);
    if (!error) acceptor_.listen(tcp::acceptor::max_listen_connections, error);
    if (error) {
        const std::string reason = error.message();
        acceptor_.close(error);
        return fail({.kind = Error::Kind::unavailable,
                     .message = fmt::format("Port {} of {} cannot be opened: {}.", options_.port,
                                            options_.address, reason),
                     .code = "bind"});
    }
    const std::uint16_t port = acceptor_.local_endpoint(error).port();
    workers_ = std::make_unique<WorkerPool>(options_.workers, options_.queued_requests_max);
    work_.emplace(io_.get_executor());
    accept();
    if (tls_) watch_tls_files();
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "http-server");
        io_.run();
    });
    return Endpoint{.address = options_.address, .port = port, .scheme = tls_ ? "https" : "http"};
}

void HttpServer::Impl::watch_tls_files() {
    tls_watch_.expires_after(options_.tls_files_interval);
    tls_watch_.async_wait([this](error_code stopped) {
        if (stopped || draining_) return;
        tls_->refresh();
        watch_tls_files();
    });
}

void HttpServer::Impl::accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
        if (draining_ || error == asio::error::operation_aborted) return;
        if (error) {
            pause_.expires_after(accept_pause);
            return pause_.async_wait([this](error_code stopped) {
                if (!stopped && !draining_) accept();
            });
        }
        const tcp::endpoint peer = socket.remote_endpoint(error);
        const auto address = error ? std::nullopt : IpAddress::from(peer.data());
        if (address) run_session(shared_from_this(), std::move(socket), *address);
        accept();
    });
}

void HttpServer::Impl::for_each_session(void (Connection::*act)()) {
    std::vector<std::shared_ptr<Connection>> alive;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [connection, hold] : sessions_)
            if (auto session = hold.lock()) alive.push_back(std::move(session));
    }
    for (const auto& session : alive) (*session.*act)();
}

void HttpServer::Impl::stop(std::chrono::milliseconds drain) {
    if (!thread_.joinable()) return;
    draining_ = true;
    asio::post(io_, [this] {
        error_code ignored;
        acceptor_.close(ignored);
        pause_.cancel();
        tls_watch_.cancel();
        for_each_session(&Connection::drain);
    });
    {
        std::unique_lock lock(mutex_);
        left_.wait_for(lock, drain, [this] { return sessions_.empty(); });
    }
    stop_source_.request_stop();
    workers_->finish();
    asio::post(io_, [this] { for_each_session(&Connection::close); });
    work_.reset();
    thread_.join();
}

bool HttpServer::Impl::enter(std::weak_ptr<Connection> hold, const Connection& connection,
                             const IpAddress& peer) {
    const std::lock_guard lock(mutex_);
    if (sessions_.size() >= options_.connections_max) return false;
    std::size_t& count = by_address_[peer];
    if (count >= options_.connections_per_address) return false;
    ++count;
    sessions_.emplace(&connection, std::move(hold));
    return true;
}

void HttpServer::Impl::leave(const Connection& connection, const IpAddress& peer) {
    const std::lock_guard lock(mutex_);
    sessions_.erase(&connection);
    if (const auto found = by_address_.find(peer); found != by_address_.end() && --found->second == 0)
        by_address_.erase(found);
    left_.notify_all();
}

ServerResponse HttpServer::Impl::error(int status) {
    try {
        if (options_.error_response) return options_.error_response(status);
    } catch (const std::exception& exception) {
        log::error("an error page could not be made", {{"reason", exception.what()}});
    }
    return plain_error(status);
}

std::string_view HttpServer::Impl::date() {
    const std::time_t now = std::time(nullptr);
    if (now != date_second_) date_ = format_http_date(now);
    date_second_ = now;
    return date_;
}

ServerResponse HttpServer::Impl::guarded(const ServerRequest& request,
                                         const std::function<ServerResponse()>& work) {
    if (request.stop.stop_requested()) return error(503);
    try {
        return work();
    } catch (const std::exception& exception) {
        log::error("a request handler failed", {{"method", request.method}, {"reason", exception.what()}});
    } catch (...) {
        log::error("a request handler failed", {{"method", request.method}});
    }
    return error(500);
}

ServerResponse HttpServer::Impl::answer(ServerRequest& request) {
    return guarded(request, [&] { return handler_(request); });
}

std::optional<ServerResponse> HttpServer::Impl::refusal(ServerRequest& request) {
    bool admitted = false;
    auto response = guarded(request, [&] {
        auto refused = options_.admission(request);
        admitted = !refused;
        return refused ? std::move(*refused) : ServerResponse();
    });
    if (admitted) return std::nullopt;
    return response;
}

HttpServer::HttpServer(ServerOptions options, Handler handler)
    : impl_(std::make_shared<Impl>(std::move(options), std::move(handler))) {}
// A server that cannot be stopped ends the program.
HttpServer::~HttpServer() { stop(std::chrono::milliseconds(0)); }  // NOLINT(bugprone-exception-escape)
Result<Endpoint> HttpServer::start() { return impl_->start(); }
void HttpServer::stop(std::chrono::milliseconds drain) { impl_->stop(drain); }
std::size_t HttpServer::connections() const { return impl_->connections(); }

}  // namespace patrol::net
