#include "store/settings.h"

namespace patrol::store {

Result<std::optional<std::string>> Settings::get(std::string_view name) {
    return database_.platform().read(
        [&](Transaction& tx) { return tx.text("SELECT value FROM setting WHERE name = ?1", name); });
}

Result<void> Settings::set(std::string_view name, std::string_view value) {
    return database_.platform().write([&](Transaction& tx) -> Result<void> {
        TRY(
            tx.run("INSERT INTO setting(name, value) VALUES (?1, ?2) "
                   "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                   name, Blob{value}));
        return {};
    });
}

Result<std::string> Settings::get_or_set(std::string_view name, std::string_view value) {
    return database_.platform().write([&](Transaction& tx) -> Result<std::string> {
        TRY(tx.run("INSERT INTO setting(name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING", name,
                   Blob{value}));
        return TRY(tx.text("SELECT value FROM setting WHERE name = ?1", name)).value_or(std::string(value));
    });
}

Result<void> Settings::remove(std::string_view name) {
    return database_.platform().write([&](Transaction& tx) -> Result<void> {
        TRY(tx.run("DELETE FROM setting WHERE name = ?1", name));
        return {};
    });
}

}  // namespace patrol::store
