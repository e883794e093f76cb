#include "cloudsim/life.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "cloudsim/scenario.h"
#include "cloudsim/slots.h"
#include "cloudsim/world.h"

namespace patrol::cloudsim {
namespace {

constexpr std::int64_t random_max = 10'000;
constexpr std::string_view first_day = "2026-03-01T00:00:00Z";

// SplitMix64: the same numbers on every machine.
std::uint64_t chance(Life& life) {
    auto value = life.random += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}
std::int64_t below(Life& life, std::int64_t bound) {
    return static_cast<std::int64_t>(chance(life) % static_cast<std::uint64_t>(bound));
}

std::string written(std::int64_t number) { return fmt::format("{:08x}", number); }

// One habit, once.
class Turn {
public:
    Turn(World& world, Habit& habit, const catalogue::Catalogue& catalogue)
        : world_(world), life_(world.life), habit_(habit), catalogue_(catalogue) {}

    Result<void> begin() {
        const auto& members = habit_.members;
        if (members.resources.empty()) return {};
        for (auto left = members.keeps > 0 ? members.keeps : drawn(); left > 0; --left) TRY(join());
        return report();
    }

    Result<void> play() {
        if (!habit_.members.resources.empty()) {
            TRY(habit_.members.keeps > 0 ? pass_on() : scale());
            sweep();
            TRY(report());
        }
        for (const auto& touch : habit_.touches) TRY(move(touch));
        return {};
    }

private:
    Account& account() { return *world_.account(habit_.account_id); }
    std::int64_t drawn() {
        const auto& members = habit_.members;
        return members.least + below(life_, members.most - members.least + 1);
    }
    [[nodiscard]] std::int64_t alive() const {
        return static_cast<std::int64_t>(habit_.members.alive.size());
    }

    // The oldest go first, as they do where instances are refreshed or taken back.
    Result<void> scale() {
        const auto wanted = drawn();
        const auto replaced = alive() * habit_.members.replaced / 100;
        for (auto left = std::max(replaced, alive() - wanted); left > 0; --left) TRY(leave());
        while (alive() < wanted) TRY(join());
        return {};
    }

    Result<void> pass_on() {
        for (std::int64_t i = 0; i < habit_.members.adds; ++i) TRY(join());
        while (alive() > habit_.members.keeps) TRY(leave());
        return {};
    }

    Result<Item> item_of(const json::value& written_as, std::int64_t number) {
        auto value = written_as;
        const std::array slots{Slot{"{n}", json::value(written(number))},
                               Slot{"{time}", json::value(to_rfc3339(life_.now()))}};
        fill_slots(value, slots);
        return read_item(value, string_or(value, "region"), catalogue_);
    }

    Result<void> join() {
        const auto number = ++life_.numbers;
        for (const auto& each : habit_.members.resources) {
            auto item = TRY(item_of(each, number));
            auto& of_type = account().items[item.type];
            of_type.push_back(std::move(item));
        }
        habit_.members.alive.push_back(number);
        return {};
    }

    Result<void> leave() {
        const auto number = habit_.members.alive.front();
        habit_.members.alive.pop_front();
        for (const auto& each : habit_.members.resources) {
            const auto gone = TRY(item_of(each, number));
            gone_[gone.type].emplace(gone.region, item_id(*catalogue_.type(gone.type), gone));
        }
        return {};
    }

    // One pass for all that left; what somebody deleted by hand meanwhile has gone already.
    void sweep() {
        for (const auto& [name, ids] : gone_) {
            const auto& type = *catalogue_.type(name);
            std::erase_if(account().items[name],
                          [&](const Item& item) { return ids.contains({item.region, item_id(type, item)}); });
        }
        gone_.clear();
    }

    Result<void> report() {
        for (const auto& each : habit_.reports) {
            json::value value = alive();
            if (!each.each.is_null()) {
                value.emplace_array();
                for (const auto number : habit_.members.alive) {
                    value.get_array().push_back(each.each);
                    const std::array slots{Slot{"{n}", json::value(written(number))}};
                    fill_slots(value.get_array().back(), slots);
                }
            }
            TRY(write(
                {.type = each.type, .region = each.region, .id = each.id, .set = {{each.path, value}}}));
        }
        return {};
    }

    Result<void> move(const Touch& touch) {
        auto filled = touch;
        const std::array slots{Slot{"{n}", json::value(written(++life_.numbers))},
                               Slot{"{time}", json::value(to_rfc3339(life_.now()))},
                               Slot{"{random}", json::value(below(life_, random_max))}};
        for (auto& [path, value] : filled.set) fill_slots(value, slots);
        return write(filled);
    }

