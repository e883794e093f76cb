// How documents of a provider are read (what is volatile, unordered, known by keys, a default), where the
// provider's calls are not in the catalogue: catalogue/<cloud>/documents.yaml.
//   members: the fields of _defaults.yaml, by member name
//   types:   by type name, the fields of a type that speak of documents
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "catalogue/catalogue.h"

namespace patrol::catalogue {

struct DocumentRules {
    std::map<std::string, ResourceType, std::less<>> types;
    MemberRules members;

    // A type without rules of its own is read by the members' rules.
    [[nodiscard]] ResourceType type(std::string_view name) const;
};

// Kind::invalid with one line "file:line: …" for each problem in `detail`.
Result<DocumentRules> document_rules(const SourceFile& file);

}  // namespace patrol::catalogue
