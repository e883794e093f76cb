// The half of a slice that turns the items of a finished page into resources.
#include "inventory/aws/slice.h"

#include "base/encoding.h"
#include "document/canonical_json.h"
#include "document/relations.h"

namespace patrol::inventory {
namespace {

// Preparing reuses memory; one set for each thread of a run.
document::Scratch& scratch() {
    static thread_local document::Scratch mine;
    return mine;
}

json::value tag_list(const model::Labels& labels) {
    json::array out;
    for (const auto& [key, value] : labels) out.push_back(json::object{{"Key", key}, {"Value", value}});
    return json::value(std::move(out));
}

const std::string tags_key = "Tags";

}  // namespace

void Slice::write(const ListPtr& list, Page& page) {
    std::vector<PageItem*> good;
    good.reserve(page.items().size());
    for (auto& item : page.items())
        if (!suspect(list, page, item)) good.push_back(&item);
    put(finish_items(good));
}

std::vector<model::ScannedResource> Slice::finish_items(std::span<PageItem* const> items) {
    std::vector<Draft> drafts;
    drafts.reserve(items.size());
    for (auto* item : items)
        if (auto made = draft(*item)) drafts.push_back(std::move(*made));
    carry_forward(drafts);
    std::vector<model::ScannedResource> resources;
    resources.reserve(drafts.size());
    for (auto& each : drafts)
        if (auto resource = finish_item(each)) resources.push_back(std::move(*resource));
    return resources;
}

// Keeps an item aside that a call did not find: it leaves the page's memory.
bool Slice::suspect(const ListPtr& list, Page& page, PageItem& item) {
    if (item.state == PageItem::State::good && item.gone.empty()) return false;
    if (item.state == PageItem::State::failed) return true;
    const auto* call = setup_.type.detail ? &*setup_.type.detail : &item.gone.front()->call;
    auto bindings = page.bindings(item);
    if (bindings.listed != nullptr) bindings.item = bindings.listed;
    Suspect out;
    out.list = list;
    out.call = call;
    out.question = json::serialize(arguments_of(*call, bindings).input);
    out.document = std::make_unique<json::value>(*item.document, json::storage_ptr{});
    if (item.listed != nullptr) out.listed = std::make_unique<json::value>(*item.listed, json::storage_ptr{});
    out.item = std::move(item);
    out.item.detail.reset();
    out.item.document = out.document.get();
    out.item.listed = out.listed.get();
    std::lock_guard lock(mutex_);
    suspects_.push_back(std::move(out));
    return true;
}

void Slice::feed(const PageItem& item, const std::string& id) {
    if (!setup_.feeds) return;
    auto parent = parent_of(setup_.feed_paths, *item.document, item.listed);
    parent.native_id = id;
    const ParentItem* added = nullptr;
    {
        std::lock_guard lock(mutex_);
        if (feed_->size() >= house_.parents_max) {
            notes_->cut("Too many resources of this type: not all of their children are read.");
            return;
        }
        added = &feed_->emplace_back(std::move(parent));
    }
    if (setup_.type.recurse) add_list(added, item.scope);
}

// Subtrees that were not read stay as the newest snapshot knows them: already redacted there. The store is
// asked for many at a time, and not at all where that snapshot holds nothing of this slice.
void Slice::carry_forward(std::span<Draft> drafts) {
    if (live_before_ == 0) return;
    std::vector<Draft*> waiting;
    for (auto& each : drafts)
        if (!each.item->unknown.empty() && !each.resource.native_id.empty()) waiting.push_back(&each);
    for (std::span<Draft* const> rest = waiting; !rest.empty();) {
        const auto some = rest.first(std::min(rest.size(), ItemSink::previous_at_once));
        carry_forward(some);
        rest = rest.subspan(some.size());
    }
}

void Slice::carry_forward(std::span<Draft* const> drafts) {
    std::vector<std::string> ids;
    for (const auto* each : drafts) ids.push_back(each->resource.native_id);
    auto before = house_.sink.previous(setup_.key, ids);
    if (!before) return house_.queue.fail(std::move(before).error());
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        if (!(*before)[i]) continue;
        const auto document = parse_json(*(*before)[i], {.depth = limits::document_json_depth});
        if (!document) continue;
        auto& item = *drafts[i]->item;
        auto& object = item.document->get_object();
        for (const auto& key : item.unknown)
            if (const auto* known = patrol::find(*document, key)) object[key] = *known;
    }
}

