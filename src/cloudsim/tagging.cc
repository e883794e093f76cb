#include "cloudsim/tagging.h"

#include "cloudsim/scenario.h"

namespace patrol::cloudsim {
namespace {

void replace(std::string& text, std::string_view mark, std::string_view value) {
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) text.replace(at, mark.size(), value);
}

std::string arn_of(const CallContext& call, const catalogue::ResourceType& type, const Item& item) {
    if (type.arn.path) return type.arn.path->text_of(item.document);
    auto arn = type.arn.arn_template;
    auto id = item_id(type, item);
    replace(arn, "{partition}", "aws");
    replace(arn, "{region}", item.region == "global" ? "" : item.region);
    replace(arn, "{account}", call.caller.account_id);
    replace(arn, "{id}", id);
    replace(arn, "{name}", type.item_name ? type.item_name->text_of(item.document) : id);
    return arn.find('{') == std::string::npos ? arn : "";
}

json::object region(std::string_view name, std::string_view status) {
    return {{"RegionName", name}, {"OptInStatus", status}, {"Endpoint", fmt::format("ec2.{}.amazonaws.com", name)}};
}

}  // namespace

std::optional<Answer> answer_regions(const CallContext& call) {
    if (call.request.service->id != "ec2" || call.request.operation->name != "DescribeRegions") return {};
    json::array regions;
    for (const auto& name : call.account().regions) regions.push_back(region(name, "opt-in-not-required"));
    if (bool_or(json::value(call.request.input), "AllRegions"))
        for (const auto& name : call.account().opted_out) regions.push_back(region(name, "not-opted-in"));
    return json::object{{"Regions", std::move(regions)}};
}

std::optional<Answer> answer_tagging(const CallContext& call) {
    if (call.request.service->id != "resourcegroupstaggingapi") return {};
    json::array list;
    for (const auto& item : call.account().items) {
        const auto* type = call.catalogue.type(item.type);
        if (item.tags.empty() || type == nullptr || (item.region != call.region && item.region != "global")) continue;
        json::array tags;
        for (const auto& [key, value] : item.tags) tags.push_back(json::object{{"Key", key}, {"Value", value}});
        auto arn = arn_of(call, *type, item);
        if (!arn.empty()) list.push_back(json::object{{"ResourceARN", arn}, {"Tags", std::move(tags)}});
    }
    return json::object{{"ResourceTagMappingList", std::move(list)}, {"PaginationToken", ""}};
}

}  // namespace patrol::cloudsim
