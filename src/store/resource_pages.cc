// Pages of resources, of one snapshot or over all accounts, and their facets.
#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include <fmt/core.h>

#include "store/resource_pass.h"
#include "store/resources.h"

namespace patrol::store {
namespace {

// Sort values are compared by so many bytes, and fit into a cursor.
constexpr std::size_t sort_bytes_max = 1'024;

enum class SortField { appearance, name, type, region, first_seen, last_changed };
struct Sort {
    SortField field = SortField::appearance;
    bool descending = false;
};

Result<Sort> parse_sort(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, SortField>, 6> known{
        {{"", SortField::appearance},
         {"name", SortField::name},
         {"type", SortField::type},
         {"region", SortField::region},
         {"first_seen", SortField::first_seen},
         {"last_changed", SortField::last_changed}}};
    Sort sort;
    if (text.starts_with('-')) {
        sort.descending = true;
        text.remove_prefix(1);
    }
    for (const auto& [name, field] : known)
        if (name == text && !(sort.descending && name.empty())) {
            sort.field = field;
            return sort;
        }
    return invalid("sort", "Resources cannot be sorted by this.",
                   "Sort by name, type, region, first_seen or last_changed.");
}

Result<std::string> sort_value(ResourceReader& reader, const Sort& sort, const ResourceRow& row) {
    switch (sort.field) {
        case SortField::appearance:
            return std::string();
        case SortField::name:
            return row.name.substr(0, sort_bytes_max);
        case SortField::type:
            return reader.word(row.type);
        case SortField::region:
            return reader.word(row.region);
        case SortField::first_seen:
            return fmt::format("{:020}", TRY(reader.lines().time(row.account, row.first_seq)).ms);
        case SortField::last_changed:
            return fmt::format("{:020}", TRY(reader.lines().time(row.account, row.content)).ms);
    }
    return std::string();
}

// Where a row stands in the order; the cursor is the place of the last row shown.
struct Place {
    std::string value;
    std::int64_t account = 0, res = 0;
    auto operator<=>(const Place&) const = default;

    [[nodiscard]] std::string text() const { return fmt::format("{}:{}:{}", account, res, value); }
    static Place of(std::string_view text) {
        Place place;
        const auto first = text.find(':');
        const auto second = text.find(':', first + 1);
        place.account = to_number(text.substr(0, first));
        place.res = to_number(text.substr(first + 1, second - first - 1));
        place.value = text.substr(second + 1);
        return place;
    }
};

struct Hit {
    Place place;
    ResourceRow row;
    const AccountView* view = nullptr;
};

// Gathers one page. In the order of appearance rows come sorted; otherwise the best are kept in a heap.
class Gather {
public:
    Gather(ResourceReader& reader, const ResourceList& list, Sort sort, std::optional<Place> after)
        : reader_(reader),
          list_(list),
          sort_(sort),
          after_(std::move(after)),
          pass_(reader, list.page.filter != nullptr ? *list.page.filter : no_filter_) {}

    Result<void> account(const AccountView& view) {
        const bool natural = is_natural();
        const bool passed = natural && after_ && view.account < after_->account;
        const bool full = natural && hits_.size() > list_.page.limit;
        const bool count = list_.total == Total::count;
        if ((passed || full) && !count) return {};
        TRY(pass_.plan(view));
        const auto known = pass_.known_total();
        if (count && known) total_ += *known;
        if ((passed || full) && known) return {};
        const bool count_rows = count && !known;
        const bool inside = natural && after_ && view.account == after_->account;
        const auto from = inside && !count_rows ? after_->res : 0;
        const auto wanted =
            natural && !count_rows ? static_cast<std::int64_t>(list_.page.limit) + 1 : INT64_MAX;
        return pass_.each(view, from, wanted, [&](ResourceRow&& row) -> Result<bool> {
            if (count_rows) ++total_;
            TRY(take(std::move(row), view));
            return !natural || count_rows || hits_.size() <= list_.page.limit;
        });
    }

    Result<Page<model::Resource>> page(const std::function<std::string(const Place&)>& seal) {
        if (!is_natural())
            std::ranges::sort(hits_, [&](const Hit& a, const Hit& b) { return before(a.place, b.place); });
        Page<model::Resource> page;
        page.total = total_;
        const bool more = hits_.size() > list_.page.limit;
        if (more) hits_.resize(list_.page.limit);
        page.items.reserve(hits_.size());
        for (auto& hit : hits_) {
            const auto document = hit.row.document;
            page.items.push_back(TRY(reader_.resource(std::move(hit.row), *hit.view)));
            if (list_.documents == Documents::include)
                page.items.back().document = TRY(reader_.document(document));
        }
        if (more) page.next_cursor = seal(hits_.back().place);
        return page;
    }

private:
    [[nodiscard]] bool is_natural() const { return sort_.field == SortField::appearance; }
    [[nodiscard]] bool before(const Place& a, const Place& b) const {
        return sort_.descending ? b < a : a < b;
    }

