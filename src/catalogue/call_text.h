// The written form of a call:  Operation(Name=expression, …) -> result
// and of its paging:           In[,In2][=Out[,Out2]] [while More] [limit Member [[min..]send]]
// e.g. "ListKeys -> Keys[]", "Marker=NextMarker while Truncated limit Limit 1..1000".
#pragma once

#include <string_view>

#include "catalogue/resource_type.h"

namespace patrol::catalogue {

// Operation, arguments, result and batch size. Kind::invalid with the offending text.
Result<Call> call_from(std::string_view text);
Result<Pagination> pagination_from(std::string_view text);

}  // namespace patrol::catalogue
