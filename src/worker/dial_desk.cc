#include "worker/dial_desk.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "net/url.h"
#include "worker/fields.h"
#include "worker/sandbox.h"

namespace patrol::worker {
namespace {

// Where AWS answers, by partition: those of the catalogue's endpoint templates.
constexpr std::array aws_suffixes{".amazonaws.com",
                                  ".amazonaws.com.cn",
                                  ".amazonaws.eu",
                                  ".api.aws",
                                  ".api.amazonwebservices.eu",
                                  ".api.amazonwebservices.com.cn",
                                  ".c2s.ic.gov",
                                  ".sc2s.sgov.gov"};
constexpr std::uint16_t https_port = 443;
constexpr std::size_t host_chars = 253;

Failure refused(const std::string& host, std::uint16_t port) {
    return fail(Error{.kind = Error::Kind::invalid,
                      .message = fmt::format("A worker may not connect to {}:{}.", host, port),
                      .field = "url",
                      .code = "egress_blocked"});
}

bool is_aws(const std::string& host, std::uint16_t port) {
    return port == https_port &&
           std::ranges::any_of(aws_suffixes, [&](std::string_view suffix) { return host.ends_with(suffix); });
}

// Metadata services and the machine itself: no AWS name leads there.
bool is_local(const net::IpAddress& address) {
    static const std::array blocks{*net::Cidr::parse("169.254.0.0/16"), *net::Cidr::parse("0.0.0.0/8"),
                                   *net::Cidr::parse("fe80::/10"),      *net::Cidr::parse("fd00:ec2::/32"),
                                   *net::Cidr::parse("::ffff:0:0/96"),  *net::Cidr::parse("::/128")};
    return address.is_loopback() ||
           std::ranges::any_of(blocks, [&](const net::Cidr& block) { return block.contains(address); });
}

struct Found {
    addrinfo* first = nullptr;
    ~Found() {
        if (first != nullptr) ::freeaddrinfo(first);
    }
};

Result<std::vector<net::IpAddress>> addresses_of(const std::string& host) {
    const addrinfo wanted{.ai_flags = AI_ADDRCONFIG, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    Found found;
    const int failed = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found.first);
    if (failed != 0)
        return fail(Error{.kind = Error::Kind::unavailable,
                          .message = "The name " + host + " could not be resolved.",
                          .detail = ::gai_strerror(failed),
                          .code = "dns"});
    std::vector<net::IpAddress> out;
    for (const auto* each = found.first; each != nullptr && out.size() < addresses_per_host;
         each = each->ai_next)
        if (const auto address = net::IpAddress::from(each->ai_addr)) out.push_back(*address);
    return out;
}

// Where the worker has no sandbox it connects the socket itself.
int begin_connection(const net::IpAddress& address, std::uint16_t port, Descriptor& out) {
    sockaddr_storage to{};
    socklen_t size = 0;
    if (address.family == net::IpAddress::Family::ipv4) {
        auto& ipv4 = reinterpret_cast<sockaddr_in&>(to);
        ipv4.sin_family = AF_INET;
        ipv4.sin_port = htons(port);
        std::memcpy(&ipv4.sin_addr, address.bytes.data(), sizeof ipv4.sin_addr);
        size = sizeof ipv4;
    } else {
        auto& ipv6 = reinterpret_cast<sockaddr_in6&>(to);
        ipv6.sin6_family = AF_INET6;
        ipv6.sin6_port = htons(port);
        std::memcpy(&ipv6.sin6_addr, address.bytes.data(), sizeof ipv6.sin6_addr);
        size = sizeof ipv6;
    }
    out = Descriptor(::socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
    if (out.get() < 0) return errno;
    const int on = 1;
    ::setsockopt(out.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (has_sandbox && ::connect(out.get(), reinterpret_cast<sockaddr*>(&to), size) != 0 &&
        errno != EINPROGRESS)
        return errno;
    return 0;
}

// A reply, and the socket beside it.
bool send_reply(int line, const DialReply& reply, const Descriptor& socket) {
    auto encoded = encode(reply);
    const auto body = encoded.body();
    iovec part{.iov_base = const_cast<char*>(body.data()), .iov_len = body.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> beside{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (socket.get() >= 0) {
        message.msg_control = beside.data();
        message.msg_controllen = beside.size();
        auto* head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof(int));
        const int number = socket.get();
        std::memcpy(CMSG_DATA(head), &number, sizeof number);
    }
    return ::sendmsg(line, &message, MSG_NOSIGNAL) >= 0;
}

}  // namespace

DialPolicy::DialPolicy(const aws::EndpointOverrides& endpoints, const net::TrustProfile& trust,
                       std::string_view https_proxy, net::EgressPolicy egress)
    : aws_(endpoints.everything.empty()), destination_(trust.destination), egress_(std::move(egress)) {
    const auto add = [this](std::string_view text) {
        if (auto url = net::parse_url(text)) named_.push_back(std::move(*url));
    };
    if (!endpoints.everything.empty()) add(endpoints.everything);
    for (const auto& [service, url] : endpoints.by_service) add(url);
    const bool proxied = trust.proxy == net::ProxyUse::environment && !https_proxy.empty();
    if (proxied && destination_ == net::Destination::operator_chosen)
        add(https_proxy.contains("://") ? std::string(https_proxy) : fmt::format("http://{}", https_proxy));
}

const net::Url* DialPolicy::named(const std::string& host, std::uint16_t port) const {
    const auto at = std::ranges::find_if(
        named_, [&](const net::Url& url) { return url.host == host && url.port == port; });
    return at == named_.end() ? nullptr : &*at;
}

Result<void> DialPolicy::check_host(const std::string& host, std::uint16_t port) const {
    if (const auto* url = named(host, port))
        return destination_ == net::Destination::user_supplied ? egress_.check_url(*url) : Result<void>();
    if (aws_ && is_aws(host, port)) return {};
    return refused(host, port);
}

Result<void> DialPolicy::check_address(const std::string& host, std::uint16_t port,
                                       const net::IpAddress& address) const {
    const auto* url = named(host, port);
    if (url != nullptr && destination_ == net::Destination::operator_chosen) return {};
    if (url != nullptr) return egress_.check_address(*url, address);
    return is_local(address) ? refused(host, port) : Result<void>();
}

DialDesk::DialDesk(DialPolicy policy, std::array<Descriptor, dial_lines>& lines)
    : policy_(std::move(policy)), lines_(lines) {
    for (auto& line : lines_) threads_.emplace_back([this, number = line.get()] { serve(number); });
}

DialDesk::~DialDesk() {
    for (auto& line : lines_) ::shutdown(line.get(), SHUT_RDWR);
    for (auto& thread : threads_) thread.join();
}

// A request that cannot be read ends its line: a worker in its senses sends none.
void DialDesk::serve(int line) {
    std::string bytes(dial_message_bytes, '\0');
    for (;;) {
        const auto count = ::recv(line, bytes.data(), bytes.size(), MSG_TRUNC);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0 || static_cast<std::size_t>(count) > bytes.size()) return;
        const auto request =
            decode<DialRequest>(std::string_view(bytes).substr(0, static_cast<std::size_t>(count)));
        if (!request || request->host.size() > host_chars) return;
        Descriptor socket;
        const auto reply =
            request->want == DialRequest::Want::open ? open(*request, socket) : look_up(*request);
        if (!send_reply(line, reply, socket)) return;
    }
}

DialReply DialDesk::look_up(const DialRequest& request) {
    const auto try_it = [&]() -> Result<std::vector<net::IpAddress>> {
        TRY(policy_.check_host(request.host, request.port));
        std::vector<net::IpAddress> good;
        std::optional<Error> refusal;
        for (const auto& address : TRY(addresses_of(request.host))) {
            if (auto checked = policy_.check_address(request.host, request.port, address); !checked)
                refusal = std::move(checked).error();
            else
                good.push_back(address);
        }
        if (good.empty() && refusal) return fail(std::move(*refusal));
        std::lock_guard lock(mutex_);
        if (known_.size() + good.size() > addresses_known_max) return refused(request.host, request.port);
        for (const auto& address : good) known_.emplace(address, request.port);
        return good;
    };
    auto found = try_it();
    if (!found) return {.error = std::move(found).error(), .addresses = {}};
    return {.error = {}, .addresses = std::move(*found)};
}

DialReply DialDesk::open(const DialRequest& request, Descriptor& socket) {
    {
        std::lock_guard lock(mutex_);
        if (!known_.contains({request.address, request.port}))
            return {.error = {}, .addresses = {}, .error_number = EACCES};
    }
    const int failed = begin_connection(request.address, request.port, socket);
    if (failed != 0) socket = Descriptor();
    return {.error = {}, .addresses = {}, .error_number = failed};
}

}  // namespace patrol::worker
