#include "scan/rehash.h"

#include "base/json.h"
#include "crypto/hash.h"
#include "document/canonical.h"
#include "document/rules.h"

namespace patrol::scan {
namespace {

constexpr std::string_view canonical_version = "patrol-canonical/1";

}  // namespace

store::RuleVersions rule_versions(const catalogue::Catalogue& catalogue) {
    return {.catalogue = catalogue.revision(),
            .canonical = std::string(canonical_version),
            .shapes = catalogue.api().version};
}

store::TypeFacts type_facts(const catalogue::Catalogue& catalogue, std::string_view type) {
    const auto* known = catalogue.type(type);
    if (known == nullptr) return {.category = "management", .service = ""};
    return {.category = std::string(catalogue::to_string(known->category)), .service = known->service};
}

std::string rehash(const catalogue::Catalogue& catalogue, std::string_view type, std::string_view document) {
    const auto* known = catalogue.type(type);
    auto parsed = parse_json(document, {.depth = limits::document_json_depth});
    if (known == nullptr || !parsed) return {};
    auto rules = document::Rules::compile(*known, catalogue.member_rules());
    auto hash = crypto::sha256(document::canonical_text(*parsed, rules));
    return {hash.begin(), hash.end()};
}

}  // namespace patrol::scan
