#include "cloud/aws/profile_file.h"

namespace patrol::aws {
namespace {

std::string_view trimmed(std::string_view text) {
    auto start = text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) return {};
    return text.substr(start, text.find_last_not_of(" \t\r\n") - start + 1);
}

// Where a comment may follow a value it is set off by white space.
std::string_view without_comment(std::string_view text) {
    for (std::string_view mark : {" #", " ;", "\t#", "\t;"}) text = text.substr(0, text.find(mark));
    return trimmed(text);
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// "[profile dev]" is "dev" in the config file; other kinds of section are nobody's: "".
std::string section_name(std::string_view line, bool has_prefix) {
    auto inner = trimmed(line.substr(1, std::min(line.find(']'), line.size()) - 1));
    if (!has_prefix || inner == "default") return std::string(inner);
    constexpr std::string_view prefix = "profile";
    if (!inner.starts_with(prefix) || inner.size() == prefix.size()) return {};
    char next = inner[prefix.size()];
    if (next != ' ' && next != '\t') return {};
    auto name = trimmed(inner.substr(prefix.size()));
    if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'') && name.back() == name.front())
        name = name.substr(1, name.size() - 2);
    return std::string(name);
}

Result<std::string> read_optional(const Environment& environment, const std::string& path) {
    auto text = environment.read_file(path);
    if (!text && text.error().kind == Error::Kind::not_found) return std::string();
    return text;
}

std::string path_of(const Environment& environment, std::string_view variable, std::string_view file) {
    auto path = environment.variable(variable).value_or(fmt::format("~/.aws/{}", file));
    return path.starts_with("~/") ? environment.home() + path.substr(1) : path;
}

}  // namespace

std::string Profile::get(std::string_view key) const {
    for (const auto* part : {&config, &credentials})
        if (auto at = part->find(key); at != part->end() && !at->second.empty()) return at->second;
    return {};
}

void ProfileFiles::read(std::string_view text, Settings Profile::* part, bool sections_have_prefix) {
    Profile* current = nullptr;
    while (!text.empty()) {
        auto end = std::min(text.find('\n'), text.size());
        auto raw = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        auto line = trimmed(raw);
        if (line.empty() || line[0] == '#' || line[0] == ';') continue;
        if (line[0] == '[') {
            auto name = section_name(line, sections_have_prefix);
            current = name.empty() ? nullptr : &profiles_[name];
            if (current != nullptr) current->name = name;
            continue;
        }
        auto equals = line.find('=');
        const bool nested = raw[0] == ' ' || raw[0] == '\t';
        if (current == nullptr || nested || equals == std::string_view::npos) continue;
        (current->*part)[lower(trimmed(line.substr(0, equals)))] =
            std::string(without_comment(line.substr(equals + 1)));
    }
}

ProfileFiles ProfileFiles::parse(std::string_view config, std::string_view credentials) {
    ProfileFiles out;
    out.read(config, &Profile::config, true);
    out.read(credentials, &Profile::credentials, false);
    return out;
}

Result<ProfileFiles> ProfileFiles::load(const Environment& environment) {
    auto config = TRY(read_optional(environment, path_of(environment, "AWS_CONFIG_FILE", "config")));
    auto credentials =
        TRY(read_optional(environment, path_of(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials")));
    return parse(config, credentials);
}

const Profile* ProfileFiles::find(std::string_view name) const {
    auto at = profiles_.find(name);
    return at == profiles_.end() ? nullptr : &at->second;
}

}  // namespace patrol::aws
