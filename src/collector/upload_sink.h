// Where a collector's provider puts what it read: on the way to the server. Large questions are asked in
// pieces, so that each answer stays small.
#pragma once

#include <algorithm>
#include <iterator>

#include "collector/scrub.h"
#include "inventory/item_sink.h"
#include "worker/desk_client.h"

namespace patrol::collector {

inline constexpr std::size_t previous_per_question = 16;

class UploadSink final : public inventory::ItemSink {
public:
    explicit UploadSink(worker::DeskClient& desk) : sink_(desk) {}
    Result<void> start_slice(const model::SliceKey& slice) override { return sink_.start_slice(slice); }
    Result<void> put(const model::SliceKey& slice, std::span<const model::ScannedResource> page) override {
        return sink_.put(slice, page);
    }
    Result<Documents> previous(const model::SliceKey& slice,
                               std::span<const std::string> native_ids) override {
        Documents all;
        while (!native_ids.empty()) {
            const auto some = native_ids.first(std::min(native_ids.size(), previous_per_question));
            auto documents = TRY(sink_.previous(slice, some));
            all.insert(all.end(), std::move_iterator(documents.begin()), std::move_iterator(documents.end()));
            native_ids = native_ids.subspan(some.size());
        }
        return all;
    }
    Result<std::int64_t> live_count(const model::SliceKey& slice) override { return sink_.live_count(slice); }
    Result<void> finish_slice(const model::SliceCoverage& coverage) override {
        return sink_.finish_slice(scrubbed(coverage));
    }

private:
    worker::DistantSink sink_;
};

}  // namespace patrol::collector
