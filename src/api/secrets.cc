// Named secrets. A value goes in once, sealed to its row; no answer ever holds one.
#include "secrets/secrets.h"
#include "api/body.h"
#include "api/handlers.h"
#include "api/page.h"
#include "crypto/hash.h"
#include "crypto/random.h"

namespace patrol::api::secrets_ {
namespace {

constexpr std::size_t value_chars_max = 64 * 1024;

json::object writable_of(const model::NamedSecret& secret) {
    return {{"name", secret.name}, {"manager", secret.ref.manager}, {"ref", secret.ref.ref}};
}

json::object render(const model::NamedSecret& secret) {
    return {{"id", secret.id.str()},
            {"name", secret.name},
            {"manager", secret.ref.manager},
            {"ref", secret.ref.ref},
            {"has_value", secret.has_value},
            {"created_at", time_or_null(secret.created_at)},
            {"updated_at", time_or_null(secret.updated_at)},
            {"last_used_at", time_or_null(secret.last_used_at)}};
}

struct Written {
    model::NamedSecret secret;
    std::optional<std::string> sealed;
};

// Seals the value as soon as it was read and wipes the text it came in.
std::optional<std::string> take_value(Call& call, Body& body, const SecretId& id) {
    auto value = body.text("value", {.max_chars = value_chars_max, .lines = Lines::many});
    if (!value) return {};
    const std::string place = crypto::seal_place(call.tenant().str(), "secret", id.str(), "value");
    std::string sealed = call.services.master_key.seal(*value, place);
    crypto::wipe(value->data(), value->size());
    return sealed;
}

Result<Written> decode(Call& call, const json::object& object, const model::NamedSecret& before) {
    const bool is_new = !before.created_at.is_set();
    Body body(object);
    Written written{.secret = before};
    written.secret.name = is_new ? body.required_text("name") : body.text("name").value_or(before.name);
    written.secret.ref.manager =
        is_new ? body.required_text("manager") : body.text("manager").value_or(before.ref.manager);
    if (!is_new && written.secret.ref.manager != before.ref.manager)
        body.wrong("manager", "The manager of a secret cannot be changed.");
    written.sealed = take_value(call, body, before.id);
    const bool sealed = written.secret.ref.manager == "sealed";
    const auto ref = body.text("ref", {.max_chars = 1024});
    if (sealed && ref) body.wrong("ref", "A sealed secret has a value and no reference.");
    if (sealed && is_new && !written.sealed)
        body.wrong("value", "This field is required for a sealed secret.");
    if (!sealed && written.sealed) body.wrong("value", "Only a sealed secret has a value here.");
    if (!sealed && is_new && !ref) body.wrong("ref", "This field is required: where the value is kept.");
    TRY(body.done());
    written.secret.ref.ref = sealed ? before.id.str() : ref.value_or(before.ref.ref);
    if (!sealed) TRY(call.services.secrets.check(call.tenant(), written.secret.ref, ""));
    return written;
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(list_of(TRY(call.store().secrets().list(call.tenant(), query.request())), render));
}

Result<Answer> create(Call& call) {
    const json::object body = TRY(call.body());
    Written written = TRY(decode(call, body, {.id = crypto::new_id<SecretId>()}));
    const auto made = TRY(
        call.store().secrets().create(call.tenant(), std::move(written.secret), written.sealed, call.now()));
    call.audited.changed({}, writable_of(made));
    return created(render(made), "/api/v1/secrets/" + made.id.str());
}

Result<Answer> update(Call& call) {
    const SecretId id = TRY(call.id<SecretId>());
    const auto before = TRY(call.store().secrets().get(call.tenant(), id));
    const json::object body = TRY(call.body());
    Written written = TRY(decode(call, body, before));
    json::object after = writable_of(written.secret);
    if (written.sealed) after["value_replaced"] = true;
    call.audited.changed(writable_of(before), after);
    return answer(render(
        TRY(call.store().secrets().update(call.tenant(), written.secret, written.sealed, call.now()))));
}

Result<Answer> remove(Call& call) {
    const SecretId id = TRY(call.id<SecretId>());
    call.audited.named(TRY(call.store().secrets().get(call.tenant(), id)).name);
    TRY(call.store().secrets().remove(call.tenant(), id));
    return no_content();
}

Result<Answer> test(Call& call) {
    const json::object object = TRY(call.body());
    TRY(Body(object).done());
    const SecretId id = TRY(call.id<SecretId>());
    const auto secret = TRY(call.store().secrets().get(call.tenant(), id));
    const auto value = call.services.secrets.resolve(call.tenant(), secret.ref);
    json::object check{
        {"id", "resolves"}, {"title", "The value can be read"}, {"status", value ? "pass" : "fail"}};
    check["detail"] = value ? "" : value.error().message;
    check["hint"] = value ? "" : value.error().hint;
    return answer({{"ok", value.has_value()}, {"checks", json::array{std::move(check)}}});
}

}  // namespace patrol::api::secrets_
