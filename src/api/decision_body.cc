#include "api/decision_body.h"

#include "api/body.h"

namespace patrol::api {

void note_edit(Call& call, const std::optional<std::string>& assignee,
               const std::optional<std::string>& note) {
    if (note) call.audited.because(*note);
    if (assignee) call.audited.changed({}, {{"assignee", *assignee}});
}

Result<DecisionBody> decision_of(Call& call, model::ChangeState state, DecisionOn on) {
    const json::object object = TRY(call.body());
    Body body(object);
    DecisionBody out{.decision = {.state = state, .by = call.who()}};
    out.decision.note =
        body.text("note", {.min_chars = 0, .max_chars = limits::note_chars, .lines = Lines::many})
            .value_or("");
    call.audited.because(out.decision.note);
    if (on == DecisionOn::change) {
        out.decision.seen_value = body.text("seen_hash").value_or("");
        if (state == model::ChangeState::accepted)
            out.paths = body.texts("paths", decision_paths_max, {.max_chars = limits::note_chars});
    }
    if (state == model::ChangeState::snoozed) {
        const auto text = body.required_text("until");
        const auto until = parse_rfc3339(text);
        if (!text.empty() && !until) body.wrong("until", "This must be a time such as 2026-01-31T09:00:00Z.");
        if (until && *until <= call.now()) body.wrong("until", "This time is over already.");
        if (until && *until > call.now() + Millis(snooze_max))
            body.wrong("until", "This is more than a year away.");
        out.decision.until = until.value_or(Timestamp{});
    }
    TRY(body.done());
    json::object more;
    if (!out.paths.empty()) more["paths"] = json::array(out.paths.begin(), out.paths.end());
    if (out.decision.until.is_set()) more["until"] = time_or_null(out.decision.until);
    call.audited.changed({}, more);
    return out;
}

}  // namespace patrol::api
