// Reads what needs somebody. It looks at accounts, open changes, tokens and scans, never at resources, so
// that its cost does not grow with the inventory.
#pragma once

#include <optional>

#include "model/today.h"
#include "store/sql.h"

namespace patrol::store {

struct TodayFilter {
    std::optional<CustomerId> customer;
    model::Severity min_severity = model::Severity::info;
};

class TodayReader {
public:
    explicit TodayReader(Database& database) : database_(database) {}

    Result<model::Today> read(const Viewer& viewer, const TodayFilter& filter, Timestamp now);

private:
    Database& database_;
};

}  // namespace patrol::store
