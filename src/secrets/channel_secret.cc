#include "secrets/channel_secret.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>

namespace patrol::secrets {
namespace {

struct Rule {
    std::string_view start;   // the whole reference begins with it …
    std::string_view inside;  // … or holds it before any '#'
    std::string_view words;
};

const std::map<std::string_view, Rule>& rules() {
    static const std::map<std::string_view, Rule> all{
        {"env", {"PATROL_SECRET_NOTIFY_", "_NOTIFY_", "variables that begin with PATROL_SECRET_NOTIFY_"}},
        {"file", {"notify/", "/notify/", "files below notify/"}},
        {"vault", {"", "/notify/", "secrets below a path that holds notify/"}},
        {"aws_secrets_manager", {"notify/", "/notify/", "secrets below a name that holds notify/"}},
        {"aws_ssm", {"", "/notify/", "parameters below a path that holds notify/"}},
        {"gcp_secret_manager", {"", "-notify-", "secrets whose names hold -notify- or begin with notify-"}},
        {"azure_key_vault", {"", "-notify-", "secrets whose names hold -notify- or begin with notify-"}},
    };
    return all;
}

// The secret's own name where the managers' names know no slashes: a project or vault of such a name is not
// meant. Names of key vaults differ in no letter's case.
std::string own_name(const model::SecretRef& ref) {
    std::string text = ref.ref.substr(0, ref.ref.find('#'));
    if (ref.manager == "gcp_secret_manager") {
        constexpr std::string_view mark = "/secrets/";
        const auto at = text.find(mark);
        text = at == std::string::npos ? "" : text.substr(at + mark.size());
    } else if (ref.manager == "azure_key_vault") {
        text = text.substr(std::min(text.size(), text.find('/') + 1));
    } else {
        return text;
    }
    text = "-" + text.substr(0, text.find('/'));
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

}  // namespace

std::string channel_rule_broken(const model::SecretRef& ref) {
    const auto found = rules().find(ref.manager);
    if (found == rules().end()) return {};
    const Rule& rule = found->second;
    const std::string text = own_name(ref);
    // A confined tenant's variables and files have its own prefix in front; an absolute path proves nothing.
    const bool whole_path = ref.manager == "file" && text.starts_with('/');
    const bool other_variable = ref.manager == "env" && !text.starts_with("PATROL_SECRET_ten_");
    const bool inside = !whole_path && !other_variable && text.find(rule.inside) != std::string::npos;
    const bool fits = inside || (!rule.start.empty() && text.starts_with(rule.start));
    return fits ? std::string() : std::string(rule.words);
}

}  // namespace patrol::secrets
