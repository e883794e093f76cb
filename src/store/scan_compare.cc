// What of a page is new, changed or as it was, compared with the newest snapshot and with what this
// scan staged before.
#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "store/document_codec.h"
#include "store/insert_rows.h"
#include "store/scan_writer_impl.h"
#include "store/search_terms.h"

namespace patrol::store {
namespace {

constexpr std::size_t mentions_max = 500;
constexpr std::size_t keys_at_once = 50;

// PostgreSQL refuses NUL and broken UTF-8; a hostile name must not stop a scan. The text itself where nothing
// is to be cleaned, as nearly always; else a copy in `room`.
std::string_view clean(std::string_view text, RowTexts& room) {
    if (is_text(text)) return text;
    std::string out(text);
    const bool valid = is_utf8(text);
    for (auto& c : out)
        if (c == '\0' || (!valid && static_cast<unsigned char>(c) >= 0x80)) c = '?';
    return room.keep(out);
}

// The labels themselves, or `room`; either must outlive the answer.
const model::Labels* clean(const model::Labels& labels, model::Labels& room) {
    const auto is_clean = [](const auto& each) { return is_text(each.first) && is_text(each.second); };
    if (std::ranges::all_of(labels, is_clean)) return &labels;
    RowTexts texts;
    for (const auto& [key, value] : labels) room.emplace(clean(key, texts), clean(value, texts));
    return &room;
}

std::string_view lines(const std::vector<std::string>& texts, RowTexts& room) {
    if (texts.size() == 1) return clean(texts.front(), room);
    std::string out;
    for (const auto& text : texts) {
        if (!out.empty()) out += '\n';
        out += clean(text, room);
    }
    return room.keep(out);
}

FoundVersion read_version(const Statement& row) {
    return {.first = row.integer(3),
            .content = row.integer(4),
            .rules = row.integer(5),
            .document = row.integer(6),
            .attributes = row.integer(7),
            .hash = row.text(8),
            .values = {.region = row.integer(9),
                       .name = row.text(10),
                       .arn = row.text(11),
                       .tags = row.text(12),
                       .terms = row.text(13)}};
}

std::string look_up_sql(std::size_t keys) {
    std::string sql =
        "SELECT r.key_hash, r.res, r.first_seq, v.first, v.content, v.rules, v.document, v.attributes, "
        "v.hash, "
        "a.region, a.name, a.arn, a.tags, a.terms FROM resource r "
        "LEFT JOIN version v ON v.account = r.account AND v.res = r.res AND v.last = 9000000000 "
        "LEFT JOIN attributes a ON a.account = v.account AND a.res = v.res AND a.first = v.attributes "
        "WHERE r.account = ?1 AND r.key_hash IN (";
    for (std::size_t i = 0; i < keys; ++i) sql += fmt::format("{}?{}", i == 0 ? "" : ", ", i + 2);
    return sql + ")";
}

}  // namespace

struct ScanWriter::Impl::Item {
    const model::ScannedResource* resource = nullptr;
    KeyHash key{};
    AttributeTexts values;
    StagedRow row;
    bool wanted = true;    // a later item of the page has the same key
    bool changed = false;  // to be staged
};

Result<FoundMap> ScanWriter::Impl::look_up(std::span<const Item> items) {
    return database_.read(ticket_.tenant, [&](Transaction& transaction) -> Result<FoundMap> {
        FoundMap found;
        const auto at_once = transaction.dialect() == Dialect::sqlite ? std::size_t{1} : keys_at_once;
        auto statement = TRY(transaction.prepare(look_up_sql(at_once)));
        for (std::size_t at = 0; at < items.size(); at += at_once) {
            statement.bind(1, account_);
            for (std::size_t i = 0; i < at_once; ++i)
                statement.bind(static_cast<int>(i) + 2,
                               Blob{bytes_of(items[std::min(at + i, items.size() - 1)].key)});
            while (TRY(statement.step())) {
                auto& entry = found[key_hash_of(statement.view(0))];
                entry.res = statement.integer(1);
                entry.first_seq = statement.integer(2);
                if (statement.is_null(3)) continue;
                auto version = read_version(statement);
                (version.first == seq_ ? entry.staged : entry.live) = std::move(version);
            }
            statement.reset();
        }
        return found;
    });
}

// A slice that no scan before this one knew holds only what this scan brought: a page without any of that
// is new as a whole and need not be looked for.
bool ScanWriter::Impl::is_all_new(const SliceState& state, std::span<const Item> items) {
    if (!state.fresh) return false;
    bool all_new = true;
    for (const auto& item : items)
        if (item.wanted && !brought_.add(bytes_of(item.key))) all_new = false;
    return all_new;
}

// What is on its way to the database is not found there yet: a page that brings it again waits.
Result<FoundMap> ScanWriter::Impl::look_up_settled(std::span<const Item> items,
                                                   std::unique_lock<std::mutex>& lock) {
    auto found = TRY(look_up(items));
    const bool again = std::ranges::any_of(items, [&](const Item& item) {
        const auto at = found.find(item.key);
        return is_being_written(item.key, at == found.end() ? nullptr : &at->second);
    });
    if (!again) return found;
    TRY(wait_until_written(lock));
    return look_up(items);
}

Result<std::string> ScanWriter::Impl::stored_document(std::int64_t document) {
    return database_.read(ticket_.tenant, [&](Transaction& transaction) -> Result<std::string> {
        auto row = TRY(transaction.query("SELECT packed, dictionary FROM document WHERE id = ?1", document));
        if (!TRY(row.step())) return fail(Error::Kind::internal, "A stored document is missing.");
        return unpack_document(row.view(0), row.integer(1));
    });
}

// Whether a version means the same as the item. A different hash made by other rules proves nothing: the
// stored document is hashed anew with today's.
Result<bool> ScanWriter::Impl::same_content(const SliceState& state, const Item& item,
                                            const FoundVersion& version) {
    if (version.hash == item.resource->hash) return true;
    if (version.rules == rules_) return false;
    const auto document = TRY(stored_document(version.document));
    if (options_.rehash) return options_.rehash(state.key.type, document) == item.resource->hash;
    return document == item.resource->document;
}

// The resource has a row; this scan has not staged it, or what it staged is undone by the caller.
Result<void> ScanWriter::Impl::judge_known(SliceState& state, Item& item, const Found& found) {
    auto& row = item.row;
    row.res = found.res;
    if (found.first_seq == seq_) row.new_resource = item.key;
    if (!found.live) {
        item.changed = true;
        row.content = seq_;
        ++state.counts.added;
        return {};
    }
    const auto& live = *found.live;
    const bool same_hash = live.hash == item.resource->hash;
    if (!item.resource->tags_known) item.values.tags = live.values.tags;
    if (same_hash) item.values.terms = live.values.terms;
    const bool same_attributes = item.values == live.values;
    if (same_hash && same_attributes) return {};
    const bool same = item.values.tags == live.values.tags && TRY(same_content(state, item, live));
    item.changed = true;
    row.close_first = live.first;
    row.content = same ? live.content : seq_;
    if (same_hash) row.document = live.document;
    if (same_attributes) row.attributes = live.attributes;
    if (!same) ++state.counts.modified;
    return {};
}

// The resource was seen in this scan already: the last one wins.
Result<void> ScanWriter::Impl::judge_again(SliceState& state, Item& item, const Found& found) {
    ++state.counts.duplicates;
    auto pending = pending_.by_resource.find(found.res);
    // Void already: the staged version waits to be removed.
    const bool staged = found.staged && !pending_.unstage.contains(found.res);
    const StagedRow* earlier =
        pending == pending_.by_resource.end() ? nullptr : &pending_.rows[pending->second];
    const bool was_added = earlier != nullptr ? earlier->close_first == 0 : staged && !found.live;
    const bool was_modified = earlier != nullptr ? earlier->close_first != 0 && earlier->content == seq_
                                                 : staged && found.live && found.staged->content == seq_;
    if (was_added) --state.counts.added;
    if (was_modified) --state.counts.modified;
    TRY(judge_known(state, item, found));
    // The earlier row may be written before this one is kept.
    item.row.replaces_staged = found.staged.has_value() || earlier != nullptr;
    if (item.changed) return {};
    // As it was in the newest snapshot after all.
    if (found.staged) pending_.unstage.insert(found.res);
    if (earlier == nullptr) return {};
    const auto index = pending->second;
    pending_.by_resource.erase(pending);
    if (index + 1 != pending_.rows.size()) {
        pending_.rows[index] = pending_.rows.back();
        pending_.by_resource[pending_.rows[index].res] = index;
    }
    pending_.rows.pop_back();
    return {};
}

Result<void> ScanWriter::Impl::judge(SliceState& state, Item& item, const Found* found) {
    RowTexts room;
    item.values.region = TRY(words_.number(database_, clean(item.resource->region, room)));
    if (auto at = pending_.new_keys.find(item.key); at != pending_.new_keys.end()) {
        const Found waiting{.res = at->second, .first_seq = seq_};
        return judge_again(state, item, waiting);
    }
    if (found == nullptr) {
        item.changed = true;
        item.row.res = next_resource_++;
        item.row.new_resource = item.key;
        item.row.content = seq_;
        ++state.counts.added;
        ++state.counts.seen;
        seen_.set(item.row.res);
        return {};
    }
    if (seen_.test(found->res)) return judge_again(state, item, *found);
    seen_.set(found->res);
    ++state.counts.seen;
    if (found->live) ++state.matched;
    TRY(judge_known(state, item, *found));
    item.row.replaces_staged = found->staged.has_value();
    return {};
}

void ScanWriter::Impl::keep(SliceState& state, Item& item) {
    auto& row = item.row;
    state.holds_rows = true;
    for (auto* text : {&row.native_id, &row.hash, &row.packed, &row.terms, &row.values.name, &row.values.arn,
                       &row.values.tags, &row.values.terms})
        *text = pending_.texts.keep(*text);
    row.mentions = pending_.texts.keep(row.mentions);
    pending_.bytes +=
        row.packed.size() + row.values.terms.size() + row.values.tags.size() + 400 + row.terms.size() * 4;
    auto [at, made] = pending_.by_resource.try_emplace(row.res, pending_.rows.size());
    if (!made) {
        row.replaces_staged = row.replaces_staged || pending_.rows[at->second].replaces_staged;
        pending_.rows[at->second] = row;
        return;
    }
    if (row.new_resource) pending_.new_keys.emplace(*row.new_resource, row.res);
    pending_.rows.push_back(row);
}

namespace {

// The part that needs no lock: what is stored of changed resources.
class RowMaker {
public:
    explicit RowMaker(RowTexts& room) : room_(room) {}

