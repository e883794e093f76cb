// The JSON answer of a secret manager. Its text and its parsed form hold a secret, so both are zeroed
// before their memory is given back. Move-only; hands out a field as a crypto::Secret.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "crypto/secret.h"

namespace patrol::secrets {

class WipedJson {
public:
    // Zeroes `text` whatever comes of it. Kind::unavailable, code "bad_answer", when it is no JSON object.
    static Result<WipedJson> parse(std::string&& text);
    static Result<WipedJson> parse(const crypto::Secret& text);

    WipedJson(WipedJson&&) = default;
    WipedJson& operator=(WipedJson&&) = delete;

    [[nodiscard]] const json::value& value() const { return value_; }
    // By member names from the outside in; nullptr where one is absent.
    [[nodiscard]] const json::value* at(std::initializer_list<std::string_view> names) const;
    // Empty where absent or no text.
    [[nodiscard]] std::string_view text(std::initializer_list<std::string_view> names) const;

private:
    explicit WipedJson(json::value value) : value_(std::move(value)) {}
    static Result<WipedJson> read(std::string_view text);

    json::value value_;
};

// Zeroes a text when it goes out of scope.
class Wiped {
public:
    explicit Wiped(std::string& text) : text_(text) {}
    ~Wiped();
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;

private:
    std::string& text_;
};

}  // namespace patrol::secrets
