// One connection of the server, and what it needs of its server. Internal. A session lives on the I/O
// thread; the handler runs on a worker, which hands its response back to the I/O thread.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string_view>

#include "net/http_server.h"
#include "net/worker_pool.h"

namespace patrol::net {

class Connection {
public:
    virtual ~Connection() = default;
    // What waits for a request ends now; streams end after what is buffered; the rest after its answer.
    virtual void drain() = 0;
    virtual void close() = 0;
};

class SessionHost {
public:
    virtual ~SessionHost() = default;
    // False where the server or this address has too many connections already.
    virtual bool enter(std::weak_ptr<Connection> hold, const Connection& connection,
                       const IpAddress& peer) = 0;
    virtual void leave(const Connection& connection, const IpAddress& peer) = 0;
    // Both never throw, and are a worker's: the refusal of a request by its head, and the handler's answer.
    virtual std::optional<ServerResponse> refusal(ServerRequest& request) = 0;
    virtual ServerResponse answer(ServerRequest& request) = 0;
    virtual ServerResponse error(int status) = 0;
    virtual std::string_view date() = 0;
    [[nodiscard]] virtual bool is_draining() const = 0;
    [[nodiscard]] virtual const ServerOptions& options() const = 0;
    [[nodiscard]] virtual std::stop_token stop_token() const = 0;
    virtual WorkerPool& workers() = 0;
    // nullptr where connections are plain.
    [[nodiscard]] virtual std::shared_ptr<boost::asio::ssl::context> tls() const = 0;
};

void run_session(std::shared_ptr<SessionHost> host, boost::asio::ip::tcp::socket socket,
                 const IpAddress& peer);

}  // namespace patrol::net
