// The one translation unit that knows Boost.Beast.
#include "net/http_session.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/log.h"
#include "net/request_head.h"
#include "net/response_head.h"
#include "net/server_stream.h"

namespace patrol::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using beast::error_code;

namespace {

constexpr std::size_t head_read_bytes = 4096;
constexpr std::size_t usual_headers = 16;  // room for what most requests carry
constexpr auto linger_time = std::chrono::seconds(2);
constexpr std::string_view heartbeat_comment = ": keep-alive\n\n";

// Asio's own condition writes 64 KB at a time.
constexpr auto write_all = [](const error_code& error, std::size_t) {
    return error ? std::size_t(0) : std::numeric_limits<std::size_t>::max();
};

std::string_view body_of(const ServerResponse& response) {
    if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
    if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body))
        return *shared ? std::string_view(**shared) : std::string_view();
    return {};
}

std::shared_ptr<EventStream> stream_of(const ServerResponse& response) {
    const auto* stream = std::get_if<std::shared_ptr<EventStream>>(&response.body);
    return stream ? *stream : nullptr;
}

class Session final : public Connection, public std::enable_shared_from_this<Session> {
public:
    Session(std::shared_ptr<SessionHost> server, tcp::socket socket, IpAddress peer)
        : server_(std::move(server)),
          stream_(std::move(socket), server_->tls()),
          heartbeat_(stream_.get_executor()),
          peer_(peer) {}
    ~Session() override {
        if (entered_) server_->leave(*this, peer_);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void run() {
        entered_ = server_->enter(weak_from_this(), *this, peer_);
        if (!entered_) return;  // destroyed, which closes the connection
        error_code ignored;
        stream_.socket().set_option(tcp::no_delay(true), ignored);
        stream_.expires_after(server_->options().header_time);
        if (!stream_.is_tls()) return read_head();
        stream_.async_handshake([self = shared_from_this()](error_code error) {
            if (error) return self->close();
            self->stream_.expires_after(self->server_->options().header_time);
            self->read_head();
        });
    }

    // For the server's stop: what waits for a request ends now, streams end after what is buffered.
    void drain() override {
        if (events_) return events_->close();
        if (state_ == State::waiting && buffer_.size() == 0) close();
    }

    void close() override {
        if (events_) events_->detach();
        heartbeat_.cancel();
        error_code ignored;
        stream_.socket().close(ignored);
    }

private:
    enum class State { waiting, busy };
    using Parser = http::request_parser<http::string_body>;

    [[nodiscard]] std::string_view buffered() const {
        return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
    }

    void read_head() {
        state_ = State::waiting;
        while (buffered().starts_with("\r\n")) buffer_.consume(2);
        const auto end = buffered().find("\r\n\r\n", scanned_);
        if (end != std::string_view::npos) return on_head(end + 4);
        if (buffer_.size() >= server_->options().header_bytes_max) return refuse(431);
        for (std::size_t i = scanned_; i < buffer_.size(); ++i)
            if (buffered()[i] == '\n' && (i == 0 || buffered()[i - 1] != '\r')) return refuse(400);
        scanned_ = buffer_.size() < 3 ? 0 : buffer_.size() - 3;
        stream_.async_read_some(buffer_.prepare(head_read_bytes),
                                [self = shared_from_this()](error_code error, std::size_t count) {
                                    if (error) return self->close();
                                    self->on_head_bytes(count);
                                });
    }

    void on_head_bytes(std::size_t count) {
        // The whole head must arrive within its time, counted from its first byte.
        if (!std::exchange(head_begun_, true)) stream_.expires_after(server_->options().header_time);
        buffer_.commit(count);
        read_head();
    }

    void on_head(std::size_t size) {
        state_ = State::busy;
        scanned_ = 0;
        head_begun_ = false;
        keep_alive_ = false;
        is_head_request_ = false;
        const ServerOptions& options = server_->options();
        if (size > options.header_bytes_max) return refuse(431);
        if (const int status = judge_head(buffered().substr(0, size), {.headers = options.headers_max}))
            return refuse(status);
        parser_.emplace();
        parser_->header_limit(static_cast<std::uint32_t>(size + 1));
        parser_->body_limit(boost::none);  // the address decides
        parser_->eager(false);
        error_code error;
        parser_->put(asio::buffer(buffered().substr(0, size)), error);
        buffer_.consume(size);
        if (error || !parser_->is_header_done()) return refuse(400);
        begin_request();
    }

    void begin_request() {
        const auto& message = parser_->get();
        request_ = {};
        request_.method = std::string(message.method_string());
        if (request_.method == "TRACE" || request_.method == "CONNECT") return refuse(405);
        auto target = parse_target({message.target().data(), message.target().size()});
        if (!target || (target->path == "*" && request_.method != "OPTIONS")) return refuse(400);
        request_.target = std::move(target->text);
        request_.path = std::move(target->path);
        request_.query = std::move(target->query);
        if (!limit_body()) return refuse(413);
        request_.headers.reserve(usual_headers);
        for (const auto& field : message)
            request_.headers.push_back({std::string(field.name_string()), std::string(field.value())});
        request_.peer_address = peer_;
        request_.is_loopback = peer_.is_loopback();
        request_.is_tls = stream_.is_tls();
        request_.stop = server_->stop_token();
        is_head_request_ = request_.method == "HEAD";
        keep_alive_ = message.version() == 11 && message.keep_alive();
        if (parser_->is_done()) return dispatch();
        const auto length = parser_->content_length();
        const bool is_small = length && *length <= unasked_body_bytes;
        if (server_->options().admission && !is_small) return ask_admission();
        receive_body();
    }

    bool limit_body() {
        const ServerOptions& options = server_->options();
        const std::size_t limit =
            options.body_limit ? options.body_limit(request_.method, request_.path) : options.body_bytes_max;
        const auto length = parser_->content_length();
        if (length && *length > limit) return false;
        parser_->body_limit(limit);
        return true;
    }

    // Nobody makes the server read a large body who may not send it.
    void ask_admission() {
        stream_.expires_never();
        const bool taken = server_->workers().submit([self = shared_from_this()]() mutable {
            auto refusal =
                std::make_shared<std::optional<ServerResponse>>(self->server_->refusal(self->request_));
            auto executor = self->stream_.get_executor();
            asio::post(executor, [session = std::move(self), refusal] {
                if (!*refusal) return session->receive_body();
                session->keep_alive_ = false;
                session->send(std::move(**refusal));
            });
        });
        if (taken) return;
        refuse(503);
    }

    void receive_body() {
        if (!stream_.socket().is_open()) return;
        stream_.expires_after(server_->options().body_time);
        const std::string_view expectation = request_.header("Expect");
        if (expectation.empty()) return read_body();
        if (!equal_without_case(expectation, "100-continue")) return refuse(417);
        static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(stream_, asio::buffer(go_on),
                          [self = shared_from_this()](error_code error, std::size_t) {
                              if (error) return self->close();
                              self->read_body();
                          });
    }

    void read_body() {
        parser_->eager(true);
        http::async_read(
            stream_, buffer_, *parser_,
            [self = shared_from_this()](error_code error, std::size_t) { self->on_body(error); });
    }

    void on_body(error_code error) {
        if (!error) return dispatch();
        if (error == http::error::body_limit) return refuse(413);
        const bool is_malformed = error.category() == make_error_code(http::error::bad_chunk).category() &&
                                  error != http::error::partial_message &&
                                  error != http::error::end_of_stream;
        if (is_malformed) return refuse(400);
        close();
    }

    void dispatch() {
        request_.body = std::move(parser_->get().body());
        stream_.expires_never();
        // The task gives its hold on the session away, so that a session always ends on the I/O thread.
        const bool taken = server_->workers().submit([self = shared_from_this()]() mutable {
            auto response = std::make_shared<ServerResponse>(self->server_->answer(self->request_));
            auto executor = self->stream_.get_executor();
            asio::post(executor,
                       [session = std::move(self), response] { session->send(std::move(*response)); });
        });
        if (!taken) send(server_->error(503));
    }

    // For messages after which the two sides may not agree where the next one starts.
    void refuse(int status) {
        state_ = State::busy;
        keep_alive_ = false;
        send(server_->error(status));
    }

    void send(ServerResponse response) {
        if (!stream_.socket().is_open()) {
            if (const auto events = stream_of(response)) events->detach();
            return;
        }
        request_ = {};
        parser_.reset();
        response_ = std::move(response);
        events_ = stream_of(response_);
        if (events_) response_.headers.push_back({"Content-Type", "text/event-stream"});
        const bool has_no_body = response_.status == 204 || response_.status == 304;
        std::string_view body = has_no_body ? std::string_view() : body_of(response_);
        if (events_ || server_->is_draining()) keep_alive_ = false;
        ResponseFrame frame{.content_length = body.size(), .closes = !keep_alive_, .date = server_->date()};
        if (events_ || has_no_body) frame.content_length.reset();
        auto head = format_head(response_, frame);
        if (!head) {
            log::error("a handler's response had an invalid status or header");
            if (events_) events_->detach();
            return send(plain_error(500));
        }
        if (is_head_request_) {
            body = {};
            if (events_) std::exchange(events_, nullptr)->detach();
        }
        head_ = std::move(*head);
        const std::array<asio::const_buffer, 2> bytes = {asio::buffer(head_), asio::buffer(body)};
        const ServerOptions& options = server_->options();
        stream_.expires_after(options.write_time +
                              std::chrono::seconds(body.size() / options.write_bytes_per_second_least));
        asio::async_write(
            stream_, bytes, write_all,
            [self = shared_from_this()](error_code error, std::size_t) { self->on_sent(error); });
    }

    void on_sent(error_code error) {
        response_ = {};
        if (error) return close();
        if (events_) return begin_events();
        if (!keep_alive_) return linger();
        head_begun_ = buffer_.size() > 0;
        stream_.expires_after(head_begun_ ? server_->options().header_time : server_->options().idle_time);
        read_head();
        if (server_->is_draining()) drain();
    }

    // Closing at once while the peer still sends would reset the connection and lose the answer.
    void linger() {
        stream_.expires_after(linger_time);
        if (!stream_.is_tls()) return linger_below_tls();
        // Tells the peer that the answer is whole, then waits for its own end or for what it still sends.
        stream_.async_shutdown([self = shared_from_this()](error_code) { self->linger_below_tls(); });
    }

    void linger_below_tls() {
        if (!stream_.socket().is_open()) return;
        error_code ignored;
        stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
        discard_below_tls();
    }

    void discard_below_tls() {
        buffer_.clear();
        stream_.below_tls().async_read_some(buffer_.prepare(head_read_bytes),
                                            [self = shared_from_this()](error_code error, std::size_t) {
                                                if (error) return self->close();
                                                self->discard_below_tls();
                                            });
    }

    void discard() {
        buffer_.clear();
        stream_.async_read_some(buffer_.prepare(head_read_bytes),
                                [self = shared_from_this()](error_code error, std::size_t) {
                                    if (error) return self->close();
                                    self->discard();
                                });
    }

    void begin_events() {
        stream_.expires_never();
        discard();  // ends with the peer
        events_->attach([weak = weak_from_this()] {
            const auto self = weak.lock();
            if (!self) return;
            asio::post(self->stream_.get_executor(), [weak] {
                if (const auto session = weak.lock()) session->flush_events();
            });
        });
        beat();
        if (server_->is_draining()) drain();
    }

    void beat() {
        heartbeat_.expires_after(server_->options().heartbeat);
        heartbeat_.async_wait([self = shared_from_this()](error_code error) {
            if (error || !self->stream_.socket().is_open()) return;
            if (!self->writing_events_) self->write_events(std::string(heartbeat_comment));
            self->beat();
        });
    }

    void flush_events() {
        if (writing_events_ || !stream_.socket().is_open()) return;
        EventStream::Pending pending = events_->take();
        if (!pending.bytes.empty()) return write_events(std::move(pending.bytes));
        if (pending.ended) close();
    }

    void write_events(std::string bytes) {
        writing_events_ = true;
        head_ = std::move(bytes);
        stream_.expires_after(server_->options().write_time);
        asio::async_write(stream_, asio::buffer(head_), write_all,
                          [self = shared_from_this()](error_code error, std::size_t) {
                              self->writing_events_ = false;
                              if (error) return self->close();
                              self->flush_events();
                          });
    }

    std::shared_ptr<SessionHost> server_;  // first: outlives the stream, whose context it owns
    ServerStream stream_;
    asio::steady_timer heartbeat_;
    IpAddress peer_;
    beast::flat_buffer buffer_;
    std::size_t scanned_ = 0;
    std::optional<Parser> parser_;
    ServerRequest request_;
    ServerResponse response_;
    std::string head_;
    std::shared_ptr<EventStream> events_;
    State state_ = State::waiting;
    bool entered_ = false;
    bool head_begun_ = false;
    bool keep_alive_ = false;
    bool is_head_request_ = false;
    bool writing_events_ = false;
};

}  // namespace

void run_session(std::shared_ptr<SessionHost> host, tcp::socket socket, const IpAddress& peer) {
    std::make_shared<Session>(std::move(host), std::move(socket), peer)->run();
}

}  // namespace patrol::net
