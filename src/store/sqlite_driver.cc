// SQLite in the process: WAL, every commit synchronous, one writer and a few readers. A connection is
// used by one thread at a time, so SQLite's own mutexes are off.
#include <array>
#include <cstring>
#include <unordered_map>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "store/drivers.h"
#include "store/pool.h"

namespace patrol::store {

namespace {

constexpr std::size_t cached_statements = 256;

Error sqlite_error(sqlite3* database, int code) {
    using Kind = Error::Kind;
    Error error{.kind = Kind::internal, .message = "The database did not do what was asked.", .code = "sql"};
    error.detail = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    const auto set = [&error](Kind kind, const char* name, const char* message, const char* hint = "") {
        error.kind = kind;
        error.code = name;
        error.message = message;
        error.hint = hint;
    };
    switch (code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
            set(Kind::conflict, "unique", "This exists already.");
            return error;
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            set(Kind::conflict, "foreign_key", "Something else still refers to this.");
            return error;
        default:
            break;
    }
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            set(Kind::unavailable, "busy", "The database is busy.", "Try again in a moment.");
            break;
        case SQLITE_FULL:
            set(Kind::unavailable, "disk_full", "The disk is full.",
                "Make room on the disk of the data folder.");
            break;
        case SQLITE_NOMEM:
            set(Kind::unavailable, "memory", "There is not enough memory for the database.");
            break;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            set(Kind::internal, "corrupt", "The database file is damaged.",
                "Restore a backup with `patrol restore`.");
            break;
        case SQLITE_IOERR:
            set(Kind::internal, "disk", "The database file could not be read or written.");
            break;
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PERM:
            set(Kind::unavailable, "database_down", "The database file could not be opened.",
                "Check the data folder and its owner.");
            break;
        default:
            break;
    }
    return error;
}

class SqliteStatement final : public DriverStatement {
public:
    SqliteStatement(sqlite3* database, sqlite3_stmt* statement)
        : database_(database), statement_(statement) {}
    ~SqliteStatement() override { sqlite3_finalize(statement_); }
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;

