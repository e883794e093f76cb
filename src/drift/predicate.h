// Tests of one value, as severity and noise rules write them (catalogue::Predicate).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "catalogue/severity_rule.h"

namespace patrol::drift {

// `value` is null where there is none. `account` is the resource's own (twelve digits), for policy_foreign.
bool holds(const catalogue::Predicate& predicate, const json::value* value, std::string_view account);
bool holds(const catalogue::Condition& condition, const json::value* value, std::string_view account);
bool holds(catalogue::ChangeTest test, const json::value* before, const json::value* after);

// The scalar as a text: true, 443, enabled; "" for what is absent or structured.
std::string scalar_text(const json::value* value);
std::optional<double> number_of(const json::value* value);

// An address range with at least an eighth of all addresses: 0.0.0.0/0, ::/0, 0.0.0.0/1, 2000::/3.
bool is_world(std::string_view cidr);
// Like drift::glob, letters of either case.
bool alike(std::string_view pattern, std::string_view text);

}  // namespace patrol::drift