    Result<void> take(ResourceRow&& row, const AccountView& view) {
        Place place{TRY(sort_value(reader_, sort_, row)), view.account, row.res};
        if (after_ && !before(*after_, place)) return {};
        if (is_natural()) {
            if (hits_.size() <= list_.page.limit) hits_.push_back({std::move(place), std::move(row), &view});
            return {};
        }
        const auto worse = [&](const Hit& a, const Hit& b) { return before(a.place, b.place); };
        if (hits_.size() > list_.page.limit) {
            if (!before(place, hits_.front().place)) return {};
            std::ranges::pop_heap(hits_, worse);
            hits_.pop_back();
        }
        hits_.push_back({std::move(place), std::move(row), &view});
        std::ranges::push_heap(hits_, worse);
        return {};
    }

    static inline const filter::Filter no_filter_{};
    ResourceReader& reader_;
    const ResourceList& list_;
    Sort sort_;
    std::optional<Place> after_;
    ResourcePass pass_;
    std::vector<Hit> hits_;  // in their order, or with a sort a heap, the worst in front
    std::int64_t total_ = 0;
};

// What outlives a request.
struct Memory {
    Words& words;
    SnapshotSlices& slices;
};

using Views = std::function<Result<std::vector<AccountView>>(Transaction&)>;

Result<Page<model::Resource>> read_page(Database& database, const Cursors& cursors, const Memory& memory,
                                        const Viewer& viewer, std::string_view name, const ResourceList& list,
                                        const Views& views_of) {
    TRY(page_limit(list.page));
    const auto sort = TRY(parse_sort(list.page.sort));
    if (list.page.filter != nullptr) TRY(check_resource_filter(*list.page.filter));
    const auto sealed = fmt::format("{}|{}|{}", name, list.page.sort,
                                    list.page.filter != nullptr ? filter::to_text(*list.page.filter) : "");
    std::optional<Place> after;
    if (!list.page.cursor.empty())
        after = Place::of(TRY(cursors.open(viewer.tenant, sealed, list.page.cursor)));
    return database.read(viewer, [&](Transaction& transaction) -> Result<Page<model::Resource>> {
        const auto views = TRY(views_of(transaction));
        ResourceReader reader(transaction, memory.words, memory.slices);
        Gather gather(reader, list, sort, after);
        for (const auto& view : views) TRY(gather.account(view));
        return gather.page(
            [&](const Place& place) { return cursors.seal(viewer.tenant, sealed, place.text()); });
    });
}

// Counts of one account's rows by the value of each field.
using Counts = std::vector<std::map<std::string, std::int64_t>>;

Result<std::string> facet_value(ResourceReader& reader, std::string_view field, const ResourceRow& row,
                                const AccountView& view) {
    if (field == "category") return reader.word(row.category);
    if (field == "type") return reader.word(row.type);
    if (field == "service") return reader.word(row.service);
    if (field == "region") return reader.word(row.region);
    return view.id.str();
}

Result<void> count_slices(ResourceReader& reader, const ResourcePass& pass,
                          std::span<const std::string_view> fields, const AccountView& view, Counts& counts) {
    for (const auto& slice : pass.slices()) {
        if (slice.match == Match::no) continue;
        const ResourceRow row{.type = slice.type, .category = slice.category, .service = slice.service};
        for (std::size_t i = 0; i < fields.size(); ++i)
            if (fields[i] != "region")
                counts[i][TRY(facet_value(reader, fields[i], row, view))] += slice.live;
    }
    return {};
}

// The regions of everything, by the database alone.
Result<void> count_regions(ResourceReader& reader, const AccountView& view,
                           std::map<std::string, std::int64_t>& counts) {
    std::vector<std::pair<std::int64_t, std::int64_t>> found;
    {
        auto rows =
            TRY(reader.transaction().query("SELECT a.region, COUNT(*) FROM version v CROSS JOIN attributes a "
                                           "WHERE v.account = ?1 AND {plus}v.first <= ?2 "
                                           "AND {plus}v.last >= ?2 AND a.account = v.account AND a.res = "
                                           "v.res AND a.first = v.attributes GROUP BY a.region",
                                           view.account, view.seq));
        while (TRY(rows.step())) found.emplace_back(rows.integer(0), rows.integer(1));
    }
    for (const auto& [region, count] : found) counts[TRY(reader.word(region))] += count;
    return {};
}

Result<void> count_all(ResourceReader& reader, const filter::Filter& filter,
                       std::span<const std::string_view> fields, const AccountView& view, Counts& counts) {
    ResourcePass pass(reader, filter);
    TRY(pass.plan(view));
    const auto region = std::ranges::find(fields, "region");
    if (pass.decided_by_slices() && (region == fields.end() || !filter.root)) {
        if (region != fields.end())
            TRY(count_regions(reader, view, counts[static_cast<std::size_t>(region - fields.begin())]));
        return count_slices(reader, pass, fields, view, counts);
    }
    return pass.each(view, 0, INT64_MAX, [&](ResourceRow&& row) -> Result<bool> {
        for (std::size_t i = 0; i < fields.size(); ++i)
            ++counts[i][TRY(facet_value(reader, fields[i], row, view))];
        return true;
    });
}

Result<void> check_facets(std::span<const std::string_view> fields) {
    static constexpr std::array known{std::string_view("category"), std::string_view("type"),
                                      std::string_view("region"), std::string_view("service"),
                                      std::string_view("account")};
    for (const auto field : fields)
        if (std::ranges::find(known, field) == known.end())
            return invalid("by", fmt::format("There are no counts by \"{}\".", field),
                           "Ask for category, type, region, service or account.");
    return {};
}

std::vector<Facet> largest_first(std::span<const std::string_view> fields, const Counts& counts) {
    std::vector<Facet> facets;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        Facet facet{.field = std::string(fields[i])};
        for (const auto& [value, count] : counts[i]) facet.values.push_back({value, count});
        std::ranges::sort(facet.values, {},
                          [](const auto& value) { return std::tuple(-value.count, value.value); });
        facets.push_back(std::move(facet));
    }
    return facets;
}

// `views` names the accounts and, of each, the snapshot.
template <class Views>
Result<std::vector<Facet>> read_facets(Database& database, const Memory& memory, const Viewer& viewer,
                                       std::span<const std::string_view> fields, const filter::Filter& filter,
                                       Views views) {
    TRY(check_facets(fields));
    TRY(check_resource_filter(filter));
    return database.read(viewer, [&](Transaction& transaction) -> Result<std::vector<Facet>> {
        const std::vector<AccountView> wanted = TRY(views(transaction));
        ResourceReader reader(transaction, memory.words, memory.slices);
        Counts counts(fields.size());
        for (const auto& view : wanted) TRY(count_all(reader, filter, fields, view, counts));
        return largest_first(fields, counts);
    });
}

}  // namespace

