// Patrol's own API as the commands use it: JSON in, JSON out, problem+json as Error.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "net/transport.h"

namespace patrol::cli {

inline constexpr std::string_view default_server = "http://127.0.0.1:8080";

class ApiClient {
public:
    static constexpr auto answer_time_default = std::chrono::milliseconds(120'000);
    // `server`: base URL; `token`: pat_… or pct_….
    ApiClient(net::Transport& transport, std::string server, std::string token,
              std::chrono::milliseconds answer_time = answer_time_default);

    // `path` below /api/v1, with its query. Kind by the answer's status; "unavailable" where no answer came.
    Result<json::value> get(std::string_view path);
    Result<json::value> post(std::string_view path, const json::value& body);
    Result<json::value> patch(std::string_view path, const json::value& body, std::string_view etag = {});
    Result<json::value> remove(std::string_view path);
    [[nodiscard]] const std::string& server() const { return server_; }

private:
    Result<json::value> send(std::string_view method, std::string_view path, const json::value* body,
                             std::string_view etag);

    net::Transport& transport_;
    std::string server_, token_;
    std::chrono::milliseconds answer_time_;
};

}  // namespace patrol::cli
