// Other resources of an account for noise rules: read from the store when a rule asks, once each. A resource
// that cannot be read counts as one that is not there: what it would have hidden is shown.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "catalogue/catalogue.h"
#include "drift/subject.h"
#include "store/store.h"

namespace patrol::scan {

class StoredNeighbours final : public drift::Neighbours {
public:
    static constexpr std::size_t kept_max = 10'000;

    StoredNeighbours(store::Store& store, const catalogue::Catalogue& catalogue, TenantId tenant,
                     AccountId account)
        : store_(store), catalogue_(catalogue), tenant_(std::move(tenant)), account_(std::move(account)) {}

    // Neighbours of regional types are looked for in this region.
    void set_region(std::string_view region) { region_ = region; }
    [[nodiscard]] const json::value* document(std::string_view type,
                                              std::string_view native_id) const override;

private:
    store::Store& store_;
    const catalogue::Catalogue& catalogue_;
    TenantId tenant_;
    AccountId account_;
    std::string region_;
    mutable std::map<std::string, std::optional<json::value>, std::less<>> known_;
};

}  // namespace patrol::scan
