#include "inventory/aws/notes.h"

#include <algorithm>

#include <fmt/core.h>

namespace patrol::inventory {
namespace {

using model::SliceStatus;

void add_reason(model::SliceCoverage& out, const std::string& reason) {
    if (reason.empty()) return;
    if (!out.reason.empty()) out.reason += ' ';
    out.reason += reason;
}

void take(model::SliceCoverage& out, const Verdict& verdict) {
    add_reason(out, verdict.reason);
    if (out.missing_action.empty()) out.missing_action = verdict.missing_action;
    if (out.hint.empty()) out.hint = verdict.hint;
}

}  // namespace

void SliceNotes::list_done() {
    std::lock_guard lock(mutex_);
    ++lists_done_;
}

void SliceNotes::list_failed(const aws::CallError& error, std::size_t pages_before) {
    std::lock_guard lock(mutex_);
    ++lists_failed_;
    pages_ += pages_before;
    if (!list_problem_) list_problem_ = verdict_of(error, type_, type_.list);
}

void SliceNotes::cut(std::string reason) {
    std::lock_guard lock(mutex_);
    if (cut_.empty()) cut_ = std::move(reason);
}

void SliceNotes::detail_done() {
    std::lock_guard lock(mutex_);
    ++details_done_;
}

void SliceNotes::detail_failed(const aws::CallError& error) {
    std::lock_guard lock(mutex_);
    ++details_failed_;
    if (!detail_problem_) detail_problem_ = verdict_of(error, type_, *type_.detail);
}

void SliceNotes::parent_not_whole(const model::SliceCoverage& parent) {
    std::lock_guard lock(mutex_);
    parent_ = parent;
}

void SliceNotes::suspect(std::string reason) {
    std::lock_guard lock(mutex_);
    suspect_ = std::move(reason);
}

void SliceNotes::child_done(const std::string& key) {
    std::lock_guard lock(mutex_);
    ++children_[key].done;
}

void SliceNotes::child_failed(const catalogue::ChildCall& child, const aws::CallError& error,
                              std::size_t items) {
    std::lock_guard lock(mutex_);
    auto& note = children_[child.key];
    note.failed += items;
    if (!note.reason.empty()) return;
    auto verdict = verdict_of(error, type_, child.call);
    note.reason = verdict.reason;
    note.missing_action = verdict.missing_action;
}

void SliceNotes::child_cut(const std::string& key, std::string reason) {
    std::lock_guard lock(mutex_);
    auto& note = children_[key];
    ++note.failed;
    if (note.reason.empty()) note.reason = std::move(reason);
}

void SliceNotes::children_capped(std::size_t items) {
    std::lock_guard lock(mutex_);
    capped_items_ += items;
}

void SliceNotes::tags_unknown(std::string reason) {
    std::lock_guard lock(mutex_);
    tags_problem_ = std::move(reason);
}

bool SliceNotes::hopeless(const std::string& child_key) const {
    std::lock_guard lock(mutex_);
    auto at = children_.find(child_key);
    return at != children_.end() && refused(at->second);
}

// Of the calls for one resource at a time.
bool SliceNotes::all_refused() const {
    return std::ranges::all_of(type_.children, [&](const catalogue::ChildCall& child) {
        const auto at = children_.find(child.key);
        return child.call.batch_size > 0 || (at != children_.end() && refused(at->second));
    });
}

bool SliceNotes::detail_hopeless() const {
    std::lock_guard lock(mutex_);
    return details_done_ == 0 && details_failed_ >= refusals_without_answer;
}

void SliceNotes::describe_listing(model::SliceCoverage& out) const {
    if (lists_failed_ > 0) {
        bool nothing = lists_done_ == 0 && pages_ == 0;
        out.status = nothing ? list_problem_->status : SliceStatus::partial;
        take(out, *list_problem_);
        if (!nothing && lists_done_ > 0)
            add_reason(out, fmt::format("{} of {} lists were not read to their end.", lists_failed_,
                                        lists_done_ + lists_failed_));
    }
    if (details_failed_ > 0 && out.status == SliceStatus::complete) {
        out.status = details_done_ == 0 ? detail_problem_->status : SliceStatus::partial;
        take(out, *detail_problem_);
    }
    if (!cut_.empty()) {
        if (out.status == SliceStatus::complete) out.status = SliceStatus::partial;
        add_reason(out, cut_);
    }
    if (parent_ && out.status == SliceStatus::complete) {
        out.status = lists_done_ == 0 ? parent_->status : SliceStatus::partial;
        add_reason(out, fmt::format("{} was not read whole: {}", parent_->key.type, parent_->reason));
        out.missing_action = parent_->missing_action;
        out.hint = parent_->hint;
    }
}

void SliceNotes::describe_children(model::SliceCoverage& out) const {
    // The limit is no news of calls that are refused everywhere.
    const bool capped = capped_items_ > 0 && !all_refused();
    if (capped) {
        for (const auto& child : type_.children) out.unknown_paths.push_back(child.key);
        add_reason(
            out, fmt::format("At most {} further calls are made for one type in one scan: {} resources keep "
                             "what was known of them. The next scans read the others.",
                             limits::child_calls_per_slice, capped_items_));
    }
    for (const auto& child : type_.children) {
        auto at = children_.find(child.key);
        if (at == children_.end() || at->second.failed == 0) continue;
        if (!capped) out.unknown_paths.push_back(child.key);
        const auto& note = at->second;
        // Then it was not asked on: how many were refused before says nothing.
        const auto where =
            refused(note) ? std::string("all resources") : fmt::format("{} resources", note.failed);
        add_reason(out, fmt::format("{} is unknown for {}: {}", child.key, where, note.reason));
        if (out.missing_action.empty()) out.missing_action = note.missing_action;
    }
    if (!tags_problem_.empty()) {
        out.unknown_paths.emplace_back("Tags");
        add_reason(out, tags_problem_);
    }
}

model::SliceCoverage SliceNotes::coverage(const model::SliceKey& key, std::int64_t count,
                                          std::int64_t calls) const {
    std::lock_guard lock(mutex_);
    model::SliceCoverage out{.key = key,
                             .service = type_.service,
                             .status = SliceStatus::complete,
                             .count = count,
                             .calls = calls,
                             .reason = {},
                             .missing_action = {},
                             .hint = {},
                             .unknown_paths = {}};
    describe_listing(out);
    bool has_items = out.status == SliceStatus::complete || out.status == SliceStatus::partial;
    if (has_items) describe_children(out);
    add_reason(out, suspect_);
    return out;
}

}  // namespace patrol::inventory
