// JSON of strangers: the canonical text is a fixed point, and reading it gives the same value.
#include "base/encoding.h"
#include "base/json.h"
#include "document/canonical.h"
#include "document/canonical_json.h"
#include "property.h"

using namespace patrol;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    static_cast<void>(document::parse_embedded(text));
    const auto value = parse_json(text);
    if (!value) return 0;
    const std::string canonical = document::canonical_json(*value);
    PROPERTY(is_utf8(canonical));
    const auto again = parse_json(canonical);
    PROPERTY(again.has_value());
    PROPERTY(document::canonical_json(*again) == canonical);
    std::string compact;
    document::append_compact(compact, *value);
    const auto stored = parse_json(compact);
    PROPERTY(stored && document::canonical_json(*stored) == canonical);
    return 0;
}