    void make(StagedRow& row, const model::ScannedResource& resource, const AttributeTexts& values) {
        row.native_id = clean(resource.native_id, room_);
        row.hash = resource.hash;
        if (row.document == 0) document(row, resource);
        if (row.attributes == 0) attributes(row, resource, values);
    }

private:
    void document(StagedRow& row, const model::ScannedResource& resource) {
        pack_document(resource.document, text_);
        row.packed = room_.keep(text_);
        mentions_.clear();
        for (const auto& reference : resource.references)
            if (mentions_.size() < mentions_max && reference != resource.native_id &&
                reference != resource.arn)
                mentions_.push_back(mention_target(reference));
        row.mentions = room_.keep(mentions_);
    }

    void attributes(StagedRow& row, const model::ScannedResource& resource, const AttributeTexts& values) {
        // Tags that this scan could not read are those of before.
        model::Labels room = resource.tags_known ? model::Labels() : tags_from_text(values.tags);
        text_.clear();
        for (const auto& term :
             search_terms({.native_id = row.native_id,
                           .arn = values.arn,
                           .name = values.name,
                           .tags = resource.tags_known ? clean(resource.tags, room) : &room,
                           .terms = values.terms}))
            text_.append(term).push_back('\0');
        row.terms = room_.keep(text_);
        row.values = values;
    }

