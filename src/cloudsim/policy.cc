#include "cloudsim/policy.h"

#include <cctype>

namespace patrol::cloudsim {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::vector<json::value> as_list(const json::value* value) {
    if (value == nullptr) return {};
    if (value->is_array()) return {value->get_array().begin(), value->get_array().end()};
    return {*value};
}

bool any_matches(const json::value* patterns, std::string_view text) {
    for (const auto& pattern : as_list(patterns))
        if (pattern.is_string() && matches_pattern(std::string_view(pattern.get_string()), text)) return true;
    return false;
}

// Reads that a session always needs and every audit policy grants.
bool is_basic_read(std::string_view action) {
    for (std::string_view pattern :
         {"sts:GetCallerIdentity", "ec2:DescribeRegions", "iam:Get*", "iam:List*",
          "iam:SimulatePrincipalPolicy", "tag:GetResources", "cloudtrail:LookupEvents"})
        if (matches_pattern(pattern, action)) return true;
    return false;
}

bool is_read_verb(std::string_view action) {
    auto colon = action.find(':');
    auto verb = action.substr(colon == std::string_view::npos ? 0 : colon + 1);
    for (std::string_view start : {"Get", "List", "Describe", "Search", "Lookup", "BatchGet", "View"})
        if (verb.starts_with(start)) return true;
    return false;
}

bool principal_matches(const json::value& statement, const Principal& caller) {
    const auto* principal = find(statement, "Principal");
    if (principal == nullptr) return false;
    if (principal->is_string()) return principal->get_string() == "*";
    auto root = fmt::format("arn:aws:iam::{}:root", caller.account_id);
    for (const auto& each : as_list(find(*principal, "AWS"))) {
        if (!each.is_string()) continue;
        std::string_view text = each.get_string();
        if (text == "*" || text == root || text == caller.account_id || text == caller.arn) return true;
        if (!caller.role_arn.empty() && text == caller.role_arn) return true;
    }
    return false;
}

// Who aws:PrincipalArn says the caller is: of a session, its role.
std::string_view principal_arn(const Principal& caller) {
    return caller.role_arn.empty() ? std::string_view(caller.arn) : std::string_view(caller.role_arn);
}

// Every condition must hold; one that the simulator does not know fails closed.
bool conditions_hold(const json::value& statement, const Principal& caller, std::string_view external_id) {
    const auto* conditions = find(statement, "Condition");
    if (conditions == nullptr) return true;
    if (!conditions->is_object()) return false;
    for (const auto& operation : conditions->get_object()) {
        if (!operation.value().is_object()) return false;
        for (const auto& test : operation.value().get_object()) {
            std::string_view key = test.key();
            bool held = false;
            if (operation.key() == "StringEquals" && key == "sts:ExternalId") {
                for (const auto& wanted : as_list(&test.value()))
                    held = held ||
                           (wanted.is_string() && !external_id.empty() && wanted.get_string() == external_id);
            } else if ((operation.key() == "ArnEquals" || operation.key() == "ArnLike") &&
                       key == "aws:PrincipalArn") {
                held = any_matches(&test.value(), principal_arn(caller));
            }
            if (!held) return false;
        }
    }
    return true;
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0, star = std::string_view::npos, after = 0;
    while (t < text.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(text[t])) &&
            pattern[p] != '*') {
            ++p, ++t;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            after = t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++after;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

Authorizer::Authorizer(const catalogue::Catalogue& catalogue) {
    std::set<std::string> missing;
    auto learn = [&](const catalogue::ResourceType& type, const catalogue::Call& call) {
        if (!call.iam_actions.empty())
            actions_[type.service + "." + call.operation] = call.iam_actions.front();
        audit_.insert(call.iam_actions.begin(), call.iam_actions.end());
    };
    for (const auto& type : catalogue.types()) {
        learn(type, type.list);
        if (type.detail) learn(type, *type.detail);
        for (const auto& child : type.children) learn(type, child.call);
        missing.insert(type.missing.begin(), type.missing.end());
    }
    for (const auto& action : missing) audit_.erase(action);
}

std::string Authorizer::action_of(const model::Service& service, std::string_view operation) const {
    auto known = actions_.find(service.id + "." + std::string(operation));
    if (known != actions_.end()) return known->second;
    if (service.id == "resourcegroupstaggingapi") return fmt::format("tag:{}", operation);
    const auto& signing = service.endpoint.signing_name;
    return fmt::format("{}:{}", signing.empty() ? service.id : signing, operation);
}

Authorizer::Verdict Authorizer::document(const json::value& policy, std::string_view action) {
    auto verdict = Verdict::none;
    for (const auto& statement : as_list(find(policy, "Statement"))) {
        bool named = any_matches(find(statement, "Action"), action);
        const auto* others = find(statement, "NotAction");
        if (!named && !(others != nullptr && !any_matches(others, action))) continue;
        if (string_or(statement, "Effect") == "Deny") return Verdict::deny;
        // What a condition asks is not known here: an allowance under one is none.
        if (find(statement, "Condition") == nullptr) verdict = Verdict::allow;
    }
    return verdict;
}

Authorizer::Verdict Authorizer::managed(const World& world, std::string_view arn,
                                        std::string_view action) const {
    auto name = arn.substr(arn.rfind('/') + 1);
    auto allow_if = [](bool yes) { return yes ? Verdict::allow : Verdict::none; };
    if (arn.starts_with("arn:aws:iam::aws:policy/")) {
        if (name == "AdministratorAccess") return Verdict::allow;
        if (name == "SecurityAudit" || name == "ViewOnlyAccess")
            return allow_if(audit_.contains(action) || is_basic_read(action));
        if (name == "ReadOnlyAccess") return allow_if(is_read_verb(action));
        return Verdict::none;
    }
    for (const auto& [id, account] : world.accounts) {
        auto found = account.policies.find(arn);
        if (found != account.policies.end()) return document(found->second.document(), action);
    }
    return Verdict::none;
}

bool Authorizer::role_allows(const World& world, const Principal& caller, std::string_view action) const {
    std::vector<Verdict> verdicts;
    verdicts.reserve(caller.attached.size());
    for (const auto& arn : caller.attached) verdicts.push_back(managed(world, arn, action));
    if (!caller.role_name.empty()) {
        const auto& roles = world.accounts.at(caller.account_id).roles;
        std::string key = caller.role_name;
        std::ranges::transform(key, key.begin(), lower);
        auto role = roles.find(key);
        if (role == roles.end()) return false;
        for (const auto& arn : role->second.attached) verdicts.push_back(managed(world, arn, action));
        for (const auto& [name, policy] : role->second.inline_policies)
            verdicts.push_back(document(policy, action));
    }
    return std::ranges::find(verdicts, Verdict::deny) == verdicts.end() &&
           std::ranges::find(verdicts, Verdict::allow) != verdicts.end();
}

// A session has what both its role and its session policies allow, less what either denies.
bool Authorizer::allows(const World& world, const Principal& caller, std::string_view action) const {
    if (action == "sts:GetCallerIdentity") return true;  // needs no permission
    if (!role_allows(world, caller, action)) return false;
    if (!caller.has_session_policies) return true;
    bool allowed = false;
    for (const auto& arn : caller.session_policy_arns) {
        auto verdict = managed(world, arn, action);
        if (verdict == Verdict::deny) return false;
        allowed = allowed || verdict == Verdict::allow;
    }
    if (!caller.session_policy.is_null()) {
        auto verdict = document(caller.session_policy, action);
        if (verdict == Verdict::deny) return false;
        allowed = allowed || verdict == Verdict::allow;
    }
    return allowed;
}

bool trusts(const json::value& trust_policy, const Principal& caller, std::string_view external_id) {
    bool allowed = false;
    for (const auto& statement : as_list(find(trust_policy, "Statement"))) {
        if (!any_matches(find(statement, "Action"), "sts:AssumeRole")) continue;
        if (!principal_matches(statement, caller) || !conditions_hold(statement, caller, external_id))
            continue;
        if (string_or(statement, "Effect") == "Deny") return false;
        allowed = true;
    }
    return allowed;
}

}  // namespace patrol::cloudsim
