#include "worker/reports.h"

#include "base/limits.h"
#include "worker/fields.h"

namespace patrol::worker {
namespace {

constexpr std::size_t page_bytes_kept = 4 * 1024 * 1024;  // the memory of a larger page is given back

}  // namespace

// What is asked for at once fits into the frame that answers, however large the documents are.
static_assert(inventory::ItemSink::previous_at_once * (limits::document_bytes + 64) < frame_bytes_max);

Result<bool> Reports::take(Outlet& to, const Frame& frame) {
    if (frame.kind == Message::call) {
        TRY(take_call(frame.body));
        return true;
    }
    if (request_ == nullptr) return false;
    switch (frame.kind) {
        case Message::progress:
            TRY(take_progress(frame.body));
            return true;
        case Message::start_slice:
            TRY(take_start(frame.body));
            return true;
        case Message::put:
            TRY(take_page(frame.body));
            return true;
        case Message::finish_slice:
            TRY(take_finish(frame.body));
            return true;
        case Message::previous:
            TRY(answer_previous(to, frame.body));
            return true;
        case Message::live_count:
            TRY(answer_live_count(to, frame.body));
            return true;
        default:
            return false;
    }
}

// The worker goes on until it is told to stop: what comes after the first refusal is dropped.
void Reports::keep(Result<void> done) {
    if (!done && !sink_problem_) sink_problem_ = std::move(done).error();
}

Result<void> Reports::take_call(std::string_view body) {
    const auto call = TRY(decode<inventory::ApiCall>(body));
    TRY(inspect(call));
    if (on_call_) on_call_(call);
    return {};
}

Result<void> Reports::take_progress(std::string_view body) {
    const auto progress = TRY(decode<inventory::Progress>(body));
    for (const auto count :
         {progress.slices, progress.slices_done, progress.slices_failed, progress.resources, progress.calls})
        if (count < 0) return unbelievable("a count is negative");
    if (progress.service.size() > identifier_bytes_max || progress.region.size() > identifier_bytes_max)
        return unbelievable("a service's name is too long");
    if (progress.ended) {
        TRY(ledger_.planned(progress.ended->key));
        TRY(inspect(*progress.ended));
    }
    if (request_->on_progress) request_->on_progress(progress);
    return {};
}

Result<void> Reports::take_start(std::string_view body) {
    const auto slice = TRY(decode<model::SliceKey>(body));
    TRY(ledger_.start(slice));
    if (!sink_problem_) keep(request_->sink.start_slice(slice));
    return {};
}

Result<void> Reports::take_page(std::string_view body) {
    TRY(decode_into(page_, body));
    TRY(ledger_.put(page_.slice));
    if (page_.resources.size() > page_resources_max) return unbelievable("a page has too many resources");
    for (const auto& resource : page_.resources) TRY(inspect(resource));
    if (!sink_problem_) keep(request_->sink.put(page_.slice, page_.resources));
    if (body.size() > page_bytes_kept) page_ = {};
    return {};
}

Result<void> Reports::take_finish(std::string_view body) {
    const auto coverage = TRY(decode<model::SliceCoverage>(body));
    TRY(ledger_.finish(coverage.key));
    TRY(inspect(coverage));
    if (!sink_problem_) keep(request_->sink.finish_slice(coverage));
    return {};
}

Result<void> Reports::answer_previous(Outlet& to, std::string_view body) {
    const auto question = TRY(decode<SliceQuestion>(body));
    TRY(ledger_.planned(question.slice));
    if (question.native_ids.size() > inventory::ItemSink::previous_at_once)
        return unbelievable("it asks for too many resources at once");
    for (const auto& id : question.native_ids)
        if (id.size() > identifier_bytes_max) return unbelievable("a resource's name is none");
    Encoder out;
    out(question.number, reply_of(request_->sink.previous(question.slice, question.native_ids)));
    return to.send(Message::answer, std::move(out));
}

Result<void> Reports::answer_live_count(Outlet& to, std::string_view body) {
    const auto question = TRY(decode<SliceQuestion>(body));
    TRY(ledger_.planned(question.slice));
    Encoder out;
    out(question.number, reply_of(request_->sink.live_count(question.slice)));
    return to.send(Message::answer, std::move(out));
}

}  // namespace patrol::worker
