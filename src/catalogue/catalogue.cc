#include "catalogue/catalogue.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "catalogue/api_table.h"
#include "catalogue/blob.h"
#include "catalogue/severity_check.h"
#include "catalogue/severity_reader.h"
#include "catalogue/type_reader.h"
#include "catalogue/validator.h"

namespace patrol::catalogue {

// A type as it is written.
struct Catalogue::Written {
    std::string iam_prefix;
    std::string text;  // one line of JSON; empty if it came from the packed form
    std::uint64_t digest = 0;
};

namespace {

constexpr std::size_t max_problems_shown = 100;

std::uint64_t fnv(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325) {
    for (unsigned char c : text) hash = (hash ^ c) * 0x100000001b3;
    return hash;
}

std::uint64_t hex_number(std::string_view text) {
    std::uint64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out, 16);
    return out;
}

Failure refused(const std::vector<Problem>& problems) {
    Error error{.kind = Error::Kind::invalid,
                .message = fmt::format("The catalogue has {} problem{}.", problems.size(),
                                       problems.size() == 1 ? "" : "s"),
                .hint = "Correct the lines that are named and load it again."};
    for (std::size_t at = 0; at < std::min(problems.size(), max_problems_shown); ++at)
        error.detail += problems[at].str() + "\n";
    return fail(std::move(error));
}

std::vector<std::string> sorted(std::vector<std::string> values) {
    std::ranges::sort(values);
    auto repeated = std::ranges::unique(values);
    values.erase(repeated.begin(), repeated.end());
    return values;
}

bool starts_with_any(std::string_view region, std::string_view prefixes) {
    while (!prefixes.empty()) {
        auto end = std::min(prefixes.find('|'), prefixes.size());
        auto prefix = prefixes.substr(0, end);
        if (region.starts_with(prefix) && region.substr(prefix.size()).starts_with('-')) return true;
        prefixes.remove_prefix(std::min(end + 1, prefixes.size()));
    }
    return false;
}

bool has_word(std::string_view text, std::string_view wanted) {
    while (!text.empty()) {
        auto end = std::min(text.find(' '), text.size());
        if (text.substr(0, end) == wanted) return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

Result<std::string> read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream out;
    if (!in || !(out << in.rdbuf()))
        return fail(Error::Kind::unavailable, fmt::format("The file {} could not be read.", file.string()));
    return out.str();
}

// Parses every file; what is read even where there are problems is of no use to the caller.
std::vector<ReadFile> read_all(std::span<const SourceFile> files, std::vector<Problem>& problems) {
    std::vector<ReadFile> out;
    for (const auto& file : files) {
        auto node = node_from_yaml(file.text);
        if (node) {
            out.push_back(read_file(file.name, *node, problems));
        } else {
            int line = std::atoi(node.error().detail.c_str());
            problems.push_back({file.name, line, node.error().message});
        }
    }
    return out;
}

std::string rules_text(const MemberRules& rules) {
    json::object keyed;
    for (const auto& [member, keys] : rules.keyed) keyed[member] = json::array(keys.begin(), keys.end());
    auto list = [](const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); };
    return to_text(json::object{{"keyed", keyed},
                                {"sets", list(rules.sets)},
                                {"ordered", list(rules.ordered)},
                                {"volatile", list(rules.volatiles)},
                                {"policies", list(rules.policies)},
                                {"json", list(rules.json)},
                                {"secrets", list(rules.secrets)}});
}

}  // namespace

Result<void> Catalogue::add(std::span<const SourceFile> files) {
    std::vector<Problem> problems;
    auto read = read_all(files, problems);
    std::map<std::string, ReadType*, std::less<>> added;
    for (auto& file : read) {
        for (auto& type : file.types) {
            if (!added.emplace(type.type.name, &type).second)
                problems.push_back(
                    {type.file, type.node.line, fmt::format("{} is there twice.", type.type.name)});
            fill_enumerations(type.type, *api_);
        }
    }
    FindType find_type = [&](std::string_view name) -> const ResourceType* {
        auto at = added.find(name);
        return at != added.end() ? &at->second->type : type(name);
    };
    for (auto& file : read)
        for (auto& type : file.types) validate(type, *api_, find_type, problems);
    if (!problems.empty()) return refused(problems);
    for (auto& file : read) {
        if (file.has_rules) {
            member_rules_ = std::move(file.rules);
            rules_text_ = rules_text(member_rules_);
        }
        for (auto& each : file.types) {
            auto text = to_text(to_json(each.node));
            auto digest = fnv(text, fnv(each.type.service));
            auto written = std::make_shared<Written>(each.iam_prefix, std::move(text), digest);
            if (auto known = by_name_.find(each.type.name); known != by_name_.end()) {
                types_[known->second] = std::move(each.type);
                written_[known->second] = std::move(written);
            } else {
                types_.push_back(std::move(each.type));
                written_.push_back(std::move(written));
            }
        }
    }
    index();
    return {};
}

