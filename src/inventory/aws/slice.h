// One slice (a type in a scope) from its first call to its coverage: lists (one per parent item and
// $each value, side by side), pages with their detail and child calls, and what becomes of each item.
//   - Pages are written as they come; the next one is fetched while one is being worked on.
//   - What a detail or child call calls gone is looked for in the listing once more: absent twice is
//     gone, else it stays as it was known.
//   - A complete listing that lost more than half of 20 or more resources is read again after 30 s
//     before it is believed.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/fingerprints.h"
#include "catalogue/catalogue.h"
#include "document/rules.h"
#include "inventory/aws/page.h"
#include "inventory/aws/tags.h"
#include "inventory/provider.h"

namespace patrol::inventory {

// What all slices of one run share.
struct SliceHouse {
    CallQueue& queue;
    Scheduler& scheduler;
    ItemSink& sink;
    const document::Redactor& redactor;
    Identity identity;
    std::uint64_t rotation = 0;
    Millis look_again{30'000};
    std::size_t parents_max = limits::parents_per_slice;
    std::function<void(std::size_t resources)> on_resources;
};

enum class SliceUse { store, feed_children };  // feed: only what child slices need of it

// The items of a parent slice, in the order they were read; references stay valid.
using ParentItems = std::deque<ParentItem>;

struct SliceSetup {
    model::SliceKey key;
    std::string region;  // where it is listed
    const catalogue::ResourceType& type;
    const document::Rules& rules;
    SliceUse use = SliceUse::store;
    std::vector<catalogue::Path> feed_paths;  // of its items, for its children
    bool feeds = false;
};

class Slice : public std::enable_shared_from_this<Slice> {
public:
    using Done = std::function<void(Slice&)>;

    Slice(SliceHouse& house, SliceSetup setup);

    // Known when it starts: the tags of the region, the parent's items and how well it was read.
    TagIndexPtr tags;
    std::shared_ptr<const ParentItems> parents;
    std::optional<model::SliceCoverage> parent_coverage;

    void start(Done done);

    [[nodiscard]] const SliceSetup& setup() const { return setup_; }
    [[nodiscard]] std::shared_ptr<const ParentItems> items_for_children() const { return feed_; }
    [[nodiscard]] model::SliceCoverage coverage() const;
    // Of a slice that the run left unfinished.
    [[nodiscard]] model::SliceCoverage unfinished(std::string reason) const;
    [[nodiscard]] std::optional<Error> sink_problem() const;

    static constexpr std::size_t lists_at_once = 16;
    static constexpr int token_restarts = 2;
    static constexpr std::int64_t guarded_from = 20;

private:
    struct List {
        const ParentItem* parent = nullptr;
        std::string each;
        PageWalk walk;
        int restarts = 0;
        std::size_t pages_under_way = 0;
        bool waits = false;  // for a page to be worked off before the next is fetched
        bool ended = false;
        bool looking_again = false;
    };
    using ListPtr = std::shared_ptr<List>;
    // An item that a detail or child call did not find.
    struct Suspect {
        ListPtr list;
        std::string question;  // what the call asked for: the same in a second listing
        const catalogue::Call* call = nullptr;
        bool seen_again = false;
        std::unique_ptr<json::value> document, listed;
        PageItem item;
    };

    void plan_lists();
    void add_list(const ParentItem* parent, std::string each);
    void start_lists(std::size_t ended);
    void fetch(const ListPtr& list);
    void answered(const ListPtr& list, const PageMemoryPtr& memory, aws::CallResult&& result);
    void list_refused(const ListPtr& list, const aws::CallError& error);
    void take_page(const ListPtr& list, const std::shared_ptr<Page>& page);
    void page_done(const ListPtr& list, Page& page);
    void next_step();

    void write(const ListPtr& list, Page& page);
    bool suspect(const ListPtr& list, Page& page, PageItem& item);
    // An item on its way to a resource: who it is and its tags are known, its document is not yet prepared.
    struct Draft {
        PageItem* item = nullptr;
        std::string given_name;
        model::ScannedResource resource;
    };
    std::vector<model::ScannedResource> finish_items(std::span<PageItem* const> items);
    std::optional<Draft> draft(PageItem& item);
    void carry_forward(std::span<Draft> drafts);
    void carry_forward(std::span<Draft* const> drafts);
    std::optional<model::ScannedResource> finish_item(Draft& draft);
    void join_tags(PageItem& item, const std::string& arn, bool& known);
    void feed(const PageItem& item, const std::string& id);
    void put(std::span<const model::ScannedResource> resources);

    void look_for_suspects();
    void compare_suspects(const ListPtr& list, json::value& output);
    void settle_suspects();
    bool looks_lost();
    void begin_again();
    bool begin_staging();
    [[nodiscard]] bool gets_children(std::size_t index) const;
    void finish();

    SliceHouse& house_;
    SliceSetup setup_;
    Done done_;
    std::unique_ptr<SliceNotes> notes_;
    std::atomic<std::int64_t> calls_{0}, child_calls_{0};

    mutable std::mutex mutex_;  // of what follows, up to feeding_
    std::deque<ListPtr> planned_;
    std::size_t running_ = 0;  // lists
    std::vector<Suspect> suspects_;
    std::shared_ptr<ParentItems> feed_ = std::make_shared<ParentItems>();
    std::size_t items_seen_ = 0;
    std::int64_t live_before_ = -1;  // in the newest snapshot; -1: not asked yet
    bool looked_again_ = false, suspects_settled_ = false;

    mutable std::mutex feeding_;  // of the sink's slice
    bool staging_ = false;
    Fingerprints ids_;  // distinct resources written
    std::optional<Error> sink_problem_;
};

}  // namespace patrol::inventory
