#include "catalogue/path.h"

#include <fmt/format.h>

namespace patrol::catalogue {
namespace {

bool plain(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == ':' || c == '/';
}

// Reads the steps of a path, left to right.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    Result<std::vector<Step>> steps() {
        std::vector<Step> out;
        while (at_ < text_.size()) {
            if (out.size() == Path::max_steps) return broken("has too many steps");
            out.push_back(TRY(step(out.empty())));
        }
        return out;
    }

private:
    Failure broken(std::string_view why) const {
        return invalid("path", fmt::format("The path \"{}\" {}.", text_, why));
    }
    Result<Step> step(bool first) {
        if (text_[at_] == '[') return each(first);
        if (text_[at_] == '{') return key();
        if (!first) {
            if (text_[at_] != '.') return broken(fmt::format("has an unexpected \"{}\"", text_[at_]));
            ++at_;
            if (at_ < text_.size() && text_[at_] == '{') return key();
        }
        auto from = at_;
        while (at_ < text_.size() && plain(text_[at_])) ++at_;
        if (at_ == from) return broken("lacks a name");
        return Step{Step::Kind::member, std::string(text_.substr(from, at_ - from))};
    }
    Result<Step> each(bool first) {
        if (first || text_.substr(at_, 2) != "[]") return broken("has a misplaced \"[\"");
        at_ += 2;
        return Step{Step::Kind::each, {}};
    }
    Result<Step> key() {
        auto end = text_.find('}', at_);
        if (end == std::string_view::npos || end == at_ + 1) return broken("has an open \"{\"");
        Step step{Step::Kind::key, std::string(text_.substr(at_ + 1, end - at_ - 1))};
        at_ = end + 1;
        return step;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

// Calls `fn` for every match; Value is json::value or const json::value.
template <class Value, class Fn>
void walk(Value& from, const std::vector<Step>& steps, std::size_t at, const Fn& fn) {
    if (at == steps.size()) {
        fn(from);
        return;
    }
    if (steps[at].kind == Step::Kind::each) {
        if (!from.is_array()) return;
        for (auto& element : from.get_array()) walk(element, steps, at + 1, fn);
        return;
    }
    if (!from.is_object()) return;
    auto* member = from.get_object().if_contains(steps[at].name);
    if (member) walk(*member, steps, at + 1, fn);
}

}  // namespace

Result<Path> Path::parse(std::string_view text) {
    if (text.empty() || text.size() > max_bytes)
        return invalid("path", "A path must have 1 to 512 characters.");
    Path path;
    path.text_ = text;
    if (text.starts_with("$item")) {
        path.root_ = Root::listed;
        text.remove_prefix(5);
        if (text.empty()) return path;
        if (text.front() != '.' || text.size() == 1)
            return invalid("path", fmt::format("The path \"{}\" lacks a name.", path.text_));
        text.remove_prefix(1);
    }
    if (text == "@" || text == ".") return path;
    path.steps_ = TRY(Reader(text).steps());
    return path;
}

bool Path::is_plural() const {
    for (const auto& step : steps_)
        if (step.kind == Step::Kind::each) return true;
    return false;
}

std::vector<const json::value*> Path::select(const json::value& from) const {
    std::vector<const json::value*> out;
    walk(from, steps_, 0, [&](const json::value& found) { out.push_back(&found); });
    return out;
}

const json::value* Path::first(const json::value& from) const {
    const json::value* out = nullptr;
    walk(from, steps_, 0, [&](const json::value& found) {
        if (!out && !found.is_null()) out = &found;
    });
    return out;
}

std::string Path::text_of(const json::value& from) const {
    const auto* found = first(from);
    if (!found || found->is_structured()) return {};
    if (const auto* text = found->if_string()) return {text->data(), text->size()};
    return to_text(*found);
}

void Path::for_each(json::value& from, const std::function<void(json::value&)>& fn) const {
    walk(from, steps_, 0, fn);
}

std::size_t Path::remove(json::value& from) const {
    if (steps_.empty()) {
        from = nullptr;
        return 1;
    }
    auto holders = steps_;
    auto last = holders.back();
    holders.pop_back();
    std::size_t removed = 0;
    walk(from, holders, 0, [&](json::value& holder) {
        if (last.kind != Step::Kind::each) {
            if (auto* object = holder.if_object()) removed += object->erase(last.name);
        } else if (auto* list = holder.if_array()) {
            removed += list->size();
            list->clear();
        }
    });
    return removed;
}

bool Path::set(json::value& in, json::value value) const {
    if (is_plural()) {
        bool any = false;
        for_each(in, [&](json::value& found) {
            found = value;
            any = true;
        });
        return any;
    }
    json::value* at = &in;
    for (const auto& step : steps_) {
        if (at->is_null()) *at = json::object();
        if (!at->is_object()) return false;
        at = &at->get_object()[step.name];
    }
    *at = std::move(value);
    return true;
}

void Path::for_each_holder(json::value& from,
                           const std::function<void(std::string_view, json::object&)>& fn) const {
    if (steps_.empty() || steps_.back().kind == Step::Kind::each) return;
    auto holders = steps_;
    holders.pop_back();
    walk(from, holders, 0, [&](json::value& holder) {
        auto* object = holder.if_object();
        if (object && object->contains(steps_.back().name)) fn(steps_.back().name, *object);
    });
}

Path Path::operator/(const Path& rest) const {
    Path out = *this;
    for (const auto& step : rest.steps_) out.steps_.push_back(step);
    if (rest.steps_.empty()) return out;
    bool joined = !steps_.empty() && rest.steps_.front().kind != Step::Kind::each;
    out.text_ = steps_.empty() ? rest.text_ : text_ + (joined ? "." : "") + rest.text_;
    return out;
}

}  // namespace patrol::catalogue
