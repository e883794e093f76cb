#include "relay/parts.h"

#include <zstd.h>
#include <zstd_errors.h>

#include <cstring>
#include <memory>

namespace patrol::relay {
namespace {

constexpr int level = 3;
constexpr std::size_t piece_bytes = 256 * 1024;

struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

struct Head {
    std::uint32_t length = 0, kind = 0;
};
static_assert(sizeof(Head) == worker::frame_head_bytes);

Failure too_large() {
    return fail(Error{.kind = Error::Kind::too_large,
                      .message = "This part is too large.",
                      .hint = "A part has at most 4 MiB as sent and 32 MiB unpacked.",
                      .code = "part_too_large"});
}

}  // namespace

Result<void> FrameWriter::add(worker::Message kind, worker::Encoder&& message) {
    auto& bytes = message.frame();
    const auto length = bytes.size() - worker::frame_head_bytes;
    if (length > worker::frame_bytes_max)
        return fail(Error{.kind = Error::Kind::too_large,
                          .message = "A message between a collector and the server is too large.",
                          .code = "worker_frame_too_large"});
    const Head head{static_cast<std::uint32_t>(length), static_cast<std::uint32_t>(kind)};
    std::memcpy(bytes.data(), &head, sizeof head);
    frames_.append(bytes);
    return {};
}

std::string FrameWriter::pack() {
    if (frames_.empty()) return {};
    std::string out(ZSTD_compressBound(frames_.size()), '\0');
    const auto size = ZSTD_compress(out.data(), out.size(), frames_.data(), frames_.size(), level);
    out.resize(ZSTD_isError(size) ? 0 : size);
    frames_.clear();
    return out;
}

Result<std::string> unpack_part(std::string_view part, std::size_t sent_bytes_max) {
    std::string out;
    if (part.empty()) return out;
    if (part.size() > sent_bytes_max) return too_large();
    // A first look, so that an honest bomb costs nothing; a lying one is stopped below.
    const auto claimed = ZSTD_getFrameContentSize(part.data(), part.size());
    if (claimed == ZSTD_CONTENTSIZE_ERROR) return worker::malformed_message();
    if (claimed != ZSTD_CONTENTSIZE_UNKNOWN && claimed > part_unpacked_bytes_max) return too_large();
    const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
    if (!context ||
        ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, part_window_log_max)))
        return fail(Error::Kind::internal, "A part cannot be unpacked here.");
    ZSTD_inBuffer in{part.data(), part.size(), 0};
    for (;;) {
        const auto had = out.size();
        std::size_t state = 0, written = 0;
        out.resize_and_overwrite(had + piece_bytes, [&](char* to, std::size_t) {
            ZSTD_outBuffer piece{to + had, piece_bytes, 0};
            state = ZSTD_decompressStream(context.get(), &piece, &in);
            written = piece.pos;
            return had + written;
        });
        if (ZSTD_isError(state))
            return ZSTD_getErrorCode(state) == ZSTD_error_frameParameter_windowTooLarge
                       ? too_large()
                       : worker::malformed_message();
        if (out.size() > part_unpacked_bytes_max) return too_large();
        if (state == 0) break;
        if (written == 0 && in.pos == in.size) return worker::malformed_message();  // cut short
    }
    if (in.pos != in.size) return worker::malformed_message();  // something follows
    return out;
}

Result<std::optional<worker::Frame>> FrameReader::next() {
    if (rest_.empty()) return std::nullopt;
    Head head;
    if (rest_.size() < sizeof head) return worker::malformed_message();
    std::memcpy(&head, rest_.data(), sizeof head);
    rest_.remove_prefix(sizeof head);
    if (head.length > worker::frame_bytes_max || head.length > rest_.size())
        return worker::malformed_message();
    const worker::Frame frame{static_cast<worker::Message>(head.kind), rest_.substr(0, head.length)};
    rest_.remove_prefix(head.length);
    return frame;
}

}  // namespace patrol::relay
