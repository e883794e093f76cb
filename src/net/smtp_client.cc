#include "net/smtp_client.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <optional>

#include <fmt/core.h>

#include "net/ip_address.h"
#include "net/url.h"

namespace patrol::net {

namespace {

constexpr std::size_t address_bytes_max = 254;  // RFC 5321 4.5.3.1.3
constexpr auto connect_time = std::chrono::seconds(10);

struct Freer {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// The policy speaks of URLs; a mail server is one whose scheme is smtp or smtps.
Result<Url> url_of(const MailServer& server) {
    const bool is_ipv6 = server.host.find(':') != std::string::npos;
    auto url = parse_url(
        fmt::format("https://{}{}{}:{}/", is_ipv6 ? "[" : "", server.host, is_ipv6 ? "]" : "", server.port));
    if (!url || url->path != "/" || url->query)
        return invalid("host", "This is not the name or address of a mail server.");
    url->scheme = server.security == MailServer::Security::tls ? "smtps" : "smtp";
    return std::move(*url);
}

bool is_this_machine(const Url& url) {
    const auto address = IpAddress::parse(url.host);
    return address ? address->is_loopback() : url.host == "localhost";
}

Failure unavailable(std::string message, std::string code, std::string detail) {
    return fail(Error{.kind = Error::Kind::unavailable,
                      .message = std::move(message),
                      .detail = std::move(detail),
                      .code = std::move(code)});
}

// One message on its way.
class Letter {
public:
    Letter(const EgressPolicy& egress, const Url& url, const MailServer& server, const MailMessage& message,
           std::stop_token stop)
        : egress_(egress), url_(url), server_(server), message_(message), stop_(std::move(stop)) {}

    Result<void> send(const std::string& ca_bundle, const std::string& own_name,
                      std::chrono::milliseconds timeout) {
        easy_.reset(curl_easy_init());
        if (!easy_) return unavailable("The mail could not be prepared.", "smtp", "curl_easy_init");
        set_server(own_name);
        set_trust(ca_bundle);
        set_limits(timeout);
        set_callbacks();
        for (const auto& to : message_.to) add_recipient(to);
        curl_easy_setopt(easy_.get(), CURLOPT_MAIL_FROM, ("<" + message_.from + ">").c_str());
        curl_easy_setopt(easy_.get(), CURLOPT_MAIL_RCPT, recipients_.get());
        return outcome(curl_easy_perform(easy_.get()));
    }

private:
    void set_server(const std::string& own_name) {
        CURL* easy = easy_.get();
        curl_easy_setopt(easy, CURLOPT_URL,
                         (url_.scheme + "://" + url_.authority() + "/" + own_name).c_str());
        curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
        curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, curl_message_);
        if (server_.username.empty()) return;
        const std::string password(server_.password);
        curl_easy_setopt(easy, CURLOPT_USERNAME, server_.username.c_str());
        curl_easy_setopt(easy, CURLOPT_PASSWORD, password.c_str());
    }

    void set_trust(const std::string& ca_bundle) {
        CURL* easy = easy_.get();
        const bool may_be_plain = server_.security == MailServer::Security::loopback_only;
        curl_easy_setopt(easy, CURLOPT_USE_SSL,
                         static_cast<long>(may_be_plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
        curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        if (ca_bundle.empty()) return;
        curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
        curl_easy_setopt(easy, CURLOPT_CAINFO, ca_bundle.c_str());
    }

    void set_limits(std::chrono::milliseconds timeout) {
        CURL* easy = easy_.get();
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
        const auto connect = std::min<std::chrono::milliseconds>(timeout, connect_time);
        curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect.count()));
    }

    void set_callbacks() {
        CURL* easy = easy_.get();
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
        curl_easy_setopt(easy, CURLOPT_READDATA, this);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_reply);
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
        curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
        curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
        curl_easy_setopt(easy, CURLOPT_XFERINFODATA, this);
    }

    void add_recipient(const std::string& to) {
        curl_slist* longer = curl_slist_append(recipients_.get(), ("<" + to + ">").c_str());
        if (longer == nullptr) return;
        (void)recipients_.release();
        recipients_.reset(longer);
    }