Result<Page<model::Resource>> Resources::in_snapshot(const Viewer& viewer, const SnapshotId& snapshot,
                                                     const ResourceList& list) {
    return read_page(database_, cursors_, {words_, slices_}, viewer, "resources of " + snapshot.str(), list,
                     [&](Transaction& transaction) -> Result<std::vector<AccountView>> {
                         return std::vector{TRY(view_of_snapshot(transaction, viewer.tenant, snapshot))};
                     });
}

Result<Page<model::Resource>> Resources::across(const Viewer& viewer, std::optional<Timestamp> at,
                                                const ResourceList& list) {
    return read_page(
        database_, cursors_, {words_, slices_}, viewer, fmt::format("resources at {}", at ? at->ms : 0), list,
        [&](Transaction& transaction) { return views_of_tenant(transaction, viewer.tenant, at); });
}

Result<std::vector<Facet>> Resources::facets(const Viewer& viewer, const SnapshotId& snapshot,
                                             std::span<const std::string_view> fields,
                                             const filter::Filter& filter) {
    return read_facets(database_, {words_, slices_}, viewer, fields, filter,
                       [&](Transaction& transaction) -> Result<std::vector<AccountView>> {
                           return std::vector{TRY(view_of_snapshot(transaction, viewer.tenant, snapshot))};
                       });
}

Result<std::vector<Facet>> Resources::facets_across(const Viewer& viewer, std::optional<Timestamp> at,
                                                    std::span<const std::string_view> fields,
                                                    const filter::Filter& filter) {
    return read_facets(database_, {words_, slices_}, viewer, fields, filter, [&](Transaction& transaction) {
        return views_of_tenant(transaction, viewer.tenant, at);
    });
}

}  // namespace patrol::store
