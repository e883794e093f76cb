// The tenants of the platform, for its owner.
#include "api/body.h"
#include "api/first_run.h"
#include "api/handlers.h"
#include "api/one_time_link.h"
#include "api/page.h"
#include "api/person_body.h"

namespace patrol::api::tenants {
namespace {

json::object render(const model::Tenant& tenant) {
    return {{"id", tenant.id.str()},
            {"name", tenant.name},
            {"users", tenant.users},
            {"created_at", time_or_null(tenant.created_at)}};
}

// Owner of a tenant, never of the platform.
Result<model::User> decode_owner(Body& body) {
    const json::object empty;
    const json::object* object = body.object("owner");
    if (object == nullptr) body.wrong("owner", "This field is required.");
    Body inner(object == nullptr ? empty : *object, "owner");
    model::User owner{.email = inner.required_text("email", {.max_chars = 254}),
                      .name = inner.text("name").value_or(""),
                      .role = model::Role::owner};
    body.adopt(inner);
    TRY(body.done());
    auto email = normal_email(owner.email);
    if (!email) return invalid("owner.email", std::move(email).error().message);
    owner.email = std::move(*email);
    if (owner.name.empty()) owner.name = name_of_email(owner.email);
    return owner;
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(list_of(TRY(call.store().tenants().list(call.tenant(), query.request())), render));
}

Result<Answer> create(Call& call) {
    const json::object object = TRY(call.body());
    Body body(object);
    model::Tenant tenant = new_tenant(call.services.master_key, body.required_text("name"));
    model::User owner = TRY(decode_owner(body));
    const NewLink link = new_link(model::LinkPurpose::invitation, call.now());
    auto made = TRY(call.store().tenants().create({.tenant = std::move(tenant), .owner = std::move(owner)},
                                                  link.kept, call.now()));
    made.tenant.users = 1;
    call.audited.about("tenant", made.tenant.id.str(), made.tenant.name);
    call.audited.changed({}, {{"name", made.tenant.name}, {"owner", made.owner.email}});
    json::object answered = render(made.tenant);
    answered["owner"] = render_person(made.owner);
    add_link(answered, call.services.settings, link);
    return answer(std::move(answered), 201);
}

}  // namespace patrol::api::tenants
