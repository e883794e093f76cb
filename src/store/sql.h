// The database as the tables see it: transactions, prepared statements, rows. Two drivers stand
// behind it (SQLite in the process, PostgreSQL by libpq); SQL is written once in their common subset.
// Placeholders are ?1 ?2 …; a text in braces is replaced by dialect when a statement is prepared:
//   {int64} {text} {blob} {serial}   column types (INTEGER|BIGINT, TEXT|TEXT COLLATE "C", BLOB|BYTEA, dense
//   key) {without_rowid}                  clustered table in SQLite, nothing in PostgreSQL {for_update}
//   {skip_locked}       row locks in PostgreSQL, nothing in SQLite (its writer is alone) {like} {plus}
//   LIKE|ILIKE (both ignore ASCII case); "+" | "" (keeps SQLite off an index) {visible} at the end of an
//   UPDATE's or DELETE's WHERE: only rows that the viewer sees
// Times are stored as {int64} milliseconds, 0 = never; truth values as 0 and 1; JSON as text.
// Errors: a unique or foreign key that does not hold is Kind::conflict with code "unique" or
// "foreign_key" and the constraint's or columns' names in `detail`; a full disk is Kind::unavailable
// "disk_full"; a database that is locked or not reachable is Kind::unavailable "busy" / "database_down";
// a damaged file is Kind::internal "corrupt"; everything else is Kind::internal "sql".
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "base/id.h"
#include "base/time.h"
#include "store/viewer.h"

namespace patrol::store {

enum class Dialect { sqlite, postgres };

// Marks bytes for a {blob} column; plain strings are bound as text. The bytes must outlive step().
struct Blob {
    std::string_view bytes;
};

// Marks a text whose bytes outlive step(), so that it need not be copied.
struct Lent {
    std::string_view text;
};

// What a driver implements for one prepared statement. Tables use Statement instead.
class DriverStatement {
public:
    virtual ~DriverStatement() = default;
    virtual void bind_null(int index) = 0;
    virtual void bind_integer(int index, std::int64_t value) = 0;
    virtual void bind_text(int index, std::string_view value) = 0;
    virtual void bind_lent_text(int index, std::string_view value) { bind_text(index, value); }
    virtual void bind_blob(int index, std::string_view value) = 0;
    virtual Result<bool> step() = 0;  // true: a row is there; false: the end
    virtual void reset() = 0;         // ends the run and forgets all bound values
    [[nodiscard]] virtual std::int64_t changed_rows() const = 0;
    [[nodiscard]] virtual bool is_null(int column) const = 0;
    [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
    [[nodiscard]] virtual double real(int column) const = 0;
    [[nodiscard]] virtual std::string_view bytes(int column) const = 0;
    [[nodiscard]] virtual int columns() const = 0;
    bool in_use = false;
};

// A prepared statement, lent by its connection's cache for the life of this object. Bound text is
// copied; a Blob and what is Lent are not: their bytes must live until step() or run() returned.
// Text with a NUL is refused by step() with Kind::invalid: PostgreSQL cannot hold it.
class Statement {
public:
    explicit Statement(DriverStatement* driver, std::unique_ptr<DriverStatement> owned = nullptr)
        : owned_(std::move(owned)), driver_(driver) {
        driver_->in_use = true;
    }
    Statement(Statement&& other) noexcept
        : owned_(std::move(other.owned_)), driver_(std::exchange(other.driver_, nullptr)) {}
    Statement& operator=(Statement&&) = delete;
    ~Statement() {
        if (driver_ == nullptr) return;
        driver_->reset();
        driver_->in_use = false;
    }

    // ?index, from 1. Truth values and times are integers, ids are text, an empty optional is NULL.
    template <class T>
    Statement& bind(int index, const T& value) {
        using Plain = std::remove_cvref_t<T>;
        if constexpr (std::is_same_v<Plain, std::nullptr_t> || std::is_same_v<Plain, std::nullopt_t>)
            driver_->bind_null(index);
        else if constexpr (std::is_integral_v<Plain>)
            driver_->bind_integer(index, static_cast<std::int64_t>(value));
        else if constexpr (std::is_same_v<Plain, Timestamp>)
            driver_->bind_integer(index, value.ms);
        else if constexpr (std::is_same_v<Plain, Blob>)
            driver_->bind_blob(index, value.bytes);
        else if constexpr (std::is_same_v<Plain, Lent>)
            driver_->bind_lent_text(index, value.text);
        else if constexpr (requires { value.str(); })
            driver_->bind_text(index, value.str());
        else if constexpr (requires {
                               value.has_value();
                               *value;
                           })
            value.has_value() ? void(bind(index, *value)) : driver_->bind_null(index);
        else
            driver_->bind_text(index, std::string_view(value));
        return *this;
    }
    template <class... Values>
    Statement& bind_all(const Values&... values) {
        int index = 0;
        (bind(++index, values), ...);
        return *this;
    }

