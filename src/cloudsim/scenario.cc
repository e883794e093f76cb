#include "cloudsim/scenario.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "base/json.h"
#include "cloudsim/audit_log.h"
#include "cloudsim/slots.h"
#include "cloudsim/yaml_json.h"

namespace patrol::cloudsim {
namespace {

std::string text(const json::value& value, std::string_view key) {
    return std::string(string_or(value, key));
}

std::vector<json::value> list(const json::value& value, std::string_view key) {
    const auto* found = find(value, key);
    if (found == nullptr || !found->is_array()) return {};
    return {found->get_array().begin(), found->get_array().end()};
}

std::map<std::string, std::string> text_map(const json::value& value, std::string_view key) {
    std::map<std::string, std::string> out;
    const auto* found = find(value, key);
    if (found == nullptr || !found->is_object()) return out;
    for (const auto& entry : found->get_object())
        out[std::string(entry.key())] = entry.value().is_string() ? std::string(entry.value().get_string())
                                                                  : json::serialize(entry.value());
    return out;
}

class Loader {
public:
    explicit Loader(const catalogue::Catalogue& catalogue) : catalogue_(catalogue) {}

    Result<World> load(const json::value& file) {
        World world;
        world.page_size = static_cast<std::size_t>(int_or(file, "page_size", 100));
        for (const auto& each : list(file, "accounts")) TRY(account(each, world));
        for (const auto& each : list(file, "steps")) world.steps.push_back(TRY(step(each)));
        if (const auto* life = find(file, "life")) {
            world.life = TRY(read_life(*life, catalogue_));
            TRY(begin_life(world, catalogue_));
        }
        return world;
    }

    Result<Change> one_change(const json::value& value) {
        auto op = text(value, "op");
        Change change{.kind = op == "add"      ? Change::Kind::add
                              : op == "remove" ? Change::Kind::remove
                                               : Change::Kind::modify,
                      .account_id = text(value, "account"),
                      .type = text(value, "type"),
                      .region = text(value, "region"),
                      .id = text(value, "id")};
        if (change.region.empty()) change.region = "global";
        if (const auto* by = find(value, "by")) change.by = *by;
        if (const auto* set = find(value, "set"))
            for (const auto& entry : set->as_object()) change.set.emplace_back(entry.key(), entry.value());
        if (change.kind == Change::Kind::add) change.item = TRY(item(value, text(value, "region")));
        return change;
    }

private:
    Result<void> account(const json::value& value, World& world) {
        Account made{.id = text(value, "id"), .alias = text(value, "alias")};
        if (made.id.size() != 12) return invalid("accounts.id", "An account id has 12 digits.");
        for (const auto& region : list(value, "regions"))
            made.regions.insert(std::string(region.as_string()));
        for (const auto& region : list(value, "opted_out"))
            made.opted_out.insert(std::string(region.as_string()));
        for (const auto& user : list(value, "users")) add_user(user, made, world);
        for (const auto& role : list(value, "roles")) add_role(role, made);
        for (const auto& resource : list(value, "resources")) TRY(resources(resource, made));
        TRY(check_parents(made));
        auto id = made.id;
        world.accounts.emplace(std::move(id), std::move(made));
        return {};
    }

    static void add_user(const json::value& value, const Account& account, World& world) {
        Principal user{.account_id = account.id,
                       .arn = fmt::format("arn:aws:iam::{}:user/{}", account.id, string_or(value, "name")),
                       .user_id = "AIDA" + text(value, "name"),
                       .secret_access_key = text(value, "secret_access_key")};
        for (const auto& policy : list(value, "policies")) user.attached.emplace_back(policy.as_string());
        world.principals[text(value, "access_key_id")] = std::move(user);
    }

