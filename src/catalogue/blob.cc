#include "catalogue/blob.h"

#include <zstd.h>

namespace patrol::catalogue {
namespace {
constexpr std::size_t max_bytes = 64 * 1024 * 1024;
constexpr int level = 19;
}  // namespace

Result<std::string> compress(std::string_view bytes) {
    std::string out(ZSTD_compressBound(bytes.size()), '\0');
    auto size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), level);
    if (ZSTD_isError(size)) return fail(Error::Kind::internal, "The catalogue could not be compressed.");
    out.resize(size);
    return out;
}

Result<std::string> decompress(std::string_view bytes) {
    auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > max_bytes)
        return fail(Error::Kind::malformed, "This is no packed catalogue.");
    std::string out(size, '\0');
    auto got = ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size());
    if (ZSTD_isError(got) || got != size)
        return fail(Error::Kind::malformed, "The packed catalogue is damaged.");
    return out;
}

}  // namespace patrol::catalogue
