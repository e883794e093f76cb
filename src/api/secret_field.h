// A field that says where a secret is kept: {"manager","ref"}. A secret itself is never part of a body.
#pragma once

#include <string_view>

#include "api/body.h"
#include "model/secret_ref.h"

namespace patrol::api {

// A missing or wrong field is kept as a problem of `body`; `hint` goes with a missing one.
model::SecretRef secret_ref_of(Body& body, std::string_view name, std::string_view hint);

}  // namespace patrol::api
