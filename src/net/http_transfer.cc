#include "net/http_transfer.h"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>

namespace patrol::net {

namespace {

constexpr std::size_t answer_header_bytes_max = 256 * 1024;
constexpr std::size_t answer_headers_max = 1000;
constexpr long receive_buffer_bytes = 128 * 1024;  // per transfer; more gains nothing measurable
// A peer's announcement alone reserves no more than this; beyond it the body must really arrive.
constexpr std::size_t reserved_on_trust_bytes = 8 * 1024 * 1024;
constexpr long idle_connection_seconds = 50;

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

bool is_header_value(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && std::string_view(" \t\r\n").find(text.front()) != text.npos)
        text.remove_prefix(1);
    while (!text.empty() && std::string_view(" \t\r\n").find(text.back()) != text.npos) text.remove_suffix(1);
    return text;
}

long milliseconds_left(std::chrono::steady_clock::time_point deadline) {
    const auto left = deadline - std::chrono::steady_clock::now();
    return std::max(1L, static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(left).count()));
}

Error unavailable(std::string message, std::string code, std::string detail) {
    return {.kind = Error::Kind::unavailable,
            .message = std::move(message),
            .detail = std::move(detail),
            .code = std::move(code)};
}

std::uint16_t port_of(const sockaddr* address) {
    const bool ipv6 = address->sa_family == AF_INET6;
    return ntohs(ipv6 ? reinterpret_cast<const sockaddr_in6*>(address)->sin6_port
                      : reinterpret_cast<const sockaddr_in*>(address)->sin_port);
}

void append(HeaderList& list, const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (!longer) return;
    (void)list.release();
    list.reset(longer);
}

}  // namespace

Transfer::Transfer(const HttpRequest& request, Url url, const HttpClientOptions& options,
                   std::atomic<std::size_t>& opened)
    : request_(request),
      url_(std::move(url)),
      options_(options),
      opened_(opened),
      deadline_(std::chrono::steady_clock::now() + request.timeout) {}

Result<void> Transfer::prepare(EasyHandle easy) {
    easy_ = std::move(easy);
    CURL* handle = easy_.get();
    curl_easy_setopt(handle, CURLOPT_URL, url_.to_string().c_str());
    curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, curl_message_);
    curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
    set_method();
    set_trust();
    set_limits();
    set_callbacks();
    return set_headers();
}

bool Transfer::is_proxied() const {
    return request_.trust.proxy == ProxyUse::environment && url_.scheme == "https" &&
           request_.trust.destination == Destination::operator_chosen && !options_.https_proxy.empty();
}

Result<void> Transfer::look_up() {
    if (options_.dialer == nullptr) return {};
    if (is_proxied()) {
        const auto& proxy = options_.https_proxy;
        const auto url = TRY(parse_url(proxy.find("://") == proxy.npos ? "http://" + proxy : proxy));
        TRY(look_up(url.host, url.port));
        // Behind a proxy the name itself may be unknown here.
        (void)look_up(url_.host, url_.port);
        return {};
    }
    return look_up(url_.host, url_.port);
}

Result<void> Transfer::look_up(const std::string& host, std::uint16_t port) {
    const auto found = TRY(options_.dialer->look_up(host, port));
    std::string line = fmt::format("+{}:{}:", host, port);
    for (const auto& address : found) {
        const auto text = address.to_string();
        line += address.family == IpAddress::Family::ipv6 ? "[" + text + "]," : text + ",";
    }
    line.pop_back();
    append(addresses_, line);
    return {};
}

void Transfer::set_method() {
    CURL* handle = easy_.get();
    const bool has_body = !request_.body.empty() || request_.method == "POST" || request_.method == "PUT" ||
                          request_.method == "PATCH";
    if (request_.method == "HEAD") {
        curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    } else if (has_body) {
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request_.body.c_str());
    }
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

// Without CAPATH=NULL libcurl reads and parses the whole bundle for every new connection (25 ms of CPU).
void Transfer::set_trust() {
    CURL* handle = easy_.get();
    const TrustProfile& trust = request_.trust;
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(handle, CURLOPT_CAINFO,
                     trust.ca_bundle.empty() ? system_ca_bundle() : trust.ca_bundle.c_str());
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    const bool proxied = is_proxied();
    if (options_.anchors) {
        curl_easy_setopt(handle, CURLOPT_CAINFO, nullptr);
        curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, on_tls);
        curl_easy_setopt(handle, CURLOPT_SSL_CTX_DATA, this);
    }
    // An empty text, not NULL: NULL makes libcurl look at the environment.
    curl_easy_setopt(handle, CURLOPT_PROXY, proxied ? options_.https_proxy.c_str() : "");
    curl_easy_setopt(handle, CURLOPT_NOPROXY, options_.no_proxy.c_str());
    curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

