#include "store/scan_staging.h"

#include <algorithm>
#include <tuple>

#include "base/json.h"
#include "store/document_codec.h"
#include "store/insert_rows.h"

namespace patrol::store {
namespace {

// Documents get dense numbers in the order they come. On PostgreSQL each account has a range of its
// own, because several scans write at a time; on SQLite there is one writer and one row of numbers.
Result<std::int64_t> last_document(Transaction& transaction, std::int64_t account) {
    const bool shared = transaction.dialect() == Dialect::sqlite;
    const std::int64_t from = shared ? 0 : account << 40;
    const std::int64_t to = shared ? std::int64_t{1} << 62 : (account + 1) << 40;
    return TRY(transaction.integer("SELECT MAX(id) FROM document WHERE id >= ?1 AND id < ?2", from, to))
        .value_or(from);
}

Result<void> insert_documents(Transaction& transaction, std::int64_t account,
                              const std::vector<const StagedRow*>& rows,
                              const std::vector<std::int64_t>& numbers) {
    struct Item {
        std::int64_t id;
        const StagedRow* row;
    };
    std::vector<Item> items;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i]->document == 0) items.push_back({numbers[i], rows[i]});
    return insert_rows(transaction, "INSERT INTO document (id, account, dictionary, packed) VALUES ", 4, "",
                       items, [&](Statement& s, int at, const Item& item) {
                           s.bind(at + 1, item.id).bind(at + 2, account).bind(at + 3, builtin_dictionary);
                           s.bind(at + 4, Blob{item.row->packed});
                       });
}

Result<void> insert_resources(Transaction& transaction, const StagingPlace& place,
                              const std::vector<const StagedRow*>& rows) {
    std::vector<const StagedRow*> made;
    std::ranges::copy_if(rows, std::back_inserter(made),
                         [](auto* row) { return row->new_resource.has_value(); });
    return insert_rows(
        transaction, "INSERT INTO resource (account, res, slice, key_hash, native_id, first_seq) VALUES ", 6,
        "", made, [&](Statement& s, int at, const StagedRow* row) {
            s.bind(at + 1, place.account).bind(at + 2, row->res).bind(at + 3, row->slice);
            s.bind(at + 4, Blob{bytes_of(*row->new_resource)}).bind(at + 5, Lent{row->native_id});
            s.bind(at + 6, place.seq);
        });
}

Result<void> insert_attributes(Transaction& transaction, const StagingPlace& place,
                               const std::vector<const StagedRow*>& rows) {
    std::vector<const StagedRow*> made;
    std::ranges::copy_if(rows, std::back_inserter(made), [](auto* row) { return row->attributes == 0; });
    return insert_rows(transaction,
                       "INSERT INTO attributes (account, res, first, region, name, arn, tags, terms) VALUES ",
                       8, "", made, [&](Statement& s, int at, const StagedRow* row) {
                           s.bind(at + 1, place.account).bind(at + 2, row->res).bind(at + 3, place.seq);
                           s.bind(at + 4, row->values.region).bind(at + 5, Lent{row->values.name});
                           s.bind(at + 6, Lent{row->values.arn}).bind(at + 7, Lent{row->values.tags});
                           s.bind(at + 8, Lent{row->values.terms});
                       });
}

Result<void> insert_versions(Transaction& transaction, const StagingPlace& place,
                             const std::vector<const StagedRow*>& rows,
                             const std::vector<std::int64_t>& documents) {
    struct Item {
        const StagedRow* row;
        std::int64_t document;
    };
    std::vector<Item> items;
    items.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) items.push_back({rows[i], documents[i]});
    return insert_rows(
        transaction,
        "INSERT INTO version (account, res, first, last, content, rules, document, attributes, hash) VALUES ",
        9, "", items, [&](Statement& s, int at, const Item& item) {
            const auto& row = *item.row;
            s.bind(at + 1, place.account).bind(at + 2, row.res).bind(at + 3, place.seq).bind(at + 4, still);
            s.bind(at + 5, row.content).bind(at + 6, row.rules).bind(at + 7, item.document);
            s.bind(at + 8, row.attributes == 0 ? place.seq : row.attributes).bind(at + 9, Blob{row.hash});
        });
}

