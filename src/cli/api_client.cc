#include "cli/api_client.h"

#include <cstdlib>

#include "net/status_kind.h"

namespace patrol::cli {
namespace {

Error error_of(const net::HttpResponse& response, const std::string& server) {
    auto problem = parse_json(response.body);
    if (!problem || string_or(*problem, "title").empty())
        return {
            .kind = Error::Kind::unavailable,
            .message = fmt::format("{} answered with status {} and no explanation: is it a Patrol server?",
                                   server, response.status)};
    Error error{.kind = net::kind_of_status(response.status),
                .message = std::string(string_or(*problem, "detail")),
                .hint = std::string(string_or(*problem, "hint")),
                .field = std::string(string_or(*problem, "field")),
                .code = std::string(string_or(*problem, "type"))};
    if (error.message.empty()) error.message = std::string(string_or(*problem, "title"));
    if (!error.field.empty()) error.message = fmt::format("{}: {}", error.field, error.message);
    return error;
}

// Of a server whose certificate the system does not know; the variable is OpenSSL's own.
std::string trusted_certificates() {
    const char* file = std::getenv("SSL_CERT_FILE");
    return file == nullptr ? std::string() : std::string(file);
}

}  // namespace

ApiClient::ApiClient(net::Transport& transport, std::string server, std::string token,
                     std::chrono::milliseconds answer_time)
    : transport_(transport), server_(std::move(server)), token_(std::move(token)), answer_time_(answer_time) {
    while (server_.ends_with('/')) server_.pop_back();
}

Result<json::value> ApiClient::get(std::string_view path) { return send("GET", path, nullptr, {}); }
Result<json::value> ApiClient::post(std::string_view path, const json::value& body) {
    return send("POST", path, &body, {});
}
Result<json::value> ApiClient::patch(std::string_view path, const json::value& body, std::string_view etag) {
    return send("PATCH", path, &body, etag);
}
Result<json::value> ApiClient::remove(std::string_view path) { return send("DELETE", path, nullptr, {}); }

Result<json::value> ApiClient::send(std::string_view method, std::string_view path, const json::value* body,
                                    std::string_view etag) {
    net::HttpRequest request{.method = std::string(method),
                             .url = fmt::format("{}/api/v1{}", server_, path),
                             .headers = {{"accept", "application/json"}},
                             .body = {},
                             .timeout = answer_time_,
                             .trust = {.ca_bundle = trusted_certificates(),
                                       .proxy = net::ProxyUse::environment,
                                       .destination = net::Destination::operator_chosen}};
    if (!token_.empty()) request.headers.push_back({"authorization", "Bearer " + token_});
    if (!etag.empty()) request.headers.push_back({"if-match", std::string(etag)});
    if (body != nullptr) {
        request.headers.push_back({"content-type", "application/json"});
        request.body = json::serialize(*body);
    }
    auto response = transport_.send(request);
    if (!response)
        return fail(std::move(response).error().during(fmt::format("asking the Patrol server {}", server_)));
    if (response->status >= 300) return fail(error_of(*response, server_));
    if (response->body.empty()) return json::value(nullptr);
    return parse_json(response->body);
}

}  // namespace patrol::cli
