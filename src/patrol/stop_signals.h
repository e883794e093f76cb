// SIGTERM and SIGINT, by which a program that stays up is asked to end.
#pragma once

#include <csignal>

namespace patrol {

// Blocked before any thread exists, so that only who waits for them receives them (sigwait).
inline sigset_t block_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

}  // namespace patrol
