#include "store/resource_filter.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/json.h"
#include "store/inventory_key.h"
#include "store/resources.h"
#include "store/search_terms.h"

namespace patrol::store {
namespace {

constexpr std::array fields{
    std::string_view("type"),         std::string_view("category"),  std::string_view("service"),
    std::string_view("region"),       std::string_view("scope"),     std::string_view("name"),
    std::string_view("id"),           std::string_view("native_id"), std::string_view("arn"),
    std::string_view("account"),      std::string_view("customer"),  std::string_view("first_seen"),
    std::string_view("last_changed"), std::string_view("stale")};

using Visit = std::function<bool(std::string_view)>;

// All scalars at a dotted path; lists are walked through.
bool visit_path(const json::value& value, std::string_view path, const Visit& visit) {
    if (value.is_array()) {
        for (const auto& each : value.get_array())
            if (!visit_path(each, path, visit)) return false;
        return true;
    }
    if (path.empty()) {
        if (value.is_object() || value.is_null()) return true;
        return visit(value.is_string() ? std::string(value.get_string()) : json::serialize(value));
    }
    if (!value.is_object()) return true;
    const auto dot = path.find('.');
    auto key = path.substr(0, dot);
    if (key.ends_with("[]")) key.remove_suffix(2);
    const auto* inner = value.get_object().if_contains(key);
    if (inner == nullptr) return true;
    return visit_path(*inner, dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1),
                      visit);
}

struct SliceSource final : filter::FieldSource {
    std::string type, scope, category, service;
    const AccountView* view = nullptr;
    bool stale = false;

    static bool knows(std::string_view field) {
        static constexpr std::array known{std::string_view("type"),     std::string_view("scope"),
                                          std::string_view("category"), std::string_view("service"),
                                          std::string_view("account"),  std::string_view("customer"),
                                          std::string_view("stale")};
        return std::ranges::find(known, field) != known.end();
    }
    void values(const filter::Compare& compare, const Visit& visit) const override {
        const auto& field = compare.field;
        if (field == "type") visit(type);
        if (field == "scope") visit(scope);
        if (field == "category") visit(category);
        if (field == "service") visit(service);
        if (field == "stale") visit(stale ? "true" : "false");
        if (field == "account" && visit(view->id.str())) visit(view->name);
        if (field == "customer" && !view->customer_id.empty() && visit(view->customer_id))
            visit(view->customer_name);
    }
};

Match match_slice(const filter::Node& node, const SliceSource& source) {
    if (const auto* compare = std::get_if<filter::Compare>(&node.as)) {
        if (!SliceSource::knows(compare->field)) return Match::perhaps;
        return filter::matches(filter::Filter{filter::Node{*compare}}, source) ? Match::yes : Match::no;
    }
    if (const auto* all = std::get_if<filter::And>(&node.as)) {
        auto worst = Match::yes;
        for (const auto& term : all->terms) worst = std::min(worst, match_slice(term, source));
        return worst;
    }
    auto best = Match::no;
    for (const auto& term : std::get<filter::Or>(node.as).terms)
        best = std::max(best, match_slice(term, source));
    return best;
}

// A row's values. An error on the way ends the evaluation and is kept.
struct RowSource final : filter::FieldSource {
    ResourceReader& reader;
    const ResourceRow& row;
    const AccountView& view;
    std::size_t& documents;
    mutable std::optional<Error> error;
    mutable std::optional<json::value> document;

    RowSource(ResourceReader& r, const ResourceRow& o, const AccountView& v, std::size_t& d)
        : reader(r), row(o), view(v), documents(d) {}

