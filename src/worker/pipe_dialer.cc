#include "worker/pipe_dialer.h"

#include <sys/socket.h>

#include <cerrno>

#include "worker/dial_desk.h"
#include "worker/fields.h"

namespace patrol::worker {
namespace {

constexpr std::size_t opening_line = 0;  // the loop of all transfers never waits for a look-up

}  // namespace

PipeDialer::PipeDialer(std::array<Descriptor, dial_lines> lines) : lines_(std::move(lines)) {
    for (std::size_t i = opening_line + 1; i < dial_lines; ++i) free_.push_back(i);
}

Result<DialReply> PipeDialer::ask(const Descriptor& line, const DialRequest& request, Descriptor& socket) {
    const auto encoded = encode(request);
    const auto body = encoded.body();
    std::string bytes(dial_message_bytes, '\0');
    iovec part{.iov_base = bytes.data(), .iov_len = bytes.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> beside{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = beside.data();
    message.msg_controllen = beside.size();
    ssize_t count = ::send(line.get(), body.data(), body.size(), MSG_NOSIGNAL);
    if (count >= 0) {
        do count = ::recvmsg(line.get(), &message, MSG_CMSG_CLOEXEC);
        while (count < 0 && errno == EINTR);
    }
    if (count <= 0)
        return fail(Error{.kind = Error::Kind::unavailable,
                          .message = "The server does not open connections any more.",
                          .code = "connect"});
    if (const auto* head = CMSG_FIRSTHDR(&message); head != nullptr && head->cmsg_type == SCM_RIGHTS) {
        int number = -1;
        std::memcpy(&number, CMSG_DATA(head), sizeof number);
        socket = Descriptor(number);
    }
    return decode<DialReply>(std::string_view(bytes).substr(0, static_cast<std::size_t>(count)));
}

Result<std::vector<net::IpAddress>> PipeDialer::look_up(const std::string& host, std::uint16_t port) {
    const std::pair key(host, port);
    std::size_t line = 0;
    {
        std::unique_lock lock(mutex_);
        const auto still_good = [&] {
            const auto at = known_.find(key);
            return at != known_.end() && at->second.until > std::chrono::steady_clock::now();
        };
        freed_.wait(lock, [&] { return !free_.empty() || still_good(); });
        if (still_good()) return known_[key].addresses;
        line = free_.back();
        free_.pop_back();
    }
    Descriptor none;
    auto reply = ask(lines_[line],
                     {.want = DialRequest::Want::look_up, .host = host, .address = {}, .port = port}, none);
    std::lock_guard lock(mutex_);
    free_.push_back(line);
    if (reply && !reply->error) known_[key] = {reply->addresses, std::chrono::steady_clock::now() + kept};
    freed_.notify_all();
    if (!reply) return fail(std::move(reply).error());
    if (reply->error) return fail(std::move(*reply->error));
    return std::move(reply->addresses);
}

int PipeDialer::open(const net::IpAddress& address, std::uint16_t port) {
    Descriptor socket;
    const auto reply =
        ask(lines_[opening_line],
            {.want = DialRequest::Want::open, .host = {}, .address = address, .port = port}, socket);
    errno = !reply ? EACCES : static_cast<int>(reply->error_number);
    return reply && reply->error_number == 0 ? socket.release() : -1;
}

}  // namespace patrol::worker
