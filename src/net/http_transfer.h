// One request on its way through libcurl: the options of its easy handle, what has arrived so far, and how
// a libcurl result reads as an Error. Internal to the client. Used by the loop's thread only, but for
// `cancelled` (any thread) and the wait for the result (the caller's).
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "net/http_client.h"

namespace patrol::net {

struct CurlDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using EasyHandle = std::unique_ptr<CURL, CurlDeleter>;
using HeaderList = std::unique_ptr<curl_slist, CurlDeleter>;

class Transfer {
public:
    // `opened` counts sockets.
    Transfer(const HttpRequest& request, Url url, const HttpClientOptions& options,
             std::atomic<std::size_t>& opened);

    // Where a dialer looks up names: in the caller's thread, before the transfer is given to the loop.
    Result<void> look_up();
    // Sets every option on a fresh or reset handle; the handle belongs to the transfer until it is taken
    // back.
    Result<void> prepare(EasyHandle easy);
    [[nodiscard]] CURL* easy() const { return easy_.get(); }
    EasyHandle take_easy();

    void finish(CURLcode code);  // from libcurl's result
    void finish(Result<HttpResponse> result);
    Result<HttpResponse> wait();

    [[nodiscard]] bool is_late() const { return std::chrono::steady_clock::now() >= deadline_; }
    [[nodiscard]] Failure timed_out() const;
    [[nodiscard]] Failure gave_up() const;

    std::atomic<bool> cancelled = false;
    bool may_be_resolving = false;  // holds a place at the resolver's gate

private:
    Result<void> set_headers();
    [[nodiscard]] bool is_proxied() const;
    Result<void> look_up(const std::string& host, std::uint16_t port);
    void set_method();
    void set_trust();
    void set_limits();
    void set_callbacks();
    [[nodiscard]] Error error_of(CURLcode code) const;
    [[nodiscard]] bool reserve_for_announced_body();

    static CURLcode on_tls(CURL*, void* context, void* self);
    static size_t on_header(char* data, size_t size, size_t count, void* self);
    static size_t on_body(char* data, size_t size, size_t count, void* self);
    static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
    static int on_connected(void* self, char*, char*, int, int);

    const HttpRequest& request_;  // the caller waits, so it outlives the transfer
    Url url_;
    const HttpClientOptions& options_;
    std::atomic<std::size_t>& opened_;
    std::chrono::steady_clock::time_point deadline_;
    EasyHandle easy_;
    HeaderList headers_;
    HeaderList addresses_;  // what the dialer found: "+host:port:address,…"
    char curl_message_[CURL_ERROR_SIZE] = "";
    HttpResponse response_;
    std::size_t header_bytes_ = 0;
    bool too_large_ = false;
    bool bad_head_ = false;
    std::optional<Error> blocked_;

    std::mutex mutex_;
    std::condition_variable done_;
    std::optional<Result<HttpResponse>> result_;
};

}  // namespace patrol::net
