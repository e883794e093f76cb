// Query parameters of lists and their answers: {"items":[…],"next_cursor":…,"total":n}.
#pragma once

#include <string_view>

#include "api/call.h"
#include "api/json_text.h"
#include "filter/filter.h"
#include "store/page.h"

namespace patrol::api {

// ?limit=&cursor=&q=&sort= of one request. Holds the filter that the store's request borrows.
class ListQuery {
public:
    // Kind::invalid naming the parameter that is wrong.
    static Result<ListQuery> of(const Call& call);
    static Result<ListQuery> of(const Call& call, const filter::Vocabulary& vocabulary);

    // Valid while this object lives.
    [[nodiscard]] store::PageRequest request() const {
        return {
            .limit = limit_, .cursor = cursor_, .filter = filter_.root ? &filter_ : nullptr, .sort = sort_};
    }
    [[nodiscard]] const filter::Filter& filter() const { return filter_; }

private:
    static Result<ListQuery> of(const Call& call, const filter::Vocabulary* vocabulary);

    std::size_t limit_ = limits::page_items_default;
    std::string cursor_;
    std::string sort_;
    filter::Filter filter_;
};

template <class T, class Render>
json::object list_of(const store::Page<T>& page, Render render) {
    json::array items;
    items.reserve(page.items.size());
    for (const T& item : page.items) items.push_back(render(item));
    return {{"items", std::move(items)},
            {"next_cursor", page.next_cursor ? json::value(*page.next_cursor) : json::value(nullptr)},
            {"total", page.total}};
}

// The same as text; `append` writes one item behind what is there. `item_bytes`: about what one takes.
template <class T, class Append>
std::string list_text(const store::Page<T>& page, std::size_t item_bytes, Append append) {
    std::string out;
    out.reserve(page.items.size() * item_bytes + 200);
    {
        ObjectText list(out);
        list.begin("items") += '[';
        for (const T& item : page.items) {
            append(out, item);
            out += ',';
        }
        if (!page.items.empty()) out.pop_back();
        out += ']';
        if (page.next_cursor)
            list.text("next_cursor", *page.next_cursor);
        else
            list.json("next_cursor", "null");
        list.number("total", page.total);
    }
    return out;
}

// A short list that is answered whole.
template <class Items, class Render>
json::object whole_list_of(const Items& items, Render render) {
    json::array rendered;
    for (const auto& item : items) rendered.push_back(render(item));
    const std::size_t count = rendered.size();
    return {{"items", std::move(rendered)}, {"next_cursor", nullptr}, {"total", count}};
}

Result<std::optional<Timestamp>> time_parameter(const Call& call, std::string_view name);

}  // namespace patrol::api
