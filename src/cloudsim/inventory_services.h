// The list, detail and child calls of every resource type, answered from the scenario's items by the
// catalogue's own rules read backwards: what a path takes out of an answer is where the item is put in.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cloudsim/call_context.h"

namespace patrol::cloudsim {

class InventoryServices {
public:
    explicit InventoryServices(const catalogue::Catalogue& catalogue);

    // The refusal "unknown operation" for calls that no type makes.
    [[nodiscard]] Answer answer(const CallContext& call) const;

private:
    // A role that an operation plays for a type.
    struct Use {
        const catalogue::ResourceType* type = nullptr;
        const catalogue::Call* call = nullptr;
        const catalogue::ChildCall* child = nullptr;  // of a child call
    };
    // By "signing name.Operation": services of one signing name (RDS, DocumentDB, Neptune) are one.
    using Uses = std::map<std::string, std::vector<Use>, std::less<>>;

    static std::vector<Use> meant(const CallContext& call, const std::vector<Use>& uses);
    static Answer list(const CallContext& call, const std::vector<Use>& uses);
    static Answer detail(const CallContext& call, const std::vector<Use>& uses);
    static Answer child(const CallContext& call, const std::vector<Use>& uses);
    static Answer child_value(const CallContext& call, const Use& use, const json::value& value);
    static Answer child_batch(const CallContext& call, const Use& use, const std::vector<const Item*>& items);

    Uses lists_, details_, children_;
};

}  // namespace patrol::cloudsim
