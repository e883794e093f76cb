// Stored frames of zstd: damaged ones are refused within their bound, whole ones come back as they were.
#include "property.h"
#include "store/document_codec.h"

using namespace patrol;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t limit = 1024 * 1024;
    const std::string_view text = fuzz::text_of(data, size);
    for (const auto dictionary : {store::no_dictionary, store::builtin_dictionary})
        if (const auto document = store::unpack_document(text, dictionary))
            PROPERTY(document->size() <= store::unpacked_bytes_max);
    if (const auto bytes = store::unpack_bytes(text, limit)) PROPERTY(bytes->size() <= limit);
    const auto document = store::unpack_document(store::pack_document(text), store::builtin_dictionary);
    PROPERTY(document && *document == text);
    const auto bytes = store::unpack_bytes(store::pack_bytes(text), limit);
    PROPERTY(bytes ? *bytes == text : size > limit);
    return 0;
}
