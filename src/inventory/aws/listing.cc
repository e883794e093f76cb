#include "inventory/aws/listing.h"

#include <functional>

#include <fmt/core.h>

namespace patrol::inventory {
namespace {

bool says_something(const json::value& token) {
    if (token.is_null()) return false;
    return !token.is_string() || !token.get_string().empty();
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

void PageWalk::write(json::object& input) const {
    if (pagination_ == nullptr) return;
    if (!pagination_->limit.empty() && pagination_->send > 0 && !input.contains(pagination_->limit))
        input[pagination_->limit] = pagination_->send;
    for (std::size_t i = 0; i < token_.size(); ++i)
        if (says_something(token_[i])) input[pagination_->in[i]] = token_[i];
}

PageWalk::Next PageWalk::advance(const json::value& output, std::size_t items) {
    ++pages_;
    empty_in_a_row_ = items == 0 ? empty_in_a_row_ + 1 : 0;
    if (pagination_ == nullptr || !pagination_->paged()) return Next::end;
    if (pagination_->more) {
        const auto* more = pagination_->more->first(output);
        if (more != nullptr && more->is_bool() && !more->get_bool()) return Next::end;
    }
    std::string text;
    std::vector<json::value> token;
    for (const auto& path : pagination_->out) {
        const auto* part = path.first(output);
        bool some = part != nullptr && says_something(*part);
        token.emplace_back(some ? json::value(*part, json::storage_ptr{}) : json::value(nullptr));
        text += some ? json::serialize(*part) : std::string();
        text += '\n';
    }
    if (text.size() == token.size()) return Next::end;
    if (!seen_.insert(std::hash<std::string>{}(text)).second) return Next::cycle;
    if (pages_ >= limits::pages_per_call) return Next::too_many_pages;
    if (empty_in_a_row_ >= limits::empty_pages_in_a_row) return Next::too_many_empty_pages;
    token_ = std::move(token);
    return Next::more;
}

std::string cut_reason(PageWalk::Next next) {
    switch (next) {
        case PageWalk::Next::more:
        case PageWalk::Next::end:
            return {};
        case PageWalk::Next::cycle:
            return "The listing was cut: AWS gave the same page token twice.";
        case PageWalk::Next::too_many_pages:
            return fmt::format("The listing was cut after {} pages.", limits::pages_per_call);
        case PageWalk::Next::too_many_empty_pages:
            return fmt::format("The listing was cut after {} empty pages in a row.",
                               limits::empty_pages_in_a_row);
    }
    return {};
}

bool rejects_token(std::string_view code, std::string_view message) {
    if (contains(code, "Token") && (contains(code, "Invalid") || contains(code, "Expired")))
        return !contains(code, "ClientToken") && !contains(code, "SecurityToken") && code != "ExpiredToken" &&
               code != "ExpiredTokenException";
    if (contains(code, "Marker") || contains(code, "Pagination")) return true;
    if (code != "ValidationError" && code != "ValidationException" && code != "InvalidParameterValue")
        return false;
    return contains(message, "oken") || contains(message, "arker");
}

}  // namespace patrol::inventory