    template <class T, class Use>
    void with(Result<T> value, Use use) const {
        if (value)
            use(*value);
        else if (!error)
            error = std::move(value).error();
    }
    void word(std::int64_t number, const Visit& visit) const {
        with(reader.word(number), [&](const std::string& text) {
            if (!text.empty()) visit(text);
        });
    }
    void text(std::string_view value, const Visit& visit) const {
        if (!value.empty()) visit(value);
    }
    void time(std::int64_t seq, const Visit& visit) const {
        with(reader.lines().time(view.account, seq), [&](Timestamp at) { visit(to_rfc3339(at)); });
    }
    void document_values(std::string_view path, const Visit& visit) const {
        if (!document) {
            ++documents;
            with(reader.document(row.document), [&](const std::string& packed) {
                with(parse_json(packed, {.depth = limits::document_json_depth}),
                     [&](json::value& value) { document = std::move(value); });
            });
        }
        if (document) visit_path(*document, path, visit);
    }
    void free_text(const Visit& visit) const {
        bool more = true;
        const Visit next = [&](std::string_view value) { return more = more && visit(value); };
        text(row.name, next);
        text(row.native_id, next);
        text(row.arn, next);
        word(row.type, next);
        if (!more) return;
        for (const auto& [key, value] : tags_from_text(row.tags)) {
            next(fmt::format("{}={}", key, value));
            if (!more) return;
        }
        text(row.terms, next);
        next(resource_id(row.key_hash).str());
    }
    void values(const filter::Compare& compare, const Visit& visit) const override {
        const auto& field = compare.field;
        if (const auto key = compare.tag(); !key.empty()) {
            const auto tags = tags_from_text(row.tags);
            if (auto at = tags.find(key); at != tags.end()) visit(at->second);
            return;
        }
        if (const auto path = compare.document_path(); !path.empty()) return document_values(path, visit);
        if (field == "type") return word(row.type, visit);
        if (field == "scope") return word(row.scope, visit);
        if (field == "category") return word(row.category, visit);
        if (field == "service") return word(row.service, visit);
        if (field == "region") return word(row.region, visit);
        if (field == "name") return text(row.name, visit);
        if (field == "native_id") return text(row.native_id, visit);
        if (field == "arn") return text(row.arn, visit);
        if (field == "id") return text(resource_id(row.key_hash).str(), visit);
        if (field == "first_seen") return time(row.first_seq, visit);
        if (field == "last_changed") return time(row.content, visit);
        if (field == "account") return visit(view.id.str()) ? void(visit(view.name)) : void();
        if (field == "customer") {
            if (!view.customer_id.empty() && visit(view.customer_id)) visit(view.customer_name);
            return;
        }
        if (field == "stale")
            return with(reader.lines().complete(view.account, row.slice, view.seq),
                        [&](bool complete) { visit(complete ? "false" : "true"); });
        if (field == "text") return free_text(visit);
    }
};

bool plain(const filter::Compare& compare) {
    return compare.values.size() == 1 && !compare.values[0].number && !compare.values[0].time;
}

// Calls `use` for each comparison that every match must satisfy, until it answers true.
template <class Use>
bool any_required(const filter::Node& node, Use use) {
    if (const auto* compare = std::get_if<filter::Compare>(&node.as)) return use(*compare);
    if (const auto* all = std::get_if<filter::And>(&node.as))
        return std::ranges::any_of(all->terms, [&](const auto& term) { return any_required(term, use); });
    return false;
}

// Shorter than what is stored, so that a text that was cut when it was stored is still found.
TermProbe probe_for(std::string text, bool begins) {
    const bool cut = text.size() > term_bytes_max - 4;
    return {cut_text(std::move(text), term_bytes_max - 4), begins || cut};
}

std::optional<TermProbe> probe_of(const filter::Compare& compare) {
    using enum filter::Op;
    if (!plain(compare) || (compare.op != equal && compare.op != starts_with)) return {};
    const auto& value = compare.values[0].text;
    if (compare.field == "name") return probe_for(lower_case(value), compare.op == starts_with);
    if (compare.op != equal) return {};
    if (compare.field == "native_id" || compare.field == "arn")
        return probe_for(lower_case(arn_tail(value)), false);
    if (!compare.tag().empty() && compare.tag() != "Name")
        return probe_for(lower_case(compare.tag()) + "=" + lower_case(value), false);
    return {};
}

}  // namespace

const filter::Vocabulary& resource_vocabulary() {
    static const filter::Vocabulary vocabulary{
        .fields = fields, .tags = true, .labels = false, .documents = true};
    return vocabulary;
}

