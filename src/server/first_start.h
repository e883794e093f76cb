// What happens once, while no user exists: the unattended first start (owner and API token from files),
// or else a setup token for whoever stands at the server.
#pragma once

#include <string>

#include "api/first_run.h"
#include "server/configuration.h"

namespace patrol::server {

// Does nothing once a user exists. The token file is written (0600) before this returns; an existing
// one is left alone.
Result<void> bootstrap(const Configuration& configuration, const api::FirstRunTools& tools);

// The address to open with a new setup token in its fragment (which browsers never send), or empty
// once a user exists.
Result<std::string> make_setup_url(store::Store& store, Clock& clock, std::string_view public_url);

}  // namespace patrol::server
