// IAM policies: the normal form of a normal form is itself, and is still a policy.
#include "document/canonical_json.h"
#include "document/policy.h"
#include "property.h"

using namespace patrol;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto value = parse_json(fuzz::text_of(data, size));
    if (!value || !document::is_policy(*value)) return 0;
    const json::value normal = document::normalise_policy(*value);
    PROPERTY(document::is_policy(normal));
    const json::value again = document::normalise_policy(normal);
    PROPERTY(document::canonical_json(again) == document::canonical_json(normal));
    return 0;
}
