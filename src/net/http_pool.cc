#include "net/http_pool.h"

#include <sys/epoll.h>

#include <algorithm>

namespace patrol::net {

Pool::Pool(std::uint64_t id, int epoll, const HttpClientOptions& options)
    : id_(id), epoll_(epoll), options_(options), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, on_interest);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    // Below the number in flight, libcurl closes connections that are about to be reused.
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options.in_flight_max));
}

Pool::~Pool() {
    cancel_all();
    spare_.clear();
    curl_multi_cleanup(multi_);
}

int Pool::on_interest(CURL*, curl_socket_t descriptor, int what, void* self_pointer, void* known) {
    auto& self = *static_cast<Pool*>(self_pointer);
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(self.epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
        return 0;
    }
    epoll_event event{};
    if (what & CURL_POLL_IN) event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
    event.data.u64 = self.id_ << 32 | static_cast<std::uint32_t>(descriptor);
    epoll_ctl(self.epoll_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event);
    if (!known) curl_multi_assign(self.multi_, descriptor, &self);
    return 0;
}

// Only notes the time: libcurl must not be entered again from here.
int Pool::on_timer(CURLM*, long milliseconds, void* self_pointer) {
    auto& self = *static_cast<Pool*>(self_pointer);
    self.timer_.reset();
    if (milliseconds >= 0)
        self.timer_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    return 0;
}

void Pool::on_socket(int descriptor, std::uint32_t events) {
    int what = 0;
    if (events & EPOLLIN) what |= CURL_CSELECT_IN;
    if (events & EPOLLOUT) what |= CURL_CSELECT_OUT;
    if (events & (EPOLLERR | EPOLLHUP)) what |= CURL_CSELECT_ERR;
    int running = 0;
    curl_multi_socket_action(multi_, descriptor, what, &running);
}

void Pool::run_timer(std::chrono::steady_clock::time_point now) {
    if (!timer_ || *timer_ > now) return;
    timer_.reset();
    int running = 0;
    curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
}

// libcurl gives each look-up a thread of its own. A transfer counts as looking up from its start until it
// opens a socket, is given a connection, or ends.
std::size_t Pool::resolving() {
    std::erase_if(at_gate_, [](const Transfer* transfer) { return !transfer->may_be_resolving; });
    return at_gate_.size();
}

bool Pool::admit() {
    bool entered = false;
    while (!waiting_.empty() && running_.size() < options_.in_flight_max &&
           resolving() < options_.resolving_at_once) {
        const TransferPointer transfer = std::move(waiting_.front());
        waiting_.pop_front();
        entered = true;
        start(transfer);
    }
    return entered;
}

void Pool::start(const TransferPointer& transfer) {
    if (transfer->cancelled) return transfer->finish(transfer->gave_up());
    if (transfer->is_late()) return transfer->finish(transfer->timed_out());
    EasyHandle easy;
    if (spare_.empty()) {
        easy.reset(curl_easy_init());
    } else {
        easy = std::move(spare_.back());
        spare_.pop_back();
    }
    if (auto ready = transfer->prepare(std::move(easy)); !ready) {
        spare_.push_back(transfer->take_easy());
        return transfer->finish(fail(std::move(ready).error()));
    }
    transfer->may_be_resolving = true;
    at_gate_.push_back(transfer.get());
    running_.emplace(transfer->easy(), transfer);
    curl_multi_add_handle(multi_, transfer->easy());
}

void Pool::remove(CURL* easy, const TransferPointer& transfer) {
    curl_multi_remove_handle(multi_, easy);
    std::erase(at_gate_, transfer.get());
    running_.erase(easy);
}

bool Pool::collect() {
    bool finished = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        CURL* easy = message->easy_handle;
        const TransferPointer transfer = running_.at(easy);
        remove(easy, transfer);
        transfer->finish(code);
        spare_.push_back(transfer->take_easy());
        finished = true;
    }
    return finished;
}

void Pool::sweep() {
    std::erase_if(waiting_, [](const TransferPointer& transfer) {
        if (!transfer->is_late()) return false;
        transfer->finish(transfer->timed_out());
        return true;
    });
}

void Pool::cancel_marked() {
    std::vector<TransferPointer> marked;
    for (const auto& [easy, transfer] : running_)
        if (transfer->cancelled) marked.push_back(transfer);
    for (const TransferPointer& transfer : marked) {
        remove(transfer->easy(), transfer);
        transfer->finish(transfer->gave_up());
        spare_.push_back(transfer->take_easy());
    }
    std::erase_if(waiting_, [](const TransferPointer& transfer) {
        if (!transfer->cancelled) return false;
        transfer->finish(transfer->gave_up());
        return true;
    });
}

void Pool::cancel_all() {
    for (const auto& [easy, transfer] : running_) transfer->cancelled = true;
    for (const TransferPointer& transfer : waiting_) transfer->cancelled = true;
    cancel_marked();
}

int Pool::milliseconds_to_wait(std::chrono::steady_clock::time_point now) const {
    constexpr int sweep_interval = 100;
    int wait = waiting_.empty() ? -1 : sweep_interval;
    if (timer_) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*timer_ - now).count();
        const int until = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
        wait = wait < 0 ? until : std::min(wait, until);
    }
    return wait;
}

}  // namespace patrol::net
