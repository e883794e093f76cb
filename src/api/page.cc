#include "api/page.h"

#include <charconv>

#include <fmt/format.h>

namespace patrol::api {
namespace {

constexpr std::size_t cursor_bytes_max = 2048;

Result<std::size_t> limit_of(const Call& call) {
    const std::string* text = call.request.query_value("limit");
    if (text == nullptr) return limits::page_items_default;
    std::size_t limit = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (error != std::errc() || end != text->data() + text->size() || limit < 1 ||
        limit > limits::page_items_max)
        return invalid("limit",
                       fmt::format("The limit is a whole number from 1 to {}.", limits::page_items_max));
    return limit;
}

}  // namespace

Result<ListQuery> ListQuery::of(const Call& call, const filter::Vocabulary* vocabulary) {
    ListQuery query;
    query.limit_ = TRY(limit_of(call));
    query.cursor_ = call.query("cursor").value_or("");
    query.sort_ = call.query("sort").value_or("");
    if (query.cursor_.size() > cursor_bytes_max || query.sort_.size() > limits::name_chars)
        return fail(Error::Kind::malformed, "This page cursor or sort order was not made by this server.");
    const std::string text = call.query("q").value_or("");
    query.filter_ = TRY(vocabulary ? filter::parse(text, *vocabulary) : filter::parse(text));
    return query;
}

Result<ListQuery> ListQuery::of(const Call& call) { return of(call, nullptr); }

Result<ListQuery> ListQuery::of(const Call& call, const filter::Vocabulary& vocabulary) {
    return of(call, &vocabulary);
}

Result<std::optional<Timestamp>> time_parameter(const Call& call, std::string_view name) {
    const auto text = call.query(name);
    if (!text) return std::optional<Timestamp>();
    const auto time = parse_rfc3339(*text);
    if (!time) return invalid(std::string(name), "This must be a time such as 2026-01-31T09:00:00Z.");
    return time;
}

}  // namespace patrol::api
