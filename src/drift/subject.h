// What a change is judged by: one resource whose newest state differs from the accepted one, with the
// facts that rules may ask for. Views only: everything outlives the call of judge(). Documents are in
// canonical form (document::canonical_text, parsed).
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/json.h"
#include "drift/diff.h"
#include "model/cloud_account.h"
#include "model/ids.h"
#include "model/resource.h"

namespace patrol::drift {

// Looks up other resources of the same account, for noise rules that ask a controller: the bounds of an
// autoscaler, the instance that a volume is attached to. Null where the account has no such resource.
class Neighbours {
public:
    virtual ~Neighbours() = default;
    // The newest document, or the accepted one where there is none any more; alive until the next call.
    virtual const json::value* document(std::string_view type, std::string_view native_id) const = 0;
};

struct Subject {
    model::ChangeOp op = model::ChangeOp::modified;
    std::string_view type;      // "AWS::EC2::SecurityGroup"
    std::string_view category;  // "network"
    std::string_view region;
    ResourceId resource;
    std::string_view native_id;
    std::string_view name;
    std::string_view arn;
    const model::Labels* tags = nullptr;

    AccountId account;
    std::string_view account_number;  // the cloud's own; empty: taken from the ARN where it has one
    std::optional<CustomerId> customer;
    std::optional<model::EnvironmentKind> environment;
    const model::Labels* account_labels = nullptr;

    const json::value* before = nullptr;  // null: added
    const json::value* after = nullptr;   // null: removed
    std::span<const PathChange> changes;  // of a modification: drift::diff(before, after)

    std::string_view actor_class;  // "console", "terraform", …; empty while nobody knows
    const Neighbours* neighbours = nullptr;
};

}  // namespace patrol::drift
