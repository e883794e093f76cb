// A cloud account between JSON and the model: decoding with every rule of what makes sense together, and
// the view that answers show. The external ID, the status and the account number are never read from a
// request.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/call.h"
#include "model/cloud_account.h"
#include "model/collector.h"
#include "store/baselines.h"

namespace patrol::api {

// What one answer needs beside the accounts themselves: looked up once per request.
class AccountView {
public:
    // Shows these accounts and no others.
    static Result<AccountView> of(Call& call, std::span<const model::CloudAccount> accounts);
    [[nodiscard]] json::object render(const model::CloudAccount& account) const;

private:
    explicit AccountView(Call& call);
    [[nodiscard]] json::object open_changes_of(const model::CloudAccount& account) const;
    [[nodiscard]] json::value auth_of(const model::CloudAccount& account) const;
    [[nodiscard]] json::value last_scan_of(const model::CloudAccount& account) const;
    [[nodiscard]] std::string_view collector_warning(const model::CloudAccount& account) const;
    [[nodiscard]] json::array warnings_of(const model::CloudAccount& account) const;

    Call& call_;
    std::string principal_;  // empty: the server has no identity of its own
    std::string identity_problem_;
    std::map<AccountId, store::Baselines::OpenChanges> open_changes_;
    std::map<CollectorId, model::CollectorState> collectors_;
};

// What people may write of an account, as JSON: a patch is merged into it.
json::object writable_of(const model::CloudAccount& account);

// The whole account from what people wrote, on top of `before` (a new account: a default one).
Result<model::CloudAccount> decode_account(Call& call, const json::object& object,
                                           const model::CloudAccount& before);

// Role ARN rules that need more than the text: not Patrol's own account, the bound account, no other
// account of the tenant with the same number.
Result<void> check_role(Call& call, const model::CloudAccount& account, std::string_view role_arn,
                        std::string_view field);

// "This provider cannot be scanned in this version", or empty.
std::string not_available(const model::CloudAccount& account);

}  // namespace patrol::api
