#include "inventory/aws/tags.h"

#include <fmt/core.h>

#include "inventory/aws/item.h"

namespace patrol::inventory {
namespace {

const catalogue::Call& get_resources() {
    static const catalogue::Call call = [] {
        catalogue::Call out;
        out.operation = "GetResources";
        out.pagination.in = {"PaginationToken"};
        if (auto token = catalogue::Path::parse("PaginationToken")) out.pagination.out = {std::move(*token)};
        out.pagination.limit = "ResourcesPerPage";
        out.pagination.send = 100;
        return out;
    }();
    return call;
}

struct Load : std::enable_shared_from_this<Load> {
    Load(CallQueue& to, std::string at, std::function<void(TagIndexPtr)> when_done)
        : queue(to), region(std::move(at)), done(std::move(when_done)) {}

    void next() {
        json::object input;
        walk.write(input);
        auto order = walk.begun() ? Scheduler::Order::go_on : Scheduler::Order::begin;
        queue.send({"resourcegroupstaggingapi", "GetResources", region, json::value(std::move(input))}, order,
                   [self = shared_from_this()](aws::CallResult&& result) { self->page(std::move(result)); });
    }

    void page(aws::CallResult&& result) {
        if (!result) {
            index->give_up(
                fmt::format("The tags of {} could not be read: {}", region, result.error().error.message));
            return done(index);
        }
        index->add(*result);
        auto next_page = walk.advance(*result, 1);
        if (next_page == PageWalk::Next::more) return next();
        if (next_page != PageWalk::Next::end) index->give_up(cut_reason(next_page));
        done(index);
    }

    CallQueue& queue;
    std::string region;
    std::function<void(TagIndexPtr)> done;
    std::shared_ptr<TagIndex> index = std::make_shared<TagIndex>();
    PageWalk walk{get_resources()};
};

}  // namespace

const model::Labels* TagIndex::find(std::string_view arn) const {
    auto at = by_arn_.find(arn);
    return at == by_arn_.end() ? nullptr : &at->second;
}

void TagIndex::add(const json::value& page) {
    const auto* list = patrol::find(page, "ResourceTagMappingList");
    if (list == nullptr || !list->is_array()) return;
    for (const auto& entry : list->get_array()) {
        auto arn = string_or(entry, "ResourceARN");
        const auto* tags = patrol::find(entry, "Tags");
        if (arn.empty() || tags == nullptr) continue;
        auto labels = labels_of(*tags);
        if (!labels.empty()) by_arn_.insert_or_assign(std::string(arn), std::move(labels));
    }
}

void TagIndex::give_up(std::string problem) {
    problem_ = std::move(problem);
    by_arn_.clear();
}

void load_tags(CallQueue& queue, const std::string& region, std::function<void(TagIndexPtr)> done) {
    std::make_shared<Load>(queue, region, std::move(done))->next();
}

}  // namespace patrol::inventory
