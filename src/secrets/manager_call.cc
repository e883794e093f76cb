#include "secrets/manager_call.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace patrol::secrets {
namespace {

constexpr Millis pause_before_again{200};

// Zeroes what a request carried, also where sending throws.
class Spent {
public:
    explicit Spent(net::HttpRequest& request) : request_(request) {}
    ~Spent() {
        crypto::wipe(request_.body.data(), request_.body.size());
        for (auto& header : request_.headers) crypto::wipe(header.value.data(), header.value.size());
    }
    Spent(const Spent&) = delete;
    Spent& operator=(const Spent&) = delete;

private:
    net::HttpRequest& request_;
};

bool is_passing(const Result<net::HttpResponse>& outcome) {
    if (outcome) return outcome->status == 500 || outcome->status == 502 || outcome->status == 504;
    return outcome.error().code == "connect" || outcome.error().code == "cut";
}

Failure unreachable(std::string_view manager, const Error& why) {
    std::string hint = "Check its address, the network and whether it runs.";
    if (why.code == "dns") hint = "No such host is known here: check the name and the server's DNS.";
    if (why.code == "tls") hint = "Its certificate is not trusted here: set the CA file of this manager.";
    return fail(Error{.kind = Error::Kind::unavailable,
                      .message = fmt::format("{} cannot be reached.", manager),
                      .hint = std::move(hint),
                      .detail = fmt::format("{} {}", why.code, why.message),
                      .code = "manager_unreachable"});
}

Failure failure(Error::Kind kind, std::string_view code, std::string message, std::string hint) {
    return fail(Error{
        .kind = kind, .message = std::move(message), .hint = std::move(hint), .code = std::string(code)});
}

}  // namespace

std::string_view Answer::header(std::string_view name) const {
    const std::string* value = net::find_header(headers, name);
    return value == nullptr ? std::string_view() : std::string_view(*value);
}

Result<Answer> send(const Outside& outside, ManagerRequest request) {
    const Spent spent(request.http);
    request.http.timeout = manager_call_time;
    request.http.connect_timeout = std::min<Millis>(request.http.connect_timeout, manager_call_time);
    request.http.max_body_bytes = manager_answer_bytes;
    auto outcome = outside.transport.send(request.http);
    for (int attempt = 1; attempt < manager_attempts && is_passing(outcome); ++attempt) {
        if (request.again == ManagerRequest::Again::no) break;
        if (outcome) crypto::wipe(outcome->body.data(), outcome->body.size());
        outside.clock.sleep_for(pause_before_again);
        outcome = outside.transport.send(request.http);
    }
    if (!outcome) return unreachable(request.manager, outcome.error());
    Answer answer;
    answer.status = outcome->status;
    answer.headers = std::move(outcome->headers);
    answer.body = std::move(outcome->body);
    return answer;
}

std::string form_body(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    std::string text;
    std::size_t room = 0;
    for (const auto& [name, value] : fields) room += name.size() + 3 * value.size() + 2;
    text.reserve(room);  // so that no copy is left behind by growing
    for (const auto& [name, value] : fields) {
        if (value.empty()) continue;
        if (!text.empty()) text += '&';
        std::string encoded = percent_encode(value);
        text.append(name).append("=").append(encoded);
        crypto::wipe(encoded.data(), encoded.size());
    }
    return text;
}

Failure refused(std::string message, std::string hint) {
    return failure(Error::Kind::invalid, "secret_denied", std::move(message), std::move(hint));
}
Failure missing(std::string message, std::string hint) {
    return failure(Error::Kind::not_found, "secret_missing", std::move(message), std::move(hint));
}
Failure login_failed(std::string message, std::string hint) {
    return failure(Error::Kind::invalid, "manager_login", std::move(message), std::move(hint));
}
Failure not_usable(std::string_view manager, int status) {
    if (status == 429)
        return failure(Error::Kind::unavailable, "manager_unreachable",
                       fmt::format("{} asks to be called less often.", manager), "Try again in a minute.");
    return failure(Error::Kind::unavailable, "manager_unreachable",
                   fmt::format("{} answered with status {}.", manager, status),
                   "Look into its own log, and check that the address is that of the manager itself.");
}
Failure not_configured(std::string_view manager, std::string hint) {
    return fail(Error{.kind = Error::Kind::invalid,
                      .message = fmt::format("{} is not set up on this server.", manager),
                      .hint = std::move(hint),
                      .field = "manager",
                      .code = "manager_not_configured"});
}

bool is_refusal(const Error& error) { return error.code == "manager_login" || error.code == "secret_denied"; }
bool is_size_fine(std::size_t bytes) { return bytes > 0 && bytes <= secret_bytes_max; }

Result<crypto::Secret> secret_of(std::string_view text, std::string_view where) {
    if (is_size_fine(text.size())) return crypto::Secret(text);
    return failure(Error::Kind::invalid, "secret_size",
                   fmt::format("{} is empty or larger than 64 KB.", where),
                   "Store the key or password alone.");
}

Result<crypto::Secret> secret_in(const json::value& object, std::string_view field, std::string_view where) {
    const json::value* found = find(object, field);
    if (found == nullptr || !found->is_string())
        return missing(fmt::format("{} has no text field of this name.", where),
                       "Check the part after # in the reference.");
    const auto& text = found->get_string();
    return secret_of(std::string_view(text.data(), text.size()), where);
}

Result<crypto::Secret> read_credential(const std::string& file, std::string_view setting) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    std::string text(secret_bytes_max, '\0');
    const Wiped wiped(text);
    const ssize_t count = descriptor < 0 ? -1 : ::read(descriptor, text.data(), text.size());
    if (descriptor >= 0) ::close(descriptor);
    std::size_t used = count < 0 ? 0 : static_cast<std::size_t>(count);
    while (used > 0 && static_cast<unsigned char>(text[used - 1]) <= ' ') --used;
    if (used > 0) return crypto::Secret(std::string_view(text).substr(0, used));
    return login_failed(fmt::format("The file that {} names is empty or cannot be read.", setting),
                        "The server's user must be able to read it.");
}

}  // namespace patrol::secrets
