// Checks severity and noise rules against the catalogue: every type must exist, every path must be in the
// documents of each of its types, every slot must be known. A typo fails the build.
#pragma once

#include <vector>

#include "catalogue/severity_rule.h"
#include "catalogue/type_reader.h"
#include "catalogue/validator.h"

namespace patrol::catalogue {

void check_severity(const SeverityBook& book, const FindType& find_type, const model::ApiModel& api,
                    std::vector<Problem>& problems);

}  // namespace patrol::catalogue
