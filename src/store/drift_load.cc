// Documents and facts of a batch of differences: two queries for the batch, not one for each.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

#include "store/document_codec.h"
#include "store/drift.h"
#include "store/inventory_key.h"
#include "store/resource_rows.h"
#include "store/sql.h"

namespace patrol::store {
namespace {

constexpr std::size_t keys_at_once = 64;  // of one statement; a shorter rest repeats its last key

using VersionKey = std::pair<std::int64_t, std::int64_t>;  // res, first

std::string key_list(int columns, int first) {
    std::string text;
    for (std::size_t row = 0; row < keys_at_once; ++row) {
        text += row == 0 ? "(" : ", (";
        for (int column = 0; column < columns; ++column)
            text += fmt::format("{}CAST(?{} AS {{int64}})", column == 0 ? "" : ", ", first++);
        text += ")";
    }
    return text;
}

const std::string& rows_sql() {
    static const auto sql = fmt::format(
        "SELECT {} FROM (VALUES {}) k CROSS JOIN version v {} AND v.account = ?1 AND v.res = k.column1 AND "
        "v.first = k.column2",
        resource_row_columns, key_list(2, 2), resource_row_joins);
    return sql;
}
const std::string& documents_sql() {
    static const auto sql = fmt::format(
        "SELECT d.id, d.packed, d.dictionary FROM (VALUES {}) k CROSS JOIN document d WHERE d.id = k.column1",
        key_list(1, 1));
    return sql;
}

class Loading {
public:
    Loading(Transaction& transaction, Words& words, const DriftComparison& comparison)
        : transaction_(transaction), words_(words), comparison_(comparison) {}

    Result<std::vector<DriftFacts>> run(std::span<const DriftItem> items) {
        std::set<VersionKey> versions;
        std::set<std::int64_t> documents;
        for (const auto& item : items)
            for (const auto* side : {&item.before, &item.after}) {
                if (!side->there() || side->made()) continue;
                versions.emplace(item.res, side->first);
                documents.insert(side->document);
            }
        // A resource whose accepted state was made and that is gone now is named by its last version.
        for (const auto& item : items)
            if (!item.after.there() && item.before.made()) TRY(add_last_version(item.res, versions));
        TRY(load_rows({versions.begin(), versions.end()}));
        TRY(load_documents({documents.begin(), documents.end()}));
        std::vector<DriftFacts> out;
        for (const auto& item : items) out.push_back(TRY(facts(item)));
        return out;
    }

private:
    Result<void> add_last_version(std::int64_t res, std::set<VersionKey>& versions) {
        const auto first = TRY(transaction_.integer(
            "SELECT MAX(first) FROM version WHERE account = ?1 AND res = ?2", comparison_.account, res));
        if (first) versions.emplace(res, *first);
        last_versions_[res] = first.value_or(0);
        return {};
    }

    template <class Key, class Bind, class Read>
    Result<void> in_lists(const std::string& sql, const std::vector<Key>& keys, Bind bind, Read read) {
        for (std::size_t from = 0; from < keys.size(); from += keys_at_once) {
            auto rows = TRY(transaction_.prepare(sql));
            for (std::size_t i = 0; i < keys_at_once; ++i)
                bind(rows, static_cast<int>(i), keys[std::min(from + i, keys.size() - 1)]);
            while (TRY(rows.step())) TRY(read(rows));
        }
        return {};
    }

    Result<void> load_rows(const std::vector<VersionKey>& keys) {
        return in_lists(
            rows_sql(), keys,
            [&](Statement& rows, int i, const VersionKey& key) {
                if (i == 0) rows.bind(1, comparison_.account);
                rows.bind(2 + 2 * i, key.first).bind(3 + 2 * i, key.second);
            },
            [&](Statement& row) -> Result<void> {
                auto read = read_resource_row(row);
                const VersionKey key{read.res, read.first};
                rows_.emplace(key, std::move(read));
                return {};
            });
    }

    Result<void> load_documents(const std::vector<std::int64_t>& ids) {
        return in_lists(
            documents_sql(), ids, [](Statement& rows, int i, std::int64_t id) { rows.bind(1 + i, id); },
            [&](Statement& row) -> Result<void> {
                if (documents_.contains(row.integer(0))) return {};
                documents_.emplace(row.integer(0), TRY(unpack_document(row.view(1), row.integer(2))));
                return {};
            });
    }

    [[nodiscard]] const ResourceRow* row_of(const DriftItem& item, const DriftSide& side) const {
        const auto at = rows_.find({item.res, side.first});
        return at == rows_.end() ? nullptr : &at->second;
    }

    [[nodiscard]] const ResourceRow* shown(const DriftItem& item) const {
        if (item.after.there()) return row_of(item, item.after);
        if (!item.before.made()) return row_of(item, item.before);
        const auto last = last_versions_.find(item.res);
        if (last == last_versions_.end()) return nullptr;
        const auto at = rows_.find({item.res, last->second});
        return at == rows_.end() ? nullptr : &at->second;
    }

    Result<void> side(const DriftItem& item, const DriftSide& side, std::string& document,
                      std::string& tags) {
        if (!side.there()) return {};
        if (side.made()) {
            document = TRY(unpack_document(side.packed, side.dictionary));
            tags = side.tags;
            return {};
        }
        if (const auto at = documents_.find(side.document); at != documents_.end()) document = at->second;
        if (const auto* row = row_of(item, side)) tags = row->tags;
        return {};
    }

    Result<DriftFacts> facts(const DriftItem& item) {
        DriftFacts out;
        if (const auto* row = shown(item)) {
            out.type = TRY(words_.text(transaction_, row->type));
            out.category = TRY(words_.text(transaction_, row->category));
            out.region = TRY(words_.text(transaction_, row->region));
            out.native_id = row->native_id;
            out.name = row->name;
            out.arn = row->arn;
            out.resource = resource_id(row->key_hash);
        }
        out.before_made = item.before.made();
        TRY(side(item, item.before, out.before, out.before_tags));
        TRY(side(item, item.after, out.after, out.after_tags));
        return out;
    }

    Transaction& transaction_;
    Words& words_;
    const DriftComparison& comparison_;
    std::map<VersionKey, ResourceRow> rows_;
    std::map<std::int64_t, std::string> documents_;
    std::map<std::int64_t, std::int64_t> last_versions_;
};

}  // namespace

Result<std::vector<DriftFacts>> Drift::load(const DriftComparison& comparison,
                                            std::span<const DriftItem> items) {
    return database_.read(comparison.tenant, [&](Transaction& transaction) {
        return Loading(transaction, words_, comparison).run(items);
    });
}

}  // namespace patrol::store
