// JSON written as text, member by member, for answers that are long: no tree of values in between. What is
// written is byte for byte what to_text() makes of the same value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "model/cloud_account.h"

namespace patrol::api {

// Appends a text with its quotes.
void append_json_text(std::string& out, std::string_view text);

// One object, appended to `out`; names are given as literals that need no escape.
class ObjectText {
public:
    explicit ObjectText(std::string& out) : out_(out) { out_ += '{'; }
    ObjectText(const ObjectText&) = delete;
    ObjectText& operator=(const ObjectText&) = delete;
    ~ObjectText() { out_ += '}'; }

    void text(std::string_view name, std::string_view value) { append_json_text(begin(name), value); }
    void number(std::string_view name, std::int64_t value) { begin(name) += std::to_string(value); }
    // RFC 3339; null where never.
    void time(std::string_view name, Timestamp value);
    void labels(std::string_view name, const model::Labels& labels);
    // `value` is JSON already.
    void json(std::string_view name, std::string_view value) { begin(name) += value; }
    // The member's name with its colon; the caller appends the value.
    std::string& begin(std::string_view name);

private:
    std::string& out_;
    bool is_empty_ = true;
};

}  // namespace patrol::api
