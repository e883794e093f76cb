#include "cloudsim/cloud_simulator.h"

extern "C" const char embedded_demo_scenario_begin[];
extern "C" const char embedded_demo_scenario_end[];

namespace patrol::cloudsim {

std::string_view demo_scenario() {
    return {embedded_demo_scenario_begin,
            static_cast<std::size_t>(embedded_demo_scenario_end - embedded_demo_scenario_begin)};
}

}  // namespace patrol::cloudsim
