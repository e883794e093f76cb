#include "api/person_body.h"

#include "api/first_run.h"

namespace patrol::api {
namespace {

// Who signs in with an identity provider may never have a password.
std::string_view state_of(const model::User& user) {
    if (user.disabled) return "disabled";
    const bool was_in = !user.password_hash.empty() || user.last_sign_in_at.is_set();
    return was_in ? "active" : "invited";
}

bool is_known(Call& call, const CustomerId& customer, const model::CustomerScope& before) {
    if (!before.is_all() && before.contains(customer)) return true;
    return call.caller.customers.contains(customer) &&
           call.store().customers().get(call.tenant(), customer).has_value();
}

}  // namespace

json::value customers_of(const model::CustomerScope& customers) {
    if (customers.is_all()) return nullptr;
    json::array ids;
    for (const CustomerId& id : *customers.list()) ids.emplace_back(id.str());
    return ids;
}

json::object render_person(const model::User& user) {
    return {{"id", user.id.str()},
            {"email", user.email},
            {"name", user.name},
            {"role", model::to_string(user.role)},
            {"customers", customers_of(user.customers)},
            {"platform_owner", user.platform_owner},
            {"state", state_of(user)},
            {"disabled", user.disabled},
            {"mfa", user.mfa},
            {"created_at", time_or_null(user.created_at)},
            {"last_sign_in_at", time_or_null(user.last_sign_in_at)}};
}

json::object person_settings(const model::User& user) {
    return {{"name", user.name},
            {"role", model::to_string(user.role)},
            {"disabled", user.disabled},
            {"customers", customers_of(user.customers)}};
}

model::CustomerScope read_customers(Call& call, Body& body, const model::CustomerScope& before) {
    const bool given = body.has("customers");
    const auto texts = body.texts("customers", limits::customers_per_person);
    if (!given) return {};
    std::vector<CustomerId> ids;
    for (const std::string& text : texts) {
        const auto id = CustomerId::parse(text);
        if (!id || !is_known(call, *id, before)) {
            body.wrong("customers", "There is no such customer.");
            return {};
        }
        ids.push_back(*id);
    }
    if (ids.empty()) body.wrong("customers", "Name at least one customer, or none at all for all of them.");
    return model::CustomerScope::only(std::move(ids));
}

Result<model::User> invited_person(Call& call, const json::object& object) {
    Body body(object);
    model::User user{.email = body.required_text("email", {.max_chars = 254}),
                     .name = body.text("name").value_or("")};
    user.role = body.choice("role", model::parse_role, role_names).value_or(model::Role::viewer);
    user.customers = read_customers(call, body, {});
    TRY(body.done());
    user.email = TRY(normal_email(user.email));
    if (user.name.empty()) user.name = name_of_email(user.email);
    user.created_at = call.now();
    return user;
}

Result<model::User> patched_person(Call& call, const model::User& before, const json::object& patch) {
    const json::object writable = TRY(merged(person_settings(before), patch));
    Body body(writable);
    model::User after = before;
    after.name = body.required_text("name");
    const auto role = body.choice("role", model::parse_role, role_names);
    const auto disabled = body.boolean("disabled");
    after.customers = read_customers(call, body, before.customers);
    if (!role) body.wrong("role", "This field is required.");
    if (!disabled) body.wrong("disabled", "This field is required.");
    TRY(body.done());
    after.role = *role;
    after.disabled = *disabled;
    return after;
}

}  // namespace patrol::api
