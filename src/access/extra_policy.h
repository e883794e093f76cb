// PatrolReadOnlyExtra: the managed policy of `patrol connect aws --extended`. It allows the reads that
// SecurityAudit and ViewOnlyAccess leave out, as the catalogue names them, and nothing else.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "catalogue/catalogue.h"

namespace patrol::access {

inline constexpr std::size_t managed_policy_chars_max = 6'144;  // AWS IAM quota, white space not counted

json::object extra_policy(const catalogue::Catalogue& catalogue, std::string_view partition);
std::string extra_policy_arn(std::string_view partition, std::string_view account_id);

}  // namespace patrol::access