    void bind_null(int index) override { note(sqlite3_bind_null(statement_, index)); }
    void bind_integer(int index, std::int64_t value) override {
        note(sqlite3_bind_int64(statement_, index, value));
    }
    void bind_text(int index, std::string_view value) override { bind(index, value, SQLITE_TRANSIENT); }
    void bind_lent_text(int index, std::string_view value) override { bind(index, value, SQLITE_STATIC); }
    void bind_blob(int index, std::string_view value) override {
        note(sqlite3_bind_blob64(statement_, index, value.empty() ? "" : value.data(), value.size(),
                                 SQLITE_STATIC));
    }
    Result<bool> step() override {
        if (nul_) return fail(Error::Kind::invalid, "A text must not contain a NUL character.");
        if (bind_error_ != SQLITE_OK) return Failure(sqlite_error(database_, bind_error_));
        const int code = sqlite3_step(statement_);
        if (code == SQLITE_ROW) return true;
        if (code == SQLITE_DONE) {
            changed_ = sqlite3_stmt_readonly(statement_) != 0 ? 0 : sqlite3_changes64(database_);
            return false;
        }
        return Failure(sqlite_error(database_, sqlite3_extended_errcode(database_)));
    }
    void reset() override {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
        bind_error_ = SQLITE_OK;
        nul_ = false;
    }
    [[nodiscard]] std::int64_t changed_rows() const override { return changed_; }
    [[nodiscard]] bool is_null(int column) const override {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    [[nodiscard]] std::int64_t integer(int column) const override {
        return sqlite3_column_int64(statement_, column);
    }
    [[nodiscard]] double real(int column) const override { return sqlite3_column_double(statement_, column); }
    [[nodiscard]] std::string_view bytes(int column) const override {
        const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
        return data == nullptr ? std::string_view{}
                               : std::string_view(data, sqlite3_column_bytes(statement_, column));
    }
    [[nodiscard]] int columns() const override { return sqlite3_column_count(statement_); }

private:
    void bind(int index, std::string_view text, sqlite3_destructor_type keep) {
        if (text.find('\0') != std::string_view::npos) nul_ = true;
        note(sqlite3_bind_text64(statement_, index, text.empty() ? "" : text.data(), text.size(), keep,
                                 SQLITE_UTF8));
    }
    void note(int code) {
        if (code != SQLITE_OK && bind_error_ == SQLITE_OK) bind_error_ = code;
    }
    sqlite3* database_;
    sqlite3_stmt* statement_;
    std::int64_t changed_ = 0;
    int bind_error_ = SQLITE_OK;
    bool nul_ = false;
};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

class SqliteConnection final : public Connection {
public:
    explicit SqliteConnection(sqlite3* database) : database_(database) {}
    ~SqliteConnection() override {
        cache_.clear();
        sqlite3_close_v2(database_);
    }
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    Result<Statement> prepare(std::string_view sql, Fetch /*rows always come one by one*/) override {
        auto at = cache_.find(sql);
        if (at != cache_.end() && !at->second->in_use) return Statement(at->second.get());
        auto made = TRY(compile(sql));
        if (at != cache_.end()) {
            auto* driver = made.get();
            return Statement(driver, std::move(made));
        }
        if (cache_.size() >= cached_statements)
            std::erase_if(cache_, [](const auto& entry) { return !entry.second->in_use; });
        return Statement(cache_.emplace(std::string(sql), std::move(made)).first->second.get());
    }
    Result<void> script(std::string_view sql) override {
        return execute(translate(sql, Dialect::sqlite).c_str());
    }
    Result<void> begin_read(const Access& access) override {
        customers_ = access.customers.value_or("[]");
        return run("BEGIN DEFERRED");
    }
    Result<void> begin_write(const Access& access) override {
        customers_ = access.customers.value_or("[]");
        return run("BEGIN IMMEDIATE");
    }
    // viewer_customers(), for store/visible_rows.h.
    Result<void> add_functions() {
        const auto answer = [](sqlite3_context* context, int, sqlite3_value**) {
            const auto& text = static_cast<SqliteConnection*>(sqlite3_user_data(context))->customers_;
            sqlite3_result_text(context, text.c_str(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
        };
        const int code =
            sqlite3_create_function_v2(database_, "viewer_customers", 0, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                       this, answer, nullptr, nullptr, nullptr);
        if (code != SQLITE_OK) return Failure(sqlite_error(database_, code));
        return {};
    }
    Result<void> commit() override {
        auto done = run("COMMIT");
        if (!done) rollback();
        return done;
    }
    void rollback() override {
        if (sqlite3_get_autocommit(database_) == 0) (void)execute("ROLLBACK");
    }
    // A transaction that could not be ended must not be lent again.
    [[nodiscard]] bool usable() const override { return sqlite3_get_autocommit(database_) != 0; }

    Result<void> execute(const char* sql) {
        if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
        return Failure(sqlite_error(database_, sqlite3_extended_errcode(database_)));
    }

private:
    // What every transaction says is prepared once.
    Result<void> run(std::string_view sql) {
        auto statement = TRY(prepare(sql, Fetch::all));
        TRY(statement.step());
        return {};
    }
    Result<std::unique_ptr<DriverStatement>> compile(std::string_view sql) {
        const auto text = translate(sql, Dialect::sqlite);
        sqlite3_stmt* statement = nullptr;
        const int code = sqlite3_prepare_v3(database_, text.c_str(), static_cast<int>(text.size() + 1),
                                            SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK) {
            auto error = sqlite_error(database_, sqlite3_extended_errcode(database_));
            error.detail += " in: " + text;
            return Failure(std::move(error));
        }
        return std::make_unique<SqliteStatement>(database_, statement);
    }
    sqlite3* database_;
    std::string customers_ = "[]";
    std::unordered_map<std::string, std::unique_ptr<DriverStatement>, TextHash, std::equal_to<>> cache_;
};

enum class Role { reader, writer };

Result<std::unique_ptr<Connection>> connect(const std::filesystem::path& file, Role role) {
    sqlite3* database = nullptr;
    const int code =
        sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    auto connection = std::make_unique<SqliteConnection>(database);
    if (code != SQLITE_OK) return Failure(sqlite_error(database, code));
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database, 5000);
    TRY(connection->add_functions());
    // The page size holds only for a new file; the limit keeps a once large journal from staying large.
    TRY(
        connection->execute("PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                            "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
                            "PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY"));
    // What a scan writes again and again goes from the journal into the file once.
    TRY(connection->execute(role == Role::writer ? "PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=8192"
                                                 : "PRAGMA cache_size=-4096; PRAGMA query_only=ON"));
    return connection;
}

class SqliteDatabase final : public Database {
public:
    explicit SqliteDatabase(const SqliteOptions& options)
        : readers_(static_cast<std::size_t>(options.readers),
                   [file = options.file] { return connect(file, Role::reader); }),
          writer_(1, [file = options.file] { return connect(file, Role::writer); }) {}
    [[nodiscard]] Dialect dialect() const override { return Dialect::sqlite; }

protected:
    Result<Connection*> acquire(Mode mode) override { return pool(mode).acquire(); }
    void release(Mode mode, Connection* connection) override { pool(mode).release(connection); }

private:
    Pool& pool(Mode mode) { return mode == Mode::read ? readers_ : writer_; }
    Pool readers_, writer_;
};

// Magic numbers of statfs(2): NFS, SMB, CIFS, SMB2, AFS, 9P, Ceph.
bool on_network_disk(const std::filesystem::path& folder) {
    struct statfs facts{};
    if (statfs(folder.c_str(), &facts) != 0) return false;
    constexpr std::array<unsigned long, 7> network{0x6969,     0x517B,     0xFF534D42, 0xFE534D42,
                                                   0x5346414F, 0x01021997, 0x00C36400};
    const auto type = static_cast<unsigned long>(facts.f_type) & 0xFFFFFFFFUL;
    return std::ranges::find(network, type) != network.end();
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const SqliteOptions& options) {
    auto folder = options.file.parent_path();
    if (folder.empty()) folder = ".";
    if (on_network_disk(folder)) {
        return fail(Error{.kind = Error::Kind::invalid,
                          .message = "The data folder is on a network disk, where SQLite is not safe.",
                          .hint = "Use a local disk, or PostgreSQL.",
                          .code = "network_disk"});
    }
    // Made before SQLite opens it, so that nobody else can read it; its journal inherits the mode.
    const int made = ::open(options.file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (made < 0) {
        return fail(Error{.kind = Error::Kind::unavailable,
                          .message = "The database file could not be opened.",
                          .hint = "Check the data folder and its owner.",
                          .detail = options.file.string() + ": " + std::strerror(errno),
                          .code = "database_down"});
    }
    ::close(made);
    // The writer first: it sets page size and journal mode of a new file.
    auto database = std::make_unique<SqliteDatabase>(options);
    TRY(database->write([](Transaction&) -> Result<void> { return {}; }));
    return database;
}

}  // namespace patrol::store
