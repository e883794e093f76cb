// ARNs, URLs, addresses, blocks, queries and what may be reached: each value is written back as it was read,
// and no address that is closed always passes the policy. One line each.
#include "access/aws_role.h"
#include "cloud/aws/arn.h"
#include "net/egress_policy.h"
#include "net/ip_address.h"
#include "net/url.h"
#include "property.h"

using namespace patrol;

namespace {

void try_arn(std::string_view text) {
    if (const auto arn = aws::parse_arn(text)) PROPERTY(aws::to_string(*arn) == text);
    if (const auto role = aws::parse_role_arn(text)) PROPERTY(aws::is_account_id(role->account));
    if (const auto role = access::parse_role_arn(text)) {
        PROPERTY(role->account_id.size() == 12 && text.find_first_of("\r\n\0 ") == text.npos);
    }
}

void try_address(std::string_view text) {
    if (const auto address = net::IpAddress::parse(text)) {
        const auto again = net::IpAddress::parse(address->to_string());
        PROPERTY(again && *again == *address);
    }
    if (const auto block = net::Cidr::parse(text)) PROPERTY(block->contains(block->base));
}

void try_url(std::string_view text) {
    static const net::EgressPolicy closed;
    const auto url = net::parse_url(text);
    if (!url) return;
    PROPERTY(url->path.starts_with('/') && !url->host.empty() && url->port != 0);
    const auto again = net::parse_url(url->to_string());
    PROPERTY(again && again->to_string() == url->to_string() && again->host == url->host);
    if (!closed.check_url(*url)) return;
    PROPERTY(url->scheme == "https" && url->host != "localhost" && !url->host.ends_with(".localhost"));
    if (url->host_kind == net::Url::HostKind::name) return;
    const auto address = net::IpAddress::parse(url->host);
    PROPERTY(address && !address->is_loopback());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text = fuzz::text_of(data, size);
    if (const auto pairs = net::parse_query(text)) {
        const auto again = net::parse_query(net::format_query(*pairs));
        PROPERTY(again && *again == *pairs);
    }
    static_cast<void>(net::EgressPolicy::parse(text));
    while (!text.empty()) {
        const std::string_view line = fuzz::take_line(text);
        try_arn(line);
        try_address(line);
        try_url(line);
    }
    return 0;
}
