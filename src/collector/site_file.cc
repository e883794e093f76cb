#include "collector/site_file.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "catalogue/node.h"
#include "cloud/aws/arn.h"
#include "collector/private_file.h"

namespace patrol::collector {
namespace {

using catalogue::Node;

Failure wrong(const Node& at, std::string message, std::string hint = {}) {
    return fail(Error{.kind = Error::Kind::invalid,
                      .message = std::move(message),
                      .hint = std::move(hint),
                      .detail = fmt::format("line {}", at.line)});
}

template <std::size_t N>
Result<void> only(const Node& map, const std::array<std::string_view, N>& known) {
    if (map.kind != Node::Kind::map) return wrong(map, "Keys with values are expected here.");
    for (const auto& [name, value] : map.members)
        if (std::ranges::find(known, name) == known.end())
            return wrong(value, fmt::format("\"{}\" is not known here.", name));
    return {};
}

// Empty where the key is absent.
Result<std::string> text_at(const Node& map, std::string_view key) {
    const auto* found = map.find(key);
    if (found == nullptr) return std::string();
    if (found->kind != Node::Kind::scalar || found->text.empty())
        return wrong(*found, fmt::format("\"{}\" must be a text.", key));
    return found->text;
}

Result<std::optional<SecretPlace>> place_at(const Node& map, std::string_view key) {
    const auto* found = map.find(key);
    if (found == nullptr) return std::optional<SecretPlace>();
    if (found->kind != Node::Kind::map)
        return wrong(*found, fmt::format("\"{}\" must say where its value is, not hold it.", key),
                     "Write {env: NAME} or {file: /path}.");
    TRY(only(*found, std::array<std::string_view, 2>{"env", "file"}));
    const auto variable = TRY(text_at(*found, "env"));
    const auto file = TRY(text_at(*found, "file"));
    if (variable.empty() == file.empty())
        return wrong(*found, fmt::format("\"{}\" needs either env or file.", key));
    if (!file.empty() && !file.starts_with('/')) return wrong(*found, "The path of a file begins with /.");
    return SecretPlace{variable.empty() ? SecretPlace::Kind::file : SecretPlace::Kind::variable,
                       variable.empty() ? file : variable};
}

Result<void> read_keys(const Node& node, Credential& out) {
    auto id = TRY(place_at(node, "access_key_id"));
    auto secret = TRY(place_at(node, "secret_access_key"));
    if (id.has_value() != secret.has_value())
        return wrong(node, "access_key_id and secret_access_key belong together.");
    if (id && !out.profile.empty()) return wrong(node, "Give either a profile or keys.");
    if (id) out.keys = KeyPlaces{std::move(*id), std::move(*secret)};
    return {};
}

Result<void> read_role(const Node& node, Credential& out) {
    out.role_arn = TRY(text_at(node, "role_arn"));
    out.external_id = TRY(text_at(node, "external_id"));
    if (out.role_arn.empty()) {
        if (!out.external_id.empty()) return wrong(node, "An external ID needs a role_arn.");
        return {};
    }
    const auto role = aws::parse_role_arn(out.role_arn);
    if (!role) return wrong(node, role.error().message);
    if (role->account != out.account)
        return wrong(node, fmt::format("The role is in account {}, not in {}.", role->account, out.account));
    if (!out.external_id.empty() && !aws::is_external_id(out.external_id))
        return wrong(node, "This is not an external ID.");
    return {};
}

Result<Credential> read_credential(const std::string& name, const Node& node) {
    if (!is_credential_name(name))
        return wrong(node, fmt::format("\"{}\" is not a credential's name.", name),
                     "Names have up to 63 small letters, digits, - and _, and begin with a letter or digit.");
    TRY(only(node, std::array<std::string_view, 6>{"account", "profile", "access_key_id", "secret_access_key",
                                                   "role_arn", "external_id"}));
    Credential out{.name = name, .account = TRY(text_at(node, "account"))};
    if (!aws::is_account_id(out.account))
        return wrong(node, fmt::format("The credential {} needs the account that it reads.", name),
                     "Write account: \"111122223333\", in quotes.");
    out.profile = TRY(text_at(node, "profile"));
    TRY(read_keys(node, out));
    TRY(read_role(node, out));
    return out;
}

Result<void> read_endpoints(const Node& node, SiteFile& out) {
    if (node.kind != Node::Kind::list || node.items.size() > endpoints_max)
        return wrong(node, "endpoints_allowed is a list of hosts and CIDR blocks.");
    std::string all;
    for (const auto& each : node.items) {
        if (each.kind != Node::Kind::scalar || each.text.empty()) return wrong(each, "This is not a host.");
        all += each.text + " ";
    }
    auto policy = net::EgressPolicy::parse(all);
    if (!policy) return wrong(node, policy.error().message);
    out.endpoints = std::move(*policy);
    return {};
}

Result<int> read_parallel(const Node& node) {
    int count = 0;
    const auto [end, error] = std::from_chars(node.text.data(), node.text.data() + node.text.size(), count);
    if (node.kind != Node::Kind::scalar || error != std::errc() ||
        end != node.text.data() + node.text.size() || count < 1 || count > parallel_max)
        return wrong(node, fmt::format("max_parallel is a number from 1 to {}.", parallel_max));
    return count;
}

}  // namespace

bool is_credential_name(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return !text.empty() && text.size() <= credential_name_chars && letter(text.front()) &&
           std::ranges::all_of(text, [&](char c) { return letter(c) || c == '_' || c == '-'; });
}

Result<SiteFile> parse_site_file(std::string_view text) {
    auto root = catalogue::node_from_yaml(text);
    if (!root)
        return fail(Error{.kind = Error::Kind::invalid,
                          .message = root.error().message,
                          .detail = fmt::format("line {}", root.error().detail)});
    TRY(only(*root, std::array<std::string_view, 3>{"credentials", "endpoints_allowed", "max_parallel"}));
    SiteFile out;
    const auto* credentials = root->find("credentials");
    if (credentials == nullptr || credentials->kind != Node::Kind::map || credentials->members.empty() ||
        credentials->members.size() > credentials_max)
        return wrong(*root, "credentials: with at least one name below it is needed.");
    for (const auto& [name, node] : credentials->members)
        out.credentials.emplace(name, TRY(read_credential(name, node)));
    if (const auto* endpoints = root->find("endpoints_allowed")) TRY(read_endpoints(*endpoints, out));
    if (const auto* parallel = root->find("max_parallel")) out.max_parallel = TRY(read_parallel(*parallel));
    return out;
}

Result<SiteFile> load_site_file(const std::filesystem::path& file) {
    const auto text = TRY(read_private_file(file));
    auto parsed = parse_site_file(text);
    if (parsed) return parsed;
    auto error = std::move(parsed).error();
    error.message = fmt::format("{}, {}: {}", file.string(), error.detail, error.message);
    error.detail.clear();
    return fail(std::move(error));
}

}  // namespace patrol::collector
