#include "inventory/aws/engine.h"

#include <algorithm>
#include <map>
#include <memory>

#include <fmt/core.h>

#include "inventory/aws/slice.h"

namespace patrol::inventory {
namespace {

using catalogue::ResourceType;
using model::SliceKey;
using model::SliceStatus;

class Engine {
public:
    Engine(const EngineOptions& options, const RunRequest& request);
    RunOutcome run();

private:
    struct Node {
        std::shared_ptr<Slice> slice;
        std::vector<Node*> children;
        bool planned = false;  // has a line in the coverage
        bool finished = false;
        int waits_for = 0;
    };
    struct Region {
        TagIndexPtr tags;
        std::vector<Node*> waiting;
    };

    void build();
    Node* node_of(const SliceKey& key) {
        auto at = nodes_.find(key);
        return at == nodes_.end() ? nullptr : &at->second;
    }
    Node& add(const PlannedSlice& planned, const ResourceType& type, SliceUse use);
    void link_parent(Node& node);
    void link_tags(Node& node);
    void begin(Node& node);
    void release(Node& node);
    void finished(Node& node);
    void tags_loaded(const std::string& region, TagIndexPtr tags);
    const document::Rules& rules_of(const ResourceType& type);
    void report(const Node& node, const model::SliceCoverage& coverage);
    void report_resources(std::size_t count);
    RunOutcome outcome(Scheduler::End end);

