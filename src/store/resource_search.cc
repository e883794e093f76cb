// The explorer's box, and relations: both go from texts to resources by the terms.
#include <algorithm>
#include <set>

#include "base/json.h"
#include "store/inventory_key.h"
#include "store/resource_filter.h"
#include "store/resources.h"
#include "store/search_terms.h"

namespace patrol::store {
namespace {

// So many hits of one account are looked at: outdated ones are skipped, the rest is ranked.
constexpr std::size_t looked_at_max = 2'000;
constexpr std::size_t texts_max = 500;

// What the user typed, as terms are looked for.
struct Wanted {
    std::string text;  // lower case, whole
    TermProbe probe;
    bool arn = false;
};

Wanted wanted_of(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    Wanted wanted{.text = lower_case(text), .probe = {}, .arn = text.starts_with("arn:")};
    wanted.probe.text =
        cut_text(wanted.arn ? std::string(arn_tail(wanted.text)) : wanted.text, term_bytes_max - 4);
    wanted.probe.prefix = true;
    return wanted;
}

enum class Fit { none, begins, exact };

Fit fit_of(const ResourceRow& row, const Wanted& wanted) {
    auto fit = [&](std::string_view value) {
        if (!value.starts_with(wanted.text)) return Fit::none;
        return value.size() == wanted.text.size() ? Fit::exact : Fit::begins;
    };
    auto best = std::max(fit(lower_case(row.arn)), fit(lower_case(row.native_id)));
    if (wanted.arn || best == Fit::exact) return best;
    const auto tags = tags_from_text(row.tags);
    const auto terms = search_terms(
        {.native_id = row.native_id, .arn = row.arn, .name = row.name, .tags = &tags, .terms = row.terms});
    for (const auto& term : terms) best = std::max(best, fit(term));
    return best;
}

struct Hit {
    std::size_t view = 0;
    ResourceRow row;
};

// One walk over the accounts: first for exact hits, then for beginnings, each only until there are
// enough. A text that is everywhere is therefore answered by the first accounts.
class Search {
public:
    Search(ResourceReader& reader, const std::vector<AccountView>& views, Wanted wanted, std::size_t limit)
        : reader_(reader), views_(views), wanted_(std::move(wanted)), limit_(limit) {}

    Result<void> walk(Fit fit) {
        auto probe = wanted_.probe;
        probe.prefix = fit != Fit::exact || probe.text.size() >= term_bytes_max - 4;
        // Beginnings come in the order of their text: a few times the limit holds enough of them.
        const auto enough = fit == Fit::exact ? looked_at_max : std::min(looked_at_max, limit_ * 4 + 50);
        for (std::size_t index = 0; index < views_.size() && hits_.size() < limit_; ++index) {
            const auto& view = views_[index];
            for (const auto res : TRY(find_term(reader_.transaction(), view, probe, enough))) {
                if (hits_.size() >= limit_) break;
                TRY(look_at(index, res, fit));
            }
        }
        return {};
    }
    [[nodiscard]] const std::vector<Hit>& hits() const { return hits_; }

private:
    Result<void> look_at(std::size_t index, std::int64_t res, Fit fit) {
        const auto& view = views_[index];
        if (shown_.contains({view.account, res})) return {};
        auto row = TRY(reader_.at(view.account, res, view.seq));
        if (!row || fit_of(*row, wanted_) < fit) return {};
        shown_.emplace(view.account, res);
        hits_.push_back({index, std::move(*row)});
        return {};
    }

