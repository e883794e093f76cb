#include "inventory/aws/slice.h"

#include <algorithm>

#include <fmt/core.h>

namespace patrol::inventory {
namespace {

std::vector<std::string> each_values(const catalogue::Call& call, std::string_view region) {
    const auto* argument = call.each();
    if (argument == nullptr) return {""};
    std::vector<std::string> out;
    for (const auto& value : argument->value.each)
        if (value.region.empty() || value.region == region) out.push_back(value.value);
    return out;
}

}  // namespace

Slice::Slice(SliceHouse& house, SliceSetup setup)
    : house_(house), setup_(std::move(setup)), notes_(std::make_unique<SliceNotes>(setup_.type)) {}

// ------------------------------------------------------------------ lists

void Slice::start(Done done) {
    done_ = std::move(done);
    if (setup_.use == SliceUse::store) {
        auto live = house_.sink.live_count(setup_.key);
        if (!live) return house_.queue.fail(std::move(live).error());
        live_before_ = *live;
    }
    plan_lists();
    start_lists(0);
}

void Slice::plan_lists() {
    if (parent_coverage && parent_coverage->status != model::SliceStatus::complete)
        notes_->parent_not_whole(*parent_coverage);
    auto values = each_values(setup_.type.list, setup_.region);
    if (setup_.type.parent.empty()) {
        for (auto& value : values) add_list(nullptr, value);
        return;
    }
    if (!parents) return;
    for (const auto& parent : *parents)
        for (auto& value : values) add_list(&parent, value);
}

void Slice::add_list(const ParentItem* parent, std::string each) {
    auto list = std::make_shared<List>();
    list->parent = parent;
    list->each = std::move(each);
    list->walk = PageWalk(setup_.type.list);
    std::lock_guard lock(mutex_);
    planned_.push_back(std::move(list));
}

void Slice::start_lists(std::size_t ended) {
    std::vector<ListPtr> starting;
    bool nothing_left = false;
    {
        std::lock_guard lock(mutex_);
        running_ -= ended;
        while (running_ < lists_at_once && !planned_.empty()) {
            starting.push_back(std::move(planned_.front()));
            planned_.pop_front();
            ++running_;
        }
        nothing_left = running_ == 0;
    }
    for (const auto& list : starting) fetch(list);
    if (nothing_left) next_step();
}

void Slice::fetch(const ListPtr& list) {
    catalogue::Bindings bindings{.account = house_.identity.account_id, .scope = list->each};
    bind_parent(bindings, list->parent);
    auto arguments = arguments_of(setup_.type.list, bindings);
    bool begun = false;
    {
        std::lock_guard lock(mutex_);
        list->walk.write(arguments.input);
        begun = list->walk.begun();
    }
    if (!arguments.missing.empty()) {
        notes_->cut(fmt::format("A parent does not say its {}.", arguments.missing));
        return start_lists(1);
    }
    auto memory = std::make_shared<PageMemory>();
    calls_.fetch_add(1);
    house_.queue.send({.service = setup_.type.service,
                       .operation = setup_.type.list.operation,
                       .region = setup_.region,
                       .input = json::value(std::move(arguments.input)),
                       .memory = memory->storage()},
                      begun ? Scheduler::Order::go_on : Scheduler::Order::begin,
                      [self = shared_from_this(), list, memory](aws::CallResult&& result) {
                          self->answered(list, memory, std::move(result));
                      });
}

void Slice::answered(const ListPtr& list, const PageMemoryPtr& memory, aws::CallResult&& result) {
    if (!result) return list_refused(list, result.error());
    if (list->looking_again) {
        compare_suspects(list, *result);
        PageWalk::Next next{};
        {
            std::lock_guard lock(mutex_);
            next = list->walk.advance(*result, 1);
        }
        if (next == PageWalk::Next::more) return fetch(list);
        return start_lists(1);
    }
    PageWork work{.type = setup_.type,
                  .queue = house_.queue,
                  .notes = *notes_,
                  .calls = calls_,
                  .child_calls = child_calls_,
                  .account = house_.identity.account_id,
                  .region = setup_.region,
                  .with_children = setup_.use == SliceUse::store};
    take_page(list, std::make_shared<Page>(work, memory, std::move(*result)));
}

void Slice::list_refused(const ListPtr& list, const aws::CallError& error) {
    bool again = false, over = false;
    {
        std::lock_guard lock(mutex_);
        if (list->looking_again) {
            // Not looked for is not gone.
            for (auto& suspect : suspects_)
                if (suspect.list->parent == list->parent && suspect.list->each == list->each)
                    suspect.seen_again = true;
        } else if (list->walk.begun() && list->restarts < token_restarts &&
                   rejects_token(error.error.code, error.error.message)) {
            ++list->restarts;
            list->walk = PageWalk(setup_.type.list);
            again = true;
        } else if (setup_.type.singleton && error.error_class == aws::ErrorClass::gone) {
            notes_->list_done();  // a setting that is not set
        } else {
            notes_->list_failed(error, list->walk.pages());
        }
        if (!again) list->ended = true;
        over = list->ended && list->pages_under_way == 0;
    }
    if (again) return fetch(list);
    if (over) start_lists(1);
}

void Slice::take_page(const ListPtr& list, const std::shared_ptr<Page>& page) {
    const auto& type = setup_.type;
    bool by_region = type.scope == catalogue::Scope::global_list_regional_children;
    // An answer without any member names no resource: a setting that the account has not.
    bool needs_id = type.id.kind == catalogue::Identity::Kind::paths && type.list.result.is_whole();
    std::size_t listed = 0;
    type.list.result.for_each(page->output(), [&](json::value& value) {
        if (value.is_null() || (needs_id && value.is_object() && value.get_object().empty())) return;
        ++listed;
        if (type.only && !type.only->holds(value)) return;
        auto& item = page->items().emplace_back();
        item.document = &value;
        item.parent = list->parent;
        item.scope = list->each;
        item.region = by_region ? std::string(string_or(value, "BucketRegion")) : setup_.region;
    });
    bool fetch_next = false;
    {
        std::lock_guard lock(mutex_);
        for (auto& item : page->items()) item.wants_children = gets_children(items_seen_++);
        ++list->pages_under_way;
        auto next = list->walk.advance(page->output(), listed);
        list->ended = next != PageWalk::Next::more;
        if (next == PageWalk::Next::end) notes_->list_done();
        if (list->ended && next != PageWalk::Next::end) notes_->cut(cut_reason(next));
        fetch_next = !list->ended && list->pages_under_way < 2;
        list->waits = !list->ended && !fetch_next;
    }
    if (fetch_next) fetch(list);
    page->complete([self = shared_from_this(), list](Page& done) { self->page_done(list, done); });
}

void Slice::page_done(const ListPtr& list, Page& page) {
    write(list, page);
    bool fetch_next = false, over = false;
    {
        std::lock_guard lock(mutex_);
        --list->pages_under_way;
        fetch_next = list->waits;
        list->waits = false;
        over = list->ended && list->pages_under_way == 0;
    }
    if (fetch_next) return fetch(list);
    if (over) start_lists(1);
}

// ------------------------------------------------------------------ after the lists

void Slice::next_step() {
    if (!suspects_.empty() && !suspects_settled_) return look_for_suspects();
    if (looks_lost()) return begin_again();
    finish();
}

void Slice::look_for_suspects() {
    suspects_settled_ = true;
    std::set<std::pair<const ParentItem*, std::string>> places;
    for (const auto& suspect : suspects_) places.emplace(suspect.list->parent, suspect.list->each);
    for (const auto& [parent, each] : places) {
        add_list(parent, each);
        std::lock_guard lock(mutex_);
        planned_.back()->looking_again = true;
    }
    start_lists(0);
}

void Slice::compare_suspects(const ListPtr& list, json::value& output) {
    setup_.type.list.result.for_each(output, [&](json::value& value) {
        catalogue::Bindings bindings{
            .item = &value, .listed = &value, .account = house_.identity.account_id, .scope = list->each};
        bind_parent(bindings, list->parent);
        std::lock_guard lock(mutex_);
        for (auto& suspect : suspects_) {
            if (suspect.seen_again || suspect.list->parent != list->parent ||
                suspect.list->each != list->each)
                continue;
            suspect.seen_again =
                json::serialize(arguments_of(*suspect.call, bindings).input) == suspect.question;
        }
    });
}

void Slice::settle_suspects() {
    std::vector<PageItem*> found;
    for (auto& suspect : suspects_) {
        if (!suspect.seen_again) continue;
        if (suspect.item.state == PageItem::State::vanished) {
            notes_->cut("A resource is listed, but AWS says it does not exist when asked for it.");
            continue;
        }
        for (const auto* child : suspect.item.gone)
            notes_->child_cut(child->key, "AWS says the resource does not exist, yet lists it.");
        found.push_back(&suspect.item);
    }
    put(finish_items(found));
    suspects_.clear();
}

bool Slice::looks_lost() {
    if (setup_.use != SliceUse::store || live_before_ < guarded_from) return false;
    settle_suspects();
    auto now = coverage();
    if (now.status != model::SliceStatus::complete || now.count * 2 >= live_before_) return false;
    if (!looked_again_) return true;
    notes_->suspect(
        fmt::format("Suspect: {} of {} resources are gone since the last scan; the list was read twice.",
                    live_before_ - now.count, live_before_));
    return false;
}

// Everything from the start, after a while: a listing that lost most of its resources may be a lie.
void Slice::begin_again() {
    looked_again_ = true;
    house_.scheduler.post(
        Scheduler::free_lane, Scheduler::Order::go_on,
        [self = shared_from_this()] {
            self->notes_ = std::make_unique<SliceNotes>(self->setup_.type);
            {
                std::lock_guard lock(self->mutex_);
                self->suspects_settled_ = false;
                self->items_seen_ = 0;
                self->feed_ = std::make_shared<ParentItems>();
                self->child_calls_ = 0;
            }
            {
                std::lock_guard lock(self->feeding_);
                self->staging_ = false;
                self->ids_.clear();
            }
            self->plan_lists();
            self->start_lists(0);
        },
        house_.look_again);
}

bool Slice::gets_children(std::size_t index) const {
    std::size_t single = 0;
    for (const auto& child : setup_.type.children) single += child.call.batch_size == 0 ? 1 : 0;
    if (single == 0) return true;
    auto at_once = std::max<std::size_t>(1, limits::child_calls_per_slice / single);
    auto expected =
        std::max<std::size_t>(at_once, live_before_ < 0 ? 0 : static_cast<std::size_t>(live_before_));
    auto first = static_cast<std::size_t>(house_.rotation % expected) * at_once % expected;
    return (index % expected + expected - first) % expected < at_once;
}

void Slice::finish() {
    settle_suspects();
    if (setup_.use == SliceUse::store) {
        std::lock_guard lock(feeding_);
        if (!sink_problem_ && begin_staging()) {
            auto result = house_.sink.finish_slice(coverage());
            if (!result) sink_problem_ = std::move(result).error();
        }
    }
    // What could not be staged is not finished.
    if (auto problem = sink_problem()) return house_.queue.fail(std::move(*problem));
    auto done = std::move(done_);
    done(*this);
}

model::SliceCoverage Slice::coverage() const {
    return notes_->coverage(setup_.key, static_cast<std::int64_t>(ids_.count()), calls_.load());
}

model::SliceCoverage Slice::unfinished(std::string reason) const {
    auto out = coverage();
    out.status = out.count > 0 ? model::SliceStatus::partial : model::SliceStatus::not_read;
    out.reason = std::move(reason);
    out.missing_action.clear();
    out.unknown_paths.clear();
    return out;
}

std::optional<Error> Slice::sink_problem() const {
    std::lock_guard lock(feeding_);
    return sink_problem_;
}

}  // namespace patrol::inventory
