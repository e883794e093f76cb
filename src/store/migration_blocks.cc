// Terms and mentions lie in smaller blocks (inventory_key.h): 2^14 resources each.
#include "store/migrations.h"

namespace patrol::store {

const std::string_view migration_blocks = R"sql(
UPDATE term SET block = res / 16384;
UPDATE mention SET block = res / 16384;
)sql";

}  // namespace patrol::store
