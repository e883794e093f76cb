// Heads of HTTP requests: what is let through to the parser can be read in one way only.
#include "net/request_head.h"
#include "net/transport.h"
#include "property.h"

using namespace patrol;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view head = fuzz::text_of(data, size);
    const int refusal = net::judge_head(head, {.headers = 100});
    PROPERTY(refusal == 0 || refusal == 400 || refusal == 431 || refusal == 501 || refusal == 505);
    const auto target = net::parse_target(head.substr(0, head.find(' ')));
    PROPERTY(!target || target->path == "*" || target->path.starts_with('/'));
    if (refusal != 0) return 0;
    PROPERTY(head.ends_with("\r\n\r\n") && head.find('\0') == head.npos);
    for (std::size_t i = 0; i < head.size(); ++i) {
        if (head[i] == '\n') PROPERTY(i > 0 && head[i - 1] == '\r');
        if (head[i] == '\r') PROPERTY(i + 1 < head.size() && head[i + 1] == '\n');
    }
    PROPERTY(head.find("\r\n ") == head.npos && head.find("\r\n\t") == head.npos);
    return 0;
}
