#include "crypto/variables.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <unistd.h>

#include "crypto/hash.h"

namespace patrol::crypto {
namespace {

bool is_named(std::string_view name, std::span<const std::string_view> names) {
    return std::ranges::any_of(names, [name](std::string_view each) {
        if (each.ends_with('*')) return name.starts_with(each.substr(0, each.size() - 1));
        return name == each;
    });
}

}  // namespace

Variables Variables::take(std::span<const std::string_view> names) {
    Variables out;
    std::vector<std::string> taken;
    for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
        char* const equals = std::strchr(*each, '=');
        if (equals == nullptr) continue;
        const std::string name(*each, equals);
        if (!is_named(name, names)) continue;
        const std::string_view value(equals + 1);
        if (!value.empty()) out.add(name, Secret(value));
        wipe(equals + 1, value.size());
        taken.push_back(name);
    }
    for (const auto& name : taken) ::unsetenv(name.c_str());
    return out;
}

const Secret* Variables::find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

}  // namespace patrol::crypto
