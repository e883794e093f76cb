#include "drift/severity.h"

#include <algorithm>

#include <fmt/format.h>

#include "catalogue/severity_reader.h"
#include "drift/policy_reach.h"
#include "drift/predicate.h"

namespace patrol::drift {
namespace {

using catalogue::Path;
using catalogue::SeverityRule;
using model::ChangeOp;
using model::Severity;

constexpr int last_port = 65'535;
constexpr std::size_t listed_in_title = 3;

struct PortRange {
    int from = 0;
    int to = last_port;
    [[nodiscard]] bool all() const { return from <= 0 && to >= last_port; }
};

std::optional<PortRange> range_in(const json::value* value) {
    if (value == nullptr || !value->is_object()) return {};
    const auto protocol = scalar_text(find(*value, "IpProtocol")) + scalar_text(find(*value, "Protocol"));
    const auto* inner = find(*value, "PortRange");
    const auto* from = inner != nullptr ? find(*inner, "From") : find(*value, "FromPort");
    const auto* to = inner != nullptr ? find(*inner, "To") : find(*value, "ToPort");
    if (protocol == "-1") return PortRange{};
    const auto first = number_of(from);
    const auto last = number_of(to);
    if (!first || !last) return {};
    // -1 stands for everything: of an ICMP type, or of old "all" rules.
    if (*first < 0)
        return protocol.starts_with("icmp") || protocol == "1" || protocol == "58"
                   ? std::optional(PortRange{.from = -1, .to = -1})
                   : std::optional(PortRange{});
    return PortRange{.from = static_cast<int>(*first),
                     .to = static_cast<int>(std::min(*last, double(last_port)))};
}

std::optional<PortRange> range_at(const Site& site) {
    for (auto at = site.values.rbegin(); at != site.values.rend(); ++at)
        if (auto range = range_in(at->newer())) return range;
    return {};
}

bool has_port(const std::vector<int>& ports, const PortRange& range) {
    return std::ranges::any_of(
        ports, [&](int port) { return port < 0 ? range.all() : range.from <= port && port <= range.to; });
}

bool ports_fit(const SeverityRule& rule, const Site& site) {
    if (rule.ports.empty() && rule.not_ports.empty()) return true;
    const auto range = range_at(site);
    if (!range) return false;
    return (rule.ports.empty() || has_port(rule.ports, *range)) && !has_port(rule.not_ports, *range);
}

bool guards_hold(const std::vector<catalogue::Guard>& guards, const Path& own, const Site& site,
                 std::string_view account) {
    return std::ranges::all_of(guards, [&](const auto& guard) {
        const auto values = at_site(guard.path, own, site);
        if (values.empty()) return holds(guard.condition, nullptr, account);
        return std::ranges::any_of(values,
                                   [&](const auto* each) { return holds(guard.condition, each, account); });
    });
}

std::string listed(const std::vector<std::string>& texts) {
    std::string out;
    for (std::size_t at = 0; at < std::min(texts.size(), listed_in_title); ++at)
        out.append(at == 0 ? "" : ", ").append(shown(texts[at]));
    if (texts.size() > listed_in_title) out += fmt::format(" and {} more", texts.size() - listed_in_title);
    return out;
}

std::string slot_text(std::string_view slot, const Path& own, const Site& site, const Subject& subject) {
    const auto& pair = site.pair();
    if (slot == "value") return shown(scalar_text(pair.newer()));
    if (slot == "before") return shown(scalar_text(pair.before));
    if (slot == "after") return shown(scalar_text(pair.after));
    if (slot == "name") return shown(subject.name.empty() ? subject.native_id : subject.name);
    if (slot == "Ports") return ports_of(site);
    if (slot == "ports") {
        auto out = ports_of(site);
        if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] - 'A' + 'a');
        return out;
    }
    if (slot == "principals") {
        const auto who = new_principals(pair.before, pair.after);
        return who.empty() ? "somebody" : listed(who);
    }
    if (slot == "actions") return listed(new_actions(pair.before, pair.after));
    const auto path = Path::parse(slot);
    if (!path) return {};
    std::vector<std::string> texts;
    for (const auto* each : at_site(*path, own, site)) texts.push_back(scalar_text(each));
    return listed(texts);
}

}  // namespace

