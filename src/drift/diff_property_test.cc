// What must hold for any two documents: a million random cases in the release build, 20,000 elsewhere
// (PATROL_PROPERTY_CASES sets another number).
#include <algorithm>

#include <doctest/doctest.h>

#include "document/canonical_json.h"
#include "drift/diff.h"
#include "drift/diff_fixture.h"
#include "testing/random_json.h"

using namespace patrol;
using namespace patrol::drift;

namespace {

#ifdef NDEBUG
constexpr int cases_of_this_build = 1'000'000;
#else
constexpr int cases_of_this_build = 20'000;
#endif

int cases() {
    return std::getenv("PATROL_PROPERTY_CASES") == nullptr ? cases_of_this_build : testing::property_cases();
}

const std::vector<std::string> names{"Ids",  "Items", "Rules", "Tags", "Key", "Id",
                                     "From", "To",    "L",     "Text", "V",   "Seen"};

class Documents {
public:
    explicit Documents(std::uint64_t seed) : random_(seed) {}

    json::object any() {
        auto out = random_.object(names, 3);
        if (random_.one_in(2)) out["Items"] = items();
        if (random_.one_in(2)) out["Tags"] = tags();
        out["L"] = numbers();
        out["Ids"] = numbers();
        if (random_.one_in(4)) out["Text"] = to_text(json::object{{"a", numbers()}, {"b", random_.text()}});
        return out;
    }
    // A document that differs from `before` in a place or two.
    json::object near(const json::object& before) {
        auto out = before;
        for (auto n = 1 + random_.below(2); n > 0; --n) {
            const auto& name = random_.one_of(names);
            if (random_.one_in(3))
                out.erase(name);
            else
                out[name] = any()["L"];
        }
        return out;
    }
    // The same document as another reading may write it: unordered lists in another order, volatile values.
    void rewrite(json::object& document) {
        for (const auto* name : {"Ids", "Items"})
            if (auto* list = document.if_contains(name); list != nullptr && list->is_array())
                shuffle(list->get_array());
        // A rule by the member's name holds only where every element has the key.
        if (auto* list = document.if_contains("Tags"); list != nullptr && list->is_array())
            if (std::ranges::all_of(list->get_array(), has_key)) shuffle(list->get_array());
        document["Seen"] = static_cast<std::int64_t>(random_.below(1'000'000));
    }
    bool one_in(std::size_t n) { return random_.one_in(n); }

private:
    static bool has_key(const json::value& tag) {
        return tag.is_object() && tag.get_object().contains("Key");
    }
    json::array numbers() {
        json::array list;
        for (auto n = random_.below(8); n > 0; --n)
            list.push_back(static_cast<std::int64_t>(random_.below(4)));
        return list;
    }
    json::array items() {
        json::array list;
        for (auto n = random_.below(6); n > 0; --n) {
            list.push_back(random_.object(names, 2));
            list.back().get_object()["Id"] = static_cast<std::int64_t>(n * 10 + random_.below(8));
        }
        return list;
    }
    json::array tags() {
        json::array list;
        for (auto n = random_.below(5); n > 0; --n)
            list.push_back({{"Key", "k" + std::to_string(n)}, {"Value", random_.text()}});
        return list;
    }
    void shuffle(json::array& list) {
        for (std::size_t i = list.size(); i > 1; --i) {
            const auto other = random_.below(i);
            if (other != i - 1) std::swap(list[i - 1], list[other]);
        }
    }

    testing::RandomJson random_;
};

// Counted, not checked one by one: a million passed assertions take longer than what they assert.
struct Verdict {
    int failed = 0;
    std::string first;
    void check(bool holds, std::string_view what, const json::value& before, const json::value& after) {
        if (holds) return;
        if (failed++ == 0) first = std::string(what) + ": " + to_text(before) + " / " + to_text(after);
    }
};

}  // namespace

TEST_CASE("nothing differs from itself, order and volatile values are no difference, and a diff leads over") {
    Documents documents(11);
    Verdict verdict;
    for (int i = 0; i < cases(); ++i) {
        auto raw = documents.any();
        const auto before = canonical(raw);
        const auto after = canonical(documents.one_in(2) ? documents.near(raw) : documents.any());
        verdict.check(diff(before, before, rules()).empty(), "differs from itself", before, before);
        documents.rewrite(raw);
        verdict.check(diff(before, canonical(raw), rules()).empty(), "order matters", before, raw);
        const auto changes = diff(before, after, rules());
        const auto reached = document::canonical_json(apply(changes, before, rules()));
        const auto wanted = document::canonical_json(after);
        verdict.check(reached == wanted, "does not lead over", before, after);
        verdict.check(changes.empty() == (document::canonical_json(before) == wanted), "empty", before,
                      after);
    }
    CHECK_MESSAGE(verdict.failed == 0, verdict.first);
}

TEST_CASE("a part of a diff, applied, leaves exactly the other part") {
    Documents documents(12);
    Verdict verdict;
    for (int i = 0; i < cases() / 10; ++i) {
        const auto raw = documents.any();
        const auto before = canonical(raw), after = canonical(documents.near(raw));
        std::vector<PathChange> accepted;
        for (const auto& change : diff(before, after, rules()))
            if (documents.one_in(2)) accepted.push_back(change);
        const auto between = canonical(apply(accepted, before, rules()));
        const auto reached = document::canonical_json(apply(diff(between, after, rules()), between, rules()));
        verdict.check(reached == document::canonical_json(after), "the rest does not lead over", before,
                      after);
    }
    CHECK_MESSAGE(verdict.failed == 0, verdict.first);
}
