// The table `word`: short texts that repeat (types, scopes, regions, reasons, versions) by number. A
// word never changes and is never deleted, so both directions are remembered; the empty text is 0.
// Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "store/sql.h"

namespace patrol::store {

class Words {
public:
    // The number of a text, made when it is new: in a transaction of its own.
    Result<std::int64_t> number(Database& database, std::string_view text);
    // All of these in one transaction, so that number() finds them.
    Result<void> learn(Database& database, std::set<std::string> texts);
    // The number of a text that may not be there: nullopt then.
    Result<std::optional<std::int64_t>> find(Transaction& transaction, std::string_view text);
    Result<std::string> text(Transaction& transaction, std::int64_t number);

private:
    static constexpr std::size_t remembered_max = 50'000;
    std::optional<std::int64_t> remembered(std::string_view text);
    void remember(std::int64_t number, std::string_view text);

    std::mutex mutex_;
    std::unordered_map<std::string, std::int64_t> numbers_;
    std::unordered_map<std::int64_t, std::string> texts_;
};

}  // namespace patrol::store
