// The options of `patrol deployment …` that say where a deployment may change something, and their part of
// the request. Customers and accounts are given by name or id.
#pragma once

#include <string>
#include <vector>

#include "cli/api_client.h"

namespace patrol::cli {

struct ScopeOptions {
    std::string customer;
    std::vector<std::string> accounts, regions, tags;  // tags: k=v
    std::string principal;
};

// Asks the server for the ids of names. Kind::invalid for a tag that is not k=v, Kind::not_found for a
// name that nothing has, Kind::conflict for one that several have.
Result<json::object> scope_body(ApiClient& api, const ScopeOptions& options);
// Without the server: what is wrong with the options themselves.
Result<void> check_scope(const ScopeOptions& options);

}  // namespace patrol::cli
