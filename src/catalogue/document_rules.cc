#include "catalogue/document_rules.h"

#include <fmt/format.h>

#include "catalogue/type_reader.h"

namespace patrol::catalogue {

ResourceType DocumentRules::type(std::string_view name) const {
    if (const auto at = types.find(name); at != types.end()) return at->second;
    ResourceType out;
    out.name = name;
    return out;
}

Result<DocumentRules> document_rules(const SourceFile& file) {
    const auto root = TRY(node_from_yaml(file.text));
    std::vector<Problem> problems;
    DocumentRules out;
    for (const auto& [key, value] : root.members) {
        if (key == "members") {
            out.members = read_rules(file.name, value, problems);
        } else if (key == "types") {
            for (const auto& [name, fields] : value.members)
                out.types.emplace(name, read_document_rules(name, file.name, fields, problems));
        } else {
            problems.push_back({file.name, value.line, fmt::format("The field \"{}\" is unknown.", key)});
        }
    }
    if (problems.empty()) return out;
    Error error{.kind = Error::Kind::invalid, .message = "The document rules have problems."};
    for (const auto& problem : problems) error.detail += problem.str() + "\n";
    return fail(std::move(error));
}

}  // namespace patrol::catalogue
