// One event of CloudTrail's LookupEvents, read with care: its CloudTrailEvent is a JSON text of up to 256 KB
// that holds what callers sent. Identities: AWS CloudTrail user guide, "userIdentity element".
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "model/deployment.h"

namespace patrol::inventory {

inline constexpr std::size_t audit_event_bytes = 256 * 1024;
inline constexpr std::size_t audit_event_texts = 5'000;  // of one event, looked at
inline constexpr std::size_t audit_text_bytes = 2'048;   // a longer one is no identifier

struct AuditEvent {
    std::string id, name, source;  // "i-…", "ModifyInstanceAttribute", "ec2.amazonaws.com"
    Timestamp time;
    bool refused = false;  // the call failed: nothing was changed
    bool whole = false;    // CloudTrailEvent could be read
    model::Actor actor;    // certainty not set
    // What the event names: whole texts, and the last parts of the ARNs among them.
    std::set<std::string, std::less<>> names, name_parts;
};

// `region` is where the log was asked, for the link.
AuditEvent read_audit_event(const json::value& event, std::string_view region);

// What an event says of the program that called.
struct CallingProgram {
    std::string_view user_agent, invoked_by;
    bool from_console = false;  // with the credentials of a console session
};
model::ActorClass actor_class(const CallingProgram& program);

}  // namespace patrol::inventory
