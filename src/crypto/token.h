// Bearer tokens: a prefix that says what the token opens, 43 base62 characters (256 random bits) and
// 6 base62 characters of CRC-32 over all before them, so that a typing error is told apart from a
// wrong token without a database. Only the SHA-256 of a token is ever stored.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "crypto/hash.h"

namespace patrol::crypto {

inline constexpr std::string_view connect_token_prefix = "pct_";
inline constexpr std::string_view api_token_prefix = "pat_";
inline constexpr std::string_view setup_token_prefix = "pst_";
inline constexpr std::string_view session_token_prefix = "pss_";
inline constexpr std::string_view hook_token_prefix = "pht_";       // in the address of a deployment hook
inline constexpr std::string_view collector_token_prefix = "pce_";  // enrols a collector

inline constexpr std::string_view invitation_token_prefix = "pit_";
inline constexpr std::string_view reset_token_prefix = "prt_";  // sets a new password

// Of every kind: what looks like a token is refused in addresses and kept out of logs.
inline constexpr std::array token_prefixes{
    connect_token_prefix, api_token_prefix,        setup_token_prefix, session_token_prefix,
    hook_token_prefix,    invitation_token_prefix, reset_token_prefix, collector_token_prefix};

inline constexpr std::size_t token_random_chars = 43;
inline constexpr std::size_t token_check_chars = 6;

std::string make_token(std::string_view prefix);

// Shape and checksum only: true does not mean that the token is known.
bool check_token(std::string_view prefix, std::string_view text);

// What the store keeps and looks up.
Hash token_hash(std::string_view text);

}  // namespace patrol::crypto
