// Which secrets a notification channel may use. A channel sends its secret, or what it signs, to an address
// that a tenant's administrator names: so only secrets that were put aside for channels, by their name. The
// manager "sealed" has another rule (store/notification_channels.cc). Pure.
#pragma once

#include <string>

#include "model/secret_ref.h"

namespace patrol::secrets {

// What the name must look like, for a sentence: "files below notify/". Empty: the reference may be used.
std::string channel_rule_broken(const model::SecretRef& ref);

}  // namespace patrol::secrets
