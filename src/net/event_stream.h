// One browser's Server-Sent Events. A handler answers with a stream and keeps the shared pointer; any
// thread pushes. Bounded: a client that does not read is dropped when its buffer is full and comes back
// with Last-Event-ID. The server writes the bytes, sends a comment as heartbeat and notices the end.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace patrol::net {

class EventStream {
public:
    static constexpr std::size_t buffered_bytes_max = 256 * 1024;
    explicit EventStream(std::size_t buffered_max = buffered_bytes_max) : buffered_max_(buffered_max) {}

    // False once the stream has ended; this event then was not queued. Empty id or event: the line is left
    // out. Line breaks in data are kept as several data lines; in id and event they are removed.
    bool push(std::string_view id, std::string_view event, std::string_view data);
    // What is buffered is still sent, then the response ends.
    void close();
    [[nodiscard]] bool is_open() const;
    // Called once when the peer is gone or was dropped or close() has been carried out; at once if that is
    // already so. Runs on the server's loop: it must be short and must not block.
    void on_close(std::function<void()> callback);

    // The server's side. `wake` is called from any thread when there is something to take.
    struct Pending {
        std::string bytes;
        bool ended = false;  // nothing follows these bytes
    };
    void attach(const std::function<void()>& wake);
    Pending take();
    void detach();  // the connection is gone

private:
    mutable std::mutex mutex_;
    std::string buffer_;
    std::size_t buffered_max_;
    bool open_ = true;
    bool detached_ = false;
    std::function<void()> wake_;
    std::function<void()> on_close_;
};

}  // namespace patrol::net
