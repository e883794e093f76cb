#include "drift/severity.h"

#include "catalogue/resource_type.h"

namespace patrol::drift {

using catalogue::Category;
using model::ChangeOp;
using model::Severity;

model::Severity default_severity(ChangeOp op, std::string_view category) {
    switch (catalogue::category_from(category).value_or(Category::management)) {
        // Who may do what, and who watches: each change is worth a look.
        case Category::iam:
        case Category::security: return op == ChangeOp::removed ? Severity::high : Severity::medium;
        // Data that is gone is gone.
        case Category::database:
        case Category::storage: return op == ChangeOp::removed ? Severity::high : Severity::low;
        case Category::network: return op == ChangeOp::added ? Severity::low : Severity::medium;
        default: return op == ChangeOp::removed ? Severity::medium : Severity::low;
    }
}

}  // namespace patrol::drift
