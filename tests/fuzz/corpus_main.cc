// Runs a fuzz target once over saved inputs, in builds without libFuzzer: the files of the folders that
// are named. Options, which are libFuzzer's, are passed over. Ends with their number.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "property.h"

int main(int count, char** arguments) {
    int inputs = 0;
    for (int i = 1; i < count; ++i) {
        if (arguments[i][0] == '-') continue;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(arguments[i])) {
            if (!entry.is_regular_file()) continue;
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
            ++inputs;
        }
    }
    std::printf("%d inputs\n", inputs);
    return inputs > 0 ? 0 : 1;
}
