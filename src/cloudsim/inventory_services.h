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

    // Fault UnknownOperationException for calls that no type makes.
    Answer answer(const CallContext& call) const;

private:
    // A role that an operation plays for a type.
    struct Use {
        const catalogue::ResourceType* type = nullptr;
        const catalogue::Call* call = nullptr;
        const catalogue::ChildCall* child = nullptr;  // of a child call
    };
    using Uses = std::map<std::string, std::vector<Use>, std::less<>>;  // by "service.Operation"

    Answer list(const CallContext& call, const std::vector<Use>& uses) const;
    Answer detail(const CallContext& call, const std::vector<Use>& uses) const;
    Answer child(const CallContext& call, const std::vector<Use>& uses) const;

    Uses lists_, details_, children_;
};

}  // namespace patrol::cloudsim
