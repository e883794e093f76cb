// Small named values of the installation (not of a tenant): the server's id, the setup token's hash.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/sql.h"

namespace patrol::store {

class Settings {
public:
    explicit Settings(Database& database) : database_(database) {}

    Result<std::optional<std::string>> get(std::string_view name);
    Result<void> set(std::string_view name, std::string_view value);
    // Stores `value` unless there is one already; answers the one that holds. Safe from many processes.
    Result<std::string> get_or_set(std::string_view name, std::string_view value);
    Result<void> remove(std::string_view name);

private:
    Database& database_;
};

}  // namespace patrol::store