    Result<void> write(const Touch& touch) {
        const auto& type = *catalogue_.type(touch.type);
        bool found = false;
        for (auto& item : account().items[touch.type]) {
            if (!touch.region.empty() && item.region != touch.region) continue;
            if (!touch.id.empty() && item_id(type, item) != touch.id) continue;
            found = true;
            if (below(life_, 100) >= touch.percent) continue;
            for (const auto& [path, value] : touch.set) path.set(item.document, value);
        }
        if (!found)
            return invalid("life", fmt::format("{}: there is no {} {}.", habit_.name, touch.type, touch.id));
        return {};
    }

    World& world_;
    Life& life_;
    Habit& habit_;
    const catalogue::Catalogue& catalogue_;
    std::map<std::string, std::set<std::pair<std::string, std::string>>> gone_;  // by type: region and id
};

std::string text(const json::value& value, std::string_view key) {
    return std::string(string_or(value, key));
}
std::vector<json::value> list(const json::value& value, std::string_view key) {
    const auto* found = find(value, key);
    if (found == nullptr || !found->is_array()) return {};
    return {found->get_array().begin(), found->get_array().end()};
}

class HabitReader {
public:
    HabitReader(const json::value& value, const catalogue::Catalogue& catalogue)
        : value_(value), catalogue_(catalogue) {
        out_.name = text(value, "name");
        out_.account_id = text(value, "account");
        out_.every = int_or(value, "every", 1);
    }

    Result<Habit> read() && {
        TRY(members());
        for (const auto& each : list(value_, "reports")) {
            Report report{.type = TRY(known_type(each)),
                          .region = text(each, "region"),
                          .id = text(each, "id"),
                          .path = TRY(catalogue::Path::parse(string_or(each, "path")))};
            if (const auto* one = find(each, "each")) report.each = *one;
            out_.reports.push_back(std::move(report));
        }
        for (const auto& each : list(value_, "touches")) out_.touches.push_back(TRY(touch(each)));
        if (out_.every < 1) return wrong("`every` is at least 1");
        return std::move(out_);
    }

private:
    Failure wrong(std::string_view why) const {
        return invalid("life", fmt::format("The habit {}: {}.", out_.name, why));
    }

    Result<void> members() {
        auto& out = out_.members;
        out.resources = list(value_, "members");
        if (const auto* size = find(value_, "size")) {
            out.least = int_or(*size, "least");
            out.most = int_or(*size, "most");
        }
        out.replaced = int_or(value_, "replaced");
        out.adds = int_or(value_, "adds");
        out.keeps = int_or(value_, "keeps");
        if (out.resources.empty()) return {};
        if (out.keeps == 0 && (out.least < 0 || out.most < out.least))
            return wrong("`size` needs `least` and `most`, or there is `keeps`");
        if (out.replaced < 0 || out.replaced > 100) return wrong("`replaced` is a percentage");
        return {};
    }

    Result<std::string> known_type(const json::value& value) const {
        auto type = text(value, "type");
        if (catalogue_.type(type) == nullptr) return wrong("the catalogue has no type " + type);
        return type;
    }

    Result<Touch> touch(const json::value& value) const {
        Touch out{.type = TRY(known_type(value)),
                  .region = text(value, "region"),
                  .id = text(value, "id"),
                  .percent = int_or(value, "percent", 100)};
        if (const auto* set = find(value, "set"); set != nullptr && set->is_object())
            for (const auto& entry : set->get_object())
                out.set.emplace_back(TRY(catalogue::Path::parse(entry.key())), entry.value());
        if (out.set.empty()) return wrong("a touch needs `set`");
        return out;
    }

    const json::value& value_;
    const catalogue::Catalogue& catalogue_;
    Habit out_;
};

}  // namespace

Result<Life> read_life(const json::value& file, const catalogue::Catalogue& catalogue) {
    Life out;
    out.starts = parse_rfc3339(string_or(file, "starts", first_day)).value_or(*parse_rfc3339(first_day));
    out.random = static_cast<std::uint64_t>(int_or(file, "seed", 1));
    for (const auto& each : list(file, "habits"))
        out.habits.push_back(TRY(HabitReader(each, catalogue).read()));
    return out;
}

Result<void> begin_life(World& world, const catalogue::Catalogue& catalogue) {
    for (auto& habit : world.life.habits) {
        if (world.account(habit.account_id) == nullptr)
            return invalid("life", fmt::format("The habit {} has no account.", habit.name));
        TRY(Turn(world, habit, catalogue).begin());
    }
    return {};
}

Result<void> live(World& world, std::int64_t steps, const catalogue::Catalogue& catalogue) {
    for (std::int64_t left = steps; left > 0; --left) {
        ++world.life.steps;
        for (auto& habit : world.life.habits)
            if (world.life.steps % habit.every == 0) TRY(Turn(world, habit, catalogue).play());
    }
    return {};
}

}  // namespace patrol::cloudsim
