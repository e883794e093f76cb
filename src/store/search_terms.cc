#include "store/search_terms.h"

#include <algorithm>

#include "base/json.h"

namespace patrol::store {
namespace {

constexpr std::size_t name_words_max = 12;

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

class Terms {
public:
    void add(std::string text) {
        if (text.empty() || terms_.size() >= terms_per_resource_max) return;
        terms_.push_back(cut_text(std::move(text), term_bytes_max));
    }
    // The first word is found as the beginning of the whole name.
    void add_name(std::string_view text) {
        auto name = lower_case(text);
        std::size_t words = 0;
        for (std::size_t at = 0; at < name.size() && words < name_words_max;) {
            const auto begin = at;
            while (at < name.size() && is_word_byte(name[at])) ++at;
            if (begin > 0 && at - begin > 1) {
                add(name.substr(begin, at - begin));
                ++words;
            }
            while (at < name.size() && !is_word_byte(name[at])) ++at;
        }
        add(std::move(name));
    }
    void add_id(std::string_view text) {
        add(lower_case(arn_tail(text)));
        if (text.starts_with("arn:")) return;
        if (const auto slash = text.rfind('/'); slash != std::string_view::npos)
            add(lower_case(text.substr(slash + 1)));
    }
    std::vector<std::string> take() && {
        std::ranges::sort(terms_);
        terms_.erase(std::ranges::unique(terms_).begin(), terms_.end());
        return std::move(terms_);
    }

private:
    std::vector<std::string> terms_;
};

}  // namespace

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string cut_text(std::string text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
    text.resize(bytes);
    return text;
}

std::string_view arn_tail(std::string_view text) {
    if (!text.starts_with("arn:")) return text;
    while (text.ends_with(":*") || text.ends_with('/') || text.ends_with(':'))
        text.remove_suffix(text.ends_with(":*") ? 2 : 1);
    const auto cut = text.find_last_of(":/");
    return cut == std::string_view::npos ? text : text.substr(cut + 1);
}

std::vector<std::string> search_terms(const Findable& resource) {
    Terms terms;
    terms.add_id(resource.native_id);
    if (resource.arn != resource.native_id) terms.add_id(resource.arn);
    terms.add_name(resource.name);
    if (resource.tags != nullptr)
        for (const auto& [key, value] : *resource.tags) {
            if (key == "Name" && value == resource.name) continue;
            terms.add(lower_case(key) + "=" + lower_case(value));
        }
    for (std::size_t at = 0; at < resource.terms.size();) {
        const auto end = std::min(resource.terms.find('\n', at), resource.terms.size());
        terms.add(lower_case(resource.terms.substr(at, end - at)));
        at = end + 1;
    }
    return std::move(terms).take();
}

std::string tags_to_text(const model::Labels& tags) {
    if (tags.empty()) return {};
    json::object object;
    for (const auto& [key, value] : tags) object.emplace(key, value);
    return json::serialize(object);
}

namespace {

// One text between quotes in which nothing is escaped, taken off the front of `rest`; ASCII only.
std::optional<std::string_view> take_plain_text(std::string_view& rest) {
    if (!rest.starts_with('"')) return {};
    const auto end = rest.find('"', 1);
    if (end == std::string_view::npos) return {};
    const auto text = rest.substr(1, end - 1);
    if (std::ranges::any_of(text, [](char c) { return c < ' ' || c == '\\' || c == 0x7f; })) return {};
    rest.remove_prefix(end + 1);
    return text;
}

bool take(std::string_view& rest, char c) {
    if (!rest.starts_with(c)) return false;
    rest.remove_prefix(1);
    return true;
}

// Most tags as tags_to_text writes them, without a parser; nullopt for everything else.
std::optional<model::Labels> plain_tags(std::string_view rest) {
    model::Labels tags;
    if (!take(rest, '{')) return {};
    do {
        const auto key = take_plain_text(rest);
        if (!key || !take(rest, ':')) return {};
        const auto value = take_plain_text(rest);
        if (!value || (!tags.empty() && tags.rbegin()->first >= *key)) return {};
        tags.emplace_hint(tags.end(), *key, *value);
    } while (take(rest, ','));
    if (rest != "}") return {};
    return tags;
}

}  // namespace

model::Labels tags_from_text(std::string_view text) {
    model::Labels tags;
    if (text.empty()) return tags;
    if (auto plain = plain_tags(text)) return std::move(*plain);
    auto value = parse_json(text);
    if (!value || !value->is_object()) return tags;
    for (const auto& [key, each] : value->get_object())
        if (each.is_string()) tags.emplace(std::string(key), std::string(each.get_string()));
    return tags;
}

}  // namespace patrol::store
