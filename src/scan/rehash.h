// What the store asks of the catalogue: which rules made a hash, what a type belongs to, and what
// today's rules make of a stored document (so that an upgrade of the rules is never drift).
#pragma once

#include <string>
#include <string_view>

#include "catalogue/catalogue.h"
#include "store/scan_writer.h"

namespace patrol::scan {

store::RuleVersions rule_versions(const catalogue::Catalogue& catalogue);
store::TypeFacts type_facts(const catalogue::Catalogue& catalogue, std::string_view type);
// 32 bytes; empty for a document or type that cannot be read any more.
std::string rehash(const catalogue::Catalogue& catalogue, std::string_view type, std::string_view document);

}  // namespace patrol::scan
