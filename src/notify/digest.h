// The daily digest: what needs somebody, as a notice for one route. Pure.
#pragma once

#include "model/notification.h"
#include "model/today.h"

namespace patrol::notify {

model::Notice digest_of(const model::Today& today);

}  // namespace patrol::notify
