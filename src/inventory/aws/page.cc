#include "inventory/aws/page.h"

#include <algorithm>

#include "inventory/aws/answers.h"

namespace patrol::inventory {
namespace {

using aws::ErrorClass;
using catalogue::Call;
using catalogue::ChildCall;

// AWS's own keys refuse questions about rotation, grants and policy.
bool is_aws_managed_key(const catalogue::ResourceType& type, const json::value& document) {
    return type.name == "AWS::KMS::Key" && string_or(document, "KeyManager") == "AWS";
}

// S3: no constraint is us-east-1, "EU" an old name of eu-west-1.
std::string region_of_location(const json::value* location) {
    if (location == nullptr || !location->is_string() || location->get_string().empty()) return "us-east-1";
    if (location->get_string() == "EU") return "eu-west-1";
    return std::string(location->get_string());
}

const std::string location_key = "Location";

bool is_absent(const ChildCall& child, const std::string& code) {
    return std::ranges::find(child.absent, code) != child.absent.end();
}

aws::CallError own_error(std::string message) {
    return {.error = {.kind = Error::Kind::invalid, .message = std::move(message)},
            .error_class = ErrorClass::other};
}

}  // namespace

catalogue::Bindings Page::bindings(const PageItem& item) const {
    catalogue::Bindings out{
        .item = item.document, .listed = item.listed, .account = work_.account, .scope = item.scope};
    bind_parent(out, item.parent);
    return out;
}

void Page::complete(Done done) {
    done_ = std::move(done);
    details();
}

// ------------------------------------------------------------------ phases

void Page::details() {
    if (!work_.type.detail) return locations();
    const auto& call = *work_.type.detail;
    if (call.batch_size > 0)
        plan_batches(call, nullptr);
    else
        for (std::size_t i = 0; i < items_.size(); ++i) plan_call(call, nullptr, i);
    run_tasks(&Page::locations);
}

// Where a listed bucket does not say its region, that is asked before anything else of it.
void Page::locations() {
    const auto* child = work_.type.child(location_key);
    bool by_region = work_.type.scope == catalogue::Scope::global_list_regional_children;
    if (!work_.with_children || !by_region || child == nullptr) return children();
    for (std::size_t i = 0; i < items_.size(); ++i)
        if (items_[i].region.empty() && items_[i].wants_children) plan_call(child->call, child, i);
    run_tasks(&Page::children);
}

void Page::children() {
    for (auto& item : items_) {
        if (!item.region.empty()) continue;
        auto known =
            std::ranges::find(item.gathered, location_key, [](const auto& pair) { return pair.first; });
        item.region = region_of_location(known == item.gathered.end() ? nullptr : &known->second);
    }
    if (!work_.with_children) return finish();
    for (const auto& child : work_.type.children)
        if (child.call.batch_size > 0) plan_batches(child.call, &child);
    for (std::size_t i = 0; i < items_.size(); ++i)
        for (const auto& child : work_.type.children)
            if (child.call.batch_size == 0) plan_call(child.call, &child, i);
    run_tasks(&Page::finish);
}

void Page::finish() {
    merge();
    auto done = std::move(done_);
    done(*this);
}

// A list of plain names, without a detail call: the name becomes a document.
void Page::wrap(PageItem& item) {
    item.listed = item.document;
    item.detail = std::make_unique<json::value>(json::object{{"Name", *item.listed}});
    item.document = item.detail.get();
}

void Page::merge() {
    std::size_t capped = 0;
    for (auto& item : items_) {
        capped += item.capped ? 1 : 0;
        if (item.state != PageItem::State::good) continue;
        if (!item.document->is_object()) wrap(item);
        auto& object = item.document->get_object();
        for (auto& [key, value] : item.gathered) object[key] = std::move(value);
    }
    if (capped > 0) work_.notes.children_capped(capped);
}

// ------------------------------------------------------------------ tasks

bool Page::asks(const PageItem& item, const ChildCall* child) const {
    if (item.state != PageItem::State::good) return false;
    if (child == nullptr) return true;
    if (is_aws_managed_key(work_.type, *item.document)) return false;
    if (child->only && !child->only->holds(*item.document)) return false;
    auto known = std::ranges::find(item.gathered, child->key, [](const auto& pair) { return pair.first; });
    return known == item.gathered.end();
}

void Page::plan_call(const Call& call, const ChildCall* child, std::size_t item) {
    if (!asks(items_[item], child)) return;
    auto task = std::make_shared<Task>();
    task->call = &call;
    task->child = child;
    task->items = {item};
    task->walk = PageWalk(call);
    next_tasks_.push_back(std::move(task));
}

void Page::plan_batches(const Call& call, const ChildCall* child) {
    TaskPtr task;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (!asks(items_[i], child)) continue;
        if (!task || task->items.size() >= call.batch_size) {
            task = std::make_shared<Task>();
            task->call = &call;
            task->child = child;
            task->walk = PageWalk(call);
            next_tasks_.push_back(task);
        }
        task->items.push_back(i);
    }
}

