// From an HTTP request back to the API call it spells: service, operation and input document. The
// reverse of cloud/aws/protocol.h, by the same shape tables; clients of any make are understood as far
// as they keep to the published protocols.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "model/api_model.h"
#include "net/http_server.h"

namespace patrol::cloudsim {

struct ApiRequest {
    const model::Service* service = nullptr;
    const model::Operation* operation = nullptr;
    json::object input;  // by member names
};

class RequestReader {
public:
    explicit RequestReader(const model::ApiModel& model);

    // `signing_name` is of the request's credential scope. Kind::not_found for what no table knows.
    Result<ApiRequest> read(const net::ServerRequest& request, std::string_view signing_name) const;
    // The service that would answer such a request, to refuse it in its words; nullptr: none.
    [[nodiscard]] const model::Service* service_for(const net::ServerRequest& request,
                                                    std::string_view signing_name) const;

private:
    // Those of one signing name, the one of that name first: RDS before DocumentDB and Neptune.
    using Services = std::vector<const model::Service*>;
    Result<ApiRequest> read_json(const net::ServerRequest& request, const Services& services) const;
    Result<ApiRequest> read_form(const net::ServerRequest& request, const Services& services) const;
    Result<ApiRequest> read_rest(const net::ServerRequest& request, const Services& services) const;

    std::map<std::string, Services, std::less<>> by_signing_name_;
};

}  // namespace patrol::cloudsim
