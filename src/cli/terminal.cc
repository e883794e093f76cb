#include "cli/terminal.h"

#include <unistd.h>

#include <iostream>

namespace patrol::cli {

std::string printable(std::string_view text) {
    std::string out;
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        out.push_back((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f ? '?' : c);
    }
    return out;
}

void Terminal::report(const Error& error) {
    say(error.message);
    if (!error.hint.empty()) say(error.hint);
}

void SystemTerminal::result(std::string_view line) { std::cout << line << std::endl; }
void SystemTerminal::say(std::string_view line) { std::cerr << printable(line) << std::endl; }
bool SystemTerminal::interactive() const { return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1; }

bool SystemTerminal::confirm(std::string_view question) {
    std::cerr << printable(question) << " [y/N] " << std::flush;
    auto answer = read_line();
    return answer == "y" || answer == "Y" || answer == "yes";
}

std::string SystemTerminal::read_line() {
    std::string line;
    std::getline(std::cin, line);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    return line;
}

}  // namespace patrol::cli