    Result<void> outcome(CURLcode code) {
        if (blocked_) return fail(std::move(*blocked_));
        long reply = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &reply);
        const std::string& host = server_.host;
        std::string detail = curl_message_[0] != '\0' ? curl_message_ : curl_easy_strerror(code);
        switch (code) {
            case CURLE_OK:
                return {};
            case CURLE_ABORTED_BY_CALLBACK:
                return fail(Error{.kind = Error::Kind::cancelled, .message = "The mail was cancelled."});
            case CURLE_OPERATION_TIMEDOUT:
                return fail(Error{.kind = Error::Kind::timeout,
                                  .message = host + " did not answer in time.",
                                  .detail = std::move(detail),
                                  .code = "timeout"});
            case CURLE_LOGIN_DENIED:
                return fail(Error{.kind = Error::Kind::denied,
                                  .message = "The mail server refused the user name or the password.",
                                  .hint = "Check both in the channel and in the secret.",
                                  .detail = std::move(detail),
                                  .code = "smtp"});
            case CURLE_COULDNT_RESOLVE_HOST:
                return unavailable("The name " + host + " could not be resolved.", "dns", std::move(detail));
            case CURLE_COULDNT_CONNECT:
                return unavailable("No connection to " + url_.authority() + " could be made.", "connect",
                                   detail);
            case CURLE_USE_SSL_FAILED:
                return unavailable("The mail server offers no TLS (STARTTLS).", "tls", std::move(detail));
            case CURLE_SSL_CONNECT_ERROR:
            case CURLE_PEER_FAILED_VERIFICATION:
            case CURLE_SSL_CACERT_BADFILE:
                return unavailable("No trusted TLS connection to " + host + " could be made.", "tls", detail);
            default:
                break;
        }
        return unavailable(reply > 0
                               ? fmt::format("The mail server did not take the message (reply {}).", reply)
                               : "The mail server did not take the message.",
                           "smtp", std::move(detail));
    }

    static std::size_t on_read(char* out, std::size_t size, std::size_t count, void* self_pointer) {
        auto& self = *static_cast<Letter*>(self_pointer);
        const std::size_t bytes = std::min(size * count, self.message_.text.size() - self.sent_);
        std::copy_n(self.message_.text.data() + self.sent_, bytes, out);
        self.sent_ += bytes;
        return bytes;
    }
    static std::size_t on_reply(char*, std::size_t size, std::size_t count, void*) { return size * count; }
    static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
        return static_cast<Letter*>(self)->stop_.stop_requested() ? 1 : 0;
    }
    // Every address before a socket connects to it: a name cannot lead elsewhere than checked.
    static curl_socket_t on_open(void* self_pointer, curlsocktype, curl_sockaddr* address) {
        auto& self = *static_cast<Letter*>(self_pointer);
        const auto ip = IpAddress::from(&address->addr);
        auto verdict = ip ? self.egress_.check_address(self.url_, *ip)
                          : Result<void>(invalid("host", "The mail server has no IP address."));
        if (verdict && self.server_.security == MailServer::Security::loopback_only && !ip->is_loopback())
            verdict = invalid("security", "Mail without TLS may only go to this machine itself.");
        if (!verdict) {
            self.blocked_ = std::move(verdict).error();
            return CURL_SOCKET_BAD;
        }
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }

    const EgressPolicy& egress_;
    const Url& url_;
    const MailServer& server_;
    const MailMessage& message_;
    std::stop_token stop_;
    std::unique_ptr<CURL, Freer> easy_;
    std::unique_ptr<curl_slist, Freer> recipients_;
    char curl_message_[CURL_ERROR_SIZE] = "";
    std::size_t sent_ = 0;
    std::optional<Error> blocked_;
};

}  // namespace

bool is_mail_address(std::string_view text) {
    const auto at = text.find('@');
    const bool has_parts =
        at != text.npos && at > 0 && at + 1 < text.size() && text.find('@', at + 1) == text.npos;
    return has_parts && text.size() <= address_bytes_max && std::ranges::all_of(text, [](char c) {
               return c > ' ' && c < 0x7f &&
                      std::string_view("<>()[]\\,;:\"").find(c) == std::string_view::npos;
           });
}

SmtpClient::SmtpClient(EgressPolicy egress, std::string ca_bundle, std::string own_name)
    : egress_(std::move(egress)), ca_bundle_(std::move(ca_bundle)), own_name_(std::move(own_name)) {}

Result<void> SmtpClient::check(const EgressPolicy& egress, const MailServer& server) {
    const Url url = TRY(url_of(server));
    if (server.security == MailServer::Security::loopback_only && !is_this_machine(url))
        return invalid("security", "Mail without TLS may only go to this machine itself.");
    return egress.check_url(url);
}

Result<void> SmtpClient::send(const MailServer& server, const MailMessage& message,
                              std::chrono::milliseconds timeout, std::stop_token stop) {
    TRY(check(egress_, server));
    if (!is_mail_address(message.from)) return invalid("from", "This is not a mail address.");
    if (message.to.empty()) return invalid("to", "The mail has no recipient.");
    for (const auto& to : message.to)
        if (!is_mail_address(to)) return invalid("to", "This is not a mail address.");
    const Url url = TRY(url_of(server));
    Letter letter(egress_, url, server, message, std::move(stop));
    return letter.send(ca_bundle_, own_name_, timeout);
}

}  // namespace patrol::net
