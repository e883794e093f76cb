#include <charconv>

#include "base/encoding.h"
#include "base/limits.h"
#include "filter/filter.h"
#include "filter/lexer.h"

namespace patrol::filter {
namespace {

constexpr std::size_t nesting_max = 32;
constexpr std::size_t name_bytes_max = 512;

bool is_keyword(const Token& token, std::string_view word) {
    if (token.kind != Token::Kind::word || token.quoted || token.text.size() != word.size()) return false;
    return std::ranges::equal(token.text, word, {}, [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
}

Op op_of(std::string_view sign) {
    if (sign == "=") return Op::equal;
    if (sign == "!=") return Op::not_equal;
    if (sign == ":") return Op::contains;
    if (sign == "^") return Op::starts_with;
    if (sign == ">") return Op::greater;
    if (sign == ">=") return Op::greater_equal;
    if (sign == "<") return Op::less;
    return sign == "<=" ? Op::less_equal : Op::in;
}

class Parser {
public:
    Parser(std::string_view text, const Vocabulary* vocabulary) : lexer_(text), vocabulary_(vocabulary) {}

    Result<Filter> parse() {
        TRY(advance());
        if (token_.kind == Token::Kind::end) return Filter{};
        auto root = TRY(any());
        if (token_.kind != Token::Kind::end)
            return syntax_error(token_.position, fmt::format("`{}` is not expected here.", token_.text));
        return Filter{.root = std::move(root)};
    }

private:
    Result<void> advance() {
        token_ = TRY(lexer_.next_term());
        return {};
    }

    Result<Node> any() {
        Or out;
        out.terms.push_back(TRY(all()));
        while (is_keyword(token_, "or")) {
            TRY(advance());
            out.terms.push_back(TRY(all()));
        }
        return joined(std::move(out));
    }

    Result<Node> all() {
        And out;
        out.terms.push_back(TRY(term()));
        while (token_.kind == Token::Kind::word || token_.kind == Token::Kind::open) {
            if (is_keyword(token_, "or")) break;
            if (is_keyword(token_, "and")) TRY(advance());
            out.terms.push_back(TRY(term()));
        }
        return joined(std::move(out));
    }

    // One term needs no list around it; a list of the same kind is taken apart.
    template <class List>
    static Node joined(List list) {
        if (list.terms.size() == 1) return std::move(list.terms[0]);
        List flat;
        for (auto& term : list.terms) {
            if (auto* inner = std::get_if<List>(&term.as))
                std::ranges::move(inner->terms, std::back_inserter(flat.terms));
            else
                flat.terms.push_back(std::move(term));
        }
        return Node{std::move(flat)};
    }

    Result<Node> term() {
        if (token_.kind == Token::Kind::open) return group();
        if (token_.kind != Token::Kind::word || is_keyword(token_, "and") || is_keyword(token_, "or"))
            return syntax_error(token_.position,
                                token_.kind == Token::Kind::end
                                    ? std::string("something is missing at the end.")
                                    : fmt::format("a name is expected, not `{}`.", token_.text));
        if (++terms_ > limits::filter_terms)
            return syntax_error(token_.position,
                                fmt::format("there are more than {} conditions.", limits::filter_terms));
        const Token name = token_;
        const auto sign = TRY(lexer_.next_after());
        auto out = Compare{.position = name.position};
        if (sign.kind == Token::Kind::end) {
            out.field = "text";
            out.op = Op::contains;
            out.values.push_back(Value::of(name.text));
        } else {
            out.field = name.text;
            out.op = op_of(sign.text);
            TRY(check_name(out));
            if (out.op == Op::in)
                TRY(list(out));
            else
                out.values.push_back(TRY(value()));
        }
        TRY(advance());
        return Node{std::move(out)};
    }

    Result<Node> group() {
        const auto begin = token_.position;
        if (++depth_ > nesting_max) return syntax_error(begin, "the parentheses are nested too deep.");
        TRY(advance());
        auto out = TRY(any());
        if (token_.kind != Token::Kind::close) return syntax_error(begin, "the parenthesis is not closed.");
        --depth_;
        TRY(advance());
        return out;
    }

    Result<Value> value() {
        const auto token = TRY(lexer_.next_value());
        if (token.kind != Token::Kind::word)
            return syntax_error(token.position, "a value is missing.", "An empty text is written as \"\".");
        return Value::of(token.text);
    }

    Result<void> list(Compare& out) {
        TRY(lexer_.next_value());  // the parenthesis that makes `in` an operator
        for (;;) {
            out.values.push_back(TRY(value()));
            if (++terms_ > limits::filter_terms)
                return syntax_error(out.position,
                                    fmt::format("there are more than {} values.", limits::filter_terms));
            const auto next = TRY(lexer_.next_value());
            if (next.kind == Token::Kind::close) return {};
            if (next.kind != Token::Kind::comma)
                return syntax_error(next.position, "a comma or a closing parenthesis is expected.");
        }
    }

    Result<void> check_name(const Compare& compare) const {
        const std::string_view name = compare.field;
        if (name.empty() || name.size() > name_bytes_max)
            return syntax_error(compare.position, "the name is empty or too long.");
        if (vocabulary_ == nullptr || name == "text") return {};
        const auto open_ended = [&](std::string_view prefix, bool allowed) {
            return allowed && name.size() > prefix.size() && name.starts_with(prefix);
        };
        if (std::ranges::find(vocabulary_->fields, name) != vocabulary_->fields.end() ||
            open_ended("tag.", vocabulary_->tags) || open_ended("label.", vocabulary_->labels) ||
            open_ended("doc.", vocabulary_->documents))
            return {};
        return syntax_error(compare.position, fmt::format("there is no field `{}`.", name.substr(0, 64)),
                            known());
    }

    [[nodiscard]] std::string known() const {
        std::string out = "Fields: ";
        for (auto name : vocabulary_->fields) out.append(name).append(", ");
        if (vocabulary_->tags) out.append("tag.<key>, ");
        if (vocabulary_->labels) out.append("label.<key>, ");
        if (vocabulary_->documents) out.append("doc.<path>, ");
        return out + "text.";
    }

    Lexer lexer_;
    const Vocabulary* vocabulary_;
    Token token_;
    std::size_t depth_ = 0;
    std::size_t terms_ = 0;
};

bool names_type(const Node& node) {
    const auto* compare = std::get_if<Compare>(&node.as);
    return compare != nullptr && compare->field == "type" &&
           (compare->op == Op::equal || compare->op == Op::in);
}

// Reading documents is only quick when the type narrows them, so doc.* needs `type=` on the same level
// or further out.
Result<void> check_documents(const Node& node, bool typed) {
    if (const auto* compare = std::get_if<Compare>(&node.as)) {
        if (typed || compare->document_path().empty()) return {};
        return syntax_error(compare->position, fmt::format("`{}` needs `type=` beside it.", compare->field),
                            "For example: type=AWS::S3::Bucket and doc.Encryption.Status=enabled");
    }
    if (const auto* all = std::get_if<And>(&node.as)) {
        typed = typed || std::ranges::any_of(all->terms, names_type);
        for (const auto& term : all->terms) TRY(check_documents(term, typed));
        return {};
    }
    for (const auto& term : std::get<Or>(node.as).terms) TRY(check_documents(term, typed));
    return {};
}

Result<Filter> parse_with(std::string_view text, const Vocabulary* vocabulary) {
    if (text.size() > limits::filter_text_bytes)
        return invalid("q", fmt::format("The filter is longer than {} bytes.", limits::filter_text_bytes));
    if (!is_utf8(text) || text.find('\0') != std::string_view::npos)
        return invalid("q", "The filter is not valid text.");
    auto out = TRY(Parser(text, vocabulary).parse());
    if (out.root) TRY(check_documents(*out.root, false));
    return out;
}

}  // namespace

Value Value::of(std::string text) {
    Value out{.text = std::move(text)};
    const char* begin = out.text.data();
    const char* end = begin + out.text.size();
    double number = 0;
    const bool decimal =
        !out.text.empty() && out.text.find_first_not_of("0123456789+-.eE") == std::string::npos;
    if (const auto read = std::from_chars(begin, end, number);
        decimal && read.ec == std::errc() && read.ptr == end)
        out.number = number;
    if (out.text.size() == 10)
        out.time = parse_rfc3339(out.text + "T00:00:00Z");
    else if (out.text.size() > 10)
        out.time = parse_rfc3339(out.text);
    return out;
}

std::string_view Compare::tag() const {
    return field.starts_with("tag.") ? std::string_view(field).substr(4) : std::string_view();
}

std::string_view Compare::document_path() const {
    return field.starts_with("doc.") ? std::string_view(field).substr(4) : std::string_view();
}

Result<Filter> parse(std::string_view text, const Vocabulary& vocabulary) {
    return parse_with(text, &vocabulary);
}
Result<Filter> parse(std::string_view text) { return parse_with(text, nullptr); }

}  // namespace patrol::filter
