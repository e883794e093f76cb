#include "net/http_client.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <deque>
#include <map>

#include "net/http_transfer.h"

namespace patrol::net {

namespace {

using TransferPointer = std::shared_ptr<Transfer>;

// curl_global_init is not safe beside other threads' use of libcurl: once, before the first loop.
void initialise_libcurl() {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// OpenSSL writes to sockets without MSG_NOSIGNAL, and libcurl leaves the signal alone under NOSIGNAL.
void block_broken_pipe_signal() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

constexpr std::uint64_t wake_key = 0;

// The connections of one trust profile: a multi handle with its pool, DNS cache and CA store, the transfers
// in it and those that wait to enter. Belongs to the loop's thread.
class Pool {
public:
    Pool(std::uint64_t id, int epoll, const HttpClientOptions& options);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    void enqueue(TransferPointer transfer) { waiting_.push_back(std::move(transfer)); }
    void on_socket(int descriptor, std::uint32_t events);
    void run_timer(std::chrono::steady_clock::time_point now);
    bool admit();    // true where something entered
    bool collect();  // true where something finished
    void sweep();    // waiting transfers whose time is over
    void cancel_marked();
    void cancel_all();
    [[nodiscard]] int milliseconds_to_wait(std::chrono::steady_clock::time_point now) const;

private:
    void start(const TransferPointer& transfer);
    void remove(CURL* easy, const TransferPointer& transfer);
    [[nodiscard]] std::size_t resolving();
    static int on_interest(CURL*, curl_socket_t descriptor, int what, void* self, void* known);
    static int on_timer(CURLM*, long milliseconds, void* self);

    std::uint64_t id_;
    int epoll_;
    const HttpClientOptions& options_;
    CURLM* multi_;
    std::optional<std::chrono::steady_clock::time_point> timer_;
    std::deque<TransferPointer> waiting_;
    std::unordered_map<CURL*, TransferPointer> running_;
    std::vector<Transfer*> at_gate_;
    std::vector<EasyHandle> spare_;
};

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

}  // namespace

// The thread that drives all pools, and the inbox through which callers reach it.
class HttpClient::Loop {
public:
    explicit Loop(HttpClientOptions options) : options_(std::move(options)) {
        initialise_libcurl();
        epoll_event event{.events = EPOLLIN, .data = {.u64 = wake_key}};
        epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
        thread_ = std::thread([this] { run(); });
    }

    ~Loop() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake();
        thread_.join();
        ::close(wake_);
        ::close(epoll_);
    }

    Result<HttpResponse> send(const HttpRequest& request) {
        Url url = request.trust.destination == Destination::user_supplied
                      ? TRY(options_.egress.check_url(request.url))
                      : TRY(parse_url(request.url));
        const auto transfer = std::make_shared<Transfer>(request, std::move(url), options_, opened_);
        if (request.stop.stop_requested()) return transfer->gave_up();
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) return transfer->gave_up();
            inbox_.emplace_back(request.trust, transfer);
        }
        wake();
        const std::stop_callback on_stop(request.stop, [this, &transfer] {
            transfer->cancelled = true;
            cancelling_ = true;
            wake();
        });
        return transfer->wait();
    }

    [[nodiscard]] std::size_t opened() const { return opened_; }

private:
    void wake() {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
    }

    void run() {
        pthread_setname_np(pthread_self(), "http-client");
        block_broken_pipe_signal();
        while (take_inbox()) {
            bool again = true;
            while (again) {  // an ended transfer makes room for a waiting one
                again = false;
                for (auto& [profile, pool] : pools_) {
                    again |= pool.admit();
                    pool.run_timer(std::chrono::steady_clock::now());
                    again |= pool.collect();
                }
            }
            for (auto& [profile, pool] : pools_) pool.sweep();
            wait_for_events();
        }
        by_id_.clear();
        pools_.clear();
    }

    // False once the client is going away.
    bool take_inbox() {
        std::vector<std::pair<TrustProfile, TransferPointer>> arrived;
        {
            const std::lock_guard lock(mutex_);
            arrived.swap(inbox_);
            for (auto& [profile, transfer] : arrived) pool_of(profile).enqueue(std::move(transfer));
            if (stopping_) return false;
        }
        if (cancelling_.exchange(false))
            for (auto& [profile, pool] : pools_) pool.cancel_marked();
        return true;
    }

    Pool& pool_of(const TrustProfile& profile) {
        if (const auto found = pools_.find(profile); found != pools_.end()) return found->second;
        by_id_.push_back(nullptr);
        const std::uint64_t id = by_id_.size();  // 0 is the wake-up's key
        Pool& pool = pools_.try_emplace(profile, id, epoll_, options_).first->second;
        by_id_.back() = &pool;
        return pool;
    }

    void wait_for_events() {
        const auto now = std::chrono::steady_clock::now();
        int timeout = -1;
        for (const auto& [profile, pool] : pools_) {
            const int wait = pool.milliseconds_to_wait(now);
            if (wait >= 0) timeout = timeout < 0 ? wait : std::min(timeout, wait);
        }
        std::array<epoll_event, 256> events;
        const int count = epoll_wait(epoll_, events.data(), events.size(), timeout);
        for (int i = 0; i < count; ++i) {
            const std::uint64_t key = events[static_cast<std::size_t>(i)].data.u64;
            if (key == wake_key) {
                std::uint64_t ignored;
                [[maybe_unused]] const auto got = ::read(wake_, &ignored, sizeof ignored);
            } else {
                by_id_[(key >> 32) - 1]->on_socket(static_cast<int>(key & 0xffffffff),
                                                   events[static_cast<std::size_t>(i)].events);
            }
        }
    }

    HttpClientOptions options_;
    int epoll_ = epoll_create1(EPOLL_CLOEXEC);
    int wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    std::atomic<std::size_t> opened_ = 0;
    std::atomic<bool> cancelling_ = false;
    std::mutex mutex_;
    bool stopping_ = false;
    std::vector<std::pair<TrustProfile, TransferPointer>> inbox_;
    std::map<TrustProfile, Pool> pools_;
    std::vector<Pool*> by_id_;
    std::thread thread_;
};

void proxies_from_environment(HttpClientOptions& options) {
    const auto read = [](const char* lower, const char* upper) {
        const char* value = std::getenv(lower);
        if (!value) value = std::getenv(upper);
        return std::string(value ? value : "");
    };
    options.https_proxy = read("https_proxy", "HTTPS_PROXY");
    options.no_proxy = read("no_proxy", "NO_PROXY");
}

HttpClient::HttpClient(HttpClientOptions options) : loop_(std::make_unique<Loop>(std::move(options))) {}
HttpClient::~HttpClient() = default;
Result<HttpResponse> HttpClient::send(const HttpRequest& request) { return loop_->send(request); }
std::size_t HttpClient::connections_opened() const { return loop_->opened(); }

}  // namespace patrol::net
