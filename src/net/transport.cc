#include "net/transport.h"

#include <algorithm>

namespace patrol::net {

namespace {
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
}  // namespace

bool equal_without_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

const std::string* find_header(const Headers& headers, std::string_view name) {
    for (const Header& header : headers)
        if (equal_without_case(header.name, name)) return &header.value;
    return nullptr;
}

std::string_view HttpResponse::header(std::string_view name) const {
    const std::string* value = find_header(headers, name);
    return value ? std::string_view(*value) : std::string_view();
}

}  // namespace patrol::net