void Slice::join_tags(PageItem& item, const std::string& arn, bool& known) {
    auto& object = item.document->get_object();
    if (object.contains(tags_key)) return;
    if (arn.empty()) return;  // nothing to join by: the type has no tags
    if (!tags || !tags->known()) {
        known = false;
        item.unknown.push_back(tags_key);
        if (tags) notes_->tags_unknown(tags->problem());
        return;
    }
    if (const auto* labels = tags->find(arn)) object[tags_key] = tag_list(*labels);
}

std::optional<Slice::Draft> Slice::draft(PageItem& item) {
    const auto& type = setup_.type;
    const auto& document = *item.document;
    Draft made{.item = &item, .given_name = {}, .resource = {}};
    auto& out = made.resource;
    out.region = setup_.key.scope == "global" && type.scope != catalogue::Scope::global_list_regional_children
                     ? "global"
                     : item.region;
    out.native_id = native_id_of(type, document, item.listed);
    if (out.native_id.size() > limits::resource_text_bytes) {
        notes_->cut("A resource came with an id of more than 16 KB and could not be kept.");
        return {};
    }
    out.native_id = kept(std::move(out.native_id));
    auto& given = made.given_name;
    if (type.item_name) given = text_of(*type.item_name, document, item.listed);
    feed(item, out.native_id);
    if (setup_.use == SliceUse::feed_children || !document.is_object()) return {};
    ItemPlace place{.type = type,
                    .partition = house_.identity.partition,
                    .account = house_.identity.account_id,
                    .region = out.region,
                    .parent = item.parent};
    out.arn =
        kept(arn_of(place, document, item.listed, out.native_id, given.empty() ? out.native_id : given));
    if (type.tags.kind == catalogue::TagRule::Kind::joined) join_tags(item, out.arn, out.tags_known);
    if (type.tags.kind == catalogue::TagRule::Kind::child)
        out.tags_known = std::ranges::find(item.unknown, type.tags.key) == item.unknown.end();
    return made;
}

std::optional<model::ScannedResource> Slice::finish_item(Draft& draft) {
    const auto& type = setup_.type;
    auto& document = *draft.item->document;
    auto& out = draft.resource;
    auto prepared = document::prepare(document, setup_.rules, house_.redactor, scratch());
    if (out.native_id.empty() && type.id.kind == catalogue::Identity::Kind::hash)
        out.native_id = to_hex(prepared.hash);
    if (out.native_id.empty()) {
        notes_->cut("A resource came without an id and could not be kept.");
        return {};
    }
    const auto* tag_value = type.tags.kind == catalogue::TagRule::Kind::joined
                                ? patrol::find(document, tags_key)
                                : type.tags.path.first(document);
    if (tag_value != nullptr) out.tags = labels_of(*tag_value);
    if (prepared.oversized) out.tags_known = out.tags_known && tag_value != nullptr;
    out.name = name_of(std::move(draft.given_name), out.tags, out.native_id);
    auto links = document::extract_links(document, setup_.rules);
    out.terms = std::move(links.terms);
    out.references = std::move(links.references);
    out.document = std::move(prepared.document);
    out.hash = crypto::as_text(prepared.hash);
    return std::move(out);
}

bool Slice::begin_staging() {
    if (staging_) return true;
    auto started = house_.sink.start_slice(setup_.key);
    staging_ = started.has_value();
    if (!staging_) sink_problem_ = std::move(started).error();
    return staging_;
}

void Slice::put(std::span<const model::ScannedResource> resources) {
    if (setup_.use == SliceUse::feed_children || resources.empty()) return;
    std::optional<Error> problem;
    {
        std::lock_guard lock(feeding_);
        if (sink_problem_ || !begin_staging()) {
            problem = sink_problem_;
        } else if (auto result = house_.sink.put(setup_.key, resources); !result) {
            sink_problem_ = std::move(result).error();
            problem = sink_problem_;
        } else {
            for (const auto& resource : resources) ids_.add(resource.native_id);
        }
    }
    if (problem) return house_.queue.fail(std::move(*problem));
    if (house_.on_resources) house_.on_resources(resources.size());
}

}  // namespace patrol::inventory
