#include "filter/lexer.h"

namespace patrol::filter {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_operator(char c) { return c == '=' || c == '!' || c == ':' || c == '^' || c == '<' || c == '>'; }
bool is_bracket(char c) { return c == '(' || c == ')' || c == ','; }

}  // namespace

Failure syntax_error(std::size_t position, std::string_view what, std::string hint) {
    return Failure(
        Error{.kind = Error::Kind::invalid,
              .message = fmt::format("The filter cannot be read at position {}: {}", position + 1, what),
              .hint = std::move(hint),
              .field = "q",
              .code = "filter_syntax"});
}

void Lexer::skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

Result<void> Lexer::quoted(std::string& out) {
    const auto begin = at_;
    const char quote = text_[at_++];
    while (at_ < text_.size() && text_[at_] != quote) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        out.push_back(text_[at_++]);
    }
    if (at_ == text_.size()) return syntax_error(begin, "the quotation mark is not closed.");
    ++at_;
    return {};
}

// A run of plain and quoted pieces: tag."a b" is one word.
Result<Token> Lexer::word(Stop stop) {
    Token out{.kind = Token::Kind::word, .position = at_};
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (is_space(c) || is_bracket(c)) break;
        if (stop == Stop::at_operators && is_operator(c)) {
            // AWS::EC2::Instance alone is a word: two colons are no operator.
            if (!text_.substr(at_).starts_with("::")) break;
            out.text.append("::");
            at_ += 2;
            continue;
        }
        if (c == '"' || c == '\'') {
            TRY(quoted(out.text));
            out.quoted = true;
        } else {
            out.text.push_back(c);
            ++at_;
        }
    }
    return out;
}

Result<Token> Lexer::one(Stop stop) {
    skip_spaces();
    if (at_ == text_.size()) return Token{.position = at_};
    const auto position = at_;
    switch (text_[at_]) {
        case '(':
            ++at_;
            return Token{.kind = Token::Kind::open, .text = "(", .position = position};
        case ')':
            ++at_;
            return Token{.kind = Token::Kind::close, .text = ")", .position = position};
        case ',':
            ++at_;
            return Token{.kind = Token::Kind::comma, .text = ",", .position = position};
        default:
            return word(stop);
    }
}

Result<Token> Lexer::next_term() {
    auto out = TRY(one(Stop::at_operators));
    if (out.kind == Token::Kind::word && out.text.empty() && !out.quoted)
        return syntax_error(out.position, "an operator stands where a name is expected.");
    return out;
}

Result<Token> Lexer::next_after() {
    const auto before = at_;
    skip_spaces();
    const auto rest = text_.substr(at_);
    Token out{.kind = Token::Kind::op, .position = at_};
    for (std::string_view sign : {"!=", ">=", "<=", "=", ":", "^", ">", "<"}) {
        if (!rest.starts_with(sign)) continue;
        out.text = sign;
        at_ += sign.size();
        return out;
    }
    if (rest.starts_with("!")) return syntax_error(at_, "`!` must be followed by `=`.");
    // `in` counts only before a list.
    if (rest.size() > 2 && (rest[0] == 'i' || rest[0] == 'I') && (rest[1] == 'n' || rest[1] == 'N')) {
        const auto open = rest.find_first_not_of(" \t\r\n", 2);
        if (open != std::string_view::npos && rest[open] == '(') {
            out.text = "in";
            at_ += 2;
            return out;
        }
    }
    at_ = before;
    return Token{.position = before};
}

Result<Token> Lexer::next_value() { return one(Stop::at_spaces); }

}  // namespace patrol::filter
