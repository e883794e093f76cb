// The item sink of a scan that runs beside its store: hands everything to a ScanWriter.
#pragma once

#include "inventory/item_sink.h"
#include "store/scan_writer.h"

namespace patrol::scan {

class WriterSink final : public inventory::ItemSink {
public:
    explicit WriterSink(store::ScanWriter& writer) : writer_(writer) {}

    Result<void> start_slice(const model::SliceKey& slice) override { return writer_.start_slice(slice); }
    Result<void> put(const model::SliceKey& slice, std::span<const model::ScannedResource> page) override {
        return writer_.put(slice, page);
    }
    Result<Documents> previous(const model::SliceKey& slice,
                               std::span<const std::string> native_ids) override {
        return writer_.previous(slice, native_ids);
    }
    Result<std::int64_t> live_count(const model::SliceKey& slice) override {
        return writer_.live_count(slice);
    }
    Result<void> finish_slice(const model::SliceCoverage& coverage) override {
        return writer_.finish_slice(coverage);
    }

private:
    store::ScanWriter& writer_;
};

}  // namespace patrol::scan
