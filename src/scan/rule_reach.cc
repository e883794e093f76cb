#include "scan/rule_reach.h"

#include <algorithm>

namespace patrol::scan {

store::Reach reach_of(const drift::ScopedRule& rule, const store::SeenChange& seen) {
    const drift::Subject subject{.op = seen.op,
                                 .type = seen.type,
                                 .region = seen.region,
                                 .resource = ResourceId(std::string(seen.resource)),
                                 .native_id = seen.native_id,
                                 .tags = &seen.tags,
                                 .account = seen.account,
                                 .customer = seen.customer,
                                 .environment = seen.environment,
                                 .actor_class = seen.actor_class};
    if (!rule.fits(subject)) return store::Reach::none;
    if (!rule.has_path()) return store::Reach::whole;
    std::size_t all = 0, fitting = 0;
    for (auto rest = seen.paths; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        ++all;
        fitting += rule.fits_path(rest.substr(0, end)) ? 1U : 0U;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (fitting == 0) return store::Reach::none;
    return fitting == all && !seen.paths_cut ? store::Reach::whole : store::Reach::part;
}

}  // namespace patrol::scan