void Transfer::set_limits() {
    CURL* handle = easy_.get();
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);  // a slow look-up never holds up the loop
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, milliseconds_left(deadline_));
    const long connect = static_cast<long>(request_.connect_timeout.count());
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, std::max(1L, connect));
    if (request_.idle_timeout.count() > 0) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(request_.idle_timeout).count();
        curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(seconds));
    }
    curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, receive_buffer_bytes);
    curl_easy_setopt(handle, CURLOPT_MAXAGE_CONN, idle_connection_seconds);
    curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
}

void Transfer::set_callbacks() {
    CURL* handle = easy_.get();
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, on_connected);
    curl_easy_setopt(handle, CURLOPT_PREREQDATA, this);
    if (addresses_) curl_easy_setopt(handle, CURLOPT_RESOLVE, addresses_.get());
}

Result<void> Transfer::set_headers() {
    if (!is_token(request_.method)) return invalid("method", "The HTTP method is not valid.");
    const auto add = [this](const std::string& line) { append(headers_, line); };
    for (const Header& header : request_.headers) {
        if (!is_token(header.name) || !is_header_value(header.value))
            return invalid("headers", "A header of the request is not valid.");
        // "Name:" would remove a header; "Name;" sends one without a value.
        add(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
    }
    if (!find_header(request_.headers, "Content-Type")) add("Content-Type:");
    if (!find_header(request_.headers, "Expect")) add("Expect:");
    if (!find_header(request_.headers, "User-Agent"))
        curl_easy_setopt(easy_.get(), CURLOPT_USERAGENT, options_.user_agent.c_str());
    curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, headers_.get());
    return {};
}

EasyHandle Transfer::take_easy() {
    curl_easy_reset(easy_.get());  // so that it points to nothing of this transfer
    headers_.reset();
    return std::move(easy_);
}

size_t Transfer::on_header(char* data, size_t size, size_t count, void* self_pointer) {
    auto& self = *static_cast<Transfer*>(self_pointer);
    const std::string_view line(data, size * count);
    self.header_bytes_ += line.size();
    if (line.starts_with("HTTP/")) {  // also after 100 Continue: the last head counts
        self.response_.headers.clear();
    } else if (const auto colon = line.find(':'); colon != line.npos && line[0] != ' ' && line[0] != '\t') {
        self.response_.headers.push_back(
            {std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1)))});
    }
    self.bad_head_ =
        self.header_bytes_ > answer_header_bytes_max || self.response_.headers.size() > answer_headers_max;
    if (self.bad_head_) return 0;
    if (line == "\r\n" && !self.reserve_for_announced_body()) return 0;
    return line.size();
}

bool Transfer::reserve_for_announced_body() {
    if (request_.method == "HEAD") return true;
    curl_off_t announced = -1;
    curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
    if (announced <= 0) return true;
    too_large_ = static_cast<std::size_t>(announced) > request_.max_body_bytes;
    if (too_large_) return false;
    response_.body.reserve(std::min(static_cast<std::size_t>(announced), reserved_on_trust_bytes));
    return true;
}

size_t Transfer::on_body(char* data, size_t size, size_t count, void* self_pointer) {
    auto& self = *static_cast<Transfer*>(self_pointer);
    const std::size_t bytes = size * count;
    self.too_large_ = bytes > self.request_.max_body_bytes - self.response_.body.size();
    if (self.too_large_) return 0;
    self.response_.body.append(data, bytes);
    return bytes;
}

