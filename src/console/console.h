// The web console's files, carried by this binary and served from memory. They come as one pack that
// web/scripts/pack.mjs makes at build time: the line "patrol-console 1", one line for each form of each
// file, an empty line, and the bytes of all forms one after the other, in the order of the lines:
//   <path> <media type> <entity tag> <identity|br|gzip> <bytes>
// Files below /assets/ have their hash in their name and are kept by browsers for a year; all others
// are asked for again each time, by their entity tag. A path without a dot is a page of the console:
// the answer is index.html. Errors: Kind::internal for a pack that is not one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/http_server.h"

namespace patrol::console {

class Console {
public:
    // What this binary was built with; a build without the console says so in one sentence at "/".
    static Result<Console> embedded();
    static Result<Console> of_pack(std::string_view pack);

    // For GET and HEAD. Nothing for a path that is not the console's: the caller's own 404.
    [[nodiscard]] std::optional<net::ServerResponse> serve(const net::ServerRequest& request) const;

    [[nodiscard]] bool is_empty() const { return files_.empty(); }

private:
    struct Form {
        std::string encoding;  // empty for the file itself
        std::string entity_tag;
        std::shared_ptr<const std::string> bytes;
    };
    struct File {
        std::string media_type;
        std::vector<Form> forms;  // best first
    };
    [[nodiscard]] const File* find(std::string_view path) const;
    static const Form& form_for(const File& file, std::string_view accepted);

    std::map<std::string, File, std::less<>> files_;
};

}  // namespace patrol::console
