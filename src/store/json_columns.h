// JSON columns and the model structs in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/cloud_account.h"
#include "model/customer_scope.h"
#include "model/scan.h"

namespace patrol::store {

std::string labels_text(const model::Labels& labels);
Result<model::Labels> parse_labels(std::string_view text);

std::string strings_text(const std::vector<std::string>& strings);
Result<std::vector<std::string>> parse_strings(std::string_view text);

// NULL is all. A text that is no list of customers is nobody's: a damaged row must not widen what is seen.
std::optional<std::string> customers_text(const model::CustomerScope& customers);
model::CustomerScope parse_customers(const std::optional<std::string_view>& text);

// {"kind":"role","role_arn":…} or {"kind":"access_keys","access_key_id":{"manager","ref"},…}: references
// only, by the type.
std::string auth_text(const model::Auth& auth);
Result<model::Auth> parse_auth(std::string_view text);

std::string scope_text(const model::ScanScope& scope);
Result<model::ScanScope> parse_scope(std::string_view text);

std::string counts_text(const model::ScanCounts& counts);
Result<model::ScanCounts> parse_counts(std::string_view text);

}  // namespace patrol::store
