// The catalogue of a source folder (catalogue/aws): its *.yaml files, the generated API table, and the
// severity rules beside it (catalogue/severity/aws).
#pragma once

#include <filesystem>
#include <vector>

#include "catalogue/catalogue.h"

namespace patrol::catalogue {

struct Folder {
    std::vector<SourceFile> files;     // sorted by name; names begin with `shown`
    std::vector<SourceFile> severity;  // in the same way
    ApiText api;
};

// `shown` is put before the files' names in messages: "catalogue/aws".
Result<Folder> read_folder(const std::filesystem::path& folder, std::string_view shown);
Result<Catalogue> load_folder(const Folder& folder);

}  // namespace patrol::catalogue
