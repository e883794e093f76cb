// Typed ids: opaque strings with a type prefix ("acc_k3v…"). Two kinds of id never mix, so a
// function that takes a TenantId first cannot be called with an account. New ids are made by
// crypto::new_id<T>(); this header only names and parses them.
#pragma once

#include <algorithm>
#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace patrol {

template <class Tag>
class Id {
public:
    static constexpr std::string_view prefix = Tag::prefix;
    static constexpr std::size_t random_chars = 26;  // base32, 130 bits

    Id() = default;
    // Trusts `text`: for values read from the store or made by crypto::new_id.
    explicit Id(std::string text) : text_(std::move(text)) {}

    // From outside: the prefix and the alphabet must fit, else nullopt (callers answer 404).
    static std::optional<Id> parse(std::string_view text) {
        if (!text.starts_with(prefix) || text.size() != prefix.size() + random_chars) return {};
        auto ok = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); };
        if (!std::ranges::all_of(text.substr(prefix.size()), ok)) return {};
        return Id(std::string(text));
    }

    [[nodiscard]] const std::string& str() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    auto operator<=>(const Id&) const = default;

private:
    std::string text_;
};

}  // namespace patrol

template <class Tag>
struct std::hash<patrol::Id<Tag>> {
    std::size_t operator()(const patrol::Id<Tag>& id) const noexcept {
        return std::hash<std::string>{}(id.str());
    }
};
