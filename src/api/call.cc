#include "api/call.h"

#include <charconv>

namespace patrol::api {

bool has_role(model::Role have, model::Role need) {
    return static_cast<int>(have) <= static_cast<int>(need);  // the enum counts down from owner
}

namespace {

const TenantId& tenant_of(const Caller& caller) {
    if (caller.kind == Caller::Kind::collector) return caller.collector->tenant;
    return caller.kind == Caller::Kind::connect_token ? caller.connect_token->tenant : caller.user.tenant;
}

}  // namespace

const TenantId& Call::tenant() const {
    static const TenantId nobodys;
    return reach == Reach::customers && !caller.customers.is_all() ? nobodys : tenant_of(caller);
}

store::Viewer Call::viewer() const { return {tenant_of(caller), caller.customers}; }

std::string Call::who() const {
    if (caller.api_token) return "token " + caller.api_token->name;
    return caller.user.email;
}

Result<json::object> Call::body() const {
    if (request.body.empty()) return json::object();
    json::value value = TRY(parse_json(request.body));
    if (json::object* object = value.if_object()) return std::move(*object);
    return fail(Error::Kind::malformed, "The request body must be a JSON object.");
}

std::optional<std::string> Call::query(std::string_view name) const {
    const std::string* value = request.query_value(name);
    if (value == nullptr || value->empty()) return {};
    return *value;
}

Result<std::optional<std::int64_t>> Call::if_match() const {
    std::string_view text = request.header("If-Match");
    if (text.empty() || text == "*") return std::optional<std::int64_t>();
    if (text.size() > 2 && text.front() == '"' && text.back() == '"') {
        text = text.substr(1, text.size() - 2);
        std::int64_t revision = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
        if (error == std::errc() && end == text.data() + text.size()) return std::optional(revision);
    }
    return fail(Error::Kind::stale, "This was changed since you read it.");
}

Error Call::not_found() {
    return {.kind = Error::Kind::not_found,
            .message = "There is no such thing here, or it is not yours to see."};
}

Answer answer(const json::value& body, int status) {
    return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = to_text(body)};
}

Answer answer_text(std::string json) {
    return {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = std::move(json)};
}

Answer created(const json::value& body, std::string location) {
    Answer response = answer(body, 201);
    response.headers.push_back({"Location", std::move(location)});
    return response;
}

Answer no_content() { return {.status = 204, .headers = {}, .body = std::string()}; }

Answer with_etag(Answer response, std::int64_t revision) {
    response.headers.push_back({"ETag", "\"" + std::to_string(revision) + "\""});
    return response;
}

json::value time_or_null(Timestamp time) {
    return time.is_set() ? json::value(to_rfc3339(time)) : json::value(nullptr);
}

json::value text_or_null(std::string_view text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object labels_of(const model::Labels& labels) {
    json::object object;
    for (const auto& [key, value] : labels) object[key] = value;
    return object;
}

}  // namespace patrol::api
