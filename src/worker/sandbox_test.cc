#include "worker/sandbox.h"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <thread>

namespace patrol::worker {
namespace {

constexpr int no_sandbox_code = 250;

// The exit code of what a process does in the sandbox; 1000 + signal where one ended it.
int in_sandbox(const std::function<int()>& act) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        if (!drop_privileges() || !close_sandbox()) ::_exit(no_sandbox_code);
        ::_exit(act());
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFSIGNALED(status) ? 1'000 + WTERMSIG(status) : WEXITSTATUS(status);
}

int error_of(long result) { return result < 0 ? errno : 0; }

}  // namespace

TEST_CASE("sandbox: no file is opened, no socket made, nothing becomes executable") {
    if (!has_sandbox) return;
    CHECK(in_sandbox([] { return error_of(::open("/etc/hostname", O_RDONLY)); }) == EPERM);
    CHECK(in_sandbox([] { return error_of(::open("/tmp/patrol-sandbox", O_WRONLY | O_CREAT, 0600)); }) ==
          EPERM);
    CHECK(in_sandbox([] { return error_of(::unlink("/tmp/patrol-sandbox")); }) == EPERM);
    for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_PACKET})
        CHECK(in_sandbox([family] { return error_of(::socket(family, SOCK_STREAM, 0)); }) == EPERM);
    CHECK(in_sandbox([] {
              const void* made =
                  ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return made == MAP_FAILED ? errno : 0;
          }) == EPERM);
    CHECK(in_sandbox([] {
              void* made = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return error_of(::mprotect(made, 4096, PROT_READ | PROT_EXEC));
          }) == EPERM);
    CHECK(in_sandbox([] { return error_of(::kill(::getppid(), 0)); }) == EPERM);
    CHECK(in_sandbox([] { return error_of(::prctl(PR_SET_DUMPABLE, 1)); }) == EPERM);
}

TEST_CASE("sandbox: a socket that was handed over goes nowhere else") {
    if (!has_sandbox) return;
    const int handed = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(1);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* to = reinterpret_cast<const sockaddr*>(&address);
    CHECK(in_sandbox([&] { return error_of(::connect(handed, to, sizeof address)); }) == EINPROGRESS);
    CHECK(in_sandbox([&] { return error_of(::sendto(handed, "x", 1, 0, to, sizeof address)); }) == EPERM);
    CHECK(in_sandbox([&] {
              msghdr message{};
              return error_of(::sendmsg(handed, &message, MSG_FASTOPEN));
          }) == EPERM);
    CHECK(in_sandbox([&] { return error_of(::bind(handed, to, sizeof address)); }) == 1'000 + SIGSYS);
    CHECK(in_sandbox([&] { return error_of(::listen(handed, 1)); }) == 1'000 + SIGSYS);
    ::close(handed);
}

TEST_CASE("sandbox: programs, processes and other processes' memory end it") {
    if (!has_sandbox) return;
    CHECK(in_sandbox([] {
              char* const none[] = {nullptr};
              return error_of(::execve("/bin/true", none, none));
          }) == 1'000 + SIGSYS);
    CHECK(in_sandbox([] {
              return error_of(::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr));
          }) == 1'000 + SIGSYS);
    CHECK(in_sandbox([] { return error_of(::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr)); }) ==
          1'000 + SIGSYS);
    CHECK(in_sandbox([] { return error_of(::syscall(SYS_io_uring_setup, 1, nullptr)); }) == 1'000 + SIGSYS);
    CHECK(in_sandbox([] { return error_of(::unshare(CLONE_NEWUSER)); }) == 1'000 + SIGSYS);
}

TEST_CASE("sandbox: threads, memory and descriptors that are there still work") {
    if (!has_sandbox) return;
    int both[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, both) == 0);
    CHECK(in_sandbox([&] {
              int sum = 0;
              std::thread([&] { sum = 40; }).join();
              const std::string large(8 * 1024 * 1024, 'a');
              return sum + (large.size() > 1 ? 1 : 0) + static_cast<int>(::write(both[0], "x", 1));
          }) == 42);
    char byte = 0;
    CHECK(::read(both[1], &byte, 1) == 1);
    ::close(both[0]);
    ::close(both[1]);
}

}  // namespace patrol::worker