void Catalogue::index() {
    std::vector<std::size_t> order(types_.size());
    for (std::size_t at = 0; at < order.size(); ++at) order[at] = at;
    std::ranges::sort(order, {}, [&](std::size_t at) -> const std::string& { return types_[at].name; });
    std::vector<ResourceType> types;
    std::vector<std::shared_ptr<const Written>> written;
    by_name_.clear();
    auto hash = fnv(rules_text_);
    for (auto at : order) {
        by_name_.emplace(types_[at].name, types.size());
        hash = fnv(fmt::format("{:016x}", written_[at]->digest), fnv(types_[at].name, hash));
        types.push_back(std::move(types_[at]));
        written.push_back(std::move(written_[at]));
    }
    types_ = std::move(types);
    written_ = std::move(written);
    revision_ = fmt::format("c-{:016x}", hash);
}

Result<Catalogue> Catalogue::from_yaml(std::span<const SourceFile> files, model::ApiModel api,
                                       std::vector<Partition> partitions) {
    Catalogue out;
    out.api_ = std::make_shared<const model::ApiModel>(std::move(api));
    out.partitions_ = std::move(partitions);
    TRY(out.add(files));
    return out;
}

Result<Catalogue> Catalogue::with_files(std::span<const SourceFile> files) const {
    Catalogue out = *this;
    TRY(out.add(files));
    return out;
}

namespace {

// The rules as they are packed: without their examples.
json::value without_examples(const Node& root) {
    auto out = to_json(root);
    auto* rules = out.as_object().if_contains("rules");
    if (rules == nullptr || !rules->is_object()) return out;
    for (auto& [id, rule] : rules->get_object()) {
        if (!rule.is_object()) continue;
        for (const auto* key : {"yes", "no", "says"}) rule.get_object().erase(key);
    }
    return out;
}

}  // namespace

Result<Catalogue> Catalogue::with_severity(std::span<const SourceFile> files) const {
    std::vector<Problem> problems;
    SeverityBook book;
    json::array written;
    for (const auto& file : files) {
        auto node = node_from_yaml(file.text);
        if (!node) {
            problems.push_back({file.name, std::atoi(node.error().detail.c_str()), node.error().message});
            continue;
        }
        if (node->kind != Node::Kind::map) {
            problems.push_back({file.name, node->line, "The file must be a map."});
            continue;
        }
        read_severity(file.name, *node, book, problems);
        written.push_back(json::array{file.name, without_examples(*node)});
    }
    check_severity(book, [this](std::string_view name) { return type(name); }, *api_, problems);
    if (!problems.empty()) return refused(problems);
    Catalogue out = *this;
    out.severity_ = std::make_shared<const SeverityBook>(std::move(book));
    out.severity_text_ = to_text(written);
    out.severity_revision_ = fmt::format("s-{:016x}", fnv(out.severity_text_));
    return out;
}

Result<void> Catalogue::read_packed_severity(const json::value& written) {
    std::vector<Problem> problems;
    SeverityBook book;
    for (const auto& file : written.is_array() ? written.get_array() : json::array()) {
        const auto* pair = file.if_array();
        if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string())
            return fail(Error::Kind::internal, "The built-in catalogue is broken.");
        const auto& name = (*pair)[0].get_string();
        read_severity({name.data(), name.size()}, node_from_json((*pair)[1]), book, problems);
    }
    if (!problems.empty()) return refused(problems);
    severity_ = std::make_shared<const SeverityBook>(std::move(book));
    severity_revision_ = fmt::format("s-{:016x}", fnv(to_text(written)));
    return {};
}

Result<Catalogue> Catalogue::with_directory(const std::filesystem::path& folder) const {
    std::vector<SourceFile> files;
    std::error_code code;
    for (std::filesystem::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
        if (at->path().extension() != ".yaml") continue;
        files.push_back({at->path().string(), TRY(read_text(at->path()))});
    }
    std::ranges::sort(files, {}, &SourceFile::name);
    return with_files(files);
}

// The packed form: zstd over {"api_version", "shapes", "endpoints", "rules", "types": [[name,
// service, IAM prefix, source, digest, fields] …], "severity": [[file, tree] …]}.
Result<std::string> Catalogue::packed(const ApiText& api) const {
    json::array types;
    for (std::size_t at = 0; at < types_.size(); ++at) {
        const auto& written = *written_[at];
        if (written.text.empty())
            return fail(Error::Kind::internal, "Only a catalogue read from files can be packed.");
        types.push_back(json::array{types_[at].name, types_[at].service, written.iam_prefix,
                                    types_[at].source, fmt::format("{:016x}", written.digest),
                                    TRY(parse_json(written.text))});
    }
    json::object out;
    out["api_version"] = fmt::format("a-{:016x}", fnv(api.endpoints, fnv(api.shapes)));
    out["shapes"] = TRY(parse_json(api.shapes));
    out["shapes"].as_object().erase("notice");
    out["endpoints"] = TRY(parse_json(api.endpoints));
    out["rules"] = TRY(parse_json(rules_text_));
    out["types"] = std::move(types);
    if (!severity_text_.empty()) out["severity"] = TRY(parse_json(severity_text_));
    return compress(to_text(out));
}

