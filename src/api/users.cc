// The people of a tenant. Nobody makes, changes or lets in a person above himself: authorize() is asked with
// the person as it is, and as it would be.
#include "api/authorize.h"
#include "api/handlers.h"
#include "api/one_time_link.h"
#include "api/page.h"
#include "api/person_body.h"

namespace patrol::api::users {
namespace {

Result<void> check_no_fields(const Call& call) {
    const json::object object = TRY(call.body());
    return Body(object).done();
}

Result<void> check_reach(const Call& call, const model::User& person) {
    return authorize(call.caller, "user.update", {.access = Access::admin, .person = &person});
}

Result<model::User> person_in_reach(Call& call) {
    const UserId id = TRY(call.id<UserId>());
    auto person = TRY(call.store().users().get(call.tenant(), id));
    call.audited.named(person.email);
    TRY(check_reach(call, person));
    return person;
}

// What a person does to his own account takes his password, not his rank.
Result<void> check_other(const Call& call, const model::User& person, std::string_view own_way) {
    if (person.id != call.caller.user.id) return {};
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = "This is your own account.",
                      .hint = std::string(own_way),
                      .code = "own_account"});
}

Failure wrong_state(std::string message, std::string hint, std::string code) {
    return fail(Error{.kind = Error::Kind::conflict,
                      .message = std::move(message),
                      .hint = std::move(hint),
                      .code = std::move(code)});
}

Answer answer_of(const model::User& user) { return with_etag(answer(render_person(user)), user.revision); }

}  // namespace

Result<Answer> list(Call& call) {
    const ListQuery query = TRY(ListQuery::of(call));
    return answer(list_of(TRY(call.store().users().list(call.tenant(), query.request())), render_person));
}

Result<Answer> create(Call& call) {
    const json::object object = TRY(call.body());
    model::User person = TRY(invited_person(call, object));
    call.audited.named(person.email);
    TRY(check_reach(call, person));
    const NewLink link = new_link(model::LinkPurpose::invitation, call.now());
    const model::User made = TRY(call.store().users().invite(call.tenant(), std::move(person), link.kept));
    call.audited.changed({}, person_settings(made));
    json::object body = render_person(made);
    add_link(body, call.services.settings, link);
    return with_etag(created(std::move(body), "/api/v1/users/" + made.id.str()), made.revision);
}

Result<Answer> get(Call& call) {
    const UserId id = TRY(call.id<UserId>());
    return answer_of(TRY(call.store().users().get(call.tenant(), id)));
}

Result<Answer> update(Call& call) {
    const model::User before = TRY(person_in_reach(call));
    const auto expected = TRY(call.if_match());
    const json::object patch = TRY(call.body());
    const model::User after = TRY(patched_person(call, before, patch));
    TRY(check_reach(call, after));
    call.audited.changed(person_settings(before), person_settings(after));
    // Without If-Match the row must still be the one that was judged.
    return answer_of(
        TRY(call.store().users().update(call.tenant(), after, expected.value_or(before.revision))));
}

Result<Answer> remove(Call& call) {
    const model::User person = TRY(person_in_reach(call));
    TRY(call.store().users().remove(call.tenant(), person.id, person.revision));
    return no_content();
}

Result<Answer> invite_again(Call& call) {
    const model::User person = TRY(person_in_reach(call));
    TRY(check_no_fields(call));
    if (!person.password_hash.empty() || person.disabled)
        return wrong_state("This invitation was accepted already, or the user is disabled.",
                           "Make a link for a new password instead.", "invitation_over");
    const NewLink link = new_link(model::LinkPurpose::invitation, call.now());
    TRY(call.store().one_time_links().replace(call.tenant(), person, link.kept));
    json::object body = render_person(person);
    add_link(body, call.services.settings, link);
    return answer(std::move(body));
}

Result<Answer> reset_password(Call& call) {
    const model::User person = TRY(person_in_reach(call));
    TRY(check_no_fields(call));
    TRY(check_other(call, person, "Change your own password with POST /me/password."));
    if (person.password_hash.empty() || person.disabled)
        return wrong_state("This user is disabled or has not accepted the invitation.",
                           "Enable the user or make a new invitation first.", "user_not_active");
    const NewLink link = new_link(model::LinkPurpose::password_reset, call.now());
    TRY(call.store().one_time_links().replace(call.tenant(), person, link.kept));
    json::object body;
    add_link(body, call.services.settings, link);
    return answer(std::move(body));
}

Result<Answer> end_sessions(Call& call) {
    const model::User person = TRY(person_in_reach(call));
    TRY(call.store().sessions().remove_of_user(call.tenant(), person.id));
    return no_content();
}

// The sessions end too: one of them may be why the factor is in doubt.
Result<Answer> remove_second_factor(Call& call) {
    const model::User person = TRY(person_in_reach(call));
    TRY(check_other(call, person, "Remove your own authenticator app with DELETE /me/totp."));
    TRY(call.store().second_factors().remove(call.tenant(), person.id));
    TRY(call.store().sessions().remove_of_user(call.tenant(), person.id));
    return no_content();
}

}  // namespace patrol::api::users