    // Moves to the next row: false at the end.
    Result<bool> step() { return driver_->step(); }
    // Steps to the end and answers how many rows were changed. The statement can be bound again.
    Result<std::int64_t> run();
    // Makes the statement ready to be bound and run again.
    void reset() { driver_->reset(); }

    // Columns of the row, from 0.
    [[nodiscard]] bool is_null(int column) const { return driver_->is_null(column); }
    [[nodiscard]] std::int64_t integer(int column) const { return driver_->integer(column); }
    [[nodiscard]] double real(int column) const { return driver_->real(column); }
    [[nodiscard]] bool truth(int column) const { return driver_->integer(column) != 0; }
    [[nodiscard]] Timestamp time(int column) const { return {driver_->integer(column)}; }
    // Text or bytes. The view holds until the next step(), reset() or the end of the statement.
    [[nodiscard]] std::string_view view(int column) const { return driver_->bytes(column); }
    [[nodiscard]] std::string text(int column) const { return std::string(driver_->bytes(column)); }
    [[nodiscard]] std::optional<std::string_view> optional_view(int column) const {
        return is_null(column) ? std::nullopt : std::optional(view(column));
    }
    template <class T>
    [[nodiscard]] T id(int column) const {
        return T(text(column));
    }
    template <class T>
    [[nodiscard]] std::optional<T> optional_id(int column) const {
        return is_null(column) ? std::nullopt : std::optional<T>(id<T>(column));
    }
    [[nodiscard]] int columns() const { return driver_->columns(); }

private:
    std::unique_ptr<DriverStatement> owned_;
    DriverStatement* driver_;
};

// How the rows of a query arrive from PostgreSQL: all at once, or one by one in constant memory (for
// passes over whole accounts: no other statement may run on the transaction until it is finished).
enum class Fetch { all, one_by_one };

// Through which door a transaction comes, for the database's own checks: on PostgreSQL row-level security
// shows the rows of `tenant` and no other (store/row_security.h); the platform's door shows those of all.
struct Access {
    enum class Door { none, tenant, platform };
    Door door = Door::none;
    std::string tenant;
    std::optional<std::string> customers;  // a JSON list where the viewer is limited to them

    static Access of(const Viewer& viewer);
};

// One connection of a driver. Tables use Transaction instead.
class Connection {
public:
    virtual ~Connection() = default;
    virtual Result<Statement> prepare(std::string_view sql, Fetch fetch) = 0;  // cached by text
    virtual Result<void> script(std::string_view sql) = 0;  // several statements, no values
    virtual Result<void> begin_read(const Access& access) = 0;
    virtual Result<void> begin_write(const Access& access) = 0;
    virtual Result<void> commit() = 0;
    virtual void rollback() = 0;
    [[nodiscard]] virtual bool usable() const = 0;  // false after a lost connection
};

// A running transaction. It is only ever handed to the work of Database::read and Database::write.
class Transaction {
public:
    enum class Rows { all, visible };  // visible: of a viewer who is limited, see store/visible_rows.h
    Transaction(Connection& connection, Dialect dialect, Rows rows = Rows::all)
        : connection_(connection), dialect_(dialect), rows_(rows) {}
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    [[nodiscard]] Dialect dialect() const { return dialect_; }
    Result<Statement> prepare(std::string_view sql, Fetch fetch = Fetch::all) {
        return rows_ == Rows::all ? connection_.prepare(sql, fetch) : prepare_limited(sql, fetch);
    }
    // Prepared and bound in order, not yet stepped.
    template <class... Values>
    Result<Statement> query(std::string_view sql, const Values&... values) {
        auto statement = prepare(sql);
        if (statement) statement->bind_all(values...);
        return statement;
    }
    // Runs a statement to its end: the number of rows changed.
    template <class... Values>
    Result<std::int64_t> run(std::string_view sql, const Values&... values) {
        auto statement = query(sql, values...);
        if (!statement) return Failure(std::move(statement).error());
        return statement->run();
    }
    // First column of the first row, or nullopt without a row or with a NULL.
    template <class... Values>
    Result<std::optional<std::int64_t>> integer(std::string_view sql, const Values&... values) {
        auto statement = query(sql, values...);
        if (!statement) return Failure(std::move(statement).error());
        return first_integer(*statement);
    }
    template <class... Values>
    Result<std::optional<std::string>> text(std::string_view sql, const Values&... values) {
        auto statement = query(sql, values...);
        if (!statement) return Failure(std::move(statement).error());
        return first_text(*statement);
    }
    Result<void> script(std::string_view sql) { return connection_.script(sql); }

private:
    Result<Statement> prepare_limited(std::string_view sql, Fetch fetch);
    static Result<std::optional<std::int64_t>> first_integer(Statement& statement);
    static Result<std::optional<std::string>> first_text(Statement& statement);
    Connection& connection_;
    Dialect dialect_;
    Rows rows_;
};

// Thread-safe. Reads see one consistent state; they run beside each other and beside the writer.
// On SQLite one write runs at a time (others wait in line); on PostgreSQL writes run in parallel with
// row locks (isolation: read committed), so that a read before a dependent write needs {for_update}.
class Database {
public:
    virtual ~Database() = default;
    [[nodiscard]] virtual Dialect dialect() const = 0;

