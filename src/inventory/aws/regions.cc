#include "inventory/aws/regions.h"

#include "base/log.h"
#include "cloud/aws/endpoints.h"

namespace patrol::inventory {
namespace {

using aws::ErrorClass;

bool nothing_works(ErrorClass error_class) {
    return error_class == ErrorClass::bad_credentials || error_class == ErrorClass::expired_credentials ||
           error_class == ErrorClass::transient || error_class == ErrorClass::cancelled ||
           error_class == ErrorClass::clock_skew;
}

}  // namespace

Result<std::vector<RegionState>> discover_regions(AwsCaller& caller, const catalogue::Partition& partition,
                                                  std::stop_token stop) {
    json::value input = json::object{{"AllRegions", true}};
    auto answer = caller.call({.service = "ec2",
                               .operation = "DescribeRegions",
                               .region = partition.default_region,
                               .input = &input,
                               .stop = stop});
    std::vector<RegionState> out;
    if (!answer) {
        auto& error = answer.error();
        if (nothing_works(error.error_class))
            return fail(std::move(error.error).during("listing the regions"));
        log::warn("ec2:DescribeRegions failed; trying every known region",
                  {{"reason", describe(error.error)}});
        for (const auto& region : partition.regions) out.push_back({.name = region});
        return out;
    }
    const auto* list = find(*answer, "Regions");
    if (list != nullptr && list->is_array())
        for (const auto& region : list->get_array()) {
            auto name = string_or(region, "RegionName");
            // A name becomes part of host names: nothing else may get there.
            if (!aws::is_region_name(name)) continue;
            out.push_back(
                {.name = std::string(name), .enabled = string_or(region, "OptInStatus") != "not-opted-in"});
        }
    if (out.empty()) return fail(Error::Kind::unavailable, "AWS lists no region for this account.");
    return out;
}

}  // namespace patrol::inventory
