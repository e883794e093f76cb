#include "catalogue/call_text.h"

#include <charconv>

#include <fmt/format.h>

namespace patrol::catalogue {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
    return text;
}

Failure broken(std::string_view what, std::string_view text) {
    return invalid("call", fmt::format("The {} \"{}\" is not understood.", what, text));
}

bool is_name(std::string_view text) {
    if (text.empty()) return false;
    for (char c : text)
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9')) return false;
    return true;
}

// The position of the next `wanted` outside quotes and brackets, or npos.
std::size_t find_outside(std::string_view text, char wanted) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        char c = text[at];
        if (c == '\'') quoted = !quoted;
        if (quoted) continue;
        if (c == wanted && depth == 0) return at;
        if (c == '[' || c == '{') ++depth;
        if (c == ']' || c == '}') --depth;
    }
    return std::string_view::npos;
}

Result<Argument> argument_from(std::string_view text) {
    auto mark = text.find('=');
    if (mark == std::string_view::npos) return broken("argument", text);
    auto name = trimmed(text.substr(0, mark));
    if (name.empty()) return broken("argument", text);
    return Argument{std::string(name), TRY(Expression::parse(trimmed(text.substr(mark + 1))))};
}

Result<std::vector<Argument>> arguments_from(std::string_view text) {
    std::vector<Argument> out;
    text = trimmed(text);
    while (!text.empty()) {
        auto end = std::min(find_outside(text, ','), text.size());
        out.push_back(TRY(argument_from(trimmed(text.substr(0, end)))));
        text.remove_prefix(std::min(end + 1, text.size()));
        text = trimmed(text);
    }
    return out;
}

std::vector<std::string> parts(std::string_view text) {
    std::vector<std::string> out;
    while (true) {
        auto end = text.find(',');
        out.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 1);
    }
}

// The next word of `text`, which is cut from it.
std::string_view word(std::string_view& text) {
    text = trimmed(text);
    auto end = std::min(text.find(' '), text.size());
    auto out = text.substr(0, end);
    text.remove_prefix(end);
    text = trimmed(text);
    return out;
}

Result<int> number_from(std::string_view text) {
    int number = 0;
    auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc() || end != text.data() + text.size() || number < 1)
        return broken("page size", text);
    return number;
}

Result<void> read_limit(std::string_view& text, Pagination& out) {
    out.limit = word(text);
    if (!is_name(out.limit)) return broken("page size", out.limit);
    if (text.empty() || text.front() < '0' || text.front() > '9') return {};
    auto range = word(text);
    auto dots = range.find("..");
    if (dots != std::string_view::npos) {
        out.min = TRY(number_from(range.substr(0, dots)));
        range.remove_prefix(dots + 2);
    }
    out.send = TRY(number_from(range));
    return {};
}

}  // namespace

Result<Call> call_from(std::string_view text) {
    Call out;
    auto arrow = text.rfind("->");
    auto head = trimmed(text.substr(0, arrow));
    if (arrow != std::string_view::npos) {
        out.result = TRY(Path::parse(trimmed(text.substr(arrow + 2))));
    }
    auto open = head.find('(');
    if (open != std::string_view::npos) {
        if (head.back() != ')') return broken("call", text);
        out.arguments = TRY(arguments_from(head.substr(open + 1, head.size() - open - 2)));
    }
    out.operation = trimmed(head.substr(0, open));
    if (!is_name(out.operation)) return broken("call", text);
    if (const auto* batch = out.batch()) out.batch_size = batch->value.batch_size;
    return out;
}

Result<Pagination> pagination_from(std::string_view text) {
    Pagination out;
    auto rest = trimmed(text);
    if (!rest.starts_with("limit ")) {
        auto tokens = word(rest);
        auto mark = tokens.find('=');
        out.in = parts(tokens.substr(0, mark));
        auto outs = mark == std::string_view::npos ? out.in : parts(tokens.substr(mark + 1));
        for (const auto& each : outs) out.out.push_back(TRY(Path::parse(each)));
        if (out.in.size() != out.out.size()) return broken("paging", text);
    }
    while (!rest.empty()) {
        auto key = word(rest);
        if (key == "while") {
            out.more = TRY(Path::parse(word(rest)));
        } else if (key == "limit") {
            TRY(read_limit(rest, out));
        } else {
            return broken("paging", text);
        }
    }
    for (const auto& each : out.in)
        if (!is_name(each)) return broken("paging", text);
    return out;
}

}  // namespace patrol::catalogue
