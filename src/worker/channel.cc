#include "worker/channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace patrol::worker {
namespace {

constexpr std::size_t receive_bytes = 256 * 1024;
constexpr std::size_t keep_bytes = 4 * 1024 * 1024;  // a larger buffer is given back after its frame

Failure ended() {
    return fail(
        Error{.kind = Error::Kind::unavailable, .message = "The worker ended.", .code = "worker_ended"});
}

struct Head {
    std::uint32_t length = 0, kind = 0;
};
static_assert(sizeof(Head) == frame_head_bytes);

}  // namespace

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

Result<void> Channel::send(Message kind, Encoder&& message) {
    auto& bytes = message.frame();
    const auto length = bytes.size() - frame_head_bytes;
    if (length > frame_bytes_max)
        return fail(Error{.kind = Error::Kind::too_large,
                          .message = "A message between the server and a worker is too large.",
                          .code = "worker_frame_too_large"});
    const Head head{static_cast<std::uint32_t>(length), static_cast<std::uint32_t>(kind)};
    std::memcpy(bytes.data(), &head, sizeof head);
    std::lock_guard lock(sending_);
    for (std::size_t sent = 0; sent < bytes.size();) {
        const auto count = ::send(socket_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count > 0)
            sent += static_cast<std::size_t>(count);
        else if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))  // SO_SNDTIMEO
            return fail(Error{.kind = Error::Kind::timeout,
                              .message = "The worker does not take messages.",
                              .code = "worker_protocol"});
        else if (errno != EINTR)
            return ended();
    }
    return {};
}

bool Channel::whole_frame(std::size_t& size) const {
    if (end_ - begin_ < frame_head_bytes) {
        size = frame_head_bytes;
        return false;
    }
    Head head;
    std::memcpy(&head, buffer_.data() + begin_, sizeof head);
    size = frame_head_bytes + head.length;
    return end_ - begin_ >= size;
}

Result<std::optional<Frame>> Channel::receive(Millis wait) {
    // What was given away may have held credentials.
    if (given_ > 0) crypto::wipe(buffer_.data() + begin_, given_);
    begin_ += std::exchange(given_, 0);
    if (begin_ == end_) {
        begin_ = end_ = 0;
        if (buffer_.size() > keep_bytes) std::string().swap(buffer_);
    }
    for (std::size_t size = 0;;) {
        if (whole_frame(size)) {
            Head head;
            std::memcpy(&head, buffer_.data() + begin_, sizeof head);
            given_ = size;
            return Frame{static_cast<Message>(head.kind),
                         std::string_view(buffer_).substr(begin_ + frame_head_bytes, head.length)};
        }
        if (size > frame_head_bytes + frame_bytes_max) return malformed_message();
        if (begin_ > 0) {
            std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
            end_ -= std::exchange(begin_, 0);
        }
        // Memory follows what really arrives, not what a head announces.
        if (buffer_.size() < end_ + receive_bytes)
            buffer_.resize(std::max(buffer_.size() * 2, end_ + receive_bytes));
        pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
        const int found = ::poll(&ready, 1, wait.count() < 0 ? -1 : static_cast<int>(wait.count()));
        if (found == 0) return std::nullopt;
        if (found < 0 && errno == EINTR) continue;
        const auto count = ::recv(socket_.get(), buffer_.data() + end_, buffer_.size() - end_, MSG_DONTWAIT);
        if (count > 0)
            end_ += static_cast<std::size_t>(count);
        else if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
            return ended();
    }
}

void Channel::shut() { ::shutdown(socket_.get(), SHUT_RDWR); }

}  // namespace patrol::worker
