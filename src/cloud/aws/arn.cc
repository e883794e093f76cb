#include "cloud/aws/arn.h"

#include <algorithm>
#include <array>

#include "cloud/aws/endpoints.h"

namespace patrol::aws {
namespace {

constexpr std::size_t arn_chars = 2048;

bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_lower_name(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

// [\w+=,.@-], the alphabet of IAM names.
bool is_iam_name_char(char c) {
    return is_alnum(c) || std::string_view("_+=,.@-").find(c) != std::string_view::npos;
}

bool all_of(std::string_view text, bool (*fits)(char)) { return std::ranges::all_of(text, fits); }

bool is_path(std::string_view path) {
    return path.size() <= 512 && std::ranges::all_of(path, [](char c) { return c >= 0x21 && c <= 0x7e; });
}

}  // namespace

bool is_account_id(std::string_view text) {
    return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Arn> parse_arn(std::string_view text) {
    if (text.size() > arn_chars) return {};
    std::array<std::string_view, 5> parts;
    for (auto& part : parts) {
        auto colon = text.find(':');
        if (colon == std::string_view::npos) return {};
        part = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    auto [scheme, partition, service, region, account] = parts;
    if (scheme != "arn" || !is_partition(partition)) return {};
    if (service.empty() || !all_of(service, is_lower_name)) return {};
    if (!region.empty() && !is_region_name(region)) return {};
    if (!account.empty() && account != "aws" && !is_account_id(account)) return {};
    auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    if (text.empty() || std::ranges::any_of(text, is_control)) return {};
    return Arn{std::string(partition), std::string(service), std::string(region), std::string(account),
               std::string(text)};
}

std::string to_string(const Arn& arn) {
    return fmt::format("arn:{}:{}:{}:{}:{}", arn.partition, arn.service, arn.region, arn.account,
                       arn.resource);
}

bool is_role_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && all_of(text, is_iam_name_char);
}

bool is_session_name(std::string_view text) {
    return text.size() >= 2 && text.size() <= 64 && all_of(text, is_iam_name_char);
}

bool is_external_id(std::string_view text) {
    auto fits = [](char c) { return is_iam_name_char(c) || c == ':' || c == '/'; };
    return text.size() >= 2 && text.size() <= 1224 && std::ranges::all_of(text, fits);
}

std::string to_session_name(std::string_view text) {
    std::string out(text.substr(0, 64));
    std::ranges::replace_if(out, [](char c) { return !is_iam_name_char(c); }, '-');
    while (out.size() < 2) out += '-';
    return out;
}

Result<RoleArn> parse_role_arn(std::string_view text, std::string_view field) {
    auto wrong = [&](std::string message) {
        return invalid(std::string(field), std::move(message),
                       "Copy the role's ARN from the IAM console: arn:aws:iam::123456789012:role/Name.");
    };
    auto arn = parse_arn(text);
    if (!arn) return wrong("This is not an Amazon Resource Name.");
    if (arn->service != "iam" || !arn->resource.starts_with("role/")) {
        bool session = arn->service == "sts" && arn->resource.starts_with("assumed-role/");
        return wrong(session ? "This is the ARN of a role's session, not of the role."
                             : "This is not the ARN of an IAM role.");
    }
    if (!is_account_id(arn->account)) return wrong("The role's ARN must name an account of 12 digits.");
    if (!arn->region.empty()) return wrong("The ARN of an IAM role has no region.");
    auto slash = arn->resource.rfind('/');
    RoleArn role{arn->partition, arn->account, arn->resource.substr(4, slash - 3),
                 arn->resource.substr(slash + 1)};
    if (!is_role_name(role.name) || !is_path(role.path))
        return wrong("The role's name is not one that IAM accepts.");
    return role;
}

}  // namespace patrol::aws
