#include "inventory/aws/policy_reach.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "document/canonical.h"

namespace patrol::inventory {
namespace {

constexpr std::size_t actions_named = 5;

constexpr std::array<std::string_view, 20> read_verbs = {
    "get",    "list",     "describe", "view",     "batchget", "batchdescribe", "lookup",
    "search", "simulate", "head",     "check",    "estimate", "query",         "scan",
    "select", "discover", "filter",   "validate", "read",     "test"};

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

template <class Visit>
void each_text(const json::value* value, Visit&& visit) {
    if (value == nullptr) return;
    if (value->is_string()) visit(std::string_view(value->get_string()));
    if (const auto* list = value->if_array())
        for (const auto& element : *list)
            if (element.is_string()) visit(std::string_view(element.get_string()));
}

void read_statement(const json::value& statement, std::vector<std::string>& out) {
    if (lower(string_or(statement, "Effect")) != "allow") return;
    if (find(statement, "NotAction") != nullptr && out.size() < actions_named) out.emplace_back("NotAction");
    each_text(find(statement, "Action"), [&](std::string_view action) {
        if (!is_read_action(action) && out.size() < actions_named) out.emplace_back(action);
    });
}

}  // namespace

bool is_read_action(std::string_view action) {
    auto colon = action.find(':');
    if (colon == std::string_view::npos) return false;
    auto verb = lower(action.substr(colon + 1));
    return std::ranges::any_of(read_verbs, [&](std::string_view word) { return verb.starts_with(word); });
}

std::vector<std::string> writes_granted(const json::value& policy_document) {
    std::vector<std::string> out;
    const auto* statements = find(policy_document, "Statement");
    if (statements == nullptr) return out;
    if (const auto* list = statements->if_array())
        for (const auto& statement : *list) read_statement(statement, out);
    else
        read_statement(*statements, out);
    return out;
}

std::vector<std::string> writes_granted_by_text(std::string_view policy_text) {
    auto parsed = document::parse_embedded(policy_text);
    return parsed ? writes_granted(*parsed) : std::vector<std::string>{};
}

}  // namespace patrol::inventory
