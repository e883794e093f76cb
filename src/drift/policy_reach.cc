#include "drift/policy_reach.h"

#include <algorithm>
#include <array>
#include <set>

#include "document/canonical_json.h"
#include "document/policy.h"

namespace patrol::drift {
namespace {

using document::view;

// Condition keys that name a caller or a source; a fixed value of one of them makes a grant not public.
constexpr std::array<std::string_view, 16> restricting_keys = {
    "aws:sourcearn",    "aws:sourceaccount",    "aws:sourceorgid",       "aws:sourceorgpaths",
    "aws:sourceip",     "aws:sourcevpc",        "aws:sourcevpce",        "aws:principalorgid",
    "aws:principalarn", "aws:principalaccount", "aws:principalorgpaths", "aws:userid",
    "aws:vpcsourceip",  "kms:calleraccount",    "s3:dataaccesspointarn", "s3:dataaccesspointaccount"};
// Actions with which a principal gives itself more rights.
constexpr std::array<std::string_view, 16> escalating_actions = {"iam:passrole",
                                                                 "iam:createpolicyversion",
                                                                 "iam:setdefaultpolicyversion",
                                                                 "iam:attachuserpolicy",
                                                                 "iam:attachgrouppolicy",
                                                                 "iam:attachrolepolicy",
                                                                 "iam:putuserpolicy",
                                                                 "iam:putgrouppolicy",
                                                                 "iam:putrolepolicy",
                                                                 "iam:addusertogroup",
                                                                 "iam:updateassumerolepolicy",
                                                                 "iam:createaccesskey",
                                                                 "iam:createloginprofile",
                                                                 "iam:updateloginprofile",
                                                                 "sts:assumerole",
                                                                 "organizations:leaveorganization"};

bool is_open_value(std::string_view value) {
    return value == "*" || value == "0.0.0.0/0" || value == "::/0" || value.empty();
}

bool restricts(const json::value& condition) {
    if (!condition.is_object()) return false;
    for (const auto& [op, tests] : condition.get_object()) {
        const auto name = view(op);
        // "Not…" and "…IfExists" and "Null" leave somebody in.
        if (name.find("Not") != std::string_view::npos || name.ends_with("IfExists") || name == "Null")
            continue;
        if (!tests.is_object()) continue;
        for (const auto& [key, values] : tests.get_object()) {
            if (std::ranges::find(restricting_keys, view(key)) == restricting_keys.end()) continue;
            const auto* list = values.if_array();
            if (list == nullptr || list->empty()) continue;
            if (std::ranges::none_of(*list, [](const auto& each) {
                    return !each.is_string() || is_open_value(view(each.get_string()));
                }))
                return true;
        }
    }
    return false;
}

std::vector<std::string> texts(const json::value* list) {
    std::vector<std::string> out;
    if (list == nullptr) return out;
    if (list->is_string()) out.emplace_back(view(list->get_string()));
    if (const auto* items = list->if_array())
        for (const auto& item : *items)
            out.push_back(item.is_string() ? std::string(view(item.get_string()))
                                           : document::canonical_json(item));
    return out;
}

std::string joined(const std::vector<std::string>& list) {
    std::string out = "!";
    for (const auto& each : list) out.append(out.size() == 1 ? "" : ",").append(each);
    return out;
}

// The positive list, or one text that stands for the negated one, or `otherwise`.
std::vector<std::string> either(const json::value& statement, std::string_view name,
                                const std::string& otherwise) {
    if (const auto* list = find(statement, name)) return texts(list);
    if (const auto* list = find(statement, "Not" + std::string(name))) return {joined(texts(list))};
    return {otherwise};
}

std::vector<std::string> principals(const json::value& statement) {
    // Whoever is not excluded is meant: everybody.
    if (find(statement, "NotPrincipal") != nullptr) return {"*"};
    const auto* who = find(statement, "Principal");
    if (who == nullptr) return {""};
    if (!who->is_object()) return texts(who);
    std::vector<std::string> out;
    for (const auto& [kind, list] : who->get_object())
        for (auto& each : texts(&list)) out.push_back(std::move(each));
    return out;
}

bool covers(const Grant& wide, const Grant& narrow) {
    if (wide.condition != narrow.condition && !wide.condition.empty()) return false;
    const auto one = [](std::string_view pattern, std::string_view text) {
        if (pattern == text || pattern == "*") return true;
        // Negated lists cover only themselves.
        return !pattern.starts_with('!') && !text.starts_with('!') && glob(pattern, text);
    };
    return (wide.principal == narrow.principal || wide.principal == "*") && one(wide.action, narrow.action) &&
           one(wide.resource, narrow.resource);
}

std::vector<Grant> uncovered(const std::vector<Grant>& by, const std::vector<Grant>& grants) {
    std::vector<Grant> out;
    const std::set<Grant> same(by.begin(), by.end());
    // Comparing all with all is bounded; larger policies are compared by their equal grants only.
    const bool few = by.size() * grants.size() <= 4'000'000;
    for (const auto& each : grants)
        if (!same.contains(each) &&
            !(few && std::ranges::any_of(by, [&](const auto& wide) { return covers(wide, each); })))
            out.push_back(each);
    return out;
}

std::vector<std::string> unique_texts(const std::vector<Grant>& grants, std::string Grant::* member) {
    std::set<std::string> out;
    for (const auto& each : grants) out.insert(each.*member);
    return {out.begin(), out.end()};
}

std::string_view account_of(std::string_view principal) {
    if (principal.size() == 12 && std::ranges::all_of(principal, [](char c) { return c >= '0' && c <= '9'; }))
        return principal;
    if (!principal.starts_with("arn:")) return {};
    for (int colons = 0; colons < 4; ++colons) {
        const auto at = principal.find(':');
        if (at == std::string_view::npos) return {};
        principal.remove_prefix(at + 1);
    }
    return principal.substr(0, principal.find(':'));
}

}  // namespace

bool glob(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

std::vector<Grant> grants(const json::value* policy, std::string_view effect) {
    std::vector<Grant> out;
    if (policy == nullptr || !document::is_policy(*policy)) return out;
    const auto normal = document::normalise_policy(*policy);
    const auto* statements = find(normal, "Statement");
    if (statements == nullptr || !statements->is_array()) return out;
    for (const auto& statement : statements->get_array()) {
        if (string_or(statement, "Effect") != effect) continue;
        Grant grant;
        if (const auto* condition = find(statement, "Condition")) {
            grant.condition = document::canonical_json(*condition);
            grant.restricted = restricts(*condition);
        }
        const auto who = principals(statement);
        const auto actions = either(statement, "Action", "");
        // A trust policy names no resource: the role itself.
        const auto resources = either(statement, "Resource", "*");
        for (const auto& principal : who)
            for (const auto& action : actions)
                for (const auto& resource : resources) {
                    if (out.size() >= grants_max) return out;
                    grant.principal = principal;
                    grant.action = action;
                    grant.resource = resource;
                    out.push_back(grant);
                }
    }
    return out;
}

bool is_public(const json::value* policy) {
    return std::ranges::any_of(grants(policy),
                               [](const auto& each) { return each.principal == "*" && !each.restricted; });
}

bool is_admin(const json::value* policy) {
    return std::ranges::any_of(grants(policy), [](const auto& each) {
        return (each.action == "*" || each.action == "*:*") && each.resource == "*";
    });
}

bool is_wide(const json::value* policy) {
    return std::ranges::any_of(grants(policy), [](const auto& each) {
        if (each.resource != "*" || !each.condition.empty()) return false;
        return each.action == "*" || each.action.ends_with(":*") || each.action.starts_with('!') ||
               std::ranges::any_of(escalating_actions,
                                   [&](auto action) { return glob(each.action, action); });
    });
}

bool is_foreign(const json::value* policy, std::string_view account) {
    if (account.size() != 12) return false;
    return std::ranges::any_of(grants(policy), [&](const auto& each) {
        const auto other = account_of(each.principal);
        return !other.empty() && other != account;
    });
}

std::vector<std::string> new_principals(const json::value* before, const json::value* after) {
    std::vector<std::string> out;
    const auto known = unique_texts(grants(before), &Grant::principal);
    for (auto& each : unique_texts(grants(after), &Grant::principal))
        if (std::ranges::none_of(known,
                                 [&](const auto& old_one) { return old_one == each || old_one == "*"; }))
            out.push_back(std::move(each));
    return out;
}

std::vector<std::string> new_actions(const json::value* before, const json::value* after) {
    return unique_texts(uncovered(grants(before), grants(after)), &Grant::action);
}

bool deny_removed(const json::value* before, const json::value* after) {
    return !uncovered(grants(after, "Deny"), grants(before, "Deny")).empty();
}

bool condition_removed(const json::value* before, const json::value* after) {
    const auto old_ones = grants(before);
    for (const auto& each : uncovered(old_ones, grants(after))) {
        const bool was_bound = std::ranges::any_of(old_ones, [&](Grant old_one) {
            if (old_one.condition.empty() || old_one.condition == each.condition) return false;
            old_one.condition.clear();
            return each.condition.empty() && covers(old_one, each);
        });
        if (was_bound) return true;
    }
    return false;
}

}  // namespace patrol::drift
