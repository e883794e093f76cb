// The tenant's customers.
#include "api/body.h"
#include "api/handlers.h"
#include "api/page.h"

namespace patrol::api::customers {
namespace {

json::object writable_of(const model::Customer& customer) {
    return {{"name", customer.name}, {"labels", labels_of(customer.labels)}, {"notes", customer.notes}};
}

json::object render(const model::Customer& customer) {
    return {{"id", customer.id.str()},
            {"name", customer.name},
            {"labels", labels_of(customer.labels)},
            {"notes", customer.notes},
            {"accounts", customer.accounts},
            {"created_at", time_or_null(customer.created_at)},
            {"updated_at", time_or_null(customer.updated_at)}};
}

Result<model::Customer> decode(const json::object& object) {
    Body body(object);
    model::Customer customer{.name = body.required_text("name"), .labels = body.labels("labels")};
    customer.notes =
        body.text("notes", {.min_chars = 0, .max_chars = limits::note_chars, .lines = Lines::many})
            .value_or("");
    TRY(body.done());
    return customer;
}

Answer answer_of(const model::Customer& customer) {
    return with_etag(answer(render(customer)), customer.revision);
}

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(list_of(TRY(call.store().customers().list(call.viewer(), query.request())), render));
}

Result<Answer> create(Call& call) {
    const json::object body = TRY(call.body());
    model::Customer customer = TRY(decode(body));
    const model::Customer made =
        TRY(call.store().customers().create(call.tenant(), std::move(customer), call.now()));
    call.audited.changed({}, writable_of(made));
    return with_etag(created(render(made), "/api/v1/customers/" + made.id.str()), made.revision);
}

Result<Answer> get(Call& call) {
    const CustomerId id = TRY(call.id<CustomerId>());
    return answer_of(TRY(call.store().customers().get(call.viewer(), id)));
}

Result<Answer> update(Call& call) {
    const CustomerId id = TRY(call.id<CustomerId>());
    const model::Customer before = TRY(call.store().customers().get(call.viewer(), id));
    const auto expected = TRY(call.if_match());
    json::object writable = writable_of(before);
    const json::object patch = TRY(call.body());
    writable = TRY(merged(std::move(writable), patch));
    model::Customer after = TRY(decode(writable));
    after.id = id;
    call.audited.changed(writable_of(before), writable_of(after));
    // Without If-Match the row must still be the one the patch was merged into.
    return answer_of(TRY(call.store().customers().update(call.viewer(), after,
                                                         expected.value_or(before.revision), call.now())));
}

Result<Answer> remove(Call& call) {
    const CustomerId id = TRY(call.id<CustomerId>());
    call.audited.named(TRY(call.store().customers().get(call.viewer(), id)).name);
    TRY(call.store().customers().remove(call.viewer(), id));
    return no_content();
}

}  // namespace patrol::api::customers
