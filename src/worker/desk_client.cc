#include "worker/desk_client.h"

#include <unistd.h>

#include "worker/fields.h"
#include "worker/reports.h"

namespace patrol::worker {
namespace {

// There is nobody left to work for.
[[noreturn]] void leave() { ::_exit(0); }

std::size_t bytes_of(const model::ScannedResource& each) {
    return each.document.size() + each.native_id.size() + each.arn.size() + 512;
}

}  // namespace

void DeskClient::report(Message kind, Encoder&& message) {
    if (!outlet_.send(kind, std::move(message))) leave();
}

std::int64_t DeskClient::next_number() {
    std::lock_guard lock(mutex_);
    waiting_.emplace(++last_number_, std::nullopt);
    return last_number_;
}

Result<std::string> DeskClient::wait_for(Message kind, std::int64_t number, Encoder&& question) {
    report(kind, std::move(question));
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return waiting_[number].has_value(); });
    auto body = std::move(*waiting_[number]);
    waiting_.erase(number);
    return body;
}

void DeskClient::take_answer(std::string_view body) {
    std::int64_t number = 0;
    if (body.size() < sizeof number) leave();
    Decoder(body.substr(0, sizeof number))(number);
    std::lock_guard lock(mutex_);
    if (auto at = waiting_.find(number); at != waiting_.end())
        at->second = std::string(body.substr(sizeof number));
    arrived_.notify_all();
}

Result<std::string> DistantDoor::patrol_arn(const inventory::DoorCall&) {
    const auto body = TRY(desk_.ask(Message::patrol_arn, false));
    return result_of(TRY(decode<Reply<std::string>>(body)));
}

Result<aws::Credentials> DistantDoor::assume(const inventory::DoorCall&) {
    auto body = TRY(desk_.ask(Message::assume, false));
    auto reply = decode<Reply<Session>>(body);
    crypto::wipe(body.data(), body.size());
    if (!reply) return fail(std::move(reply).error());
    auto session = TRY(result_of(std::move(*reply)));
    return aws::Credentials{.access_key_id = std::move(session.access_key_id),
                            .secret_access_key = std::move(session.secret_access_key),
                            .session_token = std::move(session.session_token),
                            .expires = session.expires};
}

inventory::TrustAnswer DistantDoor::try_lock(Lock lock) {
    const auto body = desk_.ask(Message::try_lock, lock == Lock::wrong_id);
    auto answer = body ? decode<inventory::TrustAnswer>(*body) : fail(body.error());
    if (!answer) return {inventory::TrustProbe::unknown, answer.error().message};
    return std::move(*answer);
}

inventory::TrustAnswer DistantDoor::try_without_external_id(const inventory::DoorCall&) {
    return try_lock(Lock::without_id);
}
inventory::TrustAnswer DistantDoor::try_wrong_external_id(const inventory::DoorCall&) {
    return try_lock(Lock::wrong_id);
}

Result<aws::Credentials> DistantKeys::fetch(std::stop_token stop) {
    const auto now = clock().steady();
    if (!last_ || now - asked_ >= asked_every || last_->expires <= clock().now()) {
        last_ = TRY(door_.assume({.stop = std::move(stop)}));
        asked_ = now;
    }
    return aws::Credentials{.access_key_id = last_->access_key_id,
                            .secret_access_key = crypto::Secret(last_->secret_access_key.expose()),
                            .session_token = crypto::Secret(last_->session_token.expose()),
                            .expires = last_->expires};
}

Result<void> DistantSink::start_slice(const model::SliceKey& slice) {
    desk_.report(Message::start_slice, encode(slice));
    return {};
}

Result<void> DistantSink::put(const model::SliceKey& slice, std::span<const model::ScannedResource> page) {
    while (!page.empty()) {
        std::size_t items = 0, bytes = 0;
        while (items < page.size() && items < page_resources_max && bytes < piece_bytes)
            bytes += bytes_of(page[items++]);
        Encoder out(bytes);
        out(slice);
        out.list(page.first(items));
        desk_.report(Message::put, std::move(out));
        page = page.subspan(items);
    }
    return {};
}

Result<inventory::ItemSink::Documents> DistantSink::previous(const model::SliceKey& slice,
                                                             std::span<const std::string> native_ids) {
    const std::vector<std::string> ids(native_ids.begin(), native_ids.end());
    const auto body = TRY(desk_.ask(Message::previous, slice, ids));
    auto reply = TRY(decode<Reply<Documents>>(body));
    auto documents = TRY(result_of(std::move(reply)));
    if (documents.size() != ids.size()) return malformed_message();
    return documents;
}

Result<std::int64_t> DistantSink::live_count(const model::SliceKey& slice) {
    const auto body = TRY(desk_.ask(Message::live_count, slice, std::vector<std::string>()));
    return result_of(TRY(decode<Reply<std::int64_t>>(body)));
}

Result<void> DistantSink::finish_slice(const model::SliceCoverage& coverage) {
    desk_.report(Message::finish_slice, encode(coverage));
    return {};
}

}  // namespace patrol::worker
