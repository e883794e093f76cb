// Checks a type against the API table: every operation, argument, result path, id, ARN, name and
// tag path, paging member and rule path must exist there, so that a typo fails the build.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "catalogue/type_reader.h"
#include "model/api_model.h"

namespace patrol::catalogue {

using FindType = std::function<const ResourceType*(std::string_view name)>;

// Appends one problem for each thing that does not exist. `find_type` resolves parents.
void validate(const ReadType& read, const model::ApiModel& api, const FindType& find_type,
              std::vector<Problem>& problems);

// Fills the values of `$each:EnumName` from the API table; false if there is no such enumeration.
bool fill_enumerations(ResourceType& type, const model::ApiModel& api);

}  // namespace patrol::catalogue
