#include "worker/inspect.h"

#include <algorithm>

#include <boost/json/basic_parser_impl.hpp>

#include "base/encoding.h"
#include "base/limits.h"
#include "cloud/aws/arn.h"
#include "cloud/aws/endpoints.h"

namespace patrol::worker {
namespace {

// Accepts everything: only the grammar matters.
struct Grammar {
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);
    using code = boost::json::error_code;
    using text = boost::json::string_view;
    bool on_document_begin(code&) { return true; }
    bool on_document_end(code&) { return true; }
    bool on_object_begin(code&) { return true; }
    bool on_object_end(std::size_t, code&) { return true; }
    bool on_array_begin(code&) { return true; }
    bool on_array_end(std::size_t, code&) { return true; }
    bool on_key_part(text, std::size_t, code&) { return true; }
    bool on_key(text, std::size_t, code&) { return true; }
    bool on_string_part(text, std::size_t, code&) { return true; }
    bool on_string(text, std::size_t, code&) { return true; }
    bool on_number_part(text, code&) { return true; }
    bool on_int64(std::int64_t, text, code&) { return true; }
    bool on_uint64(std::uint64_t, text, code&) { return true; }
    bool on_double(double, text, code&) { return true; }
    bool on_bool(bool, code&) { return true; }
    bool on_null(code&) { return true; }
    bool on_comment_part(text, code&) { return true; }
    bool on_comment(text, code&) { return true; }
};

bool is_text(std::string_view text, std::size_t most) { return text.size() <= most && patrol::is_text(text); }
bool is_identifier(std::string_view text) { return is_text(text, identifier_bytes_max); }
bool is_sentence(std::string_view text) { return is_text(text, sentence_bytes_max); }

}  // namespace

Failure unbelievable(std::string_view what) {
    return fail(Error{
        .kind = Error::Kind::malformed,
        .message = fmt::format("The worker's report is not believed: {}.", what),
        .hint = "Scan again. If it happens again, something in that account makes the worker misbehave: "
                "keep the server's log and report it (SECURITY.md).",
        .code = "worker_protocol"});
}

bool is_document(std::string_view text) {
    if (!text.starts_with('{')) return false;
    boost::json::parse_options options;
    options.max_depth = limits::document_json_depth;
    boost::json::basic_parser<Grammar> parser(options);
    boost::json::error_code error;
    const auto used = parser.write_some(false, text.data(), text.size(), error);
    return !error && parser.done() && used == text.size();
}

Result<void> inspect(const model::ScannedResource& each) {
    if (each.native_id.empty() || !is_identifier(each.native_id) || !is_identifier(each.arn) ||
        !is_identifier(each.name) || !is_identifier(each.region))
        return unbelievable("a resource's name is none");
    if (each.hash.size() != crypto::Hash{}.size()) return unbelievable("a hash has not its length");
    if (each.document.size() > limits::document_bytes || !is_document(each.document))
        return unbelievable("a document is none, or too large");
    const auto labels = [](const auto& pair) {
        return is_identifier(pair.first) && is_sentence(pair.second);
    };
    if (!std::ranges::all_of(each.tags, labels) || !std::ranges::all_of(each.terms, is_identifier) ||
        !std::ranges::all_of(each.references, is_identifier))
        return unbelievable("a resource's texts are none");
    return {};
}

Result<void> inspect(const model::SliceCoverage& each) {
    if (each.count < 0 || each.calls < 0) return unbelievable("a count is negative");
    if (!is_identifier(each.service) || !is_sentence(each.reason) || !is_sentence(each.missing_action) ||
        !is_sentence(each.hint) || !std::ranges::all_of(each.unknown_paths, is_identifier))
        return unbelievable("the coverage of a slice is too long");
    return {};
}

Result<void> inspect(const inventory::ApiCall& call) {
    if (!is_identifier(call.service) || !is_identifier(call.operation) || !is_identifier(call.region) ||
        !is_identifier(call.error_code) || !is_identifier(call.request_id) || call.attempts < 0 ||
        call.bytes < 0 || call.duration_ms < 0)
        return unbelievable("a call is none");
    return {};
}

Result<void> inspect(const Error& error) {
    for (const auto& text : {error.message, error.hint, error.detail, error.field, error.code})
        if (!is_sentence(text)) return unbelievable("an error is too long");
    return {};
}

Result<void> inspect(const model::TestReport& report) {
    if (report.checks.size() > checks_max) return unbelievable("there are too many checks");
    for (const auto& check : report.checks)
        if (!is_identifier(check.id) || !is_identifier(check.title) || !is_sentence(check.detail) ||
            !is_sentence(check.hint))
            return unbelievable("a check is too long");
    return {};
}

Result<void> inspect(const inventory::Identity& identity) {
    if (!aws::is_account_id(identity.account_id) || !is_identifier(identity.arn) ||
        !aws::is_partition(identity.partition))
        return unbelievable("an account number is none");
    return {};
}

Result<void> inspect(const std::vector<inventory::RegionState>& regions) {
    if (regions.size() > regions_max ||
        !std::ranges::all_of(regions, [](const auto& region) { return aws::is_region_name(region.name); }))
        return unbelievable("the account's regions are none");
    return {};
}

Result<void> inspect(const std::vector<inventory::AuditAnswer>& answers, std::size_t questions) {
    if (answers.size() != questions) return unbelievable("questions and answers do not fit");
    for (const auto& answer : answers) {
        if (answer.problem) TRY(inspect(*answer.problem));
        if (!answer.actor) continue;
        for (const auto& text :
             {answer.actor->name, answer.actor->principal, answer.actor->event_id, answer.actor->event_name,
              answer.actor->source_ip, answer.actor->user_agent, answer.actor->link})
            if (!is_identifier(text)) return unbelievable("an actor is too long");
        if (!answer.actor->link.empty() && !answer.actor->link.starts_with("https://"))
            return unbelievable("a link leads elsewhere");
    }
    return {};
}

SliceLedger::SliceLedger(const RunOrder& order) {
    for (const auto& slice : order.slices) states_.emplace(slice.key, State::planned);
    for (const auto& slice : order.already_done) states_.erase(slice);
}

Result<void> SliceLedger::planned(const model::SliceKey& slice) const {
    if (!states_.contains(slice)) return unbelievable("a slice was not planned");
    return {};
}

Result<void> SliceLedger::start(const model::SliceKey& slice) {
    const auto at = states_.find(slice);
    if (at == states_.end() || at->second == State::finished)
        return unbelievable("a slice begins that was not planned, or has ended");
    at->second = State::open;
    return {};
}

Result<void> SliceLedger::put(const model::SliceKey& slice) const {
    const auto at = states_.find(slice);
    if (at == states_.end() || at->second != State::open)
        return unbelievable("a page came for a slice that is not open");
    return {};
}

Result<void> SliceLedger::finish(const model::SliceKey& slice) {
    TRY(put(slice));
    states_[slice] = State::finished;
    return {};
}

}  // namespace patrol::worker
