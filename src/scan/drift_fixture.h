// For tests of drift: an account with scans, a baseline, and what a person does with the changes.
#pragma once

#include <doctest/doctest.h>

#include "catalogue/catalogue.h"
#include "document/canonical.h"
#include "scan/drift_update.h"
#include "store/baselines.h"
#include "store/change_sets.h"
#include "store/changes.h"
#include "store/decisions.h"
#include "store/drift_groups.h"
#include "store/inventory_fixture.h"

namespace patrol::scan {

using model::ChangeState;
using store::need;
using store::Reading;

inline const catalogue::Catalogue& drift_catalogue() {
    static const auto all = need(catalogue::Catalogue::load_embedded());
    return all;
}

// A volume as a scan hands it to the store: {"VolumeId": id, fields…}.
inline model::ScannedResource volume(const std::string& id, json::object fields = {}) {
    fields["VolumeId"] = id;
    auto out = store::item(id);
    out.document = to_text(fields);
    const auto* type = drift_catalogue().type(store::volumes.type);
    const auto rules = document::Rules::compile(*type, drift_catalogue().member_rules());
    out.hash = std::string(crypto::as_text(crypto::sha256(document::canonical_text(fields, rules))));
    return out;
}

struct Drifting : store::Scanned {
    explicit Drifting(store::Store& store, const std::string& name = "one") : Scanned(store, name) {}

    DriftRoom room() { return {store(), drift_catalogue(), events, clock}; }
    model::Snapshot scan_only(const std::vector<model::ScannedResource>& items) {
        return scan({{store::volumes, {items}}});
    }
    // A scan with what comes after it.
    store::DriftOutcome see_all(const Reading& reading) {
        scan(reading);
        return need(update_drift(room(), tenant(), account()));
    }
    store::DriftOutcome see(const std::vector<model::ScannedResource>& items) {
        return see_all({{store::volumes, {items}}});
    }
    model::Baseline accept_newest() {
        const auto newest = need(store().snapshots().newest(tenant(), account()));
        return need(
            store().baselines().accept(tenant(), newest->id, "anna@example.com", "first", clock.now()));
    }
    model::Baseline baseline() { return need(store().baselines().active(tenant(), account())).value(); }

    std::vector<model::Change> changes(const std::string& q = "state=open") {
        const auto filter = need(filter::parse(q));
        return need(store().changes().list(tenant(), {}, {.filter = &filter})).items;
    }
    model::Change only(const std::string& q = "state=open") {
        auto found = changes(q);
        REQUIRE(found.size() == 1);
        return need(store().changes().get(tenant(), found[0].id));
    }
    // "modified:v-1[Size] added:v-2": in the order of their ids.
    std::string shown(const std::string& q = "state=open") {
        std::map<std::string, std::string> by_id;
        for (const auto& change : changes(q)) {
            std::string paths;
            for (const auto& path : change.paths) paths += (paths.empty() ? "" : " ") + path.path;
            by_id[change.native_id] = std::string(to_string(change.op)) + ":" + change.native_id +
                                      (paths.empty() ? "" : "[" + paths + "]");
        }
        std::string out;
        for (const auto& [id, text] : by_id) out += (out.empty() ? "" : " ") + text;
        return out;
    }
    std::vector<model::ChangeSet> sets(const std::string& q = "") {
        const auto filter = need(filter::parse(q));
        return need(store().change_sets().list(tenant(), {.filter = &filter})).items;
    }
    Result<void> decide(const model::Change& change, ChangeState state,
                        const std::string& by = "anna@example.com") {
        return store().decisions().decide(
            tenant(), change.id,
            {.state = state, .by = by, .note = "", .until = clock.now() + std::chrono::hours(24)},
            clock.now());
    }
    void reopen(const model::Change& change) {
        need(store().decisions().reopen(tenant(), change.id, clock.now()));
        need(update_drift(room(), tenant(), account()));
    }

    EventHub events;
};

inline void drifting(const std::function<void(Drifting&)>& test) {
    store::for_each_store([&](store::Store& store) {
        Drifting world(store);
        test(world);
    });
}

}  // namespace patrol::scan
