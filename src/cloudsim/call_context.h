// What an operation of the simulated cloud knows about the call it answers.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "catalogue/catalogue.h"
#include "cloudsim/answer_writer.h"
#include "cloudsim/policy.h"
#include "cloudsim/request_reader.h"
#include "cloudsim/world.h"

namespace patrol::cloudsim {

using Answer = std::expected<json::object, ServiceFault>;

struct CallContext {
    World& world;
    const catalogue::Catalogue& catalogue;
    const Authorizer& authorizer;
    const Principal& caller;
    const ApiRequest& request;
    std::string region;
    Timestamp now;

    [[nodiscard]] Account& account() const { return world.accounts.at(caller.account_id); }
    [[nodiscard]] std::string text(std::string_view name) const {
        return std::string(string_or(json::value(request.input), name));
    }
};

inline std::unexpected<ServiceFault> fault(int status, std::string code, std::string message) {
    return std::unexpected(ServiceFault{status, std::move(code), std::move(message)});
}

}  // namespace patrol::cloudsim
