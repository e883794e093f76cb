#include "catalogue/severity_check.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "catalogue/item_shape.h"
#include "catalogue/severity_reader.h"

namespace patrol::catalogue {
namespace {

constexpr std::array<std::string_view, 8> known_slots = {"value", "before",     "after",   "Ports",
                                                         "ports", "principals", "actions", "name"};

class Check {
public:
    Check(const FindType& find_type, const model::ApiModel& api, std::vector<Problem>& problems)
        : find_type_(find_type), api_(api), problems_(problems) {}

    void rule(const SeverityRule& rule) {
        begin(rule.id, rule.source);
        for (const auto& type : rule.types) {
            paths(type, rule.paths);
            guards(type, rule.where);
            for (const auto& slot : slots_of(rule.title))
                if (std::ranges::find(known_slots, slot) == known_slots.end()) path_text(type, slot);
        }
    }

    void noise(const NoiseRule& rule) {
        begin(rule.id, rule.source);
        if (rule.types.empty() && rule.tags.empty()) report("the class lacks its types.");
        for (const auto& type : rule.types) {
            paths(type, rule.paths);
            guards(type, rule.where);
            const auto bounds = rule.bounds_type.empty() ? type : rule.bounds_type;
            if (rule.within) paths(bounds, {rule.within->first, rule.within->second});
            slots(type, rule.bounds_id);
            if (rule.owner) slots(type, rule.owner->id);
            if (rule.via) paths(type, {*rule.via});
        }
        if (!rule.via_type.empty()) known(rule.via_type);
        if (rule.owner && !rule.owner->type.empty()) known(rule.owner->type);
    }

private:
    void begin(const std::string& id, const std::string& source) {
        id_ = id;
        const auto colon = source.rfind(':');
        file_ = source.substr(0, colon);
        line_ = 0;
        if (colon != std::string::npos)
            std::from_chars(source.data() + colon + 1, source.data() + source.size(), line_);
    }
    void report(std::string_view text) {
        problems_.push_back({file_, line_, fmt::format("{}: {}", id_, text)});
    }

    const ResourceType* known(std::string_view type) {
        const auto* out = find_type_(type);
        if (out == nullptr) report(fmt::format("there is no type {}.", type));
        return out;
    }

    void paths(std::string_view type_name, const std::vector<Path>& paths) {
        const auto* type = known(type_name);
        const auto* service = type == nullptr ? nullptr : api_.service(type->service);
        if (service == nullptr) return;
        const ItemShape item(*type, *service);
        for (const auto& path : paths)
            if (!item.at(path).found)
                report(fmt::format("there is no \"{}\" in {}.", path.text(), type_name));
    }
    void guards(std::string_view type, const std::vector<Guard>& guards) {
        for (const auto& guard : guards) paths(type, {guard.path});
    }
    void path_text(std::string_view type, std::string_view text) {
        auto path = Path::parse(text);
        if (path)
            paths(type, {std::move(*path)});
        else
            report(path.error().message);
    }
    // "{tag:key}", "{Description~pattern}", "{a path}"
    void slots(std::string_view type, std::string_view text) {
        for (const auto& slot : slots_of(text))
            if (!slot.starts_with("tag:")) path_text(type, std::string_view(slot).substr(0, slot.find('~')));
    }

    const FindType& find_type_;
    const model::ApiModel& api_;
    std::vector<Problem>& problems_;
    std::string id_;
    std::string file_;
    int line_ = 0;
};

}  // namespace

void check_severity(const SeverityBook& book, const FindType& find_type, const model::ApiModel& api,
                    std::vector<Problem>& problems) {
    Check check(find_type, api, problems);
    for (const auto& rule : book.rules) check.rule(rule);
    for (const auto& rule : book.noise) check.noise(rule);
}

}  // namespace patrol::catalogue
