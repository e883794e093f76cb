#include "store/words.h"

namespace patrol::store {

void Words::remember(std::int64_t number, std::string_view text) {
    std::lock_guard lock(mutex_);
    if (texts_.size() >= remembered_max) {
        texts_.clear();
        numbers_.clear();
    }
    numbers_.try_emplace(std::string(text), number);
    texts_.try_emplace(number, text);
}

std::optional<std::int64_t> Words::remembered(std::string_view text) {
    if (text.empty()) return 0;
    std::lock_guard lock(mutex_);
    const auto at = numbers_.find(std::string(text));
    return at == numbers_.end() ? std::nullopt : std::optional(at->second);
}

Result<std::optional<std::int64_t>> Words::find(Transaction& transaction, std::string_view text) {
    if (const auto known = remembered(text)) return known;
    auto number = TRY(transaction.integer("SELECT id FROM word WHERE text = ?1", text));
    if (number) remember(*number, text);
    return number;
}

Result<std::int64_t> Words::number(Database& database, std::string_view text) {
    if (const auto known = remembered(text)) return *known;
    auto known =
        TRY(database.platform().read([&](Transaction& transaction) { return find(transaction, text); }));
    if (known) return *known;
    auto made =
        TRY(database.platform().write([&](Transaction& transaction) -> Result<std::optional<std::int64_t>> {
            TRY(transaction.run("INSERT INTO word (text) VALUES (?1) ON CONFLICT (text) DO NOTHING", text));
            return transaction.integer("SELECT id FROM word WHERE text = ?1", text);
        }));
    if (!made) return fail(Error::Kind::internal, "A word could not be stored.");
    remember(*made, text);
    return *made;
}

Result<void> Words::learn(Database& database, std::set<std::string> texts) {
    std::erase_if(texts, [&](const std::string& text) { return remembered(text).has_value(); });
    if (texts.empty()) return {};
    using Numbers = std::vector<std::int64_t>;
    const auto numbers = TRY(database.platform().write([&](Transaction& transaction) -> Result<Numbers> {
        Numbers out;
        for (const auto& text : texts) {
            TRY(transaction.run("INSERT INTO word (text) VALUES (?1) ON CONFLICT (text) DO NOTHING", text));
            out.push_back(TRY(transaction.integer("SELECT id FROM word WHERE text = ?1", text)).value_or(0));
        }
        return out;
    }));
    auto number = numbers.begin();
    for (const auto& text : texts) remember(*number++, text);
    return {};
}

Result<std::string> Words::text(Transaction& transaction, std::int64_t number) {
    if (number == 0) return std::string();
    {
        std::lock_guard lock(mutex_);
        if (auto at = texts_.find(number); at != texts_.end()) return at->second;
    }
    auto text = TRY(transaction.text("SELECT text FROM word WHERE id = ?1", number));
    if (!text) return fail(Error::Kind::internal, "A stored word is missing.");
    remember(number, *text);
    return *text;
}

}  // namespace patrol::store