    RowTexts& room_;
    std::string text_;
    std::vector<std::int64_t> mentions_;
};

Result<void> check_resource(const model::ScannedResource& resource) {
    if (resource.hash.size() != 32)
        return fail(Error::Kind::internal, "A resource was given without its hash.");
    if (resource.document.size() > unpacked_bytes_max)
        return fail(Error::Kind::too_large, "A resource's document is larger than can be stored.");
    return {};
}

}  // namespace

Result<void> ScanWriter::Impl::put(const model::SliceKey& slice,
                                   std::span<const model::ScannedResource> page) {
    if (page.empty()) return {};
    RowTexts room;  // for this page; what is kept of it goes to pending_.texts
    std::vector<Item> items(page.size());
    std::unordered_map<KeyHash, std::size_t, KeyHashBytes> last;
    for (std::size_t i = 0; i < page.size(); ++i) {
        TRY(check_resource(page[i]));
        auto& item = items[i];
        item.resource = &page[i];
        item.key = resource_key(ticket_.account, slice, page[i].native_id);
        item.values.name = clean(page[i].name, room);
        item.values.arn = clean(page[i].arn, room);
        model::Labels labels;
        item.values.tags = room.keep(tags_to_text(*clean(page[i].tags, labels)));
        item.values.terms = lines(page[i].terms, room);
        item.row.rules = rules_;
        auto [at, made] = last.try_emplace(item.key, i);
        if (!made) items[std::exchange(at->second, i)].wanted = false;
    }

    std::unique_lock lock(mutex_);
    auto& state = *TRY(state_of(slice));
    state.started = true;
    auto found = is_all_new(state, items) ? FoundMap() : TRY(look_up_settled(items, lock));
    for (auto& item : items) {
        item.row.slice = state.id;
        if (!item.wanted) {
            ++state.counts.duplicates;
            continue;
        }
        auto at = found.find(item.key);
        TRY(judge(state, item, at == found.end() ? nullptr : &at->second));
    }

    lock.unlock();
    RowMaker maker(room);
    for (auto& item : items)
        if (item.changed) maker.make(item.row, *item.resource, item.values);

    lock.lock();
    for (auto& item : items)
        if (item.changed) keep(state, item);
    return is_batch_full() ? flush_behind(lock) : Result<void>();
}

}  // namespace patrol::store
