// The links by which a person sets a first or a new password. Only the SHA-256 of their tokens is kept; a
// user has at most one of each purpose, and it is good once. What changes a user's access ends his links
// (store/users.h), so that a link made for a viewer never opens an owner's account.
#pragma once

#include <string>
#include <string_view>

#include "model/tenant.h"
#include "store/sql.h"

namespace patrol::store {

class OneTimeLinks {
public:
    explicit OneTimeLinks(Database& database) : database_(database) {}

    // Replaces the user's earlier one. Kind::not_found; Kind::stale when the user was changed since `user`
    // was read.
    Result<void> replace(const TenantId& tenant, const model::User& user, const model::OneTimeLink& link);
    // Whose it is. Kind::unauthenticated when it is unknown, spent or expired, or its user disabled: one
    // and the same answer.
    Result<model::User> holder(model::LinkPurpose purpose, std::string_view token_hash, Timestamp now);

    struct NewPassword {
        std::string hash;
        std::string name;  // empty: as it is
    };
    // Spends it: the user's password is set, and all sessions end. Of two at once one is told
    // Kind::unauthenticated.
    Result<model::User> spend(model::LinkPurpose purpose, std::string_view token_hash,
                              const NewPassword& password, Timestamp now);

    // For the tables of this room.
    static Result<void> insert(Transaction& transaction, const model::User& user,
                               const model::OneTimeLink& link);

private:
    Database& database_;
};

}  // namespace patrol::store
