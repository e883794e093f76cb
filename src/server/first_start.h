// What happens once, while no user exists: the unattended first start (owner and API token from files),
// or else a setup token for whoever stands at the server.
#pragma once

#include <string>

#include "api/first_run.h"
#include "server/configuration.h"

namespace patrol::server {

// Makes the owner while there is no user. The token file is written (0600) before this returns; an
// existing one is left alone. Kind::unavailable "bootstrap_token_file" where it cannot be written: the
// server does not get ready then, and the next start tries again.
Result<void> bootstrap(const Configuration& configuration, const api::FirstRunTools& tools);

// The address to open with a new setup token in its fragment (which browsers never send), or empty
// once a user exists.
Result<std::string> make_setup_url(store::Store& store, Clock& clock, std::string_view public_url);

}  // namespace patrol::server
