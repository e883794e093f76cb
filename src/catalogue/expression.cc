#include "catalogue/expression.h"

#include <charconv>

#include <fmt/format.h>

namespace patrol::catalogue {
namespace {

constexpr int max_depth = 8;
constexpr std::size_t max_batch = 1000;

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    Result<Expression> whole() {
        auto out = TRY(value(0));
        space();
        if (at_ != text_.size()) return broken();
        return out;
    }

private:
    Failure broken() const {
        return invalid("expression", fmt::format("The expression \"{}\" is not understood at \"{}\".", text_,
                                                 text_.substr(at_)));
    }
    void space() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    }
    bool take(char c) {
        space();
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    Result<std::string> quoted() {
        auto end = text_.find('\'', at_);
        if (end == std::string_view::npos) return broken();
        std::string out(text_.substr(at_, end - at_));
        at_ = end + 1;
        return out;
    }
    // Up to the next separator that is not inside "[]" or "{}" of a path.
    std::string_view word() {
        auto from = at_;
        while (at_ < text_.size()) {
            if (text_.substr(at_, 2) == "[]") {
                at_ += 2;
                continue;
            }
            if (text_[at_] == '{' && at_ > from) {
                auto end = text_.find('}', at_);
                at_ = end == std::string_view::npos ? text_.size() : end + 1;
                continue;
            }
            if (std::string_view(",]} ").contains(text_[at_])) break;
            ++at_;
        }
        return text_.substr(from, at_ - from);
    }
    Result<Expression> value(int depth) {
        if (depth > max_depth) return broken();
        space();
        if (take('\''))
            return Expression{.kind = Expression::Kind::literal, .literal = json::value(TRY(quoted()))};
        if (text_.substr(at_).starts_with("$each:")) return each();
        if (take('[')) return list(depth);
        if (at_ < text_.size() && text_[at_] == '{' && text_.substr(at_).starts_with("{'"))
            return object(depth);
        return atom();
    }
    Result<Expression> atom() {
        auto text = word();
        if (text == "$account") return Expression{.kind = Expression::Kind::account};
        if (text == "$scope") return Expression{.kind = Expression::Kind::scope};
        if (text == "true" || text == "false") return Expression{.literal = json::value(text == "true")};
        if (text.starts_with('^'))
            return Expression{.kind = Expression::Kind::parent, .path = TRY(Path::parse(text.substr(1)))};
        std::int64_t number = 0;
        auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (!text.empty() && code == std::errc() && end == text.data() + text.size())
            return Expression{.literal = json::value(number)};
        return Expression{.kind = Expression::Kind::item, .path = TRY(Path::parse(text))};
    }
    Result<Expression> each() {
        at_ += 6;
        Expression out{.kind = Expression::Kind::each};
        if (!take('[')) {
            out.enumeration = word();
            if (out.enumeration.empty()) return broken();
            return out;
        }
        do {
            space();
            auto text = word();
            auto mark = text.find('@');
            EachValue one{std::string(text.substr(0, mark)), {}};
            if (mark != std::string_view::npos) one.region = text.substr(mark + 1);
            if (one.value.empty()) return broken();
            out.each.push_back(std::move(one));
        } while (take(','));
        if (!take(']')) return broken();
        return out;
    }
    Result<Expression> list(int depth) {
        Expression out{.kind = Expression::Kind::list};
        if (!take(']')) {
            do out.elements.push_back(TRY(value(depth + 1)));
            while (take(','));
            if (!take(']')) return broken();
        }
        if (!take('*')) return out;
        out.kind = Expression::Kind::batch;
        auto text = word();
        auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out.batch_size);
        bool number = code == std::errc() && end == text.data() + text.size();
        if (!number || out.batch_size < 1 || out.batch_size > max_batch || out.elements.size() != 1)
            return broken();
        return out;
    }
    Result<Expression> object(int depth) {
        ++at_;
        Expression out{.kind = Expression::Kind::object};
        do {
            if (!take('\'')) return broken();
            auto name = TRY(quoted());
            if (!take(':')) return broken();
            out.members.push_back({std::move(name), TRY(value(depth + 1))});
        } while (take(','));
        if (!take('}')) return broken();
        return out;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::optional<json::value> at_path(const Path& path, const json::value* from) {
    if (!from) return {};
    const auto* found = path.first(*from);
    if (!found) return {};
    // In memory of its own: a plain copy would be made in the item's, which other threads read.
    return json::value(*found, json::storage_ptr{});
}

std::optional<json::value> of_item(const Path& path, const Bindings& bindings) {
    bool listed = path.root() == Path::Root::listed && bindings.listed;
    return at_path(path, listed ? bindings.listed : bindings.item);
}

std::optional<json::value> of_parent(const Path& path, const Bindings& bindings) {
    bool listed = path.root() == Path::Root::listed && bindings.parent_listed;
    return at_path(path, listed ? bindings.parent_listed : bindings.parent);
}

std::optional<json::value> some(std::string_view text) {
    if (text.empty()) return {};
    return json::value(text);
}

std::optional<json::value> list_of(const Expression& expression, const Bindings& bindings) {
    json::array out;
    for (const auto& element : expression.elements)
        if (auto value = evaluate(element, bindings)) out.push_back(std::move(*value));
    if (out.empty() && !expression.elements.empty()) return {};
    return json::value(std::move(out));
}

std::optional<json::value> object_of(const Expression& expression, const Bindings& bindings) {
    json::object out;
    for (const auto& [name, member] : expression.members)
        if (auto value = evaluate(member, bindings)) out[name] = std::move(*value);
    return json::value(std::move(out));
}

}  // namespace

Result<Expression> Expression::parse(std::string_view text) {
    if (text.empty() || text.size() > 2000)
        return invalid("expression", "An expression must have 1 to 2,000 characters.");
    return Reader(text).whole();
}

std::optional<json::value> evaluate(const Expression& expression, const Bindings& bindings) {
    switch (expression.kind) {
        case Expression::Kind::literal:
            return expression.literal;
        case Expression::Kind::item:
            return of_item(expression.path, bindings);
        case Expression::Kind::parent:
            return of_parent(expression.path, bindings);
        case Expression::Kind::account:
            return some(bindings.account);
        case Expression::Kind::scope:
        case Expression::Kind::each:
            return some(bindings.scope);
        case Expression::Kind::list:
        case Expression::Kind::batch:
            return list_of(expression, bindings);
        case Expression::Kind::object:
            return object_of(expression, bindings);
    }
    return {};
}

}  // namespace patrol::catalogue
