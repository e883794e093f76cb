// catalogue_pack <folder> <shown> <out>: checks a catalogue folder and writes its packed form.
// catalogue_pack --operations <folder>: lists "service.Operation" of every call, unchecked, for the
// generator of the API table (which must know them before there is a table to check against).
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <span>

#include <fmt/format.h>

#include "catalogue/folder.h"
#include "catalogue/type_reader.h"

namespace {

using namespace patrol;
using namespace patrol::catalogue;

int complain(const Error& error) {
    fmt::print(stderr, "{}", error.detail.empty() ? describe(error) + "\n" : error.detail);
    return 1;
}

int list_operations(const std::filesystem::path& from) {
    std::set<std::string> operations;
    std::vector<Problem> problems;
    for (const auto& entry : std::filesystem::directory_iterator(from)) {
        if (entry.path().extension() != ".yaml") continue;
        std::ifstream in(entry.path());
        std::string text((std::istreambuf_iterator<char>(in)), {});
        auto node = node_from_yaml(text);
        if (!node) return complain(node.error());
        for (const auto& read : read_file(entry.path().string(), *node, problems).types) {
            auto add = [&](const Call& call) { operations.insert(read.type.service + "." + call.operation); };
            add(read.type.list);
            if (read.type.detail) add(*read.type.detail);
            for (const auto& child : read.type.children) add(child.call);
        }
    }
    for (const auto& operation : operations) fmt::print("{}\n", operation);
    return 0;
}

Result<std::string> pack(const std::filesystem::path& from, std::string_view shown) {
    auto folder = TRY(read_folder(from, shown));
    auto catalogue = TRY(load_folder(folder));
    return catalogue.packed(folder.api);
}

}  // namespace

int main(int count, char** values) {
    std::span<char*> args(values, static_cast<std::size_t>(count));
    if (args.size() == 3 && std::string_view(args[1]) == "--operations") return list_operations(args[2]);
    if (args.size() != 4) {
        fmt::print(stderr, "usage: catalogue_pack <folder> <shown> <out>\n");
        return 2;
    }
    auto packed = pack(args[1], args[2]);
    if (!packed) return complain(packed.error());
    std::ofstream out(args[3], std::ios::binary);
    out << *packed;
    out.close();
    if (!out) {
        fmt::print(stderr, "{} could not be written.\n", args[3]);
        return 1;
    }
    return 0;
}
