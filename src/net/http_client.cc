#include "net/http_client.h"

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <map>

#include "net/http_pool.h"

namespace patrol::net {

namespace {

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

}  // namespace

// The thread that drives all pools, and the inbox through which callers reach it.
class HttpClient::Loop {
public:
    explicit Loop(HttpClientOptions options);
    ~Loop();
    Result<HttpResponse> send(const HttpRequest& request);
    [[nodiscard]] std::size_t opened() const { return opened_; }

private:
    void wake();
    void run();
    bool take_inbox();  // false once the client is going away
    Pool& pool_of(const TrustProfile& profile);
    void wait_for_events();

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

HttpClient::Loop::Loop(HttpClientOptions options) : options_(std::move(options)) {
    initialise_libcurl();
    epoll_event event{.events = EPOLLIN, .data = {.u64 = wake_key}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
    thread_ = std::thread([this] { run(); });
}

HttpClient::Loop::~Loop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake();
    thread_.join();
    ::close(wake_);
    ::close(epoll_);
}

Result<HttpResponse> HttpClient::Loop::send(const HttpRequest& request) {
    Url url = request.trust.destination == Destination::user_supplied
                  ? TRY(options_.egress.check_url(request.url))
                  : TRY(parse_url(request.url));
    const auto transfer = std::make_shared<Transfer>(request, std::move(url), options_, opened_);
    if (request.stop.stop_requested()) return transfer->gave_up();
    TRY(transfer->look_up());
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

void HttpClient::Loop::wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
}

void HttpClient::Loop::run() {
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

bool HttpClient::Loop::take_inbox() {
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

Pool& HttpClient::Loop::pool_of(const TrustProfile& profile) {
    if (const auto found = pools_.find(profile); found != pools_.end()) return found->second;
    by_id_.push_back(nullptr);
    const std::uint64_t id = by_id_.size();  // 0 is the wake-up's key
    Pool& pool = pools_.try_emplace(profile, id, epoll_, options_).first->second;
    by_id_.back() = &pool;
    return pool;
}

void HttpClient::Loop::wait_for_events() {
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
