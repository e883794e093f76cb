// The tenants of the platform, for its owner; and what a tenant decides for its own people.
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

json::object render_own(const model::Tenant& tenant) {
    return {{"id", tenant.id.str()},
            {"name", tenant.name},
            {"require_second_factor", tenant.second_factor == model::SecondFactorRule::required}};
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

Result<Answer> own(Call& call) { return answer(render_own(TRY(call.store().tenants().get(call.tenant())))); }

Result<Answer> update_own(Call& call) {
    const json::object object = TRY(call.body());
    Body body(object);
    const auto required = body.boolean("require_second_factor");
    TRY(body.done());
    model::Tenant tenant = TRY(call.store().tenants().get(call.tenant()));
    call.audited.about("tenant", tenant.id.str(), tenant.name);
    if (!required) return answer(render_own(tenant));
    // Who asks it of everybody must not be shut out himself.
    if (*required && !call.caller.user.mfa)
        return fail(Error{.kind = Error::Kind::conflict,
                          .message = "You have no second factor yourself.",
                          .hint = "Set up an authenticator app first.",
                          .code = "no_second_factor"});
    const json::object before = render_own(tenant);
    tenant.second_factor = *required ? model::SecondFactorRule::required : model::SecondFactorRule::optional;
    TRY(call.store().tenants().require_second_factor(tenant.id, tenant.second_factor));
    call.audited.changed(before, render_own(tenant));
    return answer(render_own(tenant));
}

}  // namespace patrol::api::tenants
