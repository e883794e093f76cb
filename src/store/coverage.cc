#include "store/coverage.h"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/core.h>

#include "filter/filter.h"
#include "store/accounts.h"
#include "store/resource_rows.h"
#include "store/words.h"

namespace patrol::store {
namespace {

struct LineSource final : filter::FieldSource {
    const model::SliceCoverage& coverage;
    explicit LineSource(const model::SliceCoverage& c) : coverage(c) {}
    void values(const filter::Compare& compare,
                const std::function<bool(std::string_view)>& visit) const override {
        const auto& field = compare.field;
        if (field == "status") visit(model::to_string(coverage.status));
        if (field == "service") visit(coverage.service);
        if (field == "type") visit(coverage.key.type);
        if (field == "scope") visit(coverage.key.scope);
        if (field == "missing_action" && !coverage.missing_action.empty()) visit(coverage.missing_action);
        if (field == "reason" && !coverage.reason.empty()) visit(coverage.reason);
        if (field == "count") visit(std::to_string(coverage.count));
        if (field == "text")
            visit(coverage.key.type + " " + coverage.key.scope + " " + coverage.service + " " +
                  std::string(model::to_string(coverage.status)) + " " + coverage.reason);
    }
};

Result<void> check_filter(const filter::Node& node) {
    static constexpr std::array known{std::string_view("status"), std::string_view("service"),
                                      std::string_view("type"),   std::string_view("scope"),
                                      std::string_view("reason"), std::string_view("missing_action"),
                                      std::string_view("count"),  std::string_view("text")};
    if (const auto* compare = std::get_if<filter::Compare>(&node.as)) {
        if (std::ranges::find(known, compare->field) != known.end()) return {};
        return invalid("q", fmt::format("The coverage has no field \"{}\".", compare->field));
    }
    const auto* all = std::get_if<filter::And>(&node.as);
    for (const auto& term : all != nullptr ? all->terms : std::get<filter::Or>(node.as).terms)
        TRY(check_filter(term));
    return {};
}

struct StoredLine {
    std::int64_t slice = 0, first = 0, status = 0, count = 0, live = 0, calls = 0;
    std::int64_t words[7]{};  // reason, missing action, hint, unknown paths, type, scope, service
};

Result<std::vector<StoredLine>> stored_lines(Transaction& transaction, const AccountView& view) {
    std::vector<StoredLine> lines;
    auto rows =
        TRY(transaction.query("SELECT c.slice, c.first, c.status, c.count, c.live, c.calls, c.reason, "
                              "c.missing_action, c.hint, c.unknown_paths, "
                              "s.type, s.scope, s.service FROM coverage c CROSS JOIN slice s WHERE c.account "
                              "= ?1 AND c.first <= ?2 AND c.last >= ?2 "
                              "AND s.account = c.account AND s.id = c.slice",
                              view.account, view.seq));
    while (TRY(rows.step())) {
        StoredLine line{.slice = rows.integer(0),
                        .first = rows.integer(1),
                        .status = rows.integer(2),
                        .count = rows.integer(3),
                        .live = rows.integer(4),
                        .calls = rows.integer(5)};
        for (int i = 0; i < 7; ++i) line.words[i] = rows.integer(6 + i);
        lines.push_back(line);
    }
    return lines;
}

Result<CoverageLine> line_of(ResourceReader& reader, const AccountView& view, const StoredLine& stored) {
    CoverageLine line;
    auto& coverage = line.coverage;
    coverage.status = static_cast<model::SliceStatus>(stored.status);
    coverage.count = stored.count;
    coverage.calls = stored.calls;
    coverage.reason = TRY(reader.word(stored.words[0]));
    coverage.missing_action = TRY(reader.word(stored.words[1]));
    coverage.hint = TRY(reader.word(stored.words[2]));
    coverage.unknown_paths = lines_of(TRY(reader.word(stored.words[3])));
    coverage.key = {TRY(reader.word(stored.words[4])), TRY(reader.word(stored.words[5]))};
    coverage.service = TRY(reader.word(stored.words[6]));
    line.live = stored.live;
    line.since = TRY(reader.lines().time(view.account, stored.first));
    return line;
}

}  // namespace

std::int64_t& CoverageSummary::operator[](model::SliceStatus status) {
    switch (status) {
        case model::SliceStatus::complete:
            return complete;
        case model::SliceStatus::partial:
            return partial;
        case model::SliceStatus::denied:
            return denied;
        case model::SliceStatus::not_granted:
            return not_granted;
        case model::SliceStatus::not_enabled:
            return not_enabled;
        case model::SliceStatus::throttled:
            return throttled;
        case model::SliceStatus::failed:
            return failed;
        case model::SliceStatus::not_read:
            break;
    }
    return not_read;
}

Result<Page<CoverageLine>> Coverage::list(const Viewer& viewer, const SnapshotId& snapshot,
                                          const PageRequest& request) {
    const auto limit = TRY(page_limit(request));
    if (!request.sort.empty()) return invalid("sort", "The coverage has one order: service, type, scope.");
    const auto name = "coverage of " + snapshot.str() + "|" +
                      (request.filter != nullptr ? filter::to_text(*request.filter) : "");
    if (request.filter != nullptr && request.filter->root) TRY(check_filter(*request.filter->root));
    std::size_t skip = 0;
    if (!request.cursor.empty())
        skip = static_cast<std::size_t>(to_number(TRY(cursors_.open(viewer.tenant, name, request.cursor))));
    return database_.read(viewer, [&](Transaction& transaction) -> Result<Page<CoverageLine>> {
        const auto view = TRY(view_of_snapshot(transaction, viewer.tenant, snapshot));
        ResourceReader reader(transaction, words_, slices_);
        std::vector<std::pair<CoverageLine, std::int64_t>> lines;
        for (const auto& stored : TRY(stored_lines(transaction, view))) {
            auto line = TRY(line_of(reader, view, stored));
            if (request.filter == nullptr || filter::matches(*request.filter, LineSource(line.coverage)))
                lines.emplace_back(std::move(line), stored.slice);
        }
        std::ranges::sort(lines, {}, [](const auto& entry) {
            const auto& coverage = entry.first.coverage;
            return std::tie(coverage.service, coverage.key.type, coverage.key.scope);
        });
        // A snapshot never changes, so the number of lines shown is a place.
        Page<CoverageLine> page{
            .items = {}, .next_cursor = {}, .total = static_cast<std::int64_t>(lines.size())};
        for (auto i = skip; i < lines.size() && page.items.size() < limit; ++i) {
            auto& [line, slice] = lines[i];
            if (line.coverage.status != model::SliceStatus::complete) {
                const auto since = TRY(reader.lines().stale_since(view.account, slice, view.seq, 0));
                if (since && since->is_set()) line.stale_since = since;
            }
            page.items.push_back(std::move(line));
        }
        if (skip + page.items.size() < lines.size())
            page.next_cursor = cursors_.seal(viewer.tenant, name, std::to_string(skip + page.items.size()));
        return page;
    });
}

Result<CoverageSummary> Coverage::summary(const Viewer& viewer, const SnapshotId& snapshot) {
    return database_.read(viewer, [&](Transaction& transaction) -> Result<CoverageSummary> {
        const auto view = TRY(view_of_snapshot(transaction, viewer.tenant, snapshot));
        CoverageSummary summary;
        auto rows = TRY(transaction.query(
            "SELECT status, COUNT(*) FROM coverage WHERE account = ?1 AND first <= ?2 AND last >= ?2 "
            "GROUP BY status",
            view.account, view.seq));
        while (TRY(rows.step())) summary[static_cast<model::SliceStatus>(rows.integer(0))] += rows.integer(1);
        return summary;
    });
}

Result<std::vector<model::SliceKey>> Coverage::not_granted_since(const TenantId& tenant,
                                                                 const AccountId& account,
                                                                 Timestamp asked_after) {
    return database_.read(tenant, [&](Transaction& transaction) -> Result<std::vector<model::SliceKey>> {
        const auto number = TRY(Accounts::number(transaction, tenant, account));
        std::vector<model::SliceKey> slices;
        auto rows = TRY(transaction.query(
            "SELECT t.text, p.text FROM coverage c JOIN snapshot n ON n.account = c.account AND n.seq = "
            "c.first "
            "JOIN slice s ON s.account = c.account AND s.id = c.slice JOIN word t ON t.id = s.type "
            "LEFT JOIN word p ON p.id = s.scope "
            "WHERE c.account = ?1 AND c.last = 9000000000 AND c.status = ?2 AND n.taken_at >= ?3",
            number, static_cast<std::int64_t>(model::SliceStatus::not_granted), asked_after));
        while (TRY(rows.step())) slices.push_back({rows.text(0), rows.text(1)});
        return slices;
    });
}

}  // namespace patrol::store
