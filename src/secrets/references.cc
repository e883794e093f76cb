#include "secrets/references.h"

#include <algorithm>
#include <vector>

#include "cloud/aws/arn.h"
#include "cloud/aws/endpoints.h"

namespace patrol::secrets {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Letters, digits and `more`.
bool made_of(std::string_view text, std::string_view more) {
    return std::ranges::all_of(text, [more](char c) {
        return is_digit(c) || is_letter(c) || more.find(c) != std::string_view::npos;
    });
}
bool is_word(std::string_view text, std::string_view more, std::size_t chars_max) {
    return !text.empty() && text.size() <= chars_max && made_of(text, more);
}
bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= 18 && std::ranges::all_of(text, is_digit);
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

// Segments that a server might fold away or read twice have no place in any reference.
bool climbs(std::string_view path) {
    return std::ranges::any_of(split(path, '/'),
                               [](auto part) { return part.empty() || part == "." || part == ".."; });
}

Failure wrong(std::string_view grammar, std::string_view example) {
    return invalid("ref", fmt::format("A reference here is written {}.", grammar),
                   fmt::format("For example: {}", example));
}

Result<void> check_size(std::string_view ref) {
    if (ref.size() <= reference_bytes_max) return {};
    return invalid("ref", fmt::format("A reference has at most {} characters.", reference_bytes_max));
}

constexpr std::string_view vault_words = "_-.=+: ";

}  // namespace

Result<VaultReference> parse_vault_reference(std::string_view ref) {
    const auto bad = [] {
        return wrong("MOUNT/PATH#FIELD, and @VERSION after it if need be",
                     "secret/patrol/acme/aws#secret_access_key");
    };
    TRY(check_size(ref));
    const auto mark = ref.rfind('#');
    if (mark == std::string_view::npos) return bad();
    VaultReference out{.path = std::string(ref.substr(0, mark))};
    auto field = ref.substr(mark + 1);
    if (const auto at = field.rfind('@'); at != std::string_view::npos) {
        out.version = field.substr(at + 1);
        if (!is_number(out.version)) return bad();
        field = field.substr(0, at);
    }
    out.field = field;
    const bool fits = made_of(out.path, "/_-.=+:@") && out.path.find('/') != std::string::npos &&
                      !climbs(out.path) && is_word(field, vault_words, 256);
    if (!fits) return bad();
    return out;
}

Result<AwsSecretReference> parse_aws_secret_reference(std::string_view ref) {
    const auto bad = [] {
        return wrong("NAME or ARN, and #FIELD after it where the secret is JSON",
                     "patrol/acme/aws#secret_access_key");
    };
    TRY(check_size(ref));
    const auto mark = ref.find('#');
    AwsSecretReference out{.id = std::string(ref.substr(0, mark))};
    if (mark != std::string_view::npos) {
        out.field = ref.substr(mark + 1);
        if (!is_word(out.field, "_-./ ", 256)) return bad();
    }
    out.name = out.id;
    if (out.id.starts_with("arn:")) {
        const auto arn = aws::parse_arn(out.id);
        constexpr std::string_view kind = "secret:";
        if (!arn || arn->service != "secretsmanager" || !aws::is_account_id(arn->account) ||
            !arn->resource.starts_with(kind) || !aws::is_region_name(arn->region) ||
            aws::partition_of(arn->region) != arn->partition)
            return bad();
        out.region = arn->region;
        out.name = arn->resource.substr(kind.size());
    }
    const std::string_view path = std::string_view(out.name).substr(out.name.starts_with('/') ? 1 : 0);
    if (!is_word(out.name, "/_+=.@-", 512 + 7) || climbs(path)) return bad();
    return out;
}

Result<ParameterReference> parse_parameter_reference(std::string_view ref) {
    const auto bad = [] { return wrong("/PATH/NAME", "/patrol/acme/secret_access_key"); };
    TRY(check_size(ref));
    const auto colon = ref.find(':');
    const auto name = ref.substr(0, colon);
    if (colon != std::string_view::npos && !is_word(ref.substr(colon + 1), "_.-", 100)) return bad();
    if (!name.starts_with('/') || !made_of(name, "/_.-") || climbs(name.substr(1))) return bad();
    if (name.starts_with("/aws/"))
        return invalid("ref", "Parameters below /aws/ belong to AWS.",
                       "Name a secret of Secrets Manager with the manager aws_secrets_manager.");
    return ParameterReference{.name = std::string(ref)};
}

std::string GcpReference::resource() const {
    const std::string place = location.empty() ? "" : "/locations/" + location;
    return fmt::format("projects/{}{}/secrets/{}/versions/{}", project, place, secret, version);
}

Result<GcpReference> parse_gcp_reference(std::string_view ref) {
    const auto bad = [] {
        return wrong("projects/PROJECT/secrets/NAME, and /versions/VERSION after it if need be",
                     "projects/acme-ops/secrets/patrol-key");
    };
    TRY(check_size(ref));
    GcpReference out{.version = "latest"};
    const auto parts = split(ref, '/');
    if (parts.size() % 2 != 0 || parts.size() < 4 || parts.size() > 8) return bad();
    static constexpr std::string_view order[] = {"projects", "locations", "secrets", "versions"};
    std::size_t step = 0;
    for (std::size_t i = 0; i < parts.size(); i += 2) {
        while (step < std::size(order) && order[step] != parts[i]) ++step;
        if (step == std::size(order)) return bad();
        std::string* const targets[] = {&out.project, &out.location, &out.secret, &out.version};
        *targets[step++] = parts[i + 1];
        if (parts[i + 1].empty()) return bad();
    }
    // A project is named by its id (older ones with a domain in front) or by its number.
    const bool fits = is_word(out.project, "-:.", 100) && is_word(out.secret, "_-", 255) &&
                      is_word(out.version, "_-", 63) && made_of(out.location, "-") &&
                      out.location.size() <= 40 && out.project.find("..") == std::string::npos;
    if (!fits || out.project.front() == '.') return bad();
    return out;
}

Result<AzureReference> parse_azure_reference(std::string_view ref) {
    const auto bad = [] {
        return wrong("VAULT/NAME, and /VERSION after it if need be", "acme-ops/patrol-key");
    };
    TRY(check_size(ref));
    const auto parts = split(ref, '/');
    if (parts.size() != 2 && parts.size() != 3) return bad();
    AzureReference out{.vault = std::string(parts[0]), .name = std::string(parts[1])};
    if (parts.size() == 3) out.version = parts[2];
    for (char& c : out.vault)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    const bool version_fits = parts.size() == 2 || (out.version.size() == 32 && made_of(out.version, ""));
    const bool vault_fits = out.vault.size() >= 3 && is_word(out.vault, "-", 24) &&
                            is_letter(out.vault.front()) && out.vault.back() != '-';
    if (!vault_fits || !version_fits || !is_word(out.name, "-", 127)) return bad();
    return out;
}

}  // namespace patrol::secrets
