// Secret values in documents become keyed marks before anything is hashed, stored or sent:
//   patrol-redacted:v1:<8 hex of the key's name>:<32 hex of BLAKE2b(key, type | path | value)>
// The same value at the same place gives the same mark, so nothing drifts; another value another mark,
// so a changed secret is seen; the length is hidden. List positions are not part of the path, so order
// does not matter. What is secret, in this order:
//   1. the paths and member names that the catalogue calls secret;
//   2. variables of an environment, wherever they are ({name,value} lists and maps), and user data;
//   3. text under a member or in a name/value pair whose name speaks of a password, secret, token, key
//      or credential, except names that end in what a reference or a setting is called (KeyName, KeyId,
//      SecretArn, TokenType, …; the list is in secret_names.cc) and values that are ARNs or aliases;
//   4. any text that holds an access key id, a PEM private key, a JSON web token, a credential of a
//      well-known form, or a URL with a password.
// JSON inside strings and policies are searched too. Ids, names and ARNs that the catalogue names as the
// resource's own are only touched by 1.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "crypto/hash.h"
#include "document/rules.h"
#include "document/scratch.h"

namespace patrol::document {

inline constexpr std::string_view mark_prefix = "patrol-redacted:v1:";

class Redactor {
public:
    // `account_key` belongs to one cloud account: a collector holds only this one.
    explicit Redactor(const crypto::Key& account_key);
    // From the tenant's key; `account` is the cloud account's id.
    static Redactor for_account(const crypto::Key& tenant_key, std::string_view account);
    static crypto::Key account_key(const crypto::Key& tenant_key, std::string_view account);

    // In place. Returns how many values became marks.
    std::size_t redact(json::value& document, const Rules& rules, Scratch& scratch) const;

    [[nodiscard]] std::string mark(std::string_view type, std::string_view path,
                                   std::string_view value) const;

private:
    crypto::Key key_;
    std::string prefix_;  // "patrol-redacted:v1:<kid>:"
};

// True for a text that is exactly a mark.
bool is_mark(std::string_view text);

// Whether a member's or variable's name alone says that its text is secret.
bool is_secret_name(std::string_view name);
// Whether a text holds a credential of a known form.
bool holds_credential(std::string_view text);

}  // namespace patrol::document
