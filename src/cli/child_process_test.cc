#include "cli/child_process.h"

#include <csignal>

#include <unistd.h>

#include <doctest/doctest.h>

using namespace patrol;
using namespace patrol::cli;

namespace {

// A shell cannot trap what it inherits as ignored, as below nohup.
void ignore_no_signal() {
    for (const int each : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) std::signal(each, SIG_DFL);
}

Result<ChildEnd> shell(const std::string& script) {
    ignore_no_signal();
    const HeldSignals signals;
    return run_child({"sh", "-c", script}, signals);
}

}  // namespace

TEST_CASE("the command's exit code comes back") {
    for (const int code : {0, 1, 3, 255}) {
        const auto end = shell("exit " + std::to_string(code));
        REQUIRE(end);
        CHECK(end->exit_code == code);
        CHECK_FALSE(end->signal);
    }
}

TEST_CASE("a signal that ends the command is told as shells do") {
    const auto end = shell("kill -KILL $$");
    REQUIRE(end);
    CHECK(end->exit_code == 137);
    CHECK(end->signal == SIGKILL);
}

TEST_CASE("a signal sent to this process reaches the command, and this process lives on") {
    for (const auto* name : {"TERM", "INT", "HUP", "USR1"}) {
        CAPTURE(name);
        const auto end = shell(std::string("trap 'exit 7' ") + name + "; kill -" + name +
                               " $PPID; i=0; while [ $i -lt 200 ]; do sleep 0.05; i=$((i+1)); done; exit 9");
        REQUIRE(end);
        CHECK(end->exit_code == 7);
    }
}

TEST_CASE("the command has the signal mask that was there before") {
    const auto end = shell("kill -TERM $$; sleep 5; exit 9");
    REQUIRE(end);
    CHECK(end->signal == SIGTERM);
}

TEST_CASE("a stop that came before the start keeps the command from starting") {
    {
        const HeldSignals signals;
        kill(getpid(), SIGTERM);
        const auto end = run_child({"sh", "-c", "exit 3"}, signals);
        REQUIRE(end);
        CHECK(end->exit_code == 143);
        int taken = 0;
        sigwait(&signals.held(), &taken);  // so that it does not end this process now
        CHECK(taken == SIGTERM);
    }
}

TEST_CASE("what cannot be started is said") {
    const HeldSignals signals;
    const auto unknown = run_child({"/no/such/program"}, signals);
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().kind == Error::Kind::not_found);
    const auto folder = run_child({"/"}, signals);
    REQUIRE_FALSE(folder);
    CHECK(folder.error().kind == Error::Kind::denied);
}