Result<void> insert_closes(Transaction& transaction, const StagingPlace& place,
                           const std::vector<const StagedRow*>& rows,
                           const std::vector<StagedClose>& removals) {
    auto closes = removals;
    for (const auto* row : rows)
        if (row->close_first != 0) closes.push_back({row->res, row->close_first, row->slice});
    return insert_rows(transaction, "INSERT INTO staged_close (account, res, first, slice) VALUES ", 4,
                       " ON CONFLICT DO NOTHING", closes,
                       [&](Statement& s, int at, const StagedClose& close) {
                           s.bind(at + 1, place.account).bind(at + 2, close.res);
                           s.bind(at + 3, close.first).bind(at + 4, close.slice);
                       });
}

using Term = std::tuple<std::int64_t, std::string_view, std::int64_t>;  // block, text, resource
using Mention = std::tuple<std::int64_t, std::int64_t, std::int64_t>;   // block, target, resource

// Of a target that very many resources name, only so many are noted. In a sorted list that is whatever
// has the same target that many places before.
std::vector<Mention> without_excess(const std::vector<Mention>& sorted) {
    std::vector<Mention> kept;
    kept.reserve(sorted.size());
    const auto target = [](const Mention& each) { return std::pair(std::get<0>(each), std::get<1>(each)); };
    for (std::size_t i = 0; i < sorted.size(); ++i)
        if (i < mentions_noted || target(sorted[i - mentions_noted]) != target(sorted[i]))
            kept.push_back(sorted[i]);
    return kept;
}

// Sorted, so that neighbours land on the same pages.
Result<void> insert_finders(Transaction& transaction, const StagingPlace& place,
                            const std::vector<const StagedRow*>& rows) {
    std::vector<Term> terms;
    std::vector<Mention> mentions;
    for (const auto* row : rows) {
        for (std::string_view rest = row->terms; !rest.empty();) {
            const auto end = rest.find('\0');
            terms.emplace_back(block_of(row->res), rest.substr(0, end), row->res);
            rest.remove_prefix(end + 1);
        }
        for (const auto target : row->mentions) mentions.emplace_back(block_of(row->res), target, row->res);
    }
    std::ranges::sort(terms);
    std::ranges::sort(mentions);
    mentions = without_excess(mentions);
    TRY(insert_rows(transaction, "INSERT INTO term (account, block, text, res) VALUES ", 4,
                    " ON CONFLICT DO NOTHING", terms, [&](Statement& s, int at, const Term& term) {
                        s.bind(at + 1, place.account).bind(at + 2, std::get<0>(term));
                        s.bind(at + 3, Lent{std::get<1>(term)}).bind(at + 4, std::get<2>(term));
                    }));
    return insert_rows(transaction, "INSERT INTO mention (account, block, target, res) VALUES ", 4,
                       " ON CONFLICT DO NOTHING", mentions,
                       [&](Statement& s, int at, const Mention& mention) {
                           s.bind(at + 1, place.account).bind(at + 2, std::get<0>(mention));
                           s.bind(at + 3, std::get<1>(mention)).bind(at + 4, std::get<2>(mention));
                       });
}

}  // namespace

Result<void> stage_rows(Transaction& transaction, const StagingPlace& place, const Pending& pending) {
    std::vector<std::int64_t> again(pending.unstage.begin(), pending.unstage.end());
    std::vector<const StagedRow*> rows;
    rows.reserve(pending.rows.size());
    for (const auto& row : pending.rows) {
        rows.push_back(&row);
        if (row.replaces_staged) again.push_back(row.res);
    }
    if (!again.empty()) TRY(unstage(transaction, place, again));
    std::ranges::sort(rows, {}, [](const StagedRow* row) { return row->res; });

    std::vector<std::int64_t> documents;
    documents.reserve(rows.size());
    auto next = TRY(last_document(transaction, place.account));
    for (const auto* row : rows) documents.push_back(row->document != 0 ? row->document : ++next);

    TRY(insert_documents(transaction, place.account, rows, documents));
    TRY(insert_resources(transaction, place, rows));
    TRY(insert_attributes(transaction, place, rows));
    TRY(insert_versions(transaction, place, rows, documents));
    TRY(insert_closes(transaction, place, rows, pending.removals));
    return insert_finders(transaction, place, rows);
}

