#include "worker/sandbox.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace patrol::worker {
namespace {

Failure no_sandbox(std::string_view what, int reason) {
    return fail(Error{.kind = Error::Kind::unavailable,
                      .message = fmt::format("A worker process cannot close its sandbox: {}.", what),
                      .hint = "Where the system cannot do it, start the server with --workers-in-process.",
                      .detail = std::strerror(reason),
                      .code = "worker_sandbox"});
}

// Never more than the system leaves.
Result<void> limit(__rlimit_resource resource, rlim_t most) {
    rlimit value{};
    if (::getrlimit(resource, &value) == 0) most = std::min(most, value.rlim_max);
    value = {.rlim_cur = most, .rlim_max = most};
    if (::setrlimit(resource, &value) != 0) return no_sandbox("a resource limit is refused", errno);
    return {};
}

// The argument, compared; or masked with `first` and compared with `second`.
constexpr scmp_arg_cmp when(unsigned argument, scmp_compare how, scmp_datum_t first,
                            scmp_datum_t second = 0) {
    return {.arg = argument, .op = how, .datum_a = first, .datum_b = second};
}

// Allowed whatever the arguments.
constexpr std::array allowed{
    // memory and threads
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(mlock),
    SCMP_SYS(mlock2),
    SCMP_SYS(munlock),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(membarrier),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(set_tid_address),
    // time, randomness, signals to itself
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getrandom),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(getrusage),
    SCMP_SYS(sysinfo),
    SCMP_SYS(uname),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    // descriptors that it has
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(lseek),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(eventfd2),
    SCMP_SYS(pipe2),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(shutdown),
    SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),
    SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),
};

// No honest code of a worker comes near these.
constexpr std::array fatal{
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(bpf),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(personality),
    SCMP_SYS(setuid),
    SCMP_SYS(setgid),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
};

class Filter {
public:
    // What is not listed fails as "not permitted", so that a library's probing does not end the process.
    Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release) {}

    void rule(std::uint32_t action, int call) {
        if (problem_ == 0) problem_ = seccomp_rule_add_array(context_.get(), action, call, 0, nullptr);
    }
    void rule(std::uint32_t action, int call, scmp_arg_cmp condition) {
        if (problem_ == 0) problem_ = seccomp_rule_add_array(context_.get(), action, call, 1, &condition);
    }
    void rule(std::uint32_t action, int call, const std::array<scmp_arg_cmp, 2>& conditions) {
        if (problem_ == 0)
            problem_ = seccomp_rule_add_array(context_.get(), action, call, 2, conditions.data());
    }

    Result<void> load() {
        if (problem_ == 0) problem_ = seccomp_load(context_.get());
        if (problem_ != 0) return no_sandbox("the system-call filter is refused", -problem_);
        return {};
    }

private:
    std::unique_ptr<void, decltype(&seccomp_release)> context_;
    int problem_ = 0;
};

void add_memory_and_threads(Filter& filter) {
    const auto not_executable = when(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(mmap), not_executable);
    filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(mprotect), not_executable);
    // Threads, not processes. clone3 hides its flags in memory: "no such call" makes libc use clone.
    filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(clone), when(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    filter.rule(SCMP_ACT_KILL_PROCESS, SCMP_SYS(clone), when(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
    filter.rule(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
    filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(prctl), when(0, SCMP_CMP_EQ, PR_SET_NAME));
    filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(tgkill),
                when(0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid())));
}

void add_sockets(Filter& filter) {
    // The server has begun the connection already (worker/dial_desk.h): libcurl only waits for its end.
    filter.rule(SCMP_ACT_ERRNO(EINPROGRESS), SCMP_SYS(connect));
    // An address, or fast open, could lead a socket elsewhere after its connection ended.
    const auto no_fast_open = when(3, SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, 0);
    filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(sendto), {no_fast_open, when(4, SCMP_CMP_EQ, 0)});
    filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(sendmsg), when(2, SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, 0));
    filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(socketpair), when(0, SCMP_CMP_EQ, AF_UNIX));
    for (const int request : {F_GETFL, F_SETFL, F_GETFD, F_SETFD})
        filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(fcntl),
                    when(1, SCMP_CMP_EQ, static_cast<scmp_datum_t>(request)));
    filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(ioctl), when(1, SCMP_CMP_EQ, FIONBIO));
    filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(ioctl), when(1, SCMP_CMP_EQ, FIONREAD));
    // fstat() of newer C libraries: no path, only a descriptor.
    filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(newfstatat),
                when(3, SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
}

Result<void> filter_calls() {
    Filter filter;
    for (const int call : allowed) filter.rule(SCMP_ACT_ALLOW, call);
    for (const int call : fatal) filter.rule(SCMP_ACT_KILL_PROCESS, call);
    add_memory_and_threads(filter);
    add_sockets(filter);
    return filter.load();
}

// A second wall behind the filter: no rule allows anything, so no path can be opened and no TCP port
// connected to. Kernels without it are left to the filter.
void refuse_paths_and_ports() {
    const auto version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) return;
    // As the kernel's header has it since 6.7; older C libraries know the first member only.
    struct {
        std::uint64_t files, ports;
    } rules{.files = (1U << 13) - 1, .ports = 0};
    if (version >= 2) rules.files |= 1U << 13;  // moving between folders
    if (version >= 3) rules.files |= 1U << 14;  // truncating
    if (version >= 5) rules.files |= 1U << 15;  // ioctl of devices
    if (version >= 4) rules.ports = 3;          // bind, connect
    const auto size = version >= 4 ? sizeof rules : sizeof rules.files;
    const auto made = ::syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    if (made < 0) return;
    ::syscall(SYS_landlock_restrict_self, made, 0);
    ::close(static_cast<int>(made));
}

}  // namespace

Result<void> drop_privileges() {
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return no_sandbox("the process cannot be hardened", errno);
    return limit(RLIMIT_CORE, 0);
}

Result<void> close_sandbox() {
    if (!has_sandbox) return {};
    TRY(limit(RLIMIT_AS, worker_address_space_bytes));
    TRY(limit(RLIMIT_NOFILE, worker_descriptors));
    TRY(limit(RLIMIT_FSIZE, 0));
    refuse_paths_and_ports();
    return filter_calls();
}

}  // namespace patrol::worker
