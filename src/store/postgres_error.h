// What PostgreSQL says of a failure, as an error value.
#pragma once

#include <libpq-fe.h>

#include "base/error.h"

namespace patrol::store {

// `result` may be null: then the connection itself failed. The detail holds the SQLSTATE and the server's own
// words; of a broken constraint its name alone.
Error postgres_error(PGconn* connection, const PGresult* result);

}  // namespace patrol::store
