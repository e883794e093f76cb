#include "store/postgres_error.h"

#include <algorithm>
#include <string>

namespace patrol::store {

namespace {

using Kind = Error::Kind;

struct Meaning {
    std::string_view state;  // an SQLSTATE, or how it begins
    Kind kind;
    const char* code;
    const char* message;
};

// PostgreSQL 15, appendix A.
constexpr Meaning meanings[] = {
    {"23505", Kind::conflict, "unique", "This exists already."},
    {"23503", Kind::conflict, "foreign_key", "Something else still refers to this."},
    {"40001", Kind::unavailable, "retry", "The database is busy."},
    {"40P01", Kind::unavailable, "retry", "The database is busy."},
    {"53100", Kind::unavailable, "disk_full", "The disk of the database is full."},
    {"55P03", Kind::unavailable, "busy", "The database is busy."},
    {"57014", Kind::unavailable, "busy", "The database is busy."},
    {"22021", Kind::invalid, "text", "A text holds characters that the database cannot keep."},
    {"22P05", Kind::invalid, "text", "A text holds characters that the database cannot keep."},
    {"XX001", Kind::internal, "corrupt", "The database is damaged."},
    {"XX002", Kind::internal, "corrupt", "The database is damaged."},
    {"57P0", Kind::unavailable, "connection_lost", "The connection to the database was lost."},
};
constexpr const Meaning& lost = meanings[std::size(meanings) - 1];

const Meaning* meaning_of(std::string_view state, bool connected) {
    const auto* found =
        std::ranges::find_if(meanings, [&](const Meaning& m) { return state.starts_with(m.state); });
    if (found != std::end(meanings)) return found;
    return connected ? nullptr : &lost;
}

std::string field(const PGresult* result, int code) {
    const char* text = result != nullptr ? PQresultErrorField(result, code) : nullptr;
    return text != nullptr ? text : "";
}

}  // namespace

Error postgres_error(PGconn* connection, const PGresult* result) {
    const auto state = field(result, PG_DIAG_SQLSTATE);
    Error error{.kind = Kind::internal, .message = "The database did not do what was asked.", .code = "sql"};
    error.detail =
        state + " " + (state.empty() ? PQerrorMessage(connection) : field(result, PG_DIAG_MESSAGE_PRIMARY));
    if (const auto* meaning = meaning_of(state, PQstatus(connection) != CONNECTION_BAD)) {
        error.kind = meaning->kind;
        error.code = meaning->code;
        error.message = meaning->message;
    }
    if (error.kind == Kind::conflict) error.detail = field(result, PG_DIAG_CONSTRAINT_NAME);
    return error;
}

}  // namespace patrol::store
