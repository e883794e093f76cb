#include "access/extra_policy.h"

#include <set>

#include <fmt/format.h>

#include "access/aws_role.h"

namespace patrol::access {
namespace {

constexpr std::string_view gateway_mark = "apigateway:GET#";  // the catalogue names the path that is read
constexpr std::string_view keyspaces_action = "cassandra:Select";

// "/domainnames/x/basepathmappings": x stands for any name.
std::string gateway_resource(std::string_view path, std::string_view partition) {
    std::string pattern(path);
    if (auto at = pattern.find("/x/"); at != std::string::npos) pattern.replace(at, 3, "/*/");
    return fmt::format("arn:{}:apigateway:*::{}", partition, pattern);
}

json::object statement(std::string_view sid, json::value actions, json::value resources) {
    return {{"Sid", sid},
            {"Effect", "Allow"},
            {"Action", std::move(actions)},
            {"Resource", std::move(resources)}};
}

// Keyspaces has no list calls: its tables are described in system keyspaces, read with Select. Only
// these are opened, never a table of the customer's.
json::array system_keyspaces(std::string_view partition) {
    json::array out;
    for (std::string_view name : {"system", "system_schema", "system_schema_mcs"})
        out.push_back(json::value(fmt::format("arn:{}:cassandra:*:*:/keyspace/{}/*", partition, name)));
    return out;
}

}  // namespace

json::object extra_policy(const catalogue::Catalogue& catalogue, std::string_view partition) {
    std::set<std::string> actions;
    std::set<std::string> gateway;
    bool keyspaces = false;
    for (const auto& type : catalogue.types())
        for (const auto& action : type.missing) {
            if (action.starts_with(gateway_mark))
                gateway.insert(gateway_resource(action.substr(gateway_mark.size()), partition));
            else if (action == keyspaces_action)
                keyspaces = true;
            else
                actions.insert(action);
        }
    json::array statements{statement("PatrolExtraReads", json::array(actions.begin(), actions.end()), "*")};
    if (!gateway.empty())
        statements.push_back(statement("PatrolExtraApiGateway", "apigateway:GET",
                                       json::array(gateway.begin(), gateway.end())));
    if (keyspaces)
        statements.push_back(statement("PatrolKeyspacesSystemOnly", json::value(keyspaces_action),
                                       system_keyspaces(partition)));
    return {{"Version", "2012-10-17"}, {"Statement", std::move(statements)}};
}

std::string extra_policy_arn(std::string_view partition, std::string_view account_id) {
    return fmt::format("arn:{}:iam::{}:policy/{}", partition, account_id, extra_policy_name);
}

}  // namespace patrol::access
