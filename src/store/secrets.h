// Named secrets. The sealed bytes go in and come out only through sealed_value(), for the one place
// that opens them; no list or get answers them. Kind::not_found for everything of another tenant.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/secret_ref.h"
#include "store/page.h"
#include "store/sql.h"

namespace patrol::store {

class Secrets {
public:
    Secrets(Database& database, const Cursors& cursors) : database_(database), cursors_(cursors) {}

    // An empty id is filled in (sealing needs the id in its place text: give one then).
    // Kind::conflict "secret_exists" for a name that the tenant has already.
    Result<model::NamedSecret> create(const TenantId& tenant, model::NamedSecret secret,
                                      const std::optional<std::string>& sealed, Timestamp now);
    Result<model::NamedSecret> get(const TenantId& tenant, const SecretId& secret);
    // Sort: name (own order), created_at, updated_at. Filter fields: id, name, manager.
    Result<Page<model::NamedSecret>> list(const TenantId& tenant, const PageRequest& request);
    // Name and reference; the sealed bytes only where given.
    Result<model::NamedSecret> update(const TenantId& tenant, const model::NamedSecret& secret,
                                      const std::optional<std::string>& sealed, Timestamp now);
    // Kind::conflict "secret_in_use" naming an account whose auth refers to it.
    Result<void> remove(const TenantId& tenant, const SecretId& secret);

    struct Sealed {
        SecretId id;  // part of the seal's place text
        std::string bytes;
    };
    // By id or by name, as a SecretRef of manager "sealed" says it; notes the use (once a minute).
    // Kind::not_found when there is no such secret or it has no value.
    Result<Sealed> sealed_value(const TenantId& tenant, std::string_view id_or_name, Timestamp now);

private:
    Database& database_;
    const Cursors& cursors_;
};

}  // namespace patrol::store
