// What a worker reports and asks during one operation, passed on to whom it concerns after it was inspected.
// The same for a worker behind a pipe and for one on a customer's side.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "inventory/provider.h"
#include "worker/channel.h"
#include "worker/inspect.h"

namespace patrol::worker {

// Operations without reports take none.
class Reports {
public:
    Reports() = default;
    explicit Reports(std::function<void(const inventory::ApiCall&)> on_call) : on_call_(std::move(on_call)) {}
    Reports(const inventory::RunRequest& request, const RunOrder& order)
        : request_(&request), on_call_(request.on_call), ledger_(order) {}

    // false: not a report. An error is the worker's fault; what the sink refuses is kept in sink_problem().
    Result<bool> take(Outlet& to, const Frame& frame);
    [[nodiscard]] const std::optional<Error>& sink_problem() const { return sink_problem_; }
    [[nodiscard]] const SliceLedger& ledger() const { return ledger_; }

private:
    Result<void> take_call(std::string_view body);
    Result<void> take_progress(std::string_view body);
    Result<void> take_start(std::string_view body);
    Result<void> take_page(std::string_view body);
    Result<void> take_finish(std::string_view body);
    Result<void> answer_previous(Outlet& to, std::string_view body);
    Result<void> answer_live_count(Outlet& to, std::string_view body);
    void keep(Result<void> done);

    const inventory::RunRequest* request_ = nullptr;
    std::function<void(const inventory::ApiCall&)> on_call_;
    SliceLedger ledger_{RunOrder{}};
    std::optional<Error> sink_problem_;
    Page page_;  // the one that came last: its memory is used again
};

// A question of the worker: its number, then what it asks.
struct SliceQuestion {
    std::int64_t number = 0;
    model::SliceKey slice;
    std::vector<std::string> native_ids;  // of `previous`
};
template <class Codec>
void fields(Codec& codec, SliceQuestion& question) {
    codec(question.number, question.slice, question.native_ids);
}

}  // namespace patrol::worker