void Page::run_tasks(void (Page::*next)()) {
    {
        std::lock_guard lock(mutex_);
        next_ = next;
        planned_.swap(next_tasks_);
    }
    start_some();
}

// Whoever finds nothing planned and nothing under way goes on to the next phase.
void Page::start_some() {
    for (;;) {
        TaskPtr task;
        void (Page::*next)() = nullptr;
        {
            std::lock_guard lock(mutex_);
            while (!planned_.empty() && !task && under_way_ < calls_under_way) {
                task = std::move(planned_.front());
                planned_.pop_front();
                if (!still_wanted(*task)) task.reset();
            }
            if (task) ++under_way_;
            if (!task && under_way_ == 0 && planned_.empty()) std::swap(next, next_);
        }
        if (next != nullptr) return (this->*next)();
        if (!task) return;
        if (ask(task)) continue;
        std::lock_guard lock(mutex_);
        --under_way_;
    }
}

void Page::arrive() {
    {
        std::lock_guard lock(mutex_);
        --under_way_;
    }
    start_some();
}

bool Page::still_wanted(const Task& task) {
    if (task.child == nullptr) {
        if (!work_.notes.detail_hopeless()) return true;
        for (auto i : task.items) items_[i].state = PageItem::State::failed;
        return false;
    }
    const auto& key = task.child->key;
    bool batch = task.call->batch_size > 0;
    auto limit = static_cast<std::int64_t>(limits::child_calls_per_slice);
    bool capped = !batch && !items_[task.items.front()].wants_children;
    if (!capped && !work_.notes.hopeless(key)) {
        if (work_.child_calls.fetch_add(1) < limit) return true;
        capped = true;
    }
    for (auto i : task.items) {
        items_[i].capped = items_[i].capped || capped;
        items_[i].unknown.push_back(key);
    }
    return false;
}

// False: there is nothing to ask.
bool Page::ask(const TaskPtr& task) {
    auto arguments = [&] {
        if (task->call->batch_size == 0)
            return arguments_of(*task->call, bindings(items_[task->items.front()]));
        std::vector<catalogue::Bindings> all;
        for (auto i : task->items) all.push_back(bindings(items_[i]));
        return batch_arguments(*task->call, all);
    }();
    if (!arguments.missing.empty()) {
        // What the question needs is not set at this item: neither is the answer.
        if (task->child == nullptr)
            refused(task, own_error("The listed item does not say its " + arguments.missing + "."));
        return false;
    }
    task->walk.write(arguments.input);
    const auto& region = items_[task->items.front()].region;
    work_.calls.fetch_add(1);
    work_.queue.send({.service = work_.type.service,
                      .operation = task->call->operation,
                      .region = region.empty() ? work_.region : region,
                      .input = json::value(std::move(arguments.input))},
                     Scheduler::Order::go_on, [self = shared_from_this(), task](aws::CallResult&& result) {
                         self->answer(task, std::move(result));
                     });
    return true;
}

