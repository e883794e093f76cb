#include "store/row_texts.h"

#include <string>
#include <utility>

#include <doctest/doctest.h>

using namespace patrol;
using store::RowTexts;

TEST_CASE("what rows say stays where it is, however much comes after it") {
    RowTexts texts;
    std::vector<std::pair<std::string, std::string_view>> kept;
    for (std::size_t i = 0; i < 3'000; ++i) {
        std::string text(i * 7 % 300 + (i % 500 == 0 ? 70'000 : 0), static_cast<char>('a' + i % 26));
        const auto copy = texts.keep(text);
        kept.emplace_back(std::move(text), copy);
    }
    const auto moved = std::move(texts);
    for (const auto& [text, copy] : kept) REQUIRE(copy == text);
}

TEST_CASE("numbers between texts of any length are kept where numbers may lie") {
    RowTexts texts;
    for (std::size_t i = 1; i < 200; ++i) {
        texts.keep(std::string(i, 'x'));
        const std::vector<std::int64_t> numbers(i, static_cast<std::int64_t>(i));
        const auto copy = texts.keep(std::span<const std::int64_t>(numbers));
        REQUIRE(reinterpret_cast<std::uintptr_t>(copy.data()) % alignof(std::int64_t) == 0);
        REQUIRE(std::equal(copy.begin(), copy.end(), numbers.begin(), numbers.end()));
    }
}

TEST_CASE("what was joined lives on after the other is gone") {
    RowTexts all;
    const auto first = all.keep("before");
    std::string_view second;
    {
        RowTexts other;
        second = other.keep("of the other");
        all.join(std::move(other));
    }
    const auto third = all.keep("after");
    CHECK(first == "before");
    CHECK(second == "of the other");
    CHECK(third == "after");
    CHECK(all.keep(std::string_view()).empty());
}
