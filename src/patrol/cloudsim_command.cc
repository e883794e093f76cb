#include "patrol/cloudsim_command.h"

#include <charconv>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>

#include "base/log.h"
#include "catalogue/catalogue.h"
#include "cloudsim/cloud_simulator.h"
#include "cloudsim/scenario.h"
#include "patrol/commands.h"
#include "patrol/stop_signals.h"

namespace patrol::program {
namespace {

constexpr std::size_t workers_max = 256;
constexpr std::string_view usage =
    "Usage: patrol cloudsim [--port N] [--scenario FILE] [--bulk-instances N] [--workers N]\n\n"
    "Runs a simulated AWS on 127.0.0.1 and prints its URL. Use it as AWS_ENDPOINT_URL, with the\n"
    "access keys of the scenario's users. It ends with SIGTERM or SIGINT.\n\n"
    "  --port            0 (default): any free one\n"
    "  --scenario        a scenario file; else the demo's (docs/reference/cloudsim.md)\n"
    "  --bulk-instances  this many simulated EC2 instances, each with a volume and a network interface\n"
    "  --workers         threads that answer, 8 by default\n";

struct Options {
    cloudsim::SimulatorOptions simulator;
    std::string scenario;  // file; empty: the demo's
};

template <class Number>
Result<Number> number(const std::string& option, const std::string& text, std::size_t max) {
    std::size_t value = 0;
    const char* end = text.data() + text.size();
    auto [at, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || at != end || value > max)
        return invalid(option, fmt::format("{} takes a number from 0 to {}.", option, max));
    return static_cast<Number>(value);
}

Result<Options> read_options(std::span<const std::string> arguments) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        const auto& name = arguments[i];
        if (i + 1 == arguments.size())
            return invalid(name, fmt::format("{} takes a value, or does not exist.", name));
        const auto& value = arguments[i + 1];
        constexpr std::size_t any = std::numeric_limits<std::int32_t>::max();
        if (name == "--port")
            options.simulator.port = TRY(number<std::uint16_t>(name, value, 65'535));
        else if (name == "--workers")
            options.simulator.workers = TRY(number<std::size_t>(name, value, workers_max));
        else if (name == "--bulk-instances")
            options.simulator.bulk_instances = TRY(number<std::size_t>(name, value, any));
        else if (name == "--scenario")
            options.scenario = value;
        else
            return invalid(name, fmt::format("There is no option {}.", name));
    }
    if (options.simulator.workers == 0) return invalid("--workers", "--workers takes at least 1.");
    return options;
}

Result<std::string> scenario_text(const std::string& file) {
    if (file.empty()) return std::string(cloudsim::demo_scenario());
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(Error::Kind::not_found, fmt::format("The scenario {} cannot be read.", file));
    return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<void> run(const Options& options) {
    const auto signals = block_stop_signals();
    const auto catalogue = TRY(catalogue::Catalogue::load_embedded());
    const auto scenario = TRY(scenario_text(options.scenario));
    auto world = TRY(cloudsim::load_scenario(scenario, catalogue));
    SystemClock clock;
    cloudsim::CloudSimulator simulator(catalogue, clock, std::move(world), options.simulator);
    const auto url = TRY(simulator.start());
    fmt::print("{}\n", url);
    std::fflush(stdout);
    int received = 0;
    sigwait(&signals, &received);
    simulator.stop();
    return {};
}

}  // namespace

int run_cloudsim(std::span<const std::string> arguments) {
    for (const auto& each : arguments)
        if (each == "--help" || each == "-h") {
            fmt::print("{}", usage);
            return 0;
        }
    auto options = read_options(arguments);
    if (!options) return report(options.error());
    auto done = run(*options);
    return done ? 0 : report(done.error());
}

}  // namespace patrol::program
