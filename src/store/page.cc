#include "store/page.h"

#include "base/encoding.h"
#include "crypto/hash.h"

namespace patrol::store {

namespace {

constexpr std::size_t mark_bytes = 16;
constexpr std::size_t cursor_bytes_max = 4096;

std::string mark(std::string_view key, const TenantId& tenant, std::string_view list,
                 std::string_view place) {
    std::string text = tenant.str();
    text += '\n';
    text += list;
    text += '\n';
    text += place;
    const auto hash = crypto::hmac_sha256(key, text);
    return std::string(crypto::as_text(hash).substr(0, mark_bytes));
}

Failure not_a_cursor() {
    return fail(Error{.kind = Error::Kind::malformed,
                      .message = "The cursor is not one of this list.",
                      .hint = "Start again without a cursor.",
                      .field = "cursor",
                      .code = "bad_cursor"});
}

}  // namespace

std::string Cursors::seal(const TenantId& tenant, std::string_view list, std::string_view place) const {
    auto text = mark(key_, tenant, list, place);
    text += place;
    return to_base64url(as_bytes(text));
}

Result<std::string> Cursors::open(const TenantId& tenant, std::string_view list,
                                  std::string_view cursor) const {
    if (cursor.size() > cursor_bytes_max) return not_a_cursor();
    const auto text = from_base64url(cursor);
    if (!text || text->size() < mark_bytes) return not_a_cursor();
    const auto place = std::string_view(*text).substr(mark_bytes);
    if (!crypto::constant_time_equal(mark(key_, tenant, list, place),
                                     std::string_view(*text).substr(0, mark_bytes)))
        return not_a_cursor();
    return std::string(place);
}

}  // namespace patrol::store
