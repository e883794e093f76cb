#include "net/event_stream.h"

#include <utility>

namespace patrol::net {

namespace {

void append_line(std::string& out, std::string_view field, std::string_view value) {
    if (value.empty()) return;
    out.append(field).append(": ");
    for (char c : value)
        if (c != '\r' && c != '\n' && c != '\0') out += c;
    out += '\n';
}

// CR, LF and CRLF all end a line for the reader, so each starts a new data line here.
void append_data(std::string& out, std::string_view data) {
    while (true) {
        const auto end = data.find_first_of("\r\n");
        out.append("data: ").append(data.substr(0, end)).append("\n");
        if (end == data.npos) return;
        data.remove_prefix(end + (data.substr(end, 2) == "\r\n" ? 2 : 1));
    }
}

}  // namespace

bool EventStream::push(std::string_view id, std::string_view event, std::string_view data) {
    std::function<void()> wake;
    bool queued = false;
    {
        const std::lock_guard lock(mutex_);
        if (!open_) return false;
        if (buffer_.size() + id.size() + event.size() + data.size() > buffered_max_) {
            open_ = false;
            buffer_.clear();
        } else {
            append_line(buffer_, "id", id);
            append_line(buffer_, "event", event);
            append_data(buffer_, data);
            buffer_ += '\n';
            queued = true;
        }
        wake = wake_;
    }
    if (wake) wake();
    return queued;
}

void EventStream::close() {
    std::function<void()> wake;
    {
        const std::lock_guard lock(mutex_);
        open_ = false;
        wake = wake_;
    }
    if (wake) wake();
}

bool EventStream::is_open() const {
    const std::lock_guard lock(mutex_);
    return open_;
}

void EventStream::on_close(std::function<void()> callback) {
    {
        const std::lock_guard lock(mutex_);
        if (!detached_) {
            on_close_ = std::move(callback);
            return;
        }
    }
    callback();
}

void EventStream::attach(const std::function<void()>& wake) {
    {
        const std::lock_guard lock(mutex_);
        wake_ = wake;
    }
    wake();
}

EventStream::Pending EventStream::take() {
    const std::lock_guard lock(mutex_);
    return {std::exchange(buffer_, {}), !open_};
}

void EventStream::detach() {
    std::function<void()> callback;
    std::function<void()> wake;  // destroyed outside the lock: it may own the connection
    {
        const std::lock_guard lock(mutex_);
        open_ = false;
        detached_ = true;
        buffer_.clear();
        callback = std::exchange(on_close_, {});
        wake = std::exchange(wake_, {});
    }
    if (callback) callback();
}

}  // namespace patrol::net
