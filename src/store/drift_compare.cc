// Which resources differ from their accepted state. One query gathers every resource that can differ: what
// began or ended between the baseline and the newest snapshot, what has an override, what has a live change.
#include <map>

#include <fmt/core.h>

#include "store/accounts.h"
#include "store/change_rows.h"
#include "store/drift.h"
#include "store/drift_slices.h"
#include "store/sql.h"

namespace patrol::store {
namespace {

// Beyond so many snapshots one pass over the versions is faster than index ranges.
constexpr std::int64_t far_apart = 60;

constexpr std::string_view near_resources =
    "SELECT res FROM version WHERE account = ?1 AND first > ?2 AND first <= ?3 UNION SELECT res FROM "
    "version WHERE account = ?1 AND last >= ?2 AND last < ?3 AND last < 9000000000 UNION ";
// A version that both ends show is no difference by itself.
constexpr std::string_view far_resources =
    "SELECT res FROM version WHERE account = ?1 AND {plus}first <= ?3 AND {plus}last >= ?2 AND ({plus}first "
    "> ?2 OR {plus}last < ?3) UNION ";
constexpr std::string_view known_resources =
    "SELECT res FROM baseline_override WHERE account = ?1 AND baseline = ?4 UNION SELECT res FROM "
    "drift_change WHERE account = ?1 AND live = 1";

std::string candidates_sql(bool far) {
    return fmt::format(
        "SELECT v.res, r.slice, v.first, v.last, v.content, v.attributes, v.document, v.hash FROM ({}{}) c "
        "CROSS JOIN resource r CROSS JOIN version v WHERE r.account = ?1 AND r.res = c.res AND v.account = "
        "?1 AND v.res = c.res AND v.first <= ?3 AND v.last >= ?2 ORDER BY v.res, v.first",
        far ? far_resources : near_resources, known_resources);
}

struct Override {
    std::int64_t kind = 0;
    DriftSide side;
};

class Comparing {
public:
    Comparing(Transaction& transaction, Words& words, DriftComparison& out, const CompareOptions& options)
        : transaction_(transaction), out_(out), options_(options), slices_(transaction, words, out) {}

    Result<void> run() {
        TRY(load_overrides());
        TRY(load_live());
        TRY(load_candidates());
        for (auto& item : candidates_) TRY(judge(std::move(item)));
        // Live changes of resources that have no version any more.
        for (auto& [res, live] : live_) out_.gone.push_back(live);
        out_.unknown = TRY(slices_.unread_resources());
        return {};
    }

private:
    Result<void> load_overrides() {
        auto rows =
            TRY(transaction_.query("SELECT o.res, o.kind, o.first, o.value_key, o.hash, o.tags, "
                                   "o.dictionary, o.packed, v.attributes, v.document, v.hash FROM "
                                   "baseline_override o LEFT JOIN version v ON v.account = o.account AND "
                                   "v.res = o.res AND v.first = o.first WHERE o.account = ?1 AND o.baseline "
                                   "= ?2",
                                   out_.account, out_.baseline));
        while (TRY(rows.step())) {
            Override one{.kind = rows.integer(1)};
            one.side = {.key = rows.integer(3), .first = rows.integer(2), .hash = rows.text(4)};
            if (one.kind == 1 && rows.is_null(8)) continue;  // its version is gone: the snapshot's holds
            if (one.kind == 1) {
                one.side.attributes = rows.integer(8);
                one.side.document = rows.integer(9);
                one.side.hash = rows.text(10);
            }
            if (one.kind == 2) {
                one.side.tags = rows.text(5);
                one.side.dictionary = rows.integer(6);
                one.side.packed = rows.text(7);
            }
            overrides_.emplace(rows.integer(0), std::move(one));
        }
        return {};
    }

