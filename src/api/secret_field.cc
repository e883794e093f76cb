#include "api/secret_field.h"

namespace patrol::api {

model::SecretRef secret_ref_of(Body& body, std::string_view name, std::string_view hint) {
    const json::object* object = body.object(name);
    if (object == nullptr) {
        body.wrong(name, "This field is required: where the value is kept, as {\"manager\",\"ref\"}.",
                   std::string(hint));
        return {};
    }
    Body inner(*object, body.path_of(name));
    model::SecretRef ref{.manager = inner.required_text("manager"),
                         .ref = inner.required_text("ref", {.max_chars = 1024})};
    body.adopt(inner);
    return ref;
}

}  // namespace patrol::api
