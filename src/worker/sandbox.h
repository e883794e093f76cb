// What a worker gives up before it reads anything from the network: opening files, making or connecting
// sockets, programs, other processes, executable memory, core files. Sockets to its account's endpoints are
// handed to it by the server (worker/dial_desk.h).
// Sources: seccomp(2), prctl(2), landlock(7), libseccomp's manual.
#pragma once

#include <cstdint>

#include "base/error.h"

namespace patrol::worker {

inline constexpr std::uint64_t worker_address_space_bytes = 8ULL * 1024 * 1024 * 1024;
inline constexpr std::uint64_t worker_descriptors = 2'048;

// Sanitizers need more than the sandbox leaves: their builds run without it.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PATROL_WITHOUT_SANDBOX 1
#endif
#endif
#ifdef PATROL_WITHOUT_SANDBOX
inline constexpr bool has_sandbox = false;
#else
inline constexpr bool has_sandbox = true;
#endif

// At once after the start: no core file, no reading by others, no privileges, death with the parent.
Result<void> drop_privileges();
// Before the first other thread: limits, Landlock where the kernel has it, and the system-call filter.
Result<void> close_sandbox();

}  // namespace patrol::worker
