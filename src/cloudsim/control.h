// The tests' handle on the simulated cloud, under /_cloudsim/ of its own port: faults, steps, counts.
#pragma once

#include <string_view>

#include "catalogue/catalogue.h"
#include "cloudsim/world.h"
#include "net/http_server.h"

namespace patrol::cloudsim {

inline constexpr std::string_view control_path = "/_cloudsim/";

net::ServerResponse answer_control(const net::ServerRequest& request, World& world,
                                   const catalogue::Catalogue& catalogue, Timestamp now);

}  // namespace patrol::cloudsim