Result<void> check_resource_filter(const filter::Filter& filter) {
    const std::function<Result<void>(const filter::Node&)> check =
        [&](const filter::Node& node) -> Result<void> {
        if (const auto* compare = std::get_if<filter::Compare>(&node.as)) {
            if (compare->field == "text" || !compare->tag().empty() || !compare->document_path().empty() ||
                std::ranges::find(fields, compare->field) != fields.end())
                return {};
            return invalid("q", fmt::format("Resources have no field \"{}\".", compare->field));
        }
        const auto* all = std::get_if<filter::And>(&node.as);
        for (const auto& term : all != nullptr ? all->terms : std::get<filter::Or>(node.as).terms)
            TRY(check(term));
        return {};
    };
    return filter.root ? check(*filter.root) : Result<void>();
}

Result<LiveSlices> live_slices(ResourceReader& reader, const AccountView& view,
                               const filter::Filter& filter) {
    auto slices = TRY(reader.slices(view));
    if (!filter.root) return slices;
    auto matched = std::make_shared<std::vector<LiveSlice>>(*slices);
    for (auto& slice : *matched) {
        SliceSource source;
        source.type = TRY(reader.word(slice.type));
        source.scope = TRY(reader.word(slice.scope));
        source.category = TRY(reader.word(slice.category));
        source.service = TRY(reader.word(slice.service));
        source.view = &view;
        source.stale = !slice.complete;
        slice.match = match_slice(*filter.root, source);
    }
    return matched;
}

Result<bool> RowFilter::matches(const ResourceRow& row, const AccountView& view) {
    const RowSource source(reader_, row, view, documents_);
    const bool matched = filter::matches(filter_, source);
    if (source.error) return fail(*source.error);
    if (documents_ > documents_max)
        return fail(Error(Error::Kind::too_large, "The filter has to read too many documents.",
                          "Narrow it down by type, region or name."));
    return matched;
}

std::optional<TermProbe> term_probe(const filter::Filter& filter) {
    std::optional<TermProbe> found;
    if (filter.root)
        any_required(*filter.root, [&](const filter::Compare& compare) {
            found = probe_of(compare);
            if (found && found->text.size() < 2) found.reset();
            return found.has_value();
        });
    return found;
}

std::optional<ResourceId> id_probe(const filter::Filter& filter) {
    std::optional<ResourceId> found;
    if (filter.root)
        any_required(*filter.root, [&](const filter::Compare& compare) {
            if (compare.field == "id" && compare.op == filter::Op::equal)
                found = ResourceId(compare.values[0].text);
            return found.has_value();
        });
    return found;
}

Result<std::vector<std::int64_t>> find_term(Transaction& transaction, const AccountView& view,
                                            const TermProbe& probe, std::size_t limit) {
    const auto top =
        TRY(transaction.integer("SELECT next_resource FROM inventory WHERE account = ?1", view.account));
    std::vector<std::int64_t> found;
    for (std::int64_t block = 0; block <= block_of(top.value_or(0)) && found.size() < limit; ++block) {
        // U+10FFFF is above every character: the end of what begins with the text.
        auto rows = TRY(
            probe.prefix
                ? transaction.query(
                      "SELECT res FROM term WHERE account = ?1 AND block = ?2 AND text >= ?3 AND "
                      "text < ?4 LIMIT ?5",
                      view.account, block, probe.text, probe.text + "\xf4\x8f\xbf\xbf", limit - found.size())
                : transaction.query(
                      "SELECT res FROM term WHERE account = ?1 AND block = ?2 AND text = ?3 LIMIT ?4",
                      view.account, block, probe.text, limit - found.size()));
        while (TRY(rows.step())) found.push_back(rows.integer(0));
    }
    return found;
}

Result<std::optional<std::int64_t>> find_key(Transaction& transaction, std::int64_t account,
                                             std::string_view key_hash) {
    return transaction.integer("SELECT res FROM resource WHERE account = ?1 AND key_hash = ?2", account,
                               Blob{key_hash});
}

}  // namespace patrol::store