    const EngineOptions& options_;
    const RunRequest& request_;
    Scheduler scheduler_;
    CallQueue queue_;
    SliceHouse house_;
    std::map<std::string, std::unique_ptr<document::Rules>, std::less<>> rules_;
    std::map<SliceKey, Node> nodes_;
    std::map<std::string, Region, std::less<>> regions_;
    std::mutex mutex_;  // of waits_for, finished, coverage_ and progress_
    std::vector<model::SliceCoverage> coverage_;
    Progress progress_;
};

Engine::Engine(const EngineOptions& options, const RunRequest& request)
    : options_(options),
      request_(request),
      scheduler_(options.clock, options.threads),
      queue_({.caller = options.caller,
              .scheduler = scheduler_,
              .clock = options.clock,
              .home_region = options.home_region,
              .rate_scale = options.rate_scale,
              .throttle_pause = options.throttle_pause,
              .credentials_problem = options.credentials_problem,
              .stop = request.stop}),
      house_{.queue = queue_,
             .scheduler = scheduler_,
             .sink = request.sink,
             .redactor = options.redactor,
             .identity = options.identity,
             .rotation = request.rotation,
             .look_again = options.look_again,
             .parents_max = options.parents_max,
             .on_resources = [this](std::size_t count) { report_resources(count); }} {}

const document::Rules& Engine::rules_of(const ResourceType& type) {
    auto& rules = rules_[type.name];
    if (!rules)
        rules = std::make_unique<document::Rules>(
            document::Rules::compile(type, options_.catalogue.member_rules()));
    return *rules;
}

// ------------------------------------------------------------------ the graph

Engine::Node& Engine::add(const PlannedSlice& planned, const ResourceType& type, SliceUse use) {
    SliceSetup setup{
        .key = planned.key, .region = planned.region, .type = type, .rules = rules_of(type), .use = use};
    for (const auto* child : options_.catalogue.children_of(type.name)) {
        setup.feeds = true;
        std::ranges::copy(parent_paths(*child), std::back_inserter(setup.feed_paths));
    }
    if (type.recurse) {
        setup.feeds = true;
        std::ranges::copy(parent_paths(type), std::back_inserter(setup.feed_paths));
    }
    auto& node = nodes_[planned.key];
    node.slice = std::make_shared<Slice>(house_, std::move(setup));
    node.planned = use == SliceUse::store;
    return node;
}

void Engine::build() {
    for (const auto& planned : request_.plan.slices) {
        const auto* type = options_.catalogue.type(planned.key.type);
        if (type == nullptr) continue;
        bool done = request_.already_done && request_.already_done(planned.key);
        if (!done) add(planned, *type, SliceUse::store);
    }
    std::vector<SliceKey> keys;
    keys.reserve(nodes_.size());
    for (const auto& [key, node] : nodes_) keys.push_back(key);
    for (const auto& key : keys) link_parent(nodes_[key]);
    for (auto& [key, node] : nodes_) link_tags(node);
    progress_.slices = static_cast<std::int64_t>(keys.size());
}

// A parent that is not in the plan is read for its children's sake only; so is its own parent.
void Engine::link_parent(Node& node) {
    const auto& setup = node.slice->setup();
    if (setup.type.parent.empty()) return;
    const auto* type = options_.catalogue.type(setup.type.parent);
    if (type == nullptr) return;
    SliceKey key{type->name, setup.key.scope};
    auto* parent = node_of(key);
    if (parent == nullptr) {
        parent = &add({.key = key, .service = type->service, .region = setup.region}, *type,
                      SliceUse::feed_children);
        link_parent(*parent);
    }
    parent->children.push_back(&node);
    ++node.waits_for;
}

void Engine::link_tags(Node& node) {
    const auto& setup = node.slice->setup();
    bool joined = setup.type.tags.kind == catalogue::TagRule::Kind::joined;
    bool has_arn = setup.type.arn.path || !setup.type.arn.arn_template.empty();
    if (!joined || !has_arn || setup.use != SliceUse::store) return;
    regions_[setup.region].waiting.push_back(&node);
    ++node.waits_for;
}

// ------------------------------------------------------------------ running

void Engine::begin(Node& node) {
    scheduler_.post(Scheduler::free_lane, Scheduler::Order::begin,
                    [this, &node] { node.slice->start([this, &node](Slice&) { finished(node); }); });
}

void Engine::release(Node& node) {
    {
        std::lock_guard lock(mutex_);
        if (--node.waits_for > 0) return;
    }
    begin(node);
}

void Engine::finished(Node& node) {
    auto coverage = node.slice->coverage();
    {
        std::lock_guard lock(mutex_);
        node.finished = true;
        if (node.planned) coverage_.push_back(coverage);
    }
    if (node.planned) report(node, coverage);
    for (auto* child : node.children) {
        child->slice->parents = node.slice->items_for_children();
        child->slice->parent_coverage = coverage;
        release(*child);
    }
}

void Engine::tags_loaded(const std::string& region, TagIndexPtr tags) {
    auto& known = regions_[region];
    known.tags = std::move(tags);
    for (auto* node : known.waiting) {
        node->slice->tags = known.tags;
        release(*node);
    }
}

void Engine::report(const Node& node, const model::SliceCoverage& coverage) {
    Progress now;
    {
        std::lock_guard lock(mutex_);
        ++progress_.slices_done;
        bool fine = coverage.status == SliceStatus::complete || coverage.status == SliceStatus::not_enabled ||
                    coverage.status == SliceStatus::not_granted;
        if (!fine) ++progress_.slices_failed;
        progress_.service = node.slice->setup().type.service;
        progress_.region = node.slice->setup().region;
        progress_.status = coverage.status;
        progress_.calls = queue_.calls();
        now = progress_;
    }
    now.ended = coverage;
    if (request_.on_progress) request_.on_progress(now);
}

void Engine::report_resources(std::size_t count) {
    Progress now;
    {
        std::lock_guard lock(mutex_);
        progress_.resources += static_cast<std::int64_t>(count);
        progress_.calls = queue_.calls();
        now = progress_;
    }
    if (request_.on_progress) request_.on_progress(now);
}

RunOutcome Engine::run() {
    build();
    for (auto& [name, region] : regions_)
        load_tags(queue_, name, [this, at = name](TagIndexPtr tags) { tags_loaded(at, std::move(tags)); });
    // In the plan's order: the types that matter most come first.
    for (const auto& planned : request_.plan.slices)
        if (auto* node = node_of(planned.key); node != nullptr && node->waits_for == 0) begin(*node);
    for (auto& [key, node] : nodes_)
        if (!node.planned && node.waits_for == 0) begin(node);
    return outcome(scheduler_.run(request_.stop, options_.clock.steady() + options_.longest));
}

RunOutcome Engine::outcome(Scheduler::End end) {
    RunOutcome out{.coverage = std::move(coverage_), .fatal = queue_.fatal()};
    if (!out.fatal) out.fatal = scheduler_.failure();
    std::string reason = "The scan was stopped.";
    if (end == Scheduler::End::deadline)
        reason = fmt::format("The scan took longer than {} hours.",
                             std::chrono::duration_cast<std::chrono::hours>(options_.longest).count());
    if (out.fatal) reason = "The scan could not go on: " + out.fatal->message;
    for (auto& [key, node] : nodes_)
        if (node.planned && !node.finished) out.coverage.push_back(node.slice->unfinished(reason));
    return out;
}

}  // namespace

RunOutcome run_slices(const EngineOptions& options, const RunRequest& request) {
    return Engine(options, request).run();
}

}  // namespace patrol::inventory
