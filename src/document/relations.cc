#include "document/relations.h"

#include <arpa/inet.h>

namespace patrol::document {
namespace {

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
    for (std::string_view ending :
         {"Id", "Ids", "ID", "Arn", "Arns", "ARN", "Name", "Names", "_id", "_arn", "_name"})
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

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

class Reader {
public:
    explicit Reader(const Rules& rules) : rules_(rules) {}

    void read(const json::value& value, const Place& place, std::string_view member) {
        if (const auto* object = value.if_object()) {
            for (const auto& [key, inner] : *object) {
                const std::string_view name(key.data(), key.size());
                const auto size = path_.size();
                if (!path_.empty()) path_.push_back('.');
                path_.append(name);
                read(inner, rules_.member(place, name), name);
                path_.resize(size);
            }
        } else if (const auto* list = value.if_array()) {
            const auto element = rules_.element(place);
            path_.append("[]");
            for (const auto& inner : *list) read(inner, element, member);
            path_.resize(path_.size() - 2);
        } else if (value.is_string()) {
            text({value.get_string().data(), value.get_string().size()}, place, member);
        }
    }

    Links finish() {
        const auto tidy = [](auto& list) {
            std::ranges::sort(list);
            const auto repeats = std::ranges::unique(list);
            list.erase(repeats.begin(), repeats.end());
        };
        tidy(out_.references);
        tidy(out_.terms);
        return std::move(out_);
    }

private:
    void text(std::string_view text, const Place& place, std::string_view member) {
        if (text.size() < 2 || text.size() > reference_bytes_max || text.starts_with("patrol-redacted:"))
            return;
        if (is_ip_address(text) || is_mac_address(text) || is_dns_name(text)) term(text);
        if (place.is(treat_identity)) return;
        if (is_arn(text))
            refer(Reference::Kind::arn, text);
        else if (is_short_id(text))
            refer(Reference::Kind::id, text);
        else if (names_something(member) && text.size() <= 255)
            refer(Reference::Kind::name, text);
    }

    void term(std::string_view text) {
        if (out_.terms.size() < terms_max)
            out_.terms.push_back(lower(text));
        else
            out_.cut = true;
    }
    void refer(Reference::Kind kind, std::string_view text) {
        if (out_.references.size() < references_max)
            out_.references.push_back({.kind = kind, .id = std::string(text), .path = path_});
        else
            out_.cut = true;
    }

    const Rules& rules_;
    std::string path_;
    Links out_;
};

}  // namespace

bool is_ip_address(std::string_view text) {
    if (text.size() < 2 || text.size() > 49) return false;
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
    Reader reader(rules);
    reader.read(document, rules.root(), {});
    return reader.finish();
}

}  // namespace patrol::document
