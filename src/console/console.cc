#include "console/console.h"

#include <algorithm>
#include <charconv>

// Made by the build: see console/room.cmake.
extern "C" const char embedded_console_begin[];
extern "C" const char embedded_console_end[];

namespace patrol::console {
namespace {

constexpr std::string_view first_line = "patrol-console 1";
constexpr std::string_view without_console =
    "This build of Patrol has no web console: use the API or the command line, or build the release "
    "preset.\n";
// The content of such a file never changes under its name.
constexpr std::string_view hashed_folder = "/assets/";

Failure broken(std::string_view why) {
    return fail(Error{.kind = Error::Kind::internal,
                      .message = "The web console in this binary is damaged.",
                      .hint = "Build Patrol again.",
                      .detail = std::string(why)});
}

// The text up to `mark`, which is taken away too; everything where it is not there.
std::string_view take_until(std::string_view& text, char mark) {
    const auto end = std::min(text.find(mark), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

struct PackLine {
    std::string_view path, media_type, entity_tag, encoding;
    std::size_t bytes = 0;
};

Result<PackLine> parse_line(std::string_view line) {
    PackLine parsed{.path = take_until(line, ' '),
                    .media_type = take_until(line, ' '),
                    .entity_tag = take_until(line, ' '),
                    .encoding = take_until(line, ' ')};
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), parsed.bytes);
    if (error != std::errc() || end != line.data() + line.size()) return broken("a line without a size");
    if (!parsed.path.starts_with('/') || parsed.media_type.empty() || parsed.entity_tag.empty())
        return broken("a line without its parts");
    if (parsed.encoding != "identity" && parsed.encoding != "br" && parsed.encoding != "gzip")
        return broken("an unknown encoding");
    return parsed;
}

// "br;q=0" and "*" are what nobody sends for a browser: only a plain name counts as accepted.
bool is_accepted(std::string_view accepted, std::string_view encoding) {
    while (!accepted.empty()) {
        std::string_view one = take_until(accepted, ',');
        while (one.starts_with(' ')) one.remove_prefix(1);
        std::string_view name = take_until(one, ';');
        while (name.ends_with(' ')) name.remove_suffix(1);
        const bool refused =
            one.find("q=0") != std::string_view::npos && one.find("q=0.") == std::string_view::npos;
        if (net::equal_without_case(name, encoding)) return !refused;
    }
    return false;
}

bool names_tag(std::string_view known, std::string_view tag) {
    while (!known.empty()) {
        std::string_view one = take_until(known, ',');
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == tag || one == "*") return true;
    }
    return false;
}

bool is_page(std::string_view path) {
    const std::string_view last = path.substr(path.rfind('/') + 1);
    return last.find('.') == std::string_view::npos && !path.starts_with(hashed_folder);
}

bool is_of_the_api(std::string_view path) { return path == "/api" || path.starts_with("/api/"); }

}  // namespace

Result<Console> Console::embedded() {
    return of_pack(
        {embedded_console_begin, static_cast<std::size_t>(embedded_console_end - embedded_console_begin)});
}

Result<Console> Console::of_pack(std::string_view pack) {
    Console console;
    if (pack.empty()) return console;
    const auto head_end = pack.find("\n\n");
    if (head_end == std::string_view::npos) return broken("no head");
    std::string_view head = pack.substr(0, head_end);
    std::string_view bytes = pack.substr(head_end + 2);
    if (take_until(head, '\n') != first_line) return broken("another format");
    while (!head.empty()) {
        const PackLine line = TRY(parse_line(take_until(head, '\n')));
        if (line.bytes > bytes.size()) return broken("it is cut off");
        File& file = console.files_[std::string(line.path)];
        file.media_type = line.media_type;
        const bool is_plain = line.encoding == "identity";
        file.forms.push_back({.encoding = is_plain ? std::string() : std::string(line.encoding),
                              .entity_tag = fmt::format("\"{}-{}\"", line.entity_tag, line.encoding),
                              .bytes = std::make_shared<const std::string>(bytes.substr(0, line.bytes))});
        bytes.remove_prefix(line.bytes);
    }
    if (!bytes.empty()) return broken("bytes are left over");
    if (console.find("/index.html") == nullptr) return broken("no index.html");
    return console;
}

const Console::File* Console::find(std::string_view path) const {
    const auto found = files_.find(path);
    return found == files_.end() ? nullptr : &found->second;
}

// A client that accepts nothing of what is there gets the last form: it asked for no encoding in
// particular, and then any is acceptable (RFC 9110, 12.5.3).
const Console::Form& Console::form_for(const File& file, std::string_view accepted) {
    const auto fits = std::ranges::find_if(file.forms, [accepted](const Form& form) {
        return form.encoding.empty() || is_accepted(accepted, form.encoding);
    });
    return fits == file.forms.end() ? file.forms.back() : *fits;
}

std::optional<net::ServerResponse> Console::serve(const net::ServerRequest& request) const {
    const std::string_view path = request.path;
    if (is_of_the_api(path)) return std::nullopt;
    if (is_empty()) {
        if (path != "/") return std::nullopt;
        return net::ServerResponse{.headers = {{"Content-Type", "text/plain;charset=utf-8"}},
                                   .body = std::string(without_console)};
    }
    const File* file = find(path);
    if (file == nullptr && is_page(path)) file = find("/index.html");
    if (file == nullptr) return std::nullopt;
    const Form& form = form_for(*file, request.header("Accept-Encoding"));
    const bool is_hashed = path.starts_with(hashed_folder);
    net::ServerResponse response{
        .headers = {{"ETag", form.entity_tag},
                    {"Cache-Control", is_hashed ? "public, max-age=31536000, immutable" : "no-cache"},
                    {"Vary", "Accept-Encoding"}}};
    if (names_tag(request.header("If-None-Match"), form.entity_tag)) {
        response.status = 304;
        return response;
    }
    response.headers.push_back({"Content-Type", file->media_type});
    if (!form.encoding.empty()) response.headers.push_back({"Content-Encoding", form.encoding});
    response.body = form.bytes;
    return response;
}

}  // namespace patrol::console
