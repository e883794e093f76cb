// Which names of members, variables, parameters and tags say that their text is a secret. A name is cut
// into words (DBMasterPassword, db-master-password and DB_MASTER_PASSWORD are the same); it speaks of a
// secret if a word does, unless the words around it say that it is about a secret, not the secret.
#include "document/redact.h"

namespace patrol::document {
namespace {

using Words = std::vector<std::string>;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_upper(c) || is_lower(c); }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins_word(std::string_view name, std::size_t at) {
    if (at == 0 || !is_letter(name[at - 1])) return true;
    if (is_upper(name[at]) && is_lower(name[at - 1])) return true;  // userName
    // KMSKey: the last capital before a small letter begins the next word, but IDs is one word.
    return is_upper(name[at]) && is_upper(name[at - 1]) && at + 1 < name.size() && is_lower(name[at + 1]) &&
           !(name[at + 1] == 's' && (at + 2 == name.size() || !is_lower(name[at + 2])));
}

Words words_of(std::string_view name) {
    Words out;
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (!is_letter(name[at])) continue;
        if (begins_word(name, at)) out.emplace_back();
        out.back().push_back(lower(name[at]));
    }
    return out;
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& list) {
    return std::ranges::find(list, word) != list.end();
}

// clang-format off
// Words that contain one of the stems by accident.
constexpr auto innocent = std::to_array<std::string_view>(
    {"keyspace", "keyspaces", "keyboard", "keyword", "keywords", "keyed", "keynote", "monkey", "turkey", "passive",
     "passthrough", "bypass", "compass", "passed", "passing", "passes", "passenger", "passengers", "passport",
     "credit", "credits", "accredited", "sacred", "incredible", "secretary", "tokenizer", "tokenized",
     "tokenization", "keyframe", "keycloak", "keypair", "keypairs", "keytype"});

// A name that ends so is a reference to the secret, or a fact about it.
constexpr auto about = std::to_array<std::string_view>(
    {"name", "names", "id", "ids", "identifier", "identifiers", "arn", "arns", "type", "types", "uri", "uris", "url",
     "urls", "endpoint", "version", "versions", "status", "state", "states", "stage", "stages", "enabled", "disabled",
     "required", "enforced", "allowed", "active", "policy", "policies", "length", "size", "usage", "usages", "spec",
     "specs", "algorithm", "algorithms", "alg", "expiry", "expires", "expiration", "date", "time", "timestamp", "at",
     "age", "count", "days", "hours", "minutes", "seconds", "period", "manager", "source", "format", "ttl",
     "validity", "limit", "mode", "modes", "location", "path", "prefix", "suffix", "pattern", "schema", "alias",
     "aliases", "region", "rotation", "rotated", "reference", "ref", "refs", "provider", "providers", "kind",
     "category", "fingerprint", "owner", "description", "origin", "issuer", "scope", "scopes", "unit", "units",
     "used", "changed", "modified", "created", "updated", "role", "service", "set", "option", "options",
     "attribute", "attributes", "configuration", "config", "title", "label", "position", "index", "store", "digits",
     "characters", "symbols", "numbers", "support", "supported", "strategy", "behavior", "level", "account",
     "claim", "claims", "header", "field", "column", "columns", "exchange", "vault", "group", "groups"});

// `key` beside one of these is a public or structural thing.
constexpr auto plain_keys = std::to_array<std::string_view>(
    {"kms", "cmk", "public", "partition", "sort", "range", "primary", "foreign", "routing", "object", "tag",
     "bucket", "hash", "pair", "lookup", "item", "cache", "metric", "label", "dedup", "deduplication", "condition",
     "context", "s", "aggregate", "aggregation", "grouping", "segment", "shard", "template", "filter", "natural",
     "idempotency", "trusted", "row", "map", "document", "image", "report", "manifest", "answer", "registry"});

// `token` beside one of these is bookkeeping of an API.
constexpr auto plain_tokens = std::to_array<std::string_view>(
    {"next", "client", "continuation", "idempotency", "pagination", "creator", "request", "http", "lock", "update",
     "change", "marker", "revision", "sequence", "forward", "backward", "max", "hop", "limit", "stop", "input",
     "output", "dkim"});
// clang-format on

enum class Stem { none, key, token, strong };

Stem stem_of(std::string_view word) {
    if (is_one_of(word, innocent)) return Stem::none;
    for (std::string_view stem : {"pass", "secret", "cred", "pwd", "apikey", "authorization"})
        if (word.find(stem) != std::string_view::npos) return Stem::strong;
    if (word.find("token") != std::string_view::npos) return Stem::token;
    return word.find("key") != std::string_view::npos ? Stem::key : Stem::none;
}

bool any_of(const Words& words, const auto& list) {
    return std::ranges::any_of(words, [&](const auto& word) { return is_one_of(word, list); });
}

// "keyid", "secretarn": words written without a boundary.
bool ends_joined(std::string_view word) {
    for (std::string_view stem : {"key", "secret", "token", "password", "credential", "credentials"})
        for (std::string_view ending : {"id", "ids", "arn", "arns", "name", "names", "type"})
            if (word.size() == stem.size() + ending.size() && word.starts_with(stem) &&
                word.ends_with(ending))
                return true;
    return false;
}

}  // namespace

bool is_secret_name(std::string_view name) {
    if (name.size() < 3 || name.size() > 256) return false;
    // A tag's or a condition's key is a name that the cloud made: "aws:TagKeys", "aws:cloudformation:…".
    if (name.starts_with("aws:")) return false;
    const auto words = words_of(name);
    if (words.empty() || is_one_of(words.back(), about) || ends_joined(words.back())) return false;
    auto found = Stem::none;
    for (const auto& word : words) found = std::max(found, stem_of(word));
    switch (found) {
        case Stem::none:
            return false;
        case Stem::strong:
            return true;
        case Stem::token:
            return !any_of(words, plain_tokens);
        // Key and Keys alone name a tag, an object or a column.
        case Stem::key:
            return words.size() > 1 ? !any_of(words, plain_keys) : words[0] != "key" && words[0] != "keys";
    }
    return false;
}

}  // namespace patrol::document
