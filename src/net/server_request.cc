#include "net/http_server.h"

namespace patrol::net {

std::string_view ServerRequest::header(std::string_view name) const {
    const std::string* value = find_header(headers, name);
    return value ? std::string_view(*value) : std::string_view();
}

std::string_view ServerRequest::path_parameter(std::string_view name) const {
    for (const auto& [key, value] : path_parameters)
        if (key == name) return value;
    return {};
}

const std::string* ServerRequest::query_value(std::string_view name) const {
    for (const auto& [key, value] : query)
        if (key == name) return &value;
    return nullptr;
}

std::string Endpoint::url() const {
    const bool is_ipv6 = address.find(':') != std::string::npos;
    return fmt::format(fmt::runtime(is_ipv6 ? "{}://[{}]:{}" : "{}://{}:{}"), scheme, address, port);
}

}  // namespace patrol::net
