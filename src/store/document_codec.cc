#include "store/document_codec.h"

#include <zstd.h>

#include <memory>

extern "C" const unsigned char embedded_document_dictionary_begin[], embedded_document_dictionary_end[];

namespace patrol::store {
namespace {

constexpr int level = 3;

struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
    void operator()(ZSTD_DDict* dictionary) const { ZSTD_freeDDict(dictionary); }
};

std::string_view dictionary_bytes() {
    const auto* begin = reinterpret_cast<const char*>(embedded_document_dictionary_begin);
    const auto* end = reinterpret_cast<const char*>(embedded_document_dictionary_end);
    return {begin, static_cast<std::size_t>(end - begin)};
}

// Digested once; a constant of the program.
const ZSTD_CDict* packing_dictionary() {
    static const std::unique_ptr<ZSTD_CDict, Free> dictionary(
        ZSTD_createCDict(dictionary_bytes().data(), dictionary_bytes().size(), level));
    return dictionary.get();
}

const ZSTD_DDict* unpacking_dictionary() {
    static const std::unique_ptr<ZSTD_DDict, Free> dictionary(
        ZSTD_createDDict(dictionary_bytes().data(), dictionary_bytes().size()));
    return dictionary.get();
}

ZSTD_CCtx* packing_context() {
    thread_local const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
    return context.get();
}

ZSTD_DCtx* unpacking_context() {
    thread_local const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
    return context.get();
}

Failure corrupt(std::string detail) {
    return fail(Error{.kind = Error::Kind::internal,
                      .message = "A stored document is damaged.",
                      .hint = "Restore the database from a backup.",
                      .detail = std::move(detail),
                      .code = "corrupt"});
}

Result<std::size_t> content_size(std::string_view packed, std::size_t limit) {
    const auto size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
        return corrupt("not a zstd frame with a size");
    if (size > limit) return corrupt("the frame claims " + std::to_string(size) + " bytes");
    return static_cast<std::size_t>(size);
}

}  // namespace

void pack_document(std::string_view document, std::string& out) {
    out.resize_and_overwrite(ZSTD_compressBound(document.size()), [&](char* to, std::size_t room) {
        const auto size = ZSTD_compress_usingCDict(packing_context(), to, room, document.data(),
                                                   document.size(), packing_dictionary());
        return ZSTD_isError(size) ? 0 : size;
    });
}

std::string pack_document(std::string_view document) {
    std::string out;
    pack_document(document, out);
    return out;
}

Result<std::string> unpack_document(std::string_view packed, std::int64_t dictionary) {
    if (dictionary == no_dictionary) return unpack_bytes(packed, unpacked_bytes_max);
    if (dictionary != builtin_dictionary) return corrupt("unknown dictionary " + std::to_string(dictionary));
    std::string out(TRY(content_size(packed, unpacked_bytes_max)), '\0');
    const auto size = ZSTD_decompress_usingDDict(unpacking_context(), out.data(), out.size(), packed.data(),
                                                 packed.size(), unpacking_dictionary());
    if (ZSTD_isError(size)) return corrupt(ZSTD_getErrorName(size));
    if (size != out.size()) return corrupt("shorter than the frame says");
    return out;
}

std::string pack_bytes(std::string_view bytes) {
    std::string out(ZSTD_compressBound(bytes.size()), '\0');
    const auto size =
        ZSTD_compressCCtx(packing_context(), out.data(), out.size(), bytes.data(), bytes.size(), level);
    out.resize(ZSTD_isError(size) ? 0 : size);
    return out;
}

Result<std::string> unpack_bytes(std::string_view packed, std::size_t limit) {
    std::string out(TRY(content_size(packed, limit)), '\0');
    const auto size =
        ZSTD_decompressDCtx(unpacking_context(), out.data(), out.size(), packed.data(), packed.size());
    if (ZSTD_isError(size)) return corrupt(ZSTD_getErrorName(size));
    if (size != out.size()) return corrupt("shorter than the frame says");
    return out;
}

}  // namespace patrol::store
