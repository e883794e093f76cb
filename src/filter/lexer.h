// The tokens of the filter language. Positions count bytes from 0.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace patrol::filter {

struct Token {
    enum class Kind { word, op, open, close, comma, end };
    Kind kind = Kind::end;
    std::string text;     // unquoted; of an operator its sign
    bool quoted = false;  // a quoted word is never `and`, `or` or `in`
    std::size_t position = 0;
};

// Kind::invalid, field "q", at a byte counted from 0.
Failure syntax_error(std::size_t position, std::string_view what, std::string hint = {});

// Reads what comes next: after an operator a value, which may hold operator signs (a time, an ARN).
class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Result<Token> next_term();   // a name or word, a parenthesis, `and`, the end
    Result<Token> next_after();  // after a name: an operator, `in`, or something else, which stays unread
    Result<Token> next_value();  // a value, comma or parenthesis

private:
    enum class Stop { at_operators, at_spaces };
    void skip_spaces();
    Result<Token> word(Stop stop);
    Result<void> quoted(std::string& out);
    Result<Token> one(Stop stop);

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace patrol::filter
