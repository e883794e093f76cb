// An ItemSink in memory, for tests: keeps what a scan staged, answers for a snapshot that tests plant.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "inventory/item_sink.h"

namespace patrol::testing {

class MemorySink final : public inventory::ItemSink {
public:
    using Items = std::map<std::string, model::ScannedResource>;  // by native id

    Result<void> start_slice(const model::SliceKey& slice) override {
        std::lock_guard lock(mutex);
        ++starts[slice];
        staged[slice].clear();
        return {};
    }
    Result<void> put(const model::SliceKey& slice, std::span<const model::ScannedResource> page) override {
        std::lock_guard lock(mutex);
        if (fails) return fail(Error::Kind::unavailable, "The disk is full.");
        ++pages;
        resources += page.size();
        if (keeps)
            for (const auto& resource : page) staged[slice].insert_or_assign(resource.native_id, resource);
        return {};
    }
    Result<Documents> previous(const model::SliceKey& slice,
                               std::span<const std::string> native_ids) override {
        std::lock_guard lock(mutex);
        ++questions;
        Documents out;
        for (const auto& id : native_ids) {
            auto at = documents.find({slice, id});
            out.push_back(at == documents.end() ? std::nullopt : std::optional(at->second));
        }
        return out;
    }
    // A planted document is live as well.
    Result<std::int64_t> live_count(const model::SliceKey& slice) override {
        std::lock_guard lock(mutex);
        if (auto at = live.find(slice); at != live.end()) return at->second;
        return std::ranges::count(documents, slice, [](const auto& planted) { return planted.first.first; });
    }
    Result<void> finish_slice(const model::SliceCoverage& coverage) override {
        std::lock_guard lock(mutex);
        finished[coverage.key] = coverage;
        return {};
    }

    [[nodiscard]] const model::ScannedResource* find(const model::SliceKey& slice,
                                                     const std::string& id) const {
        auto at = staged.find(slice);
        if (at == staged.end()) return nullptr;
        auto item = at->second.find(id);
        return item == at->second.end() ? nullptr : &item->second;
    }

    std::mutex mutex;
    bool keeps = true;  // false: only counts
    bool fails = false;
    std::size_t pages = 0, resources = 0, questions = 0;  // questions: of previous()
    std::map<model::SliceKey, int> starts;
    std::map<model::SliceKey, Items> staged;
    std::map<model::SliceKey, model::SliceCoverage> finished;
    std::map<std::pair<model::SliceKey, std::string>, std::string> documents;
    std::map<model::SliceKey, std::int64_t> live;
};

}  // namespace patrol::testing
