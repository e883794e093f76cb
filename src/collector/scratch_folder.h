// A folder of a test's own, removed with it.
#pragma once

#include <filesystem>
#include <fstream>

#include "crypto/random.h"

namespace patrol::collector::test {

class ScratchFolder {
public:
    ScratchFolder() { std::filesystem::create_directory(path); }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    std::filesystem::path write(std::string_view name, std::string_view text, unsigned mode = 0600) const {
        const auto file = path / name;
        std::ofstream(file) << text;
        std::filesystem::permissions(file, static_cast<std::filesystem::perms>(mode));
        return file;
    }

    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("patrol-collector-" + crypto::random_base32(12));
};

}  // namespace patrol::collector::test
