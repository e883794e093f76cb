#include "cloud/aws/environment.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace patrol::aws {
namespace {

constexpr std::size_t file_bytes = 1024 * 1024;

class Pipe {
public:
    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) == 0) {
            read_ = ends[0];
            write_ = ends[1];
        }
    }
    ~Pipe() {
        close_read();
        close_write();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    [[nodiscard]] int read_end() const { return read_; }
    [[nodiscard]] int write_end() const { return write_; }
    void close_read() { shut(read_); }
    void close_write() { shut(write_); }

private:
    static void shut(int& fd) {
        if (fd >= 0) ::close(fd);
        fd = -1;
    }
    int read_ = -1;
    int write_ = -1;
};

Failure process_failed(const Process& process, std::string_view why) {
    return fail(Error::Kind::unavailable, fmt::format("The program {} {}.", process.arguments[0], why));
}

Result<pid_t> spawn(const Process& process, const Pipe& out, const Pipe& err) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out.write_end(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.write_end(), STDERR_FILENO);
    std::vector<char*> arguments;
    arguments.reserve(process.arguments.size() + 1);
    for (const auto& argument : process.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = 0;
    int failed = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return process_failed(process, "could not be started");
    return pid;
}

// Both streams until they end. false: too long, too much, or stopped.
bool drain(const Process& process, Pipe& out, Pipe& err, ProcessOutput& into, const std::stop_token& stop) {
    auto until = std::chrono::steady_clock::now() + process.time;
    pollfd waiting[2] = {{out.read_end(), POLLIN, 0}, {err.read_end(), POLLIN, 0}};
    std::string* sinks[2] = {&into.out, &into.err};
    char buffer[4096];
    while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
        if (stop.stop_requested() || std::chrono::steady_clock::now() >= until) return false;
        if (::poll(waiting, 2, 100) <= 0) continue;
        for (int i = 0; i < 2; ++i) {
            if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
            auto got = ::read(waiting[i].fd, buffer, sizeof buffer);
            if (got <= 0) {
                waiting[i].fd = -1;
            } else {
                sinks[i]->append(buffer, static_cast<std::size_t>(got));
                if (sinks[i]->size() > process.max_output_bytes) return false;
            }
        }
    }
    return true;
}

}  // namespace

std::optional<std::string> SystemEnvironment::variable(std::string_view name) const {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr || *value == '\0') return {};
    return std::string(value);
}

Result<std::string> SystemEnvironment::read_file(const std::string& path) const {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        return fail(Error::Kind::not_found, fmt::format("There is no file {}.", path));
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(Error::Kind::denied, fmt::format("The file {} cannot be read.", path));
    std::string text(file_bytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > file_bytes)
        return fail(Error::Kind::too_large, fmt::format("The file {} is too large.", path));
    return text;
}

Result<ProcessOutput> SystemEnvironment::run(const Process& process, std::stop_token stop) const {
    if (process.arguments.empty()) return fail(Error::Kind::invalid, "There is no program to run.");
    Pipe out;
    Pipe err;
    if (out.read_end() < 0 || err.read_end() < 0) return process_failed(process, "could not be started");
    auto pid = TRY(spawn(process, out, err));
    out.close_write();
    err.close_write();
    ProcessOutput output;
    bool complete = drain(process, out, err, output, stop);
    if (!complete) ::kill(pid, SIGKILL);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!complete) return process_failed(process, "took too long or wrote too much");
    output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return output;
}

bool SystemEnvironment::has_program(std::string_view name) const {
    std::istringstream folders(variable("PATH").value_or(""));
    for (std::string folder; std::getline(folders, folder, ':');)
        if (::access(fmt::format("{}/{}", folder, name).c_str(), X_OK) == 0) return true;
    return false;
}

std::string SystemEnvironment::home() const { return variable("HOME").value_or("/"); }

std::optional<std::vector<std::string>> split_command(std::string_view line) {
    std::vector<std::string> out;
    std::string word;
    bool in_word = false;
    char quote = '\0';
    for (std::size_t i = 0; i < line.size(); ++i) {
        char c = line[i];
        const bool escapes =
            quote == '"' ? c == '\\' && i + 1 < line.size() && (line[i + 1] == '"' || line[i + 1] == '\\')
                         : quote == '\0' && c == '\\';
        if (escapes) {
            if (i + 1 >= line.size()) return {};
            word += line[++i];
            in_word = true;
        } else if (quote != '\0') {
            if (c == quote)
                quote = '\0';
            else
                word += c;
        } else if (c == '"' || c == '\'') {
            quote = c;
            in_word = true;
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            if (in_word) out.push_back(std::move(word));
            word.clear();
            in_word = false;
        } else {
            word += c;
            in_word = true;
        }
    }
    if (quote != '\0') return {};
    if (in_word) out.push_back(std::move(word));
    return out;
}

}  // namespace patrol::aws
