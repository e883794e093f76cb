// From an output document to the HTTP answer of the service's protocol: the reverse of
// aws::decode, by the same shape tables. Members that the shapes do not know are left out, as a real
// service would never send them.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "model/api_model.h"
#include "net/http_server.h"

namespace patrol::cloudsim {

net::ServerResponse write_answer(const model::Service& service, const model::Operation& operation,
                                 const json::value& output, std::string_view request_id);

struct ServiceFault {
    int status = 400;
    std::string code;  // "AccessDenied"
    std::string message;
};
net::ServerResponse write_fault(const model::Service& service, const ServiceFault& fault,
                                std::string_view request_id);

}  // namespace patrol::cloudsim
