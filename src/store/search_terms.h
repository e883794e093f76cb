// What a resource can be found by, lower case (A-Z): the last part of its id and ARN, its name and the
// words of its name, addresses and DNS names, key=value of its tags. The same function makes the terms
// that are stored and checks those that are found, so an outdated row can never show a wrong resource.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/cloud_account.h"

namespace patrol::store {

inline constexpr std::size_t term_bytes_max = 100;
inline constexpr std::size_t terms_per_resource_max = 200;

struct Findable {
    std::string_view native_id, arn, name;
    const model::Labels* tags = nullptr;
    std::string_view terms;  // one per line
};

// Sorted, unique, none longer than term_bytes_max.
std::vector<std::string> search_terms(const Findable& resource);

std::string lower_case(std::string_view text);
// At most so many bytes, in whole characters.
std::string cut_text(std::string text, std::size_t bytes);
// "my-role" of arn:aws:iam::123456789012:role/path/my-role; the text itself where it is no ARN.
std::string_view arn_tail(std::string_view text);

// One JSON object of texts, keys sorted: the column attributes.tags.
std::string tags_to_text(const model::Labels& tags);
model::Labels tags_from_text(std::string_view text);

}  // namespace patrol::store
