// Amazon Resource Names: arn:partition:service:region:account:resource. Strict: known partitions,
// lower-case service, 12 ASCII digits of account, no control characters.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace patrol::aws {

struct Arn {
    std::string partition;
    std::string service;
    std::string region;    // may be empty
    std::string account;   // may be empty, or "aws" (AWS's own policies)
    std::string resource;  // never empty
    auto operator<=>(const Arn&) const = default;
};

std::optional<Arn> parse_arn(std::string_view text);
std::string to_string(const Arn& arn);

bool is_account_id(std::string_view text);  // exactly 12 ASCII digits

struct RoleArn {
    std::string partition;
    std::string account;
    std::string path;  // "/" or "/a/b/"
    std::string name;  // 1-64 of [\w+=,.@-]
};
// Kind::invalid with `field` and a sentence that says what is wrong.
Result<RoleArn> parse_role_arn(std::string_view text, std::string_view field = "role_arn");

bool is_role_name(std::string_view text);
bool is_session_name(std::string_view text);
bool is_external_id(std::string_view text);
// Anything as a session name: other characters become '-', cut to 64.
std::string to_session_name(std::string_view text);

}  // namespace patrol::aws