Result<void> unstage(Transaction& transaction, const StagingPlace& place,
                     const std::vector<std::int64_t>& resources) {
    for (const auto res : resources) {
        // A document may be an older version's own: only one that no other version shows goes.
        TRY(transaction.run(
            "DELETE FROM document WHERE id = (SELECT document FROM version WHERE account = ?1 AND "
            "res = ?2 AND first = ?3) AND NOT EXISTS (SELECT 1 FROM version o WHERE o.account = ?1 "
            "AND o.res = ?2 AND o.first < ?3 AND o.document = document.id)",
            place.account, res, place.seq));
        TRY(transaction.run("DELETE FROM version WHERE account = ?1 AND res = ?2 AND first = ?3",
                            place.account, res, place.seq));
        TRY(transaction.run("DELETE FROM attributes WHERE account = ?1 AND res = ?2 AND first = ?3",
                            place.account, res, place.seq));
        TRY(transaction.run("DELETE FROM staged_close WHERE account = ?1 AND res = ?2", place.account, res));
        TRY(transaction.run("DELETE FROM resource WHERE account = ?1 AND res = ?2 AND first_seq = ?3",
                            place.account, res, place.seq));
    }
    return {};
}

Result<bool> unstage_some(Transaction& transaction, const StagingPlace& place, std::int64_t slice,
                          std::int64_t limit) {
    std::vector<std::int64_t> resources;
    {
        auto rows = TRY(transaction.query(
            "SELECT v.res FROM version v JOIN resource r ON r.account = v.account AND r.res = v.res "
            "WHERE v.account = ?1 AND v.first = ?2 AND (r.slice = ?3 OR (?3 = 0 AND NOT EXISTS (SELECT 1 "
            "FROM "
            "staged_slice s WHERE s.account = v.account AND s.slice = r.slice))) LIMIT ?4",
            place.account, place.seq, slice, limit));
        while (TRY(rows.step())) resources.push_back(rows.integer(0));
    }
    TRY(unstage(transaction, place, resources));
    if (static_cast<std::int64_t>(resources.size()) == limit) return true;
    TRY(transaction.run(
        "DELETE FROM staged_close WHERE account = ?1 AND (slice = ?2 OR (?2 = 0 AND NOT EXISTS "
        "(SELECT 1 FROM staged_slice s WHERE s.account = ?1 AND s.slice = staged_close.slice)))",
        place.account, slice));
    return false;
}

std::string coverage_to_text(const model::SliceCoverage& coverage) {
    json::object object;
    object["status"] = std::string(model::to_string(coverage.status));
    object["service"] = coverage.service;
    object["count"] = coverage.count;
    object["calls"] = coverage.calls;
    object["reason"] = coverage.reason;
    object["missing_action"] = coverage.missing_action;
    object["hint"] = coverage.hint;
    json::array paths;
    for (const auto& path : coverage.unknown_paths) paths.emplace_back(path);
    object["unknown_paths"] = std::move(paths);
    return json::serialize(object);
}

model::SliceCoverage coverage_from_text(std::string_view text, const model::SliceKey& key) {
    model::SliceCoverage coverage{.key = key};
    auto value = parse_json(text);
    if (!value) return coverage;
    coverage.status =
        model::parse_slice_status(string_or(*value, "status")).value_or(model::SliceStatus::not_read);
    coverage.service = string_or(*value, "service");
    coverage.count = int_or(*value, "count");
    coverage.calls = int_or(*value, "calls");
    coverage.reason = string_or(*value, "reason");
    coverage.missing_action = string_or(*value, "missing_action");
    coverage.hint = string_or(*value, "hint");
    if (const auto* paths = find(*value, "unknown_paths"); paths != nullptr && paths->is_array())
        for (const auto& path : paths->get_array())
            if (path.is_string()) coverage.unknown_paths.emplace_back(path.get_string());
    return coverage;
}

}  // namespace patrol::store
