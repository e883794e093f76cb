// Texts that hold a credential of a form that its maker documents. One pass over the bytes: every text
// of every document goes through here.
#include "document/redact.h"

namespace patrol::document {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper_or_digit(char c) { return (c >= 'A' && c <= 'Z') || is_digit(c); }
bool is_word(char c) { return is_upper_or_digit(c) || (c >= 'a' && c <= 'z') || c == '_' || c == '-'; }

template <class Test>
std::size_t count_while(std::string_view text, Test test) {
    return static_cast<std::size_t>(std::ranges::find_if_not(text, test) - text.begin());
}

// AWS access key ids: AKIA or ASIA and 16 more, standing alone.
bool is_access_key_id(std::string_view text) {
    if (!text.starts_with("AKIA") && !text.starts_with("ASIA")) return false;
    return count_while(text.substr(4), is_upper_or_digit) == 16 && (text.size() == 20 || !is_word(text[20]));
}

bool is_private_key(std::string_view text) {
    if (!text.starts_with("-----BEGIN ")) return false;
    return text.substr(0, 64).find("PRIVATE KEY-----") != std::string_view::npos;
}

// Three parts of base64url with dots, the first a JSON object.
bool is_json_web_token(std::string_view text) {
    if (!text.starts_with("eyJ")) return false;
    const auto header = count_while(text, is_word);
    if (header < 12 || header >= text.size() || text[header] != '.') return false;
    const auto rest = text.substr(header + 1);
    const auto body = count_while(rest, is_word);
    return body >= 12 && body < rest.size() && rest[body] == '.';
}

// What follows a scheme's colon: "//user:password@host".
bool is_url_with_password(std::string_view text) {
    if (!text.starts_with("://")) return false;
    const auto authority =
        text.substr(3, std::min(text.find_first_of("/?# \t\r\n\"'<>", 3), text.size()) - 3);
    const auto at = authority.rfind('@');
    if (at == std::string_view::npos) return false;
    const auto colon = authority.substr(0, at).find(':');
    return colon != std::string_view::npos && colon + 1 < at;
}

// A prefix that only such credentials have, and at least `more` characters of a token after it.
struct Form {
    std::string_view prefix;
    std::size_t more;
};
constexpr auto forms = std::to_array<Form>(
    {{"ghp_", 30},     {"gho_", 30},     {"ghs_", 30},  {"ghu_", 30},    {"github_pat_", 30},
     {"glpat-", 20},   {"xoxb-", 20},    {"xoxp-", 20}, {"xoxa-", 20},   {"xoxs-", 20},
     {"sk_live_", 20}, {"rk_live_", 20}, {"AIza", 35},  {"Bearer ", 20}, {"pct_", 49},
     {"pat_", 49},     {"pst_", 49},     {"pss_", 49},  {"npm_", 36},    {"hooks.slack.com/services/", 8}});

bool is_known_form(std::string_view text) {
    return std::ranges::any_of(forms, [&](const Form& form) {
        return text.starts_with(form.prefix) &&
               count_while(text.substr(form.prefix.size()), is_word) >= form.more;
    });
}

// The bytes that any of the above begins with.
constexpr auto begins_form = [] {
    std::array<bool, 256> out{};
    for (const auto& form : forms) out[static_cast<unsigned char>(form.prefix[0])] = true;
    for (unsigned char c : {'A', '-', 'e', ':'}) out[c] = true;
    return out;
}();

}  // namespace

bool holds_credential(std::string_view text) {
    // The shortest of them is a URL: a://b:c@
    for (std::size_t at = 0; at + 6 < text.size(); ++at) {
        const char c = text[at];
        if (!begins_form[static_cast<unsigned char>(c)]) continue;
        const auto rest = text.substr(at);
        const bool begins = at == 0 || !is_word(text[at - 1]);
        if (c == ':') {
            if (is_url_with_password(rest)) return true;
        } else if (c == '-') {
            if (is_private_key(rest)) return true;
        } else if (begins) {
            if (c == 'A' && is_access_key_id(rest)) return true;
            if (c == 'e' && is_json_web_token(rest)) return true;
            if (is_known_form(rest)) return true;
        }
    }
    return false;
}

}  // namespace patrol::document
