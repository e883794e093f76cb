#include "document/relations.h"

#include <arpa/inet.h>

namespace patrol::document {
namespace {

constexpr std::size_t reference_name_bytes = 255;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }

bool is_arn(std::string_view text) {
    return text.starts_with("arn:") && std::ranges::count(text, ':') >= 5 &&
           text.find_first_of(" \t\r\n*\"'{}") == std::string_view::npos;
}

// "vpc-0a1b2c3d", "tgw-attach-0123456789abcdef0"
bool is_short_id(std::string_view text) {
    const auto dash = text.rfind('-');
    if (dash == std::string_view::npos || dash == 0 || dash > 24) return false;
    const auto digits = text.substr(dash + 1);
    if (digits.size() < 8 || digits.size() > 17 || !std::ranges::all_of(digits, is_hex)) return false;
    const auto kind = text.substr(0, dash);
    return is_lower(kind.front()) &&
           std::ranges::all_of(kind, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

// Members whose text names something: GroupId, RoleArn, vpcId, FunctionName, SubnetIds, resource_id.
bool names_something(std::string_view member) {
    if (member.ends_with('s')) member.remove_suffix(1);
    for (std::string_view ending : {"Id", "ID", "Arn", "ARN", "Name", "_id", "_arn", "_name"})
        if (member.size() > ending.size() && member.ends_with(ending)) return true;
    return false;
}

bool is_mac_address(std::string_view text) {
    if (text.size() != 17) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (i % 3 == 2 ? c != ':' : !(is_hex(c) || (c >= 'A' && c <= 'F'))) return false;
    }
    return true;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = lower(c);
    return out;
}

class Reader {
public:
    // Of the rules only the identity counts, and that only the type's own tree can say.
    void read(const json::value& value, const RuleNode* node, std::string_view member) {
        if (value.is_string()) {
            text({value.get_string().data(), value.get_string().size()}, node, member);
        } else if (const auto* object = value.if_object()) {
            for (const auto& [key, inner] : *object) {
                const std::string_view name(key.data(), key.size());
                read(inner, node == nullptr ? nullptr : node->member(name), name);
            }
        } else if (const auto* list = value.if_array()) {
            const auto* element = node == nullptr ? nullptr : node->each.get();
            for (const auto& inner : *list) read(inner, element, member);
        }
    }

    Links finish() {
        for (auto* list : {&out_.references, &out_.terms}) {
            std::ranges::sort(*list);
            const auto repeats = std::ranges::unique(*list);
            list->erase(repeats.begin(), repeats.end());
        }
        return std::move(out_);
    }

private:
    void text(std::string_view text, const RuleNode* node, std::string_view member) {
        if (text.size() < 2 || text.size() > reference_bytes_max || text.find('\0') != text.npos ||
            text.starts_with("patrol-redacted:"))
            return;
        const bool has_dot = text.find('.') != std::string_view::npos;
        const bool has_colon = text.find(':') != std::string_view::npos;
        if (((has_dot || has_colon) && is_ip_address(text)) || (has_colon && is_mac_address(text)) ||
            (has_dot && is_dns_name(text)))
            keep(out_.terms, terms_max, lower(text));
        if (node != nullptr && (node->treatment & treat_identity) != 0) return;
        if ((has_colon && is_arn(text)) || is_short_id(text) ||
            (text.size() <= reference_name_bytes && names_something(member)))
            keep(out_.references, references_max, std::string(text));
    }

    void keep(std::vector<std::string>& list, std::size_t most, std::string text) {
        if (list.size() < most)
            list.push_back(std::move(text));
        else
            out_.cut = true;
    }

    Links out_;
};

}  // namespace

bool is_ip_address(std::string_view text) {
    if (text.size() < 2 || text.size() > 49 || !(is_hex(lower(text.front())) || text.front() == ':'))
        return false;
    auto address = text;
    int bits = 0;
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        const auto digits = text.substr(slash + 1);
        if (digits.empty() || digits.size() > 3 || !std::ranges::all_of(digits, is_digit)) return false;
        for (char c : digits) bits = bits * 10 + (c - '0');
        address = text.substr(0, slash);
    }
    const std::string terminated(address);
    std::array<unsigned char, 16> bytes{};
    if (::inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) return bits <= 32;
    return ::inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1 && bits <= 128;
}

bool is_dns_name(std::string_view text) {
    if (!text.empty() && text.back() == '.') text.remove_suffix(1);
    if (text.starts_with("*.")) text.remove_prefix(2);
    if (text.size() < 4 || text.size() > 253) return false;
    std::size_t label = 0;
    std::size_t dots = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.') {
            if (i == label || i - label > 63) return false;
            label = i + 1;
            ++dots;
        } else if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_') {
            return false;
        }
    }
    const auto last = text.substr(label);
    return dots >= 1 && last.size() >= 2 && last.size() <= 63 &&
           std::ranges::all_of(last, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; }) &&
           is_letter(last.front());
}

Links extract_links(const json::value& document, const Rules& rules) {
    Reader reader;
    reader.read(document, rules.root().node, {});
    return reader.finish();
}

}  // namespace patrol::document