// Called for every address that libcurl is about to connect to, so a name cannot lead elsewhere than checked.
curl_socket_t Transfer::on_open(void* self_pointer, curlsocktype, curl_sockaddr* address) {
    auto& self = *static_cast<Transfer*>(self_pointer);
    self.may_be_resolving = false;
    if (self.request_.trust.destination == Destination::user_supplied) {
        const auto ip = IpAddress::from(&address->addr);
        auto verdict = ip ? self.options_.egress.check_address(self.url_, *ip)
                          : Result<void>(invalid("url", "The URL does not lead to an IP address."));
        if (!verdict) {
            self.blocked_ = std::move(verdict).error();
            return CURL_SOCKET_BAD;
        }
    }
    self.opened_.fetch_add(1, std::memory_order_relaxed);
    if (self.options_.dialer != nullptr) {
        const auto ip = IpAddress::from(&address->addr);
        const int opened = ip ? self.options_.dialer->open(*ip, port_of(&address->addr)) : -1;
        return opened < 0 ? CURL_SOCKET_BAD : opened;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

CURLcode Transfer::on_tls(CURL*, void* context, void* self_pointer) {
    const auto& self = *static_cast<Transfer*>(self_pointer);
    SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(context), self.options_.anchors->store());
    return CURLE_OK;
}

int Transfer::on_connected(void* self_pointer, char*, char*, int, int) {
    static_cast<Transfer*>(self_pointer)->may_be_resolving = false;
    return CURL_PREREQFUNC_OK;
}

Failure Transfer::timed_out() const {
    return fail({.kind = Error::Kind::timeout,
                 .message = fmt::format("{} did not answer within {} seconds.", url_.host,
                                        static_cast<double>(request_.timeout.count()) / 1000),
                 .code = "timeout"});
}

Failure Transfer::gave_up() const {
    return fail(
        {.kind = Error::Kind::cancelled, .message = "The request was cancelled.", .code = "cancelled"});
}

Error Transfer::error_of(CURLcode code) const {
    const std::string& host = url_.host;
    std::string detail = curl_message_[0] ? curl_message_ : curl_easy_strerror(code);
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT: {
            curl_off_t connected = 0;
            curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &connected);
            return {.kind = Error::Kind::timeout,
                    .message = connected > 0 ? host + " did not answer in time."
                                             : "No connection to " + host + " could be made in time.",
                    .detail = std::move(detail),
                    .code = connected > 0 ? "timeout" : "connect_timeout"};
        }
        case CURLE_COULDNT_RESOLVE_HOST:
            return unavailable("The name " + host + " could not be resolved.", "dns", std::move(detail));
        case CURLE_COULDNT_RESOLVE_PROXY:
            return unavailable("The name of the proxy could not be resolved.", "dns", std::move(detail));
        case CURLE_COULDNT_CONNECT:
        case CURLE_INTERFACE_FAILED:
        case CURLE_PROXY:
            return unavailable("No connection to " + url_.authority() + " could be made.", "connect", detail);
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS:
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        case CURLE_SSL_CLIENTCERT:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CRL_BADFILE:
            return unavailable("No secure connection to " + host + " could be made: " + detail + ".", "tls",
                               detail);
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_BAD_CONTENT_ENCODING:
            return unavailable(host + " did not answer with HTTP.", "bad_response", std::move(detail));
        case CURLE_URL_MALFORMAT:
            return {.kind = Error::Kind::invalid,
                    .message = "The URL is not valid.",
                    .detail = std::move(detail),
                    .field = "url"};
        case CURLE_OUT_OF_MEMORY:
        case CURLE_FAILED_INIT:
        case CURLE_BAD_FUNCTION_ARGUMENT:
            return {.kind = Error::Kind::internal,
                    .message = "The request could not be made.",
                    .detail = std::move(detail)};
        default:
            return unavailable("The answer of " + host + " broke off.", "cut", std::move(detail));
    }
}

void Transfer::finish(CURLcode code) {
    if (code == CURLE_OK) {
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        response_.status = static_cast<int>(status);
        return finish(Result<HttpResponse>(std::move(response_)));
    }
    if (too_large_)
        return finish(fail({.kind = Error::Kind::too_large,
                            .message = fmt::format("The answer of {} is larger than {} bytes.", url_.host,
                                                   request_.max_body_bytes),
                            .code = "too_large"}));
    if (bad_head_)
        return finish(
            fail(unavailable("The answer of " + url_.host + " has too many headers.", "bad_response", {})));
    // A refused address matters only where no other address of the host could be reached.
    if (blocked_ && code == CURLE_COULDNT_CONNECT) return finish(fail(std::move(*blocked_)));
    finish(fail(error_of(code)));
}

void Transfer::finish(Result<HttpResponse> result) {
    // Notified under the lock: the waiting caller may destroy this as soon as it sees the result.
    const std::lock_guard lock(mutex_);
    result_ = std::move(result);
    done_.notify_one();
}

Result<HttpResponse> Transfer::wait() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return result_.has_value(); });
    return std::move(*result_);
}

}  // namespace patrol::net