    // Roles that can be assumed and changed by calls, unlike resources of the type.
    static void add_role(const json::value& value, Account& account) {
        Role role{.name = text(value, "name"),
                  .id = "AROA" + text(value, "name"),
                  .description = text(value, "description"),
                  .created = {1}};
        if (const auto* trust = find(value, "trust")) role.trust = *trust;
        for (const auto& policy : list(value, "policies")) role.attached.emplace_back(policy.as_string());
        role.tags = text_map(value, "tags");
        auto key = role.name;
        std::ranges::transform(key, key.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        account.roles.emplace(std::move(key), std::move(role));
    }

    // A resource whose parent is not there would never be listed.
    Result<void> check_parents(const Account& account) const {
        for (const auto& [name, items] : account.items) {
            const auto* type = catalogue_.type(name);
            const auto* parent = catalogue_.type(type->parent);
            if (parent == nullptr) continue;
            auto known = ids_of(account, *parent);
            if (type->recurse) known.merge(ids_of(account, *type));
            for (const auto& item : items)
                if (!known.contains({item.region, item.parent}) && !known.contains({"global", item.parent}))
                    return invalid("resources.parent",
                                   fmt::format("{} {} has no {} \"{}\" in {}.", item.type,
                                               item_id(*type, item), parent->name, item.parent, item.region));
        }
        return {};
    }

    // Of a type: region and id.
    static std::set<std::pair<std::string, std::string>> ids_of(const Account& account,
                                                                const catalogue::ResourceType& type) {
        std::set<std::pair<std::string, std::string>> out;
        const auto items = account.items.find(type.name);
        if (items == account.items.end()) return out;
        for (const auto& item : items->second) out.emplace(item.region, item_id(type, item));
        return out;
    }

    // A resource may be repeated over regions and, with `count`, within each.
    Result<void> resources(const json::value& value, Account& account) {
        std::vector<std::string> regions;
        for (const auto& region : list(value, "regions")) regions.emplace_back(region.as_string());
        if (regions.empty()) regions.push_back(text(value, "region"));
        auto count = int_or(value, "count", 1);
        for (const auto& region : regions)
            for (std::int64_t i = 0; i < count; ++i) {
                auto copy = value;
                const std::array slots{Slot{"{i}", json::value(fmt::format("{:04x}", i))}};
                fill_slots(copy, slots);
                auto made = TRY(item(copy, region));
                auto& of_type = account.items[made.type];
                of_type.push_back(std::move(made));
            }
        return {};
    }

    Result<Item> item(const json::value& value, std::string_view region) {
        return read_item(value, region, catalogue_);
    }

    Result<Step> step(const json::value& value) {
        Step made{.name = text(value, "name"), .says = text(value, "says")};
        for (const auto& change : list(value, "changes")) made.changes.push_back(TRY(one_change(change)));
        return made;
    }

    const catalogue::Catalogue& catalogue_;
};

// "ec2" of "ec2.amazonaws.com": the name that a service signs with.
std::string event_source(const catalogue::ResourceType& type, const catalogue::Catalogue& catalogue) {
    const auto* service = catalogue.api().service(type.service);
    if (service == nullptr || service->endpoint.signing_name.empty()) return type.service;
    return service->endpoint.signing_name;
}

Result<void> change_items(Account& account, const Change& change, const catalogue::ResourceType& type) {
    auto& items = account.items[change.type];
    if (change.kind == Change::Kind::add) {
        items.push_back(change.item);
        return {};
    }
    auto found = std::ranges::find_if(items, [&](const Item& item) {
        return item.region == change.region && item_id(type, item) == change.id;
    });
    if (found == items.end())
        return fail(Error::Kind::not_found,
                    fmt::format("There is no {} {} in {}.", change.type, change.id, change.region));
    if (change.kind == Change::Kind::remove) {
        items.erase(found);
        return {};
    }
    for (const auto& [path, value] : change.set)
        TRY(catalogue::Path::parse(path)).set(found->document, value);
    return {};
}

Result<void> apply(World& world, const Change& change, const catalogue::Catalogue& catalogue, Timestamp now) {
    auto* account = world.account(change.account_id);
    const auto* type = catalogue.type(change.type);
    if (account == nullptr || type == nullptr)
        return fail(Error::Kind::not_found,
                    fmt::format("No {} in account {}.", change.type, change.account_id));
    TRY(change_items(*account, change, *type));
    const auto id = change.kind == Change::Kind::add ? item_id(*type, change.item) : change.id;
    log_change(world, change, *type, id, event_source(*type, catalogue), now);
    return {};
}

}  // namespace

std::string item_id(const catalogue::ResourceType& type, const Item& item) {
    using Kind = catalogue::Identity::Kind;
    if (type.id.kind == Kind::constant) return type.id.constant;
    if (type.id.kind == Kind::hash) return json::serialize(item.document);
    std::string id;
    for (const auto& path : type.id.paths) {
        const auto& from = path.root() == catalogue::Path::Root::listed && !item.listed.is_null()
                               ? item.listed
                               : item.document;
        auto part = path.text_of(from);
        if (part.empty() && !item.listed.is_null()) part = path.text_of(item.listed);
        id += (id.empty() ? "" : "+") + part;
    }
    return id;
}

Result<Item> read_item(const json::value& value, std::string_view region,
                       const catalogue::Catalogue& catalogue) {
    Item made{.type = text(value, "type"),
              .region = region.empty() ? "global" : std::string(region),
              .scope = text(value, "scope"),
              .parent = text(value, "parent")};
    if (const auto* document = find(value, "document")) made.document = *document;
    if (const auto* listed = find(value, "listed")) made.listed = *listed;
    made.tags = text_map(value, "tags");
    const auto* type = catalogue.type(made.type);
    if (type == nullptr)
        return invalid("resources.type", fmt::format("The catalogue has no type {}.", made.type));
    if (item_id(*type, made).empty())
        return invalid("resources.document",
                       fmt::format("A {} has no id: {}.", made.type, json::serialize(value)));
    return made;
}

Result<World> load_scenario(std::string_view yaml, const catalogue::Catalogue& catalogue) {
    auto file = TRY(parse_yaml(yaml));
    try {
        return Loader(catalogue).load(file);
    } catch (const std::exception& problem) {
        return invalid("scenario", problem.what());
    }
}

Result<void> play_change(World& world, const json::value& change, const catalogue::Catalogue& catalogue,
                         Timestamp now) {
    try {
        return apply(world, TRY(Loader(catalogue).one_change(change)), catalogue, now);
    } catch (const std::exception& problem) {
        return invalid("change", problem.what());
    }
}

Result<void> play_step(World& world, std::string_view name, const catalogue::Catalogue& catalogue,
                       Timestamp now) {
    auto step = std::ranges::find(world.steps, name, &Step::name);
    if (step == world.steps.end())
        return fail(Error::Kind::not_found, fmt::format("There is no step {}.", name));
    for (const auto& change : step->changes) TRY(apply(world, change, catalogue, now));
    return {};
}

}  // namespace patrol::cloudsim
