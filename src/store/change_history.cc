#include "store/change_history.h"

#include <map>
#include <unordered_set>

#include <fmt/core.h>

#include "store/accounts.h"
#include "store/inventory_key.h"
#include "store/search_terms.h"

namespace patrol::store {
namespace {

struct HistoryAccount {
    std::int64_t number = 0, first_seq = 0;
    Timestamp first_at;
    AccountId id;
    std::optional<CustomerId> customer;
    std::optional<model::EnvironmentKind> environment;
};

// Accounts that the scope lets through, each with its first snapshot of the time.
Result<std::vector<HistoryAccount>> accounts_of(Transaction& transaction, const TenantId& tenant,
                                                const model::RuleScope& scope, Timestamp since) {
    auto row = TRY(transaction.query(
        "SELECT c.number, c.id, c.customer_id, c.environment, MIN(s.seq), MIN(s.taken_at) FROM cloud_account "
        "c "
        "JOIN snapshot s ON s.account = c.number WHERE c.tenant = ?1 AND s.taken_at >= ?2 AND (?3 = '' OR "
        "c.id "
        "= ?3) AND (?4 = '' OR c.customer_id = ?4) GROUP BY c.number, c.id, c.customer_id, c.environment",
        tenant, since, scope.account_id ? scope.account_id->str() : "",
        scope.customer_id ? scope.customer_id->str() : ""));
    std::vector<HistoryAccount> out;
    while (TRY(row.step())) {
        HistoryAccount account{.number = row.integer(0),
                               .first_seq = row.integer(4),
                               .first_at = row.time(5),
                               .id = row.id<AccountId>(1),
                               .customer = row.optional_id<CustomerId>(2),
                               .environment = model::parse_environment(row.view(3))};
        if (!scope.environment || scope.environment == account.environment) out.push_back(std::move(account));
    }
    return out;
}

// Types by slice: while lines arrive one by one no other statement may run.
Result<std::map<std::int64_t, std::string>> types_of(Transaction& transaction, std::int64_t account) {
    auto row = TRY(transaction.query(
        "SELECT s.id, w.text FROM slice s JOIN word w ON w.id = s.type WHERE s.account = ?1", account));
    std::map<std::int64_t, std::string> out;
    while (TRY(row.step())) out.emplace(row.integer(0), row.text(1));
    return out;
}

// Of a scan that changed more than is kept there is a line of this number, which no resource has. Names of
// paths that were cut end with a line's end.
constexpr std::int64_t no_resource = 0;
constexpr char cut_mark = '\n';

// Tags are those of the newest state: what a rule by tag would have seen.
constexpr std::string_view tags_column =
    "(SELECT t.tags FROM attributes t WHERE t.account = h.account AND t.res = h.res ORDER BY t.first DESC "
    "LIMIT 1)";
constexpr std::string_view native_id_column =
    "(SELECT r.native_id FROM resource r WHERE r.account = h.account AND r.res = h.res)";

// Only what the scope asks for is looked up.
std::string lines_sql(const model::RuleScope& scope) {
    return fmt::format(
        "SELECT h.res, h.slice, h.op, h.paths, {}, {} FROM version_change h WHERE h.account = ?1 AND h.seq "
        ">= ?2 AND (h.res = 0 OR ((?3 = 0 OR h.region = ?3) AND (?4 = 0 OR h.res = ?4)))",
        scope.native_id.empty() ? std::string_view("''") : native_id_column,
        scope.tag.empty() ? std::string_view("''") : tags_column);
}

// Looks through one account after the other.
class Looking {
public:
    Looking(Transaction& transaction, Words& words, const model::RuleScope& scope,
            const std::function<Reach(const SeenChange&)>& reach, HistoryPreview& out)
        : transaction_(transaction),
          words_(words),
          scope_(scope),
          reach_(reach),
          sql_(lines_sql(scope)),
          out_(out) {}

    Result<void> look_at(const HistoryAccount& account) {
        const auto types = TRY(types_of(transaction_, account.number));
        const auto region = TRY(number_of_region());
        const auto res = TRY(number_of_resource(account.number));
        // A place that the account does not know: nothing of it can have changed.
        if (!region || !res) return {};
        if (!out_.since.is_set() || account.first_at < out_.since) out_.since = account.first_at;
        std::unordered_set<std::int64_t> reached;
        auto row = TRY(transaction_.prepare(sql_, Fetch::one_by_one));
        row.bind_all(account.number, account.first_seq, *region, *res);
        while (TRY(row.step())) {
            if (row.integer(0) == no_resource) out_.at_least = true;
            const auto type = types.find(row.integer(1));
            if (type == types.end() || (exact_type() && type->second != scope_.type)) continue;
            ++out_.seen;
            if (count(row, account, type->second)) reached.insert(row.integer(0));
        }
        if (!reached.empty()) out_.accounts.insert(account.id);
        out_.resources += std::ssize(reached);
        return {};
    }

private:
    [[nodiscard]] bool exact_type() const { return !scope_.type.empty() && !scope_.type.contains('*'); }

    // 0: the scope names none; nullopt: none is known.
    Result<std::optional<std::int64_t>> number_of_region() {
        if (scope_.region.empty()) return std::optional<std::int64_t>(0);
        return words_.find(transaction_, scope_.region);
    }
    Result<std::optional<std::int64_t>> number_of_resource(std::int64_t account) {
        if (scope_.resource_id.empty()) return std::optional<std::int64_t>(0);
        const auto key = parse_resource_id(ResourceId(scope_.resource_id));
        if (!key) return std::optional<std::int64_t>();
        return transaction_.integer("SELECT res FROM resource WHERE account = ?1 AND key_hash = ?2", account,
                                    Blob{bytes_of(*key)});
    }

