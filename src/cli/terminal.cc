#include "cli/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace patrol::cli {
namespace {

// How many bytes a character takes that a terminal obeys instead of showing it: a control of C0 or C1, or
// one of Unicode's bidirectional controls (UAX 9), which make a name look like another. 0 for others.
std::size_t control_at(std::string_view text) {
    const auto byte = [text](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
    };
    if ((byte(0) < 0x20 && byte(0) != '\n' && byte(0) != '\t') || byte(0) == 0x7f) return 1;
    if (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) <= 0x9f) return 2;
    const bool marks = byte(0) == 0xe2 && byte(1) == 0x80 && (byte(2) == 0x8e || byte(2) == 0x8f);
    const bool embeddings = byte(0) == 0xe2 && byte(1) == 0x80 && byte(2) >= 0xa8 && byte(2) <= 0xae;
    const bool isolates = byte(0) == 0xe2 && byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9;
    if (marks || embeddings || isolates) return 3;
    return byte(0) == 0xd8 && byte(1) == 0x9c ? 2 : 0;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t control = control_at(text);
        out.push_back(control > 0 ? '?' : text.front());
        text.remove_prefix(std::max<std::size_t>(control, 1));
    }
    return out;
}

void Terminal::report(const Error& error) {
    say(error.message);
    if (!error.hint.empty()) say(error.hint);
}

void SystemTerminal::result(std::string_view line) { std::cout << line << '\n' << std::flush; }
void SystemTerminal::say(std::string_view line) { std::cerr << printable(line) << '\n' << std::flush; }
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