Result<Catalogue> Catalogue::from_packed(std::string_view bytes) {
    auto text = TRY(decompress(bytes));
    auto root = TRY(parse_json(text, {}, json::make_shared_resource<json::monotonic_resource>()));
    auto broken = [] { return fail(Error::Kind::internal, "The built-in catalogue is broken."); };
    const auto* shapes = find(root, "shapes");
    const auto* endpoints = find(root, "endpoints");
    const auto* rules = find(root, "rules");
    const auto* types = find(root, "types");
    if (!shapes || !endpoints || !rules || !types || !types->is_array()) return broken();
    auto api = TRY(api_from(*shapes, *endpoints));
    api.version = string_or(root, "api_version");
    Catalogue out;
    out.api_ = std::make_shared<const model::ApiModel>(std::move(api));
    out.partitions_ = TRY(partitions_from(*endpoints));
    std::vector<Problem> problems;
    out.member_rules_ = read_rules("packed", node_from_json(*rules), problems);
    out.rules_text_ = rules_text(out.member_rules_);
    for (const auto& each : types->get_array()) {
        const auto* row = each.if_array();
        if (!row || row->size() != 6) return broken();
        std::array<std::string_view, 5> words;
        for (std::size_t at = 0; at < words.size(); ++at) {
            if (!(*row)[at].is_string()) return broken();
            words[at] = (*row)[at].get_string();
        }
        const auto& [name, service, iam_prefix, source, digest] = words;
        auto read = read_type(name, service, iam_prefix, "packed", node_from_json((*row)[5]), problems);
        read.type.source = source;
        fill_enumerations(read.type, *out.api_);
        out.types_.push_back(std::move(read.type));
        out.written_.push_back(
            std::make_shared<Written>(std::string(iam_prefix), std::string(), hex_number(digest)));
    }
    if (!problems.empty()) return refused(problems);
    if (const auto* severity = find(root, "severity")) TRY(out.read_packed_severity(*severity));
    out.index();
    return out;
}

const ResourceType* Catalogue::type(std::string_view name) const {
    auto at = by_name_.find(name);
    return at == by_name_.end() ? nullptr : &types_[at->second];
}

namespace {
template <class Keep>
std::vector<const ResourceType*> kept(const std::vector<ResourceType>& types, const Keep& keep) {
    std::vector<const ResourceType*> out;
    for (const auto& type : types)
        if (keep(type)) out.push_back(&type);
    return out;
}
}  // namespace

std::vector<const ResourceType*> Catalogue::types_of(std::string_view service) const {
    return kept(types_, [&](const ResourceType& type) { return type.service == service; });
}
std::vector<const ResourceType*> Catalogue::tier(int level) const {
    return kept(types_, [&](const ResourceType& type) { return type.tier == level; });
}
std::vector<const ResourceType*> Catalogue::children_of(std::string_view parent_type) const {
    return kept(types_, [&](const ResourceType& type) { return type.parent == parent_type; });
}

std::vector<std::string> Catalogue::read_actions() const {
    std::vector<std::string> out;
    for (const auto& type : types_) {
        auto add = [&](const Call& call) { out.push_back(type.service + "." + call.operation); };
        add(type.list);
        if (type.detail) add(*type.detail);
        for (const auto& child : type.children) add(child.call);
    }
    return sorted(std::move(out));
}

std::vector<std::string> Catalogue::iam_actions() const {
    std::vector<std::string> out;
    for (const auto& type : types_) {
        auto actions = type.iam_actions();
        out.insert(out.end(), actions.begin(), actions.end());
    }
    return sorted(std::move(out));
}

const Partition* Catalogue::partition_of(std::string_view region) const {
    for (const auto& partition : partitions_)
        if (std::ranges::binary_search(partition.regions, region)) return &partition;
    // "us-gov" before "us": the longest prefix decides for a region that is newer than the table.
    const Partition* out = nullptr;
    for (const auto& partition : partitions_)
        if (starts_with_any(region, partition.region_prefixes) &&
            (!out || partition.region_prefixes == "us-gov"))
            out = &partition;
    return out;
}

const Partition* Catalogue::partition(std::string_view id) const {
    auto at = std::ranges::find(partitions_, id, &Partition::id);
    return at == partitions_.end() ? nullptr : &*at;
}

Availability Catalogue::availability(std::string_view service, std::string_view region) const {
    const auto* known = api_->service(service);
    const auto* partition = partition_of(region);
    if (!known || !partition) return Availability::unknown;
    auto at = known->endpoint.available.find(partition->id);
    if (at == known->endpoint.available.end()) return Availability::unknown;
    std::string_view text = at->second;
    if (text.starts_with("global:")) return Availability::available;
    if (!std::ranges::binary_search(partition->listed, region)) return Availability::unknown;
    if (text == "all") return Availability::available;
    constexpr std::string_view all_but = "all but ";
    bool listed = has_word(text.starts_with(all_but) ? text.substr(all_but.size()) : text, region);
    return listed != text.starts_with(all_but) ? Availability::available : Availability::absent;
}

}  // namespace patrol::catalogue
