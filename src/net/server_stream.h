// The bytes of one connection of the server, plain or through TLS, for Asio's composed operations. Internal.
// Timeouts are the socket's: one that passes during a TLS operation ends the connection like any other.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace patrol::net {

class ServerStream {
public:
    using executor_type = boost::beast::tcp_stream::executor_type;
    using Socket = boost::asio::ip::tcp::socket;
    using Context = std::shared_ptr<boost::asio::ssl::context>;

    // Without a context the stream is plain.
    ServerStream(Socket socket, Context context) : plain_(std::move(socket)), context_(std::move(context)) {
        if (context_) tls_.emplace(plain_, *context_);
    }

    [[nodiscard]] bool is_tls() const { return tls_.has_value(); }
    executor_type get_executor() { return plain_.get_executor(); }
    Socket& socket() { return plain_.socket(); }
    boost::beast::tcp_stream& below_tls() { return plain_; }
    void expires_after(std::chrono::nanoseconds time) { plain_.expires_after(time); }
    void expires_never() { plain_.expires_never(); }

    template <class Buffers, class Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        if (tls_) return void(tls_->async_read_some(buffers, std::forward<Handler>(handler)));
        plain_.async_read_some(buffers, std::forward<Handler>(handler));
    }
    template <class Buffers, class Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        if (tls_) return void(tls_->async_write_some(buffers, std::forward<Handler>(handler)));
        plain_.async_write_some(buffers, std::forward<Handler>(handler));
    }
    // Of TLS only.
    template <class Handler>
    void async_handshake(Handler&& handler) {
        tls_->async_handshake(boost::asio::ssl::stream_base::server, std::forward<Handler>(handler));
    }
    template <class Handler>
    void async_shutdown(Handler&& handler) {
        tls_->async_shutdown(std::forward<Handler>(handler));
    }

private:
    boost::beast::tcp_stream plain_;
    Context context_;
    std::optional<boost::asio::ssl::stream<boost::beast::tcp_stream&>> tls_;
};

}  // namespace patrol::net
