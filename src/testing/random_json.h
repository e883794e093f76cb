// Random JSON documents for property tests: small, deep and awkward, the same for the same seed.
// PATROL_PROPERTY_CASES sets how many cases a property test runs (2,000 unless told).
#pragma once

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "base/json.h"

namespace patrol::testing {

inline int property_cases() {
    const char* text = std::getenv("PATROL_PROPERTY_CASES");
    return text == nullptr ? 2'000 : std::max(1, std::atoi(text));
}

class RandomJson {
public:
    explicit RandomJson(std::uint64_t seed) : engine_(seed) {}

    std::size_t below(std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_);
    }
    bool one_in(std::size_t n) { return below(n) == 0; }
    template <class List>
    const auto& one_of(const List& list) {
        return list[below(list.size())];
    }

    std::string text() {
        static const std::vector<std::string> pieces{"a",
                                                     "B",
                                                     "web-1",
                                                     " ",
                                                     "\"",
                                                     "\\",
                                                     "\n",
                                                     "\x01",
                                                     "é",
                                                     "\xef\xbf\xbf",
                                                     "\xf0\x9f\x98\x80",
                                                     "/",
                                                     ":",
                                                     "0",
                                                     "{",
                                                     "arn:aws:s3:::b",
                                                     "\x7f"};
        std::string out;
        for (auto n = below(4); n > 0; --n) out += one_of(pieces);
        return out;
    }

    json::value scalar() {
        switch (below(8)) {
            case 0:
                return nullptr;
            case 1:
                return one_in(2);
            case 2:
                return static_cast<std::int64_t>(engine_());
            case 3:
                return engine_();
            case 4:
                return static_cast<std::int64_t>(below(10));
            case 5:
                return std::ldexp(static_cast<double>(engine_()), static_cast<int>(below(200)) - 100);
            case 6:
                return -static_cast<double>(below(1'000)) / 8;
            default:
                return json::value(text());
        }
    }

    // Members are called by `names`, so that rules by path and by name find them.
    json::value document(const std::vector<std::string>& names, std::size_t depth = 4) {
        if (depth == 0 || one_in(4)) return scalar();
        if (one_in(3)) {
            json::array out;
            for (auto n = below(5); n > 0; --n) out.push_back(document(names, depth - 1));
            return out;
        }
        return object(names, depth);
    }
    json::object object(const std::vector<std::string>& names, std::size_t depth = 4) {
        json::object out;
        for (auto n = below(6); n > 0; --n)
            out[one_in(8) ? text() : one_of(names)] = document(names, depth == 0 ? 0 : depth - 1);
        return out;
    }

    template <class List>
    void shuffle(List& list) {
        for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[below(i)]);
    }
    // The same members in another order.
    json::object shuffled(const json::object& object) {
        std::vector<const json::object::value_type*> members;
        for (const auto& member : object) members.push_back(&member);
        shuffle(members);
        json::object out;
        for (const auto* member : members) out[member->key()] = member->value();
        return out;
    }

private:
    std::mt19937_64 engine_;
};

}  // namespace patrol::testing