    ResourceReader& reader_;
    const std::vector<AccountView>& views_;
    Wanted wanted_;
    std::size_t limit_;
    std::set<std::pair<std::int64_t, std::int64_t>> shown_;
    std::vector<Hit> hits_;
};

// Texts in a document that may name something.
void collect_texts(const json::value& value, std::set<std::string>& texts) {
    if (texts.size() >= texts_max) return;
    if (value.is_string()) {
        const auto& text = value.get_string();
        if (text.size() >= 3 && text.size() <= 2'048 && text.find(' ') == json::string::npos)
            texts.emplace(text);
    } else if (value.is_array()) {
        for (const auto& each : value.get_array()) collect_texts(each, texts);
    } else if (value.is_object()) {
        for (const auto& [key, each] : value.get_object()) collect_texts(each, texts);
    }
}

// Identifiers that mean one thing only: an ARN, an id with digits, or the text of a name member.
bool names(const ResourceRow& row, std::string_view text) {
    return !text.empty() && (row.native_id == text || row.arn == text);
}

class RelationFinder {
public:
    RelationFinder(ResourceReader& reader, const std::vector<AccountView>& views, const AccountView& home,
                   const ResourceRow& self)
        : reader_(reader), views_(views), home_(home), self_(self) {}

    // What the document of `self_` names: at home, and by ARN in every account.
    Result<void> outgoing(Relations& relations) {
        const auto stored = TRY(reader_.document(self_.document));
        const auto document = TRY(parse_json(stored, {.depth = limits::document_json_depth}));
        std::set<std::string> texts;
        collect_texts(document, texts);
        std::set<std::pair<std::int64_t, std::int64_t>> known{{self_.account, self_.res}};
        for (const auto& text : texts) {
            if (text == self_.native_id || text == self_.arn) continue;
            bool found = TRY(named_in(home_, text, known, relations));
            if (!found && text.starts_with("arn:"))
                for (const auto& view : views_)
                    if (view.account != home_.account && TRY(named_in(view, text, known, relations))) break;
            if (relations.more) return {};
        }
        return {};
    }

    Result<void> incoming(Relations& relations) {
        std::set<std::pair<std::int64_t, std::int64_t>> known{{self_.account, self_.res}};
        std::set<std::string> texts{self_.native_id, self_.arn};
        for (const auto& text : texts) {
            if (text.size() < 3) continue;
            for (const auto& view : views_) {
                // An id without the account in it says nothing about another account.
                if (view.account != home_.account && !text.starts_with("arn:")) continue;
                TRY(naming_in(view, text, known, relations));
                if (relations.more) return {};
            }
        }
        return {};
    }

private:
    using Known = std::set<std::pair<std::int64_t, std::int64_t>>;

    Result<bool> named_in(const AccountView& view, const std::string& text, Known& known,
                          Relations& relations) {
        bool found = false;
        const TermProbe probe{cut_text(lower_case(arn_tail(text)), term_bytes_max), false};
        for (const auto res : TRY(find_term(reader_.transaction(), view, probe, 50))) {
            if (known.contains({view.account, res})) continue;
            const auto row = TRY(reader_.at(view.account, res, view.seq));
            if (!row || !names(*row, text)) continue;
            found = true;
            known.emplace(view.account, res);
            if (relations.outgoing.size() >= max_relations) return relations.more = true;
            relations.outgoing.push_back({TRY(reader_.resource(*row, view)), text});
        }
        return found;
    }

    // Mentions may be out of date: the document itself is asked.
    Result<void> naming_in(const AccountView& view, const std::string& text, Known& known,
                           Relations& relations) {
        std::vector<std::int64_t> found;
        const auto top = TRY(reader_.transaction().integer(
            "SELECT next_resource FROM inventory WHERE account = ?1", view.account));
        for (std::int64_t block = 0; block <= block_of(top.value_or(0)); ++block) {
            auto rows = TRY(
                reader_.transaction().query("SELECT res FROM mention WHERE account = ?1 AND block = ?2 AND "
                                            "target = ?3 ORDER BY res LIMIT ?4",
                                            view.account, block, mention_target(text), mentions_noted));
            const auto before = found.size();
            while (TRY(rows.step())) found.push_back(rows.integer(0));
            if (found.size() - before == mentions_noted) relations.more = true;
        }
        for (const auto res : found) {
            if (known.contains({view.account, res})) continue;
            const auto row = TRY(reader_.at(view.account, res, view.seq));
            if (!row) continue;
            const auto document = TRY(reader_.document(row->document));
            if (!document.contains(json::serialize(json::string_view(text)))) continue;
            known.emplace(view.account, res);
            if (relations.incoming.size() >= max_relations) {
                relations.more = true;
                return {};
            }
            relations.incoming.push_back({TRY(reader_.resource(*row, view)), text});
        }
        return {};
    }

    ResourceReader& reader_;
    const std::vector<AccountView>& views_;
    const AccountView& home_;
    const ResourceRow& self_;
};

}  // namespace

Result<std::vector<model::Resource>> Resources::search(const Viewer& viewer, std::string_view text,
                                                       std::size_t limit) {
    const auto wanted = wanted_of(text);
    if (wanted.probe.text.empty() || limit == 0) return std::vector<model::Resource>();
    return database_.read(viewer, [&](Transaction& transaction) -> Result<std::vector<model::Resource>> {
        const auto views = TRY(views_of_tenant(transaction, viewer.tenant, std::nullopt));
        ResourceReader reader(transaction, words_, slices_);
        Search search(reader, views, wanted, limit);
        TRY(search.walk(Fit::exact));
        TRY(search.walk(Fit::begins));
        std::vector<model::Resource> resources;
        for (const auto& hit : search.hits())
            resources.push_back(TRY(reader.resource(hit.row, views[hit.view])));
        return resources;
    });
}

Result<Relations> Resources::relations(const Viewer& viewer, const ResourceId& id) {
    return database_.read(viewer, [&](Transaction& transaction) -> Result<Relations> {
        const auto key = parse_resource_id(id);
        const auto views = TRY(views_of_tenant(transaction, viewer.tenant, std::nullopt));
        ResourceReader reader(transaction, words_, slices_);
        for (const auto& view : views) {
            const auto res = key ? TRY(find_key(transaction, view.account, bytes_of(*key))) : std::nullopt;
            if (!res) continue;
            const auto row = TRY(reader.at(view.account, *res, view.seq));
            Relations relations;
            if (!row) return relations;  // removed: it names nothing any more
            RelationFinder finder(reader, views, view, *row);
            TRY(finder.outgoing(relations));
            TRY(finder.incoming(relations));
            return relations;
        }
        return fail(Error::Kind::not_found, "There is no such resource.");
    });
}

}  // namespace patrol::store