    Result<void> load_live() {
        auto rows = TRY(transaction_.query(
            "SELECT res, number, change_set, before_key, after_key, rules, unknown_since, state, hidden, "
            "value, actor_class FROM drift_change WHERE account = ?1 AND live = 1",
            out_.account));
        while (TRY(rows.step()))
            live_.emplace(
                rows.integer(0),
                LiveChange{
                    .number = rows.integer(1),
                    .set = rows.integer(2),
                    .before_key = rows.integer(3),
                    .after_key = rows.integer(4),
                    .rules = rows.integer(5),
                    .unknown_since = rows.integer(6),
                    .state = model::parse_change_state(rows.view(7)).value_or(model::ChangeState::open),
                    .hidden = rows.truth(8),
                    .value = rows.text(9),
                    .actor_class = rows.text(10)});
        return {};
    }

    Result<void> load_candidates() {
        const bool far = out_.newest_seq - out_.base_seq > far_apart;
        auto rows = TRY(transaction_.prepare(candidates_sql(far), far ? Fetch::one_by_one : Fetch::all));
        rows.bind_all(out_.account, out_.base_seq, out_.newest_seq, out_.baseline);
        while (TRY(rows.step())) {
            const auto res = rows.integer(0), first = rows.integer(2), last = rows.integer(3);
            if (candidates_.empty() || candidates_.back().res != res) {
                auto& item = candidates_.emplace_back();
                item.res = res;
                item.slice = rows.integer(1);
            }
            auto& item = candidates_.back();
            DriftSide side{.key = rows.integer(4),
                           .first = first,
                           .attributes = rows.integer(5),
                           .document = rows.integer(6),
                           .hash = rows.text(7)};
            last_seen_[res] = std::max(last_seen_[res], last);
            if (first <= out_.base_seq && last >= out_.base_seq) item.before = side;
            if (first <= out_.newest_seq && last >= out_.newest_seq) item.after = std::move(side);
        }
        return {};
    }

    Result<std::string> tags(std::int64_t res, const DriftSide& side) {
        if (side.made()) return side.tags;
        return TRY(transaction_.text(
                       "SELECT tags FROM attributes WHERE account = ?1 AND res = ?2 AND first = ?3",
                       out_.account, res, side.attributes))
            .value_or("");
    }

    Result<bool> same(const DriftItem& item) {
        const auto &before = item.before, &after = item.after;
        if (before.there() != after.there()) return false;
        if (!before.there() || before.key == after.key) return true;
        if (before.hash != after.hash) return false;
        if (!before.made() && before.attributes == after.attributes) return true;
        const auto old_tags = TRY(tags(item.res, before));
        return old_tags == TRY(tags(item.res, after));
    }

    Result<void> judge(DriftItem item) {
        const auto over = overrides_.find(item.res);
        const bool overridden = over != overrides_.end();
        if (overridden) item.before = over->second.side;
        if (auto known = live_.find(item.res); known != live_.end()) {
            item.live = std::move(known->second);
            live_.erase(known);
        }
        if (TRY(same(item))) {
            if (item.live) out_.gone.push_back(std::move(*item.live));
            return {};
        }
        const auto& now = *TRY(slices_.at(item.slice, out_.newest_seq));
        if (item.op() == model::ChangeOp::removed && !TRY(believed(item, now))) return {};
        if (item.op() == model::ChangeOp::added && !overridden && !item.live &&
            !TRY(slices_.accepted(item.slice))->complete) {
            out_.newly_visible.push_back(std::move(item));
            return {};
        }
        note_reading(item, now);
        if (unchanged(item)) return {};
        TRY(date(item));
        item.unknown_after = now.unknown_paths;
        if (item.op() == model::ChangeOp::modified)
            item.unknown_before = TRY(slices_.accepted(item.slice))->unknown_paths;
        out_.differs.push_back(std::move(item));
        return {};
    }

    Result<void> date(DriftItem& item) {
        const auto shown_by = item.after.there() ? item.after.key : last_seen_[item.res] + 1;
        item.seen_at = TRY(slices_.time(std::min(shown_by, out_.newest_seq)));
        if (!item.seen_at.is_set()) item.seen_at = out_.taken_at;
        item.seen_after = TRY(slices_.last_complete_before(item.slice, shown_by));
        return {};
    }

