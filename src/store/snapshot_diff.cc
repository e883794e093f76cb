// The difference of two snapshots of one account. Neighbours: two index ranges (versions that begin,
// versions that end). Far apart: one pass over the versions in their own order.
#include <algorithm>

#include "store/inventory_key.h"
#include "store/resource_rows.h"
#include "store/snapshots.h"

namespace patrol::store {
namespace {

// Beyond so many snapshots one pass over everything is faster than index ranges.
constexpr std::int64_t far_apart = 60;

struct Ends {
    std::int64_t account = 0, early = 0, late = 0;  // early < late
    AccountView view;
    bool backwards = false;
};

struct Shown {
    std::int64_t first = 0, content = 0, attributes = 0, document = 0;
    std::string hash;
};
struct Candidate {
    std::int64_t res = 0, slice = 0;
    std::optional<Shown> before, after;
    model::ChangeOp op = model::ChangeOp::modified;
};
struct Difference {
    std::vector<Candidate> changes;
    DiffCounts counts;
};

constexpr std::string_view shown_columns =
    "v.res, r.slice, v.first, v.last, v.content, v.attributes, v.document, v.hash";

std::string near_sql() {
    return fmt::format(
        "SELECT {} FROM (SELECT res FROM version WHERE account = ?1 AND first > ?2 AND first <= ?3 UNION "
        "SELECT res FROM "
        "version WHERE account = ?1 AND last >= ?2 AND last < ?3 AND last < 9000000000) c CROSS JOIN version "
        "v "
        "CROSS JOIN resource r WHERE v.account = ?1 AND v.res = c.res AND v.first <= ?3 AND v.last >= ?2 "
        "AND r.account = ?1 AND r.res = c.res ORDER BY v.res, v.first",
        shown_columns);
}

std::string far_sql() {
    return fmt::format(
        "SELECT {} FROM version v CROSS JOIN resource r WHERE v.account = ?1 AND {{plus}}v.first <= ?3 AND "
        "{{plus}}v.last >= ?2 "
        "AND r.account = v.account AND r.res = v.res ORDER BY v.res, v.first",
        shown_columns);
}

Result<Ends> ends_of(Transaction& transaction, const TenantId& tenant, const SnapshotId& from,
                     const SnapshotId& to) {
    auto left = TRY(view_of_snapshot(transaction, tenant, from));
    auto right = TRY(view_of_snapshot(transaction, tenant, to));
    if (left.account != right.account)
        return invalid("to", "The two snapshots are of different accounts.",
                       "Compare two snapshots of one account.");
    Ends ends{
        .account = left.account, .early = left.seq, .late = right.seq, .backwards = left.seq > right.seq};
    if (ends.backwards) std::swap(ends.early, ends.late);
    ends.view = std::move(right);
    return ends;
}

// The same hash under other attributes is a change only if the tags differ.
Result<bool> really_changed(Transaction& transaction, const Ends& ends, const Candidate& one) {
    if (one.before->content == one.after->content) return false;
    if (one.before->hash != one.after->hash) return true;
    if (one.before->attributes == one.after->attributes) return false;
    auto tags = [&](const Shown& shown) {
        return transaction.text("SELECT tags FROM attributes WHERE account = ?1 AND res = ?2 AND first = ?3",
                                ends.account, one.res, shown.attributes);
    };
    const auto before = TRY(tags(*one.before));
    return before != TRY(tags(*one.after));
}

// Counts the candidate, and keeps it where it is a change.
Result<void> judge(Transaction& transaction, SliceLines& lines, const Ends& ends, Candidate&& one,
                   Difference& out) {
    if (one.before && one.after) {
        if (!TRY(really_changed(transaction, ends, one))) return {};
        ++out.counts.modified;
    } else if (one.after) {
        if (!TRY(lines.complete(ends.account, one.slice, ends.early))) {
            ++out.counts.newly_visible;
            return {};
        }
        one.op = ends.backwards ? model::ChangeOp::removed : model::ChangeOp::added;
        ++(ends.backwards ? out.counts.removed : out.counts.added);
    } else if (one.before) {
        if (!TRY(lines.complete(ends.account, one.slice, ends.late))) {
            ++out.counts.unknown;
            return {};
        }
        one.op = ends.backwards ? model::ChangeOp::added : model::ChangeOp::removed;
        ++(ends.backwards ? out.counts.added : out.counts.removed);
    } else {
        return {};
    }
    if (ends.backwards) std::swap(one.before, one.after);
    one.before ? one.before->hash.clear() : void();
    one.after ? one.after->hash.clear() : void();
    out.changes.push_back(std::move(one));
    return {};
}

void show(Statement& row, const Ends& ends, Candidate& one) {
    const auto first = row.integer(2), last = row.integer(3);
    Shown shown{.first = first,
                .content = row.integer(4),
                .attributes = row.integer(5),
                .document = row.integer(6),
                .hash = row.text(7)};
    if (first <= ends.early && last >= ends.early) one.before = shown;
    if (first <= ends.late && last >= ends.late) one.after = std::move(shown);
}

// Most rows of a far pass show the same version at both ends: they are never looked at twice.
Result<Difference> compare(Transaction& transaction, const Ends& ends) {
    std::vector<Candidate> candidates;
    if (ends.early != ends.late) {
        const bool far = ends.late - ends.early > far_apart;
        auto rows =
            TRY(transaction.prepare(far ? far_sql() : near_sql(), far ? Fetch::one_by_one : Fetch::all));
        rows.bind_all(ends.account, ends.early, ends.late);
        while (TRY(rows.step())) {
            if (rows.integer(2) <= ends.early && rows.integer(3) >= ends.late) continue;
            if (candidates.empty() || candidates.back().res != rows.integer(0))
                candidates.push_back({.res = rows.integer(0), .slice = rows.integer(1)});
            show(rows, ends, candidates.back());
        }
    }
    Difference out;
    SliceLines lines(transaction);
    for (auto& one : candidates) TRY(judge(transaction, lines, ends, std::move(one), out));
    return out;
}

Result<std::string> tags_of(Transaction& transaction, const Ends& ends, const Candidate& one,
                            const std::optional<Shown>& shown) {
    if (!shown) return std::string();
    return TRY(transaction.text("SELECT tags FROM attributes WHERE account = ?1 AND res = ?2 AND first = ?3",
                                ends.account, one.res, shown->attributes))
        .value_or("");
}

// Documents, tags, and what the two readings did not cover.
Result<void> add_sides(ResourceReader& reader, const Ends& ends, const Candidate& one,
                       model::SnapshotChange& change) {
    const auto unknown = [&](std::int64_t seq) -> Result<std::vector<std::string>> {
        const auto word = TRY(reader.lines().unknown_paths(ends.account, one.slice, seq));
        return lines_of(TRY(reader.word(word)));
    };
    change.tags_before = TRY(tags_of(reader.transaction(), ends, one, one.before));
    change.tags_after = TRY(tags_of(reader.transaction(), ends, one, one.after));
    change.unknown_before = TRY(unknown(ends.backwards ? ends.late : ends.early));
    change.unknown_after = TRY(unknown(ends.backwards ? ends.early : ends.late));
    if (one.before) change.before = TRY(reader.document(one.before->document));
    if (one.after) change.after = TRY(reader.document(one.after->document));
    return {};
}

Result<model::SnapshotChange> detail(ResourceReader& reader, const Ends& ends, const Candidate& one,
                                     Documents documents) {
    model::SnapshotChange change{.op = one.op};
    const auto& shown = one.after ? one.after : one.before;
    auto row = TRY(reader.version(ends.account, one.res, shown->first));
    if (!row) return fail(Error::Kind::internal, "A version is missing.");
    auto view = ends.view;
    // Backwards, what goes away was there in the later one.
    view.seq = ends.backwards && one.op != model::ChangeOp::removed ? ends.early : ends.late;
    change.resource = TRY(reader.resource(*row, view));
    if (documents == Documents::include) TRY(add_sides(reader, ends, one, change));
    return change;
}

}  // namespace

Result<DiffPage> Snapshots::diff(const Viewer& viewer, const DiffRequest& request) {
    const auto list = "diff " + request.from.str() + " " + request.to.str();
    const auto limit = TRY(page_limit(request.page));
    std::int64_t after = 0;
    if (!request.page.cursor.empty())
        after = to_number(TRY(cursors_.open(viewer.tenant, list, request.page.cursor)));
    return database_.read(viewer, [&](Transaction& transaction) -> Result<DiffPage> {
        const auto ends = TRY(ends_of(transaction, viewer.tenant, request.from, request.to));
        const auto difference = TRY(compare(transaction, ends));
        DiffPage page;
        page.counts = difference.counts;
        page.changes.total = static_cast<std::int64_t>(difference.changes.size());
        ResourceReader reader(transaction, words_, slices_);
        auto at = std::ranges::upper_bound(difference.changes, after, {}, &Candidate::res);
        for (; at != difference.changes.end() && page.changes.items.size() < limit; ++at) {
            page.changes.items.push_back(TRY(detail(reader, ends, *at, request.documents)));
            after = at->res;
        }
        if (at != difference.changes.end())
            page.changes.next_cursor = cursors_.seal(viewer.tenant, list, std::to_string(after));
        return page;
    });
}

Result<DiffCounts> Snapshots::each_change(const Viewer& viewer, const SnapshotId& from, const SnapshotId& to,
                                          Documents documents, const Visit& visit) {
    return database_.read(viewer, [&](Transaction& transaction) -> Result<DiffCounts> {
        const auto ends = TRY(ends_of(transaction, viewer.tenant, from, to));
        const auto difference = TRY(compare(transaction, ends));
        ResourceReader reader(transaction, words_, slices_);
        for (const auto& one : difference.changes)
            if (!visit(TRY(detail(reader, ends, one, documents)))) break;
        return difference.counts;
    });
}

}  // namespace patrol::store
