// The audit entries of API calls: one of every call that wrote, of every sign-in that failed, and of what a
// known caller was refused (403, 429). Refusals are written a bounded number of times a minute, so that
// nobody can fill the log by being refused.
#pragma once

#include "api/call.h"
#include "api/routes.h"

namespace patrol::api {

// After the handler, before its answer leaves. A failure is the request's failure: nothing that was done
// goes unrecorded and is still answered as done.
Result<void> record_done(const Call& call, const Route& route, const Answer& answer);
void record_refused(const Call& call, const Route& route, const Error& error);

}  // namespace patrol::api
