// The items of one page of a listing while their detail and child calls are made. All calls of a page
// run side by side under their budgets; when the last answer is there the page is handed back whole.
// What a call did not bring is noted at the item: a path that is unknown, or an item that seems gone.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "inventory/aws/arguments.h"
#include "inventory/aws/call_queue.h"
#include "inventory/aws/item.h"
#include "inventory/aws/listing.h"
#include "inventory/aws/notes.h"

namespace patrol::inventory {

struct PageItem {
    json::value* document = nullptr;  // being completed; in the page's memory, or `detail`
    const json::value* listed = nullptr;
    std::unique_ptr<json::value> detail;
    const ParentItem* parent = nullptr;
    std::string scope;           // the $each value it was listed under
    std::string region;          // where its calls go
    bool wants_children = true;  // false: beyond limits::child_calls_per_slice
    bool capped = false;
    enum class State { good, vanished, failed } state = State::good;
    std::vector<std::string> unknown;               // child keys that were not read
    std::vector<const catalogue::ChildCall*> gone;  // children that say the item does not exist
    std::vector<std::pair<std::string, json::value>> gathered;
};

// Where a page's answer lives. The resource is not owned by the values in it, so that they need not be
// destroyed one by one: it must outlive them.
struct PageMemory {
    static constexpr std::size_t first_block_bytes = 16 * 1024;  // it grows by doubling
    json::monotonic_resource resource{first_block_bytes};
    [[nodiscard]] json::storage_ptr storage() { return &resource; }
};
using PageMemoryPtr = std::shared_ptr<PageMemory>;

// What pages of one slice share.
struct PageWork {
    const catalogue::ResourceType& type;
    CallQueue& queue;
    SliceNotes& notes;
    std::atomic<std::int64_t>& calls;
    std::atomic<std::int64_t>& child_calls;  // against limits::child_calls_per_slice
    std::string account;
    std::string region;  // of the listing: for items that do not say theirs
    bool with_children = true;
};

class Page : public std::enable_shared_from_this<Page> {
public:
    using Done = std::function<void(Page&)>;

    // `output` lives in `memory`.
    Page(const PageWork& work, PageMemoryPtr memory, json::value&& output)
        : work_(work), memory_(std::move(memory)), output_(std::move(output)) {}

    json::value& output() { return output_; }
    std::vector<PageItem>& items() { return items_; }
    [[nodiscard]] catalogue::Bindings bindings(const PageItem& item) const;

    // Makes the calls, then `done` on some thread of the queue (or on this one, where none is needed).
    void complete(Done done);

    static constexpr std::size_t calls_under_way = 64;

private:
    struct Task {
        const catalogue::Call* call = nullptr;
        const catalogue::ChildCall* child = nullptr;  // null: the detail call
        std::vector<std::size_t> items;
        PageWalk walk;
        std::optional<json::value> so_far;
    };
    using TaskPtr = std::shared_ptr<Task>;

    // The phases, in this order.
    void details();
    void locations();
    void children();
    void finish();

    void run_tasks(void (Page::*next)());
    void start_some();
    void arrive();
    void plan_batches(const catalogue::Call& call, const catalogue::ChildCall* child);
    void plan_call(const catalogue::Call& call, const catalogue::ChildCall* child, std::size_t item);
    [[nodiscard]] bool still_wanted(const Task& task);
    bool ask(const TaskPtr& task);
    void answer(const TaskPtr& task, aws::CallResult&& result);
    void refused(const TaskPtr& task, const aws::CallError& error);
    void split(const Task& task);
    void keep_share(const TaskPtr& task, json::value& output);
    void store(const Task& task, PageItem& item, std::optional<json::value>&& value);
    void merge();
    static void wrap(PageItem& item);
    [[nodiscard]] bool asks(const PageItem& item, const catalogue::ChildCall* child) const;

    PageWork work_;
    PageMemoryPtr memory_;
    json::value output_;
    std::vector<PageItem> items_;
    Done done_;
    std::deque<TaskPtr> next_tasks_;  // of the phase being planned, by one thread
    std::mutex mutex_;                // of what follows
    std::deque<TaskPtr> planned_;
    std::size_t under_way_ = 0;
    void (Page::*next_)() = nullptr;
};

}  // namespace patrol::inventory
