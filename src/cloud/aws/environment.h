// What the credential sources read of the machine: variables, files, programs. Tests fake it; nothing
// else of this room touches the process environment.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace patrol::aws {

struct Process {
    std::vector<std::string> arguments;  // [0] is looked up on PATH; no shell is involved
    std::chrono::seconds time = std::chrono::seconds(60);
    std::size_t max_output_bytes = 256 * 1024;
};
struct ProcessOutput {
    int exit_code = 0;
    std::string out;
    std::string err;
};

class Environment {
public:
    virtual ~Environment() = default;
    // Empty values count as absent, as the AWS tools read them.
    [[nodiscard]] virtual std::optional<std::string> variable(std::string_view name) const = 0;
    // Kind::not_found when there is no such file.
    [[nodiscard]] virtual Result<std::string> read_file(const std::string& path) const = 0;
    [[nodiscard]] virtual Result<ProcessOutput> run(const Process& process, std::stop_token stop) const = 0;
    [[nodiscard]] virtual bool has_program(std::string_view name) const = 0;
    [[nodiscard]] virtual std::string home() const = 0;
};

class SystemEnvironment final : public Environment {
public:
    [[nodiscard]] std::optional<std::string> variable(std::string_view name) const override;
    [[nodiscard]] Result<std::string> read_file(const std::string& path) const override;
    [[nodiscard]] Result<ProcessOutput> run(const Process& process, std::stop_token stop) const override;
    [[nodiscard]] bool has_program(std::string_view name) const override;
    [[nodiscard]] std::string home() const override;
};

// Splits a command line as a POSIX shell would, without expanding anything. nullopt: an open quote.
std::optional<std::vector<std::string>> split_command(std::string_view line);

}  // namespace patrol::aws
