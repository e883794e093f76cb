#include "inventory/aws/allowed_reads.h"

namespace patrol::inventory {

aws::AllowedActions session_actions() { return {"sts.AssumeRole", "sts.GetCallerIdentity"}; }

aws::AllowedActions inventory_actions(const catalogue::Catalogue& catalogue) {
    aws::AllowedActions out(named_reads);
    for (const auto& action : catalogue.read_actions()) {
        auto dot = action.find('.');
        if (dot != std::string::npos) out.add(action.substr(0, dot), action.substr(dot + 1));
    }
    return out;
}

}  // namespace patrol::inventory
