#include "store/rule_preview.h"

#include <algorithm>

#include "store/search_terms.h"

namespace patrol::store {
namespace {

// Tags are those of the newest state: what a rule by tag would have seen.
constexpr std::string_view tags_column =
    "(SELECT t.tags FROM attributes t WHERE t.account = d.account AND t.res = d.res ORDER BY t.first DESC "
    "LIMIT 1)";

std::string statement(const model::RuleScope& scope) {
    std::string sql =
        "SELECT d.id, c.id, c.customer_id, c.environment, d.op, d.type, d.region, d.resource, d.native_id, "
        "d.actor_class, d.path_names, d.severity, d.state, d.decided_by, "
        "d.paths_total, ";
    sql += scope.tag.empty() ? std::string_view("''") : tags_column;
    sql +=
        " FROM drift_change d JOIN cloud_account c ON c.number = d.account WHERE c.tenant = ?1 "
        "AND d.first_seen >= ?2 AND d.hidden = 0 AND (?3 = '' OR d.type = ?3) AND (?4 = '' OR d.region = ?4) "
        "AND (?5 = '' OR c.id = ?5) AND (?6 = '' OR c.customer_id = ?6) AND (?7 = '' OR d.resource = ?7) "
        "AND (?8 = '' OR d.actor_class = ?8)";
    return sql;
}

class Tally {
public:
    Tally(RulePreview& out, std::string_view caller) : out_(out), caller_(caller) {}

    void add(Statement& row, const AccountId& account, Reach reach) {
        if (reach == Reach::none) return;
        ++(reach == Reach::whole ? out_.changes : out_.partly);
        const auto severity = static_cast<model::Severity>(row.integer(11));
        if (!out_.worst || severity > *out_.worst) out_.worst = severity;
        if (row.view(12) == "rejected" && row.view(13) == caller_) ++out_.rejected;
        out_.accounts.insert(account);
        keep(severity, row);
    }
    void finish() {
        for (auto& [severity, id] : worst_) out_.examples.push_back(std::move(id));
    }

private:
    void keep(model::Severity severity, Statement& row) {
        if (worst_.size() == preview_examples && severity <= worst_.back().first) return;
        const auto at = std::ranges::find_if(worst_, [&](const auto& each) { return each.first < severity; });
        worst_.insert(at, {severity, row.id<ChangeId>(0)});
        if (worst_.size() > preview_examples) worst_.pop_back();
    }

    RulePreview& out_;
    std::string_view caller_;
    std::vector<std::pair<model::Severity, ChangeId>> worst_;
};

std::optional<model::ChangeOp> op_of(std::string_view text) {
    for (auto op : {model::ChangeOp::added, model::ChangeOp::removed, model::ChangeOp::modified})
        if (model::to_string(op) == text) return op;
    return {};
}

}  // namespace

Result<RulePreview> preview_rule(Database& database, const Viewer& viewer, const model::RuleScope& scope,
                                 Timestamp since, std::string_view caller,
                                 const std::function<Reach(const SeenChange&)>& reach) {
    const auto sql = statement(scope);
    const auto exact = [](const std::string& text) { return text.contains('*') ? std::string() : text; };
    return database.read(viewer, [&](Transaction& tx) -> Result<RulePreview> {
        RulePreview out;
        Tally tally(out, caller);
        auto row = TRY(tx.prepare(sql, Fetch::one_by_one));
        row.bind_all(viewer.tenant, since, exact(scope.type), scope.region,
                     scope.account_id ? scope.account_id->str() : "",
                     scope.customer_id ? scope.customer_id->str() : "", scope.resource_id, scope.actor_class);
        while (TRY(row.step())) {
            ++out.seen;
            SeenChange seen{.account = row.id<AccountId>(1),
                            .customer = row.optional_id<CustomerId>(2),
                            .environment = model::parse_environment(row.view(3)),
                            .op = op_of(row.view(4)).value_or(model::ChangeOp::modified),
                            .type = row.view(5),
                            .region = row.view(6),
                            .resource = row.view(7),
                            .native_id = row.view(8),
                            .actor_class = row.view(9),
                            .paths = row.view(10)};
            seen.paths_cut = std::ranges::count(seen.paths, '\n') < row.integer(14);
            if (!scope.tag.empty() && !row.view(15).empty()) seen.tags = tags_from_text(row.view(15));
            out.at_least = out.at_least || (seen.paths_cut && !scope.path.empty());
            tally.add(row, seen.account, reach(seen));
        }
        tally.finish();
        return out;
    });
}

}  // namespace patrol::store