std::string shown(std::string_view text) {
    std::string out;
    for (char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7f) out.push_back(c);
    }
    if (out.size() <= slot_bytes_max) return out;
    auto end = slot_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0U) == 0x80U) --end;
    return out.substr(0, end) + "…";
}

std::string_view account_number(const Subject& subject) {
    if (!subject.account_number.empty()) return subject.account_number;
    auto arn = subject.arn;
    for (int colons = 0; colons < 4; ++colons) {
        const auto at = arn.find(':');
        if (at == std::string_view::npos) return {};
        arn.remove_prefix(at + 1);
    }
    return arn.substr(0, arn.find(':'));
}

std::string ports_of(const Site& site) {
    const auto range = range_at(site);
    if (!range) return "Something";
    if (range->all()) return "All ports";
    if (range->from < 0) return "ICMP";
    if (range->from == range->to) return fmt::format("Port {}", range->from);
    return fmt::format("Ports {}-{}", range->from, range->to);
}

bool fires(const SeverityRule& rule, const Path& path, const Site& site, const Subject& subject) {
    const auto& pair = site.pair();
    const auto account = account_number(subject);
    if (rule.change && !holds(*rule.change, pair.before, pair.after)) return false;
    if (rule.becomes &&
        (!holds(*rule.becomes, pair.after, account) || holds(*rule.becomes, pair.before, account)))
        return false;
    if (rule.was && !holds(*rule.was, pair.before, account)) return false;
    if (rule.is && !holds(*rule.is, pair.after, account)) return false;
    return ports_fit(rule, site) && guards_hold(rule.where, path, site, account);
}

std::string title_of(const SeverityRule& rule, const Path& path, const Site& site, const Subject& subject) {
    std::string out;
    std::string_view rest = rule.title;
    while (true) {
        const auto open = rest.find('{');
        const auto close = open == std::string_view::npos ? open : rest.find('}', open);
        if (close == std::string_view::npos) return out.append(rest);
        out.append(rest.substr(0, open));
        out.append(slot_text(rest.substr(open + 1, close - open - 1), path, site, subject));
        rest.remove_prefix(close + 1);
    }
}

std::optional<SeverityHit> worst_hit(std::span<const SeverityRule* const> rules, const Trail& trail,
                                     const Subject& subject) {
    std::optional<SeverityHit> out;
    for (const auto* rule : rules) {
        if (std::ranges::find(rule->on, subject.op) == rule->on.end()) continue;
        if (out && rule->severity <= out->rule->severity) continue;
        for (const auto& path : rule->paths) {
            const auto places = sites(path, trail);
            const auto at = std::ranges::find_if(
                places, [&](const auto& site) { return fires(*rule, path, site, subject); });
            if (at == places.end()) continue;
            out = SeverityHit{.rule = rule, .why = title_of(*rule, path, *at, subject)};
            break;
        }
    }
    return out;
}

Severity default_severity(const catalogue::SeverityDefaults& defaults, ChangeOp op,
                          std::string_view category) {
    auto at = defaults.by_category.find({std::string(category), op});
    if (at == defaults.by_category.end()) at = defaults.by_category.find({std::string(), op});
    return at == defaults.by_category.end() ? Severity::low : at->second;
}

Severity shifted(const catalogue::SeverityDefaults& defaults, Severity severity, const Subject& subject) {
    int steps = 0;
    for (const auto& shift : defaults.shifts) {
        if (shift.environment && shift.environment == subject.environment) steps += shift.steps;
        if (shift.label.empty() || subject.account_labels == nullptr) continue;
        const auto equals = shift.label.find('=');
        const auto at = subject.account_labels->find(shift.label.substr(0, equals));
        if (at != subject.account_labels->end() &&
            (equals == std::string::npos || at->second == shift.label.substr(equals + 1)))
            steps += shift.steps;
    }
    if (severity == Severity::critical && steps < 0) return severity;
    const auto level =
        std::clamp(static_cast<int>(severity) + steps, 0, static_cast<int>(Severity::critical));
    return static_cast<Severity>(level);
}

}  // namespace patrol::drift