    bool count(const Statement& row, const HistoryAccount& account, const std::string& type) {
        SeenChange seen{.account = account.id,
                        .customer = account.customer,
                        .environment = account.environment,
                        .op = static_cast<model::ChangeOp>(row.integer(2)),
                        .type = type,
                        .region = scope_.region,
                        .resource = scope_.resource_id,
                        .native_id = row.view(4),
                        .actor_class = {},
                        .paths = row.view(3),
                        .tags = {}};
        if (seen.paths.ends_with(cut_mark)) {
            seen.paths.remove_suffix(1);
            seen.paths_cut = true;
            out_.at_least = out_.at_least || !scope_.path.empty();
        }
        if (!row.view(5).empty()) seen.tags = tags_from_text(row.view(5));
        const auto reach = reach_(seen);
        if (reach == Reach::none) return false;
        ++(reach == Reach::whole ? out_.changes : out_.partly);
        return true;
    }

    Transaction& transaction_;
    Words& words_;
    const model::RuleScope& scope_;
    const std::function<Reach(const SeenChange&)>& reach_;
    std::string sql_;
    HistoryPreview& out_;
};

struct Numbers {
    std::int64_t res = 0, slice = 0;
};
Result<std::optional<Numbers>> numbers_of(Transaction& transaction, std::int64_t account,
                                          const ResourceId& resource) {
    const auto key = parse_resource_id(resource);
    if (!key) return std::optional<Numbers>();
    auto row = TRY(transaction.query("SELECT res, slice FROM resource WHERE account = ?1 AND key_hash = ?2",
                                     account, Blob{bytes_of(*key)}));
    if (!TRY(row.step())) return std::optional<Numbers>();
    return std::optional(Numbers{row.integer(0), row.integer(1)});
}

}  // namespace

Result<std::vector<HistoryStep>> ChangeHistory::pending(const TenantId& tenant, const AccountId& account,
                                                        std::size_t limit) {
    return database_.read(tenant, [&](Transaction& transaction) -> Result<std::vector<HistoryStep>> {
        const auto number = TRY(Accounts::number(transaction, tenant, account));
        auto row = TRY(transaction.query(
            "SELECT n.id, s.id, s.seq FROM inventory i JOIN snapshot s ON s.account = i.account AND s.seq > "
            "i.history_seq JOIN snapshot n ON n.account = s.account AND n.seq = s.seq - 1 WHERE i.account = "
            "?1 "
            "AND s.dropped = 0 AND n.dropped = 0 AND s.seq <= i.newest_seq ORDER BY s.seq LIMIT ?2",
            number, limit));
        std::vector<HistoryStep> out;
        while (TRY(row.step()))
            out.push_back(
                {.from = row.id<SnapshotId>(0), .to = row.id<SnapshotId>(1), .seq = row.integer(2)});
        return out;
    });
}

Result<void> ChangeHistory::write(const TenantId& tenant, const AccountId& account, std::int64_t seq,
                                  const HistoryPage& page) {
    return database_.write(tenant, [&](Transaction& transaction) -> Result<void> {
        const auto number = TRY(Accounts::number(transaction, tenant, account));
        const auto insert = [&](const Numbers& of, int op, std::int64_t region, std::string_view paths) {
            return transaction.run(
                "INSERT INTO version_change (account, seq, res, slice, op, region, paths) VALUES (?1, ?2, "
                "?3, ?4, ?5, ?6, ?7) ON CONFLICT (account, seq, res) DO NOTHING",
                number, seq, of.res, of.slice, op, region, paths);
        };
        for (const auto& line : page.lines) {
            const auto of = TRY(numbers_of(transaction, number, line.resource));
            if (!of) continue;
            const auto region = TRY(words_.find(transaction, line.region)).value_or(0);
            const auto paths = line.paths_cut ? line.paths + cut_mark : line.paths;
            TRY(insert(*of, static_cast<int>(line.op), region, paths));
        }
        if (page.cut) TRY(insert({.res = no_resource}, 0, 0, ""));
        TRY(transaction.run("UPDATE inventory SET history_seq = ?2 WHERE account = ?1 AND history_seq < ?2",
                            number, seq));
        return {};
    });
}

Result<HistoryPreview> ChangeHistory::preview(const Viewer& viewer, const model::RuleScope& scope,
                                              Timestamp since,
                                              const std::function<Reach(const SeenChange&)>& reach) {
    return database_.read(viewer, [&](Transaction& transaction) -> Result<HistoryPreview> {
        HistoryPreview out;
        Looking looking(transaction, words_, scope, reach, out);
        for (const auto& account : TRY(accounts_of(transaction, viewer.tenant, scope, since)))
            TRY(looking.look_at(account));
        return out;
    });
}

Result<bool> drop_history(Transaction& transaction, std::int64_t account, std::int64_t first_kept,
                          std::int64_t limit) {
    const auto dropped =
        TRY(transaction.run("DELETE FROM version_change WHERE account = ?1 AND (seq, res) IN (SELECT seq, "
                            "res FROM version_change "
                            "WHERE account = ?1 AND seq < ?2 LIMIT ?3)",
                            account, first_kept, limit));
    return dropped == limit;
}

}  // namespace patrol::store
