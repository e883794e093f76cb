#include "store/user_identities.h"

#include "store/audit.h"
#include "store/store_fixture.h"

namespace patrol::store {

TEST_CASE("user identities: linked once, found by issuer and subject, with an audit entry") {
    for_each_store([](Store& store) {
        store.audit().use_keys(
            [](const TenantId&, std::string_view) -> Result<crypto::Key> { return crypto::Key{1}; });
        const auto one = seed(store, "one"), two = seed(store, "two");
        auto& identities = store.user_identities();
        const model::AuditEntry entry{.at = noon, .action = "identity.link"};
        CHECK_FALSE(need(identities.find("https://a.example", "ann")));
        need(identities.link(one.tenant, one.user.id, "https://a.example", "ann", entry));
        const auto found = need(identities.find("https://a.example", "ann"));
        REQUIRE(found);
        CHECK(found->id == one.user.id);
        CHECK(found->tenant == one.tenant);
        CHECK_FALSE(need(identities.find("https://a.example", "Ann")));
        CHECK_FALSE(need(identities.find("https://b.example", "ann")));
        // The subject of somebody else, another subject of the same user, a user of another tenant.
        CHECK(failure(identities.link(two.tenant, two.user.id, "https://a.example", "ann", entry)) ==
              "conflict/identity_linked");
        CHECK(failure(identities.link(one.tenant, one.user.id, "https://a.example", "bob", entry)) ==
              "conflict/identity_linked");
        CHECK(failure(identities.link(one.tenant, two.user.id, "https://a.example", "eve", entry)) ==
              "conflict/identity_linked");
        need(identities.link(one.tenant, one.user.id, "https://b.example", "ann", entry));
        CHECK(need(store.audit().list(one.tenant, {})).total == 2);
        CHECK(need(store.audit().list(two.tenant, {})).total == 0);
    });
}

}  // namespace patrol::store
