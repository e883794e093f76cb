// What the catalogue's severity rules say about a change: which of them fire where, and how bad a change
// is of which no rule speaks.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/severity_rule.h"
#include "document/rules.h"
#include "drift/site.h"
#include "drift/subject.h"

namespace patrol::drift {

// Cloud text in a title is cut to this.
inline constexpr std::size_t slot_bytes_max = 80;

struct SeverityHit {
    const catalogue::SeverityRule* rule = nullptr;
    std::string why;  // the title with its slots filled
};

// The rule fires at this place.
bool fires(const catalogue::SeverityRule& rule, const catalogue::Path& path, const Site& site,
           const Subject& subject);
std::string title_of(const catalogue::SeverityRule& rule, const catalogue::Path& path, const Site& site,
                     const Subject& subject);

// The worst hit on the trail, or none. `rules` are those of the subject's type.
std::optional<SeverityHit> worst_hit(std::span<const catalogue::SeverityRule* const> rules,
                                     const Trail& trail, const Subject& subject);

model::Severity default_severity(const catalogue::SeverityDefaults& defaults, model::ChangeOp op,
                                 std::string_view category);
// Up or down by the account's environment and labels. Nothing critical is lowered.
model::Severity shifted(const catalogue::SeverityDefaults& defaults, model::Severity severity,
                        const Subject& subject);

// "Port 22", "Ports 20-25", "All ports" of the closest element that has a range; empty where none has.
std::string ports_of(const Site& site);

// The account's number: as given, else as the ARN says.
std::string_view account_number(const Subject& subject);

// Cloud text for people: printable, cut at slot_bytes_max.
std::string shown(std::string_view text);

}  // namespace patrol::drift
