// Environment variables with secrets, moved out of the process environment into locked memory: their
// bytes there are overwritten, so /proc/PID/environ shows them no more, and children do not inherit them.
// What the kernel or a service manager keeps besides is out of reach (docs/operate/keys.md).
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "crypto/secret.h"

namespace patrol::crypto {

class Variables {
public:
    Variables() = default;

    // Takes every variable that is one of `names` or begins with one that ends in '*'. Only while the
    // process has one thread.
    static Variables take(std::span<const std::string_view> names);

    // nullptr where there is none; an empty value counts as none.
    [[nodiscard]] const Secret* find(std::string_view name) const;
    void add(std::string name, Secret value) { values_.insert_or_assign(std::move(name), std::move(value)); }

private:
    std::map<std::string, Secret, std::less<>> values_;
};

}  // namespace patrol::crypto