    // A removal needs its slice read completely, and a second scan where the list is eventually consistent.
    Result<bool> believed(const DriftItem& item, const SliceReading& now) {
        if (!now.complete) {
            if (item.live) note_reading(item, now);
            return false;
        }
        const bool first_time = last_seen_[item.res] >= out_.newest_seq - 1;
        if (!first_time || !options_.twice_observed) return true;
        const auto twice = options_.twice_observed(TRY(slices_.type(item.slice)));
        return !twice || (item.live && item.live->after_key == 0);
    }

    void note_reading(const DriftItem& item, const SliceReading& now) {
        if (!item.live || item.live->hidden) return;
        const bool unknown = item.live->unknown_since != 0;
        if (!now.complete && !unknown) out_.unread.push_back(item.live->number);
        if (now.complete && unknown) out_.read_again.push_back(item.live->number);
    }

    [[nodiscard]] bool unchanged(const DriftItem& item) const {
        return item.live && item.live->before_key == item.before.key &&
               item.live->after_key == item.after.key && item.live->rules == options_.rules;
    }

    Transaction& transaction_;
    DriftComparison& out_;
    const CompareOptions& options_;
    DriftSlices slices_;
    std::map<std::int64_t, Override> overrides_;
    std::map<std::int64_t, LiveChange> live_;
    std::map<std::int64_t, std::int64_t> last_seen_;
    std::vector<DriftItem> candidates_;
};

Result<std::optional<DriftComparison>> begin(Transaction& transaction, const TenantId& tenant,
                                             const AccountId& account) {
    DriftComparison out{.tenant = tenant, .account_id = account};
    out.account = TRY(Accounts::number(transaction, tenant, account));
    {
        auto row = TRY(transaction.query(
            "SELECT b.number, b.seq, b.revision, i.newest_seq, s.id, s.taken_at FROM baseline b JOIN "
            "inventory i ON i.account = b.account JOIN snapshot s ON s.account = b.account AND s.seq = "
            "i.newest_seq WHERE b.account = ?1 AND b.active = 1",
            out.account));
        if (!TRY(row.step())) return std::nullopt;
        out.baseline = row.integer(0);
        out.base_seq = row.integer(1);
        out.revision = row.integer(2);
        out.newest_seq = row.integer(3);
        out.newest = row.id<SnapshotId>(4);
        out.taken_at = row.time(5);
    }
    out.before_at =
        Timestamp{TRY(transaction.integer("SELECT taken_at FROM snapshot WHERE account = ?1 AND seq = ?2",
                                          out.account, out.newest_seq - 1))
                      .value_or(0)};
    return out;
}

}  // namespace

Result<std::optional<DriftComparison>> Drift::compare(const TenantId& tenant, const AccountId& account,
                                                      const CompareOptions& options) {
    return database_.read(tenant, [&](Transaction& transaction) -> Result<std::optional<DriftComparison>> {
        auto out = TRY(begin(transaction, tenant, account));
        if (out) TRY(Comparing(transaction, words_, *out, options).run());
        return out;
    });
}

Result<std::optional<Drift::OneItem>> Drift::item_of(const TenantId& tenant, const ChangeId& change,
                                                     const CompareOptions& options) {
    struct Found {
        AccountId account;
        std::int64_t number = 0;
    };
    const auto found = TRY(database_.read(tenant, [&](Transaction& transaction) -> Result<Found> {
        const auto key = TRY(find_change(transaction, tenant, change));
        const auto account =
            TRY(transaction.text("SELECT id FROM cloud_account WHERE number = ?1", key.account));
        return Found{AccountId(account.value_or("")), key.number};
    }));
    auto again = options;
    again.rules = judge_all;
    auto comparison = TRY(compare(tenant, found.account, again));
    if (!comparison) return std::nullopt;
    for (auto& item : comparison->differs)
        if (item.live && item.live->number == found.number) {
            auto one = std::move(item);
            return OneItem{std::move(*comparison), std::move(one)};
        }
    return std::nullopt;
}

}  // namespace patrol::store
