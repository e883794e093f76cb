// What a command says and asks: results on stdout, everything else on stderr. Tests give their own.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace patrol::cli {

class Terminal {
public:
    virtual ~Terminal() = default;
    virtual void result(std::string_view line) = 0;  // stdout, with a newline
    virtual void say(std::string_view line) = 0;     // stderr, with a newline
    [[nodiscard]] virtual bool interactive() const = 0;
    // A question answered by yes or no; no where nobody answers.
    virtual bool confirm(std::string_view question) = 0;
    virtual std::string read_line() = 0;  // from stdin, without the newline

    void report(const Error& error);  // message, then hint, on stderr
};

class SystemTerminal final : public Terminal {
public:
    void result(std::string_view line) override;
    void say(std::string_view line) override;
    [[nodiscard]] bool interactive() const override;
    bool confirm(std::string_view question) override;
    std::string read_line() override;
};

// Control characters of names from a cloud or a server never reach a terminal.
std::string printable(std::string_view text);

}  // namespace patrol::cli