    // `work` takes a Transaction& and returns a Result<…>. Do not call read() or write() inside it.
    // After a statement failed the transaction is over on PostgreSQL: `work` returns that error (to
    // insert what may be there already, say ON CONFLICT DO NOTHING and look at the changed rows).
    // What is read is what the viewer may see.
    template <class Work>
    auto read(const Viewer& viewer, Work&& work) -> std::invoke_result_t<Work&, Transaction&> {
        return attempt(Mode::read, Access::of(viewer), std::forward<Work>(work));
    }
    // Committed when `work` returns a value, rolled back when it returns an Error. It may be called
    // again after a deadlock, a serialization failure or a connection that broke before the commit:
    // it must not have effects outside of the transaction that cannot be repeated.
    template <class Work>
    auto write(const Viewer& viewer, Work&& work) -> std::invoke_result_t<Work&, Transaction&> {
        return attempt(Mode::write, Access::of(viewer), std::forward<Work>(work));
    }
    // Of no tenant: tables that have none.
    template <class Work>
    auto read(Work&& work) -> std::invoke_result_t<Work&, Transaction&> {
        return attempt(Mode::read, {}, std::forward<Work>(work));
    }
    template <class Work>
    auto write(Work&& work) -> std::invoke_result_t<Work&, Transaction&> {
        return attempt(Mode::write, {}, std::forward<Work>(work));
    }

    // The door past the tenants' walls, for what comes before a tenant is known or goes over all of them:
    // who holds a token, signing in, the first run, the queue, the schedule, retention, migrations.
    class Platform {
    public:
        explicit Platform(Database& database) : database_(database) {}
        template <class Work>
        auto read(Work&& work) -> std::invoke_result_t<Work&, Transaction&> {
            return database_.attempt(Mode::read, access(), std::forward<Work>(work));
        }
        template <class Work>
        auto write(Work&& work) -> std::invoke_result_t<Work&, Transaction&> {
            return database_.attempt(Mode::write, access(), std::forward<Work>(work));
        }

    private:
        static Access access() { return {.door = Access::Door::platform, .tenant = {}, .customers = {}}; }
        Database& database_;
    };
    Platform platform() { return Platform(*this); }

protected:
    enum class Mode { read, write };
    // Lends a connection; blocks while all are lent.
    virtual Result<Connection*> acquire(Mode mode) = 0;
    virtual void release(Mode mode, Connection* connection) = 0;

private:
    static constexpr int attempts = 5;
    struct Lease {
        Database& database;
        Mode mode;
        Connection* connection;
        ~Lease() { database.release(mode, connection); }
    };
    // True when the transaction can be run again; waits a little before.
    static bool try_again(const Error& error, int attempt);

    template <class Work>
    auto attempt(Mode mode, const Access& access, Work&& work) -> std::invoke_result_t<Work&, Transaction&> {
        for (int turn = 1;; ++turn) {
            auto result = once(mode, access, work);
            if (result || turn == attempts || !try_again(result.error(), turn)) return result;
        }
    }
    template <class Work>
    auto once(Mode mode, const Access& access, Work& work) -> std::invoke_result_t<Work&, Transaction&> {
        auto connection = acquire(mode);
        if (!connection) return Failure(std::move(connection).error());
        Lease lease{*this, mode, *connection};
        auto begun =
            mode == Mode::read ? lease.connection->begin_read(access) : lease.connection->begin_write(access);
        if (!begun) return Failure(std::move(begun).error());
        using Rows = Transaction::Rows;
        Transaction transaction(*lease.connection, dialect(), access.customers ? Rows::visible : Rows::all);
        auto result = work(transaction);
        if (!result) {
            lease.connection->rollback();
            return result;
        }
        auto committed = lease.connection->commit();
        if (!committed) return Failure(std::move(committed).error());
        return result;
    }
};

bool is_unique_violation(const Error& error);

// `sql` with its braces replaced and, for PostgreSQL, ?1 written as $1. Text in single quotes is kept.
std::string translate(std::string_view sql, Dialect dialect);

// The SQL pattern (ESCAPE '\') for text that contains or starts with `part`.
std::string like_contains(std::string_view part);
std::string like_prefix(std::string_view part);

}  // namespace patrol::store
