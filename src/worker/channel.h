// Frames over a stream socket: 4 bytes of length, 4 bytes of kind, the body. Sending is thread-safe,
// receiving is for one thread. Errors: Kind::unavailable with code "worker_ended" when the other end is
// gone, Kind::malformed with code "worker_protocol" for a frame over frame_bytes_max, Kind::timeout when the
// other end does not take what is sent.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "worker/codec.h"
#include "worker/messages.h"

namespace patrol::worker {

// A file descriptor with an owner.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    [[nodiscard]] int get() const { return number_; }
    [[nodiscard]] int release() { return std::exchange(number_, -1); }

private:
    int number_ = -1;
};

struct Frame {
    Message kind{};
    std::string_view body;  // until the next receive
};

// Where messages go: the pipe, or what carries them further.
class Outlet {
public:
    virtual ~Outlet() = default;
    virtual Result<void> send(Message kind, Encoder&& message) = 0;
};

class Channel final : public Outlet {
public:
    explicit Channel(Descriptor socket) : socket_(std::move(socket)) {}

    Result<void> send(Message kind, Encoder&& message) override;
    Result<void> send(Message kind) { return send(kind, Encoder()); }
    // nullopt: nothing arrived in time. A negative wait has no end.
    Result<std::optional<Frame>> receive(Millis wait);
    // Ends both directions: whoever waits at either end is woken.
    void shut();

private:
    [[nodiscard]] bool whole_frame(std::size_t& size) const;

    Descriptor socket_;
    std::mutex sending_;
    std::string buffer_;
    std::size_t begin_ = 0, end_ = 0;  // of what was received and not given away
    std::size_t given_ = 0;            // of the frame that was returned last
};

}  // namespace patrol::worker
