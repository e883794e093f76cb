#include "cloudsim/tagging.h"

#include "cloudsim/matching.h"
#include "cloudsim/paging.h"
#include "cloudsim/scenario.h"

namespace patrol::cloudsim {
namespace {

std::string_view region_of(const Item& item) {
    return item.region == "global" ? "" : std::string_view(item.region);
}

// The value of one slot of an ARN template, "" where it has none here.
std::string slot(const CallContext& call, const catalogue::ResourceType& type, const Item& item,
                 std::string_view name) {
    if (name == "partition") return "aws";
    if (name == "region") return std::string(region_of(item));
    if (name == "account") return call.caller.account_id;
    if (name == "id") return item_id(type, item);
    if (name == "name") return type.item_name ? type.item_name->text_of(item.document) : item_id(type, item);
    if (name == "parent.id") return item.parent;
    auto path = catalogue::Path::parse(name);
    return path ? path->text_of(item.document) : "";
}

std::string arn_of(const CallContext& call, const catalogue::ResourceType& type, const Item& item) {
    if (type.arn.path) return type.arn.path->text_of(item.document);
    const auto& pattern = type.arn.arn_template;
    std::string out;
    for (std::size_t at = 0; at < pattern.size();) {
        auto open = std::min(pattern.find('{', at), pattern.size());
        out.append(pattern, at, open - at);
        if (open == pattern.size()) break;
        auto close = std::min(pattern.find('}', open), pattern.size());
        auto name = std::string_view(pattern).substr(open + 1, close - open - 1);
        auto value = slot(call, type, item, name);
        if (value.empty() && name != "region") return "";
        out += value;
        at = close + 1;
    }
    return out;
}

json::object region(std::string_view name, std::string_view status) {
    return {{"RegionName", name},
            {"OptInStatus", status},
            {"Endpoint", fmt::format("ec2.{}.amazonaws.com", name)}};
}

const catalogue::Pagination& tag_pages() {
    static const catalogue::Pagination pagination{.in = {"PaginationToken"},
                                                  .out = {*catalogue::Path::parse("PaginationToken")},
                                                  .more = {},
                                                  .limit = "ResourcesPerPage"};
    return pagination;
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
    Pages pages(tag_pages(), call.request.input, call.world.page_size);
    if (!pages.token_is_valid())
        return fault(400, "PaginationTokenExpiredException", "The token is not valid.");
    json::array list;
    std::size_t position = 0;
    for (const auto& [name, items] : call.account().items)
        for (const auto& item : items) {
            const auto* type = call.catalogue.type(name);
            // What belongs to no region is told in us-east-1.
            auto home =
                item.region == "global" ? std::string_view("us-east-1") : std::string_view(item.region);
            if (item.tags.empty() || type == nullptr || home != call.region) continue;
            auto arn = arn_of(call, *type, item);
            if (arn.empty() || !pages.takes(position++)) continue;
            json::array tags;
            for (const auto& [key, value] : item.tags)
                tags.push_back(json::object{{"Key", key}, {"Value", value}});
            list.push_back(json::object{{"ResourceARN", arn}, {"Tags", std::move(tags)}});
        }
    json::object output{{"ResourceTagMappingList", std::move(list)}, {"PaginationToken", ""}};
    pages.finish(output);
    return output;
}

}  // namespace patrol::cloudsim
