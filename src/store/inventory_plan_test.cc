// The plans of the queries that must stay fast, on a database shaped like a year: many versions of
// many resources, statistics gathered. A plan that walks a whole table is what these tests are for.
#include <doctest/doctest.h>

#include "store/inventory_fixture.h"

using namespace patrol;
using namespace patrol::store;

namespace {

constexpr std::string_view joins =
    "CROSS JOIN resource r CROSS JOIN attributes a CROSS JOIN slice s WHERE r.account = v.account AND r.res "
    "= v.res "
    "AND a.account = v.account AND a.res = v.res AND a.first = v.attributes AND s.account = v.account AND "
    "s.id = r.slice";

std::string plan(Store& store, const std::string& sql) {
    return need(store.database().platform().read([&](Transaction& transaction) -> Result<std::string> {
        std::string text;
        auto rows = TRY(transaction.prepare("EXPLAIN QUERY PLAN " + sql));
        while (TRY(rows.step())) text += rows.text(3) + "\n";
        return text;
    }));
}

// 400 resources over 120 snapshots, a few of which change all the time.
void make_year(Scanned& account) {
    for (int turn = 0; turn < 120; ++turn) {
        Reading reading;
        for (int i = 0; i < 400; ++i) {
            auto& slice = reading[i % 3 == 0 ? volumes : instances];
            if (i % 97 == turn % 97) continue;  // away for a while
            slice.items.push_back(item("i-" + std::to_string(i), i < 20 ? std::to_string(turn) : "running"));
        }
        account.scan(reading);
    }
}

}  // namespace

TEST_CASE("plans on a database shaped like a year") {
    for_sqlite([](Store& store) {
        Scanned account(store);
        make_year(account);
        need(store.database().platform().write(
            [](Transaction& transaction) { return transaction.script("ANALYZE"); }));

        CHECK(plan(store,
                   "SELECT v.res, r.native_id, a.name FROM version v CROSS JOIN resource r CROSS JOIN "
                   "attributes a "
                   "WHERE v.account = ?1 AND v.res > ?2 AND +v.first <= ?3 AND +v.last >= ?3 AND r.account = "
                   "?1 AND "
                   "r.res = v.res AND a.account = ?1 AND a.res = v.res AND a.first = v.attributes ORDER BY "
                   "v.res "
                   "LIMIT ?4") ==
              "SEARCH v USING PRIMARY KEY (account=? AND res>?)\n"
              "SEARCH r USING PRIMARY KEY (account=? AND res=?)\n"
              "SEARCH a USING PRIMARY KEY (account=? AND res=? AND first=?)\n");
        CHECK(plan(store, "SELECT v.res FROM version v " + std::string(joins) +
                              " AND v.account = ?1 AND v.res = ?2 AND v.first <= ?3 AND v.last >= ?3") ==
              "SEARCH v USING PRIMARY KEY (account=? AND res=? AND first<?)\n"
              "SEARCH r USING PRIMARY KEY (account=? AND res=?)\n"
              "SEARCH a USING PRIMARY KEY (account=? AND res=? AND first=?)\n"
              "SEARCH s USING PRIMARY KEY (account=? AND id=?)\n");
        CHECK(plan(store,
                   "SELECT r.key_hash, r.res, v.hash, a.tags FROM resource r "
                   "LEFT JOIN version v ON v.account = r.account AND v.res = r.res AND v.last = 9000000000 "
                   "LEFT JOIN attributes a ON a.account = v.account AND a.res = v.res AND a.first = "
                   "v.attributes "
                   "WHERE r.account = ?1 AND r.key_hash IN (?2)") ==
              "SEARCH r USING COVERING INDEX resource_key (account=? AND key_hash=?)\n"
              "SEARCH v USING PRIMARY KEY (account=? AND res=?) LEFT-JOIN\n"
              "SEARCH a USING PRIMARY KEY (account=? AND res=? AND first=?) LEFT-JOIN\n");
        const auto neighbours = plan(
            store,
            "SELECT v.res FROM (SELECT res FROM version WHERE account = ?1 AND first > ?2 AND first <= ?3 "
            "UNION SELECT res "
            "FROM version WHERE account = ?1 AND last >= ?2 AND last < ?3 AND last < 9000000000) c CROSS "
            "JOIN version v "
            "CROSS JOIN resource r WHERE v.account = ?1 AND v.res = c.res AND v.first <= ?3 AND v.last >= ?2 "
            "AND r.account = ?1 AND r.res = c.res ORDER BY v.res, v.first");
        CHECK(neighbours.contains(
            "SEARCH version USING COVERING INDEX version_first (account=? AND first>? AND first<?)"));
        CHECK(neighbours.contains(
            "SEARCH version USING COVERING INDEX version_last (account=? AND last>? AND last<?)"));
        CHECK(neighbours.contains("SEARCH v USING PRIMARY KEY (account=? AND res=? AND first<?)"));
        CHECK_FALSE(neighbours.contains("SCAN version"));
        CHECK(plan(store,
                   "SELECT v.res FROM version v CROSS JOIN resource r WHERE v.account = ?1 AND +v.first <= "
                   "?3 AND "
                   "+v.last >= ?2 AND r.account = v.account AND r.res = v.res ORDER BY v.res, v.first") ==
              "SEARCH v USING PRIMARY KEY (account=?)\n"
              "SEARCH r USING PRIMARY KEY (account=? AND res=?)\n");
        for (const auto* condition : {"text = ?3", "text >= ?3 AND text < ?4"})
            CHECK(plan(store,
                       std::string("SELECT res FROM term WHERE account = ?1 AND block = ?2 AND ") + condition)
                      .starts_with("SEARCH term USING PRIMARY KEY (account=? AND block=? AND text"));
        CHECK(plan(store,
                   "SELECT res FROM mention WHERE account = ?1 AND block = ?2 AND target = ?3 ORDER BY res "
                   "LIMIT ?4") == "SEARCH mention USING PRIMARY KEY (account=? AND block=? AND target=?)\n");
        CHECK(plan(store,
                   "SELECT res FROM resource WHERE account = ?1 AND slice = ?2 AND res > ?3 ORDER BY res "
                   "LIMIT ?4") ==
              "SEARCH resource USING COVERING INDEX resource_slice (account=? AND slice=? AND res>?)\n");
        CHECK(plan(store,
                   "SELECT s.id FROM coverage c CROSS JOIN slice s WHERE c.account = ?1 AND c.last >= ?2 AND "
                   "+c.first <= ?2 "
                   "AND c.live > 0 AND s.account = c.account AND s.id = c.slice ORDER BY s.id")
                  .starts_with("SEARCH c USING INDEX coverage_live (account=? AND last>?)"));
    });
}
