// What anybody may send as a collector: the signature in the head, and the part in the body. Whatever the
// bytes, a header of exactly its form or none, and frames within their limits or none.
#include "property.h"
#include "relay/parts.h"
#include "relay/signature.h"

using namespace patrol;
using namespace patrol::relay;

namespace {

void check_signature(std::string_view text) {
    const auto header = parse_signature(text);
    if (!header) return;
    PROPERTY(text.size() <= signature_header_bytes_max);
    PROPERTY(header->sent_ms > 0);
    PROPERTY(header->body_digest.size() == 64);
    PROPERTY(text.find(header->nonce) != std::string_view::npos);
    PROPERTY(!is_signed_by(*header, {"PUT", "/"}, {}));
}

void check_frames(std::string_view frames) {
    FrameReader reader(frames);
    std::size_t read = 0;
    for (;;) {
        const auto frame = reader.next();
        if (!frame) return;
        if (!*frame) break;
        read += worker::frame_head_bytes + (*frame)->body.size();
    }
    PROPERTY(read == frames.size());
}

void check_part(std::string_view text) {
    const auto frames = unpack_part(text);
    if (!frames) return;
    PROPERTY(frames->size() <= part_unpacked_bytes_max);
    check_frames(*frames);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text = fuzz::text_of(data, size);
    switch (fuzz::take_choice(text, 3)) {
        case 0:
            check_signature(text);
            break;
        case 1:
            check_part(text);
            break;
        default:
            check_frames(text);
            break;
    }
    return 0;
}
