// The API behind net::HttpServer: one object per process. handle() may be called by many threads.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "api/call.h"
#include "api/problem.h"
#include "net/router.h"

namespace patrol::api {

class Api {
public:
    explicit Api(Services services);
    ~Api();
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    net::ServerResponse handle(net::ServerRequest& request) const;
    // What the head alone says: the refusal of a caller who may not send this, or nothing.
    std::optional<net::ServerResponse> refusal(net::ServerRequest& request) const;
    // For the answers that net::HttpServer gives itself (400, 408, 413, 431, 503).
    static net::ServerResponse error_response(int status, Transport transport = Transport::plain);
    // How large a body may be at this address.
    static std::size_t body_limit(std::string_view method, std::string_view path);
    // The console's files, below every path that no route takes.
    void serve_rest(net::RouteHandler handler);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace patrol::api