void Page::answer(const TaskPtr& task, aws::CallResult&& result) {
    if (!result) {
        if (result.error().error_class == ErrorClass::gone && task->items.size() > 1)
            split(*task);
        else
            refused(task, result.error());
        return arrive();
    }
    if (task->call->batch_size > 0) {
        keep_share(task, *result);
        return arrive();
    }
    auto value = value_at(task->call->result, *result);
    if (!task->so_far)
        task->so_far = std::move(value);
    else if (value)
        append_page(*task->so_far, std::move(*value));
    auto next = task->walk.advance(*result, 1);
    if (next == PageWalk::Next::more) {
        if (task->child != nullptr) work_.child_calls.fetch_add(1);
        ask(task);
        return;
    }
    auto& item = items_[task->items.front()];
    if (task->child != nullptr && next != PageWalk::Next::end) {
        std::lock_guard lock(mutex_);
        item.unknown.push_back(task->child->key);
        work_.notes.child_cut(task->child->key, cut_reason(next));
    } else {
        store(*task, item, std::move(task->so_far));
    }
    arrive();
}

// One unknown name fails a whole batch: each is asked for by itself.
void Page::split(const Task& task) {
    std::lock_guard lock(mutex_);
    for (auto i : task.items) {
        auto single = std::make_shared<Task>();
        single->call = task.call;
        single->child = task.child;
        single->items = {i};
        single->walk = PageWalk(*task.call);
        planned_.push_back(std::move(single));
    }
}

void Page::refused(const TaskPtr& task, const aws::CallError& error) {
    bool gone = error.error_class == ErrorClass::gone;
    if (task->child == nullptr) {
        if (!gone) work_.notes.detail_failed(error);
        for (auto i : task->items)
            items_[i].state = gone ? PageItem::State::vanished : PageItem::State::failed;
        return;
    }
    if (is_absent(*task->child, error.error.code)) return work_.notes.child_done(task->child->key);
    if (!gone) work_.notes.child_failed(*task->child, error, task->items.size());
    std::lock_guard lock(mutex_);
    for (auto i : task->items) {
        items_[i].unknown.push_back(task->child->key);
        if (gone) items_[i].gone.push_back(task->child);
    }
}

void Page::keep_share(const TaskPtr& task, json::value& output) {
    std::vector<std::string> keys;
    for (auto i : task->items) keys.push_back(batch_key(*task->call, bindings(items_[i])));
    auto shares = share_batch(task->call->result, output, keys);
    auto below = below_elements(task->call->result);
    for (std::size_t n = 0; n < keys.size(); ++n) {
        auto& item = items_[task->items[n]];
        auto& elements = shares[n].elements;
        if (task->child == nullptr) {
            if (elements.empty()) {
                item.state = PageItem::State::vanished;
                continue;
            }
            store(*task, item, json::value(*elements.front(), json::storage_ptr{}));
            continue;
        }
        if (task->call->result.is_plural()) {
            if (elements.empty()) continue;
            store(*task, item, value_at(below, *elements.front()));
            continue;
        }
        json::array list;
        for (auto* element : elements) list.push_back(json::value(*element, json::storage_ptr{}));
        store(*task, item, json::value(std::move(list)));
    }
}

void Page::store(const Task& task, PageItem& item, std::optional<json::value>&& value) {
    if (task.child != nullptr) {
        work_.notes.child_done(task.child->key);
        if (!value || value->is_null()) return;
        std::lock_guard lock(mutex_);
        item.gathered.emplace_back(task.child->key, std::move(*value));
        return;
    }
    if (!value || value->is_null()) {
        item.state = PageItem::State::vanished;
        return;
    }
    work_.notes.detail_done();
    item.listed = item.document;
    item.detail = std::make_unique<json::value>(std::move(*value));
    item.document = item.detail.get();
}

}  // namespace patrol::inventory
