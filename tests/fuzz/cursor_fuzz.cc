// Page cursors: nothing opens but what was sealed, for its tenant and its list.
#include "property.h"
#include "store/page.h"

using namespace patrol;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const store::Cursors cursors(std::string(32, 'k'));
    static const auto tenant = *TenantId::parse("ten_aaaaaaaaaaaaaaaaaaaaaaaaaa");
    static const auto other = *TenantId::parse("ten_bbbbbbbbbbbbbbbbbbbbbbbbbb");
    const std::string_view text = fuzz::text_of(data, size);
    PROPERTY(!cursors.open(tenant, "accounts|name", text));
    const std::string sealed = cursors.seal(tenant, "accounts|name", text);
    if (const auto opened = cursors.open(tenant, "accounts|name", sealed)) PROPERTY(*opened == text);
    PROPERTY(!cursors.open(other, "accounts|name", sealed));
    PROPERTY(!cursors.open(tenant, "accounts|-name", sealed));
    return 0;
}
