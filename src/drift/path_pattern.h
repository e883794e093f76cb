// A path as a rule of the tenant writes it, compared with the paths of changes as people see them:
//   Tags[Key=env].Value   exactly this element         Tags[].Value   any element
//   Config.*              any member                    IpPermissions  it and everything below
// "{name}" is read as a member. Members may hold * in a part of their name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace patrol::drift {

class PathPattern {
public:
    static constexpr std::size_t max_parts = 32;
    static constexpr std::size_t max_bytes = 512;

    // Kind::invalid with what is wrong; an empty text is invalid too.
    static Result<PathPattern> parse(std::string_view text);
    // Everything at or below the pattern.
    [[nodiscard]] bool matches(std::string_view path) const;

private:
    struct Part {
        bool bracket = false;
        std::string text;
    };
    static std::vector<Part> split(std::string_view path);
    std::vector<Part> parts_;
};

}  // namespace patrol::drift
