// A simulated AWS over real HTTP on a loopback port: believes no unsigned request, decides by IAM
// policies, trust policies and session policies, pages, and fails on demand. It serves all services,
// regions and accounts of its scenario at one address (AWS_ENDPOINT_URL).
//
// For tests and the demo it also answers, unsigned, under /_cloudsim/: faults on demand, scripted
// changes, counts of calls (docs/reference/cloudsim.md).
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "catalogue/catalogue.h"
#include "cloudsim/world.h"
#include "net/http_server.h"

namespace patrol::cloudsim {

struct SimulatorOptions {
    std::uint16_t port = 0;  // 0: any free one
    std::size_t workers = 8;
    // The simulated inventory of the benches: this many EC2 instances, each with a volume and a network
    // interface, in us-east-1 of the account with the most resources, in place of its own. 0: none.
    std::size_t bulk_instances = 0;
};

class CloudSimulator {
public:
    CloudSimulator(const catalogue::Catalogue& catalogue, Clock& clock, World world,
                   SimulatorOptions options = {});
    ~CloudSimulator();

    Result<std::string> start();  // "http://127.0.0.1:PORT"
    void stop();
    Result<void> play(std::string_view step);
    // What is left to play, in order.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> steps() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

// The scenario that the demo plays: three accounts, over 60 resource types in three regions.
std::string_view demo_scenario();

}  // namespace patrol::cloudsim
