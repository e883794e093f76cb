// The audit entries of API calls: one of every call that wrote, of every sign-in that failed, and of what a
// known caller was refused (403, 429). Refusals are written a bounded number of times a minute, so that
// nobody can fill the log by being refused.
#pragma once

#include "api/call.h"
#include "api/routes.h"

namespace patrol::api {

// Before the act, so that a server that ends between the act and its entry leaves a trace of it. For routes
// that write it is done before the handler, where the caller is known; a handler that finds out who acts (a
// sign-in, a link that was sent, a hook) does it before its first write. A second time does nothing.
Result<void> announce(Call& call);
// After the handler, before its answer leaves. A failure is the request's failure: nothing that was done
// goes unrecorded and is still answered as done.
Result<void> record_done(const Call& call, const Route& route, const Answer& answer);
// The announcement goes where nothing was done; after a failure of the server it stays: who knows.
void record_refused(const Call& call, const Route& route, const Error& error);

}  // namespace patrol::api
