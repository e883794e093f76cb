#include "catalogue/folder.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "catalogue/api_table.h"

namespace patrol::catalogue {
namespace {

Result<std::string> read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream out;
    if (!in || !(out << in.rdbuf()))
        return fail(Error::Kind::unavailable, fmt::format("The file {} could not be read.", file.string()));
    return out.str();
}

Result<std::vector<SourceFile>> yaml_files(const std::filesystem::path& folder, std::string_view shown) {
    std::vector<SourceFile> out;
    std::error_code code;
    for (std::filesystem::directory_iterator at(folder, code), end; !code && at != end; at.increment(code))
        if (at->path().extension() == ".yaml")
            out.push_back(
                {fmt::format("{}/{}", shown, at->path().filename().string()), TRY(read_text(at->path()))});
    if (code)
        return fail(Error::Kind::unavailable,
                    fmt::format("The folder {} could not be read.", folder.string()));
    std::ranges::sort(out, {}, &SourceFile::name);
    return out;
}

}  // namespace

Result<Folder> read_folder(const std::filesystem::path& folder, std::string_view shown) {
    Folder out;
    out.files = TRY(yaml_files(folder, shown));
    const auto severity = folder.parent_path() / "severity" / folder.filename();
    if (std::filesystem::exists(severity))
        out.severity =
            TRY(yaml_files(severity, fmt::format("catalogue/severity/{}", folder.filename().string())));
    out.api.shapes = TRY(read_text(folder / "shapes.json"));
    out.api.endpoints = TRY(read_text(folder / "endpoints.json"));
    return out;
}

Result<Catalogue> load_folder(const Folder& folder) {
    auto shapes = TRY_DURING("reading shapes.json", parse_json(folder.api.shapes));
    auto endpoints = TRY_DURING("reading endpoints.json", parse_json(folder.api.endpoints));
    auto api = TRY(api_from(shapes, endpoints));
    auto partitions = TRY(partitions_from(endpoints));
    auto types = TRY(Catalogue::from_yaml(folder.files, std::move(api), std::move(partitions)));
    return types.with_severity(folder.severity);
}

}  // namespace patrol::catalogue
