// PostgreSQL by libpq: prepared statements, texts in, binary results out.
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <unordered_map>

#include <libpq-fe.h>

#include "store/drivers.h"
#include "store/pool.h"
#include "store/postgres_error.h"

namespace patrol::store {

namespace {

// Type numbers of pg_type.dat that are not text or bytes.
constexpr Oid oid_bool = 16, oid_int8 = 20, oid_int2 = 21, oid_int4 = 23, oid_float4 = 700, oid_float8 = 701,
              oid_numeric = 1700;

using ResultPtr = std::unique_ptr<PGresult, decltype([](PGresult* result) { PQclear(result); })>;

struct Parameter {
    std::string text;        // numbers and texts
    std::string_view bytes;  // of a blob, borrowed
    bool null = true, blob = false;
};

template <class T>
T big_endian(const char* data) {
    std::array<unsigned char, sizeof(T)> raw{};
    std::memcpy(raw.data(), data, sizeof(T));
    if constexpr (std::endian::native == std::endian::little) std::ranges::reverse(raw);
    return std::bit_cast<T>(raw);
}

// The whole part of a numeric in its wire form: digit groups of 10,000 with a weight and a sign.
std::int64_t numeric_to_integer(const char* data, int length) {
    if (length < 8) return 0;
    const auto groups = big_endian<std::int16_t>(data);
    const auto weight = big_endian<std::int16_t>(data + 2);
    const bool negative = big_endian<std::uint16_t>(data + 4) == 0x4000;
    std::int64_t value = 0;
    for (std::ptrdiff_t group = 0; group <= weight; ++group) {
        const bool present = group < groups && length >= 10 + 2 * group;
        value = value * 10'000 + (present ? big_endian<std::int16_t>(data + 8 + 2 * group) : 0);
    }
    return negative ? -value : value;
}

class PostgresStatement final : public DriverStatement {
public:
    PostgresStatement(PGconn* connection, std::string name)
        : connection_(connection), name_(std::move(name)) {}
    ~PostgresStatement() override { finish(); }
    PostgresStatement(const PostgresStatement&) = delete;
    PostgresStatement& operator=(const PostgresStatement&) = delete;

    void set_fetch(Fetch fetch) { fetch_ = fetch; }
    void bind_null(int index) override { parameter(index).null = true; }
    void bind_integer(int index, std::int64_t value) override {
        auto& target = parameter(index);
        std::array<char, 24> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
        target.text.assign(digits.data(), end);
        target.null = target.blob = false;
    }
    void bind_text(int index, std::string_view value) override {
        if (value.find('\0') != std::string_view::npos) nul_ = true;
        auto& target = parameter(index);
        target.text = value;
        target.null = target.blob = false;
    }
    void bind_blob(int index, std::string_view value) override {
        auto& target = parameter(index);
        target.bytes = value;
        target.null = false;
        target.blob = true;
    }
    Result<bool> step() override {
        if (nul_) return fail(Error::Kind::invalid, "A text must not contain a NUL character.");
        if (!running_) TRY(start());
        ++row_;
        if (fetch_ == Fetch::one_by_one && row_ > 0) TRY(receive());
        return row_ < rows();
    }
    void reset() override {
        finish();
        for (auto& each : parameters_) each.null = true;
        nul_ = false;
    }
    [[nodiscard]] std::int64_t changed_rows() const override { return changed_; }
    [[nodiscard]] bool is_null(int column) const override {
        return PQgetisnull(result_.get(), row_, column) != 0;
    }
    [[nodiscard]] std::int64_t integer(int column) const override;
    [[nodiscard]] double real(int column) const override;
    [[nodiscard]] std::string_view bytes(int column) const override {
        if (is_null(column)) return {};
        return {value(column), static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))};
    }
    [[nodiscard]] int columns() const override { return PQnfields(result_.get()); }

private:
    Parameter& parameter(int index) {
        if (parameters_.size() < static_cast<std::size_t>(index)) parameters_.resize(index);
        return parameters_[index - 1];
    }
    [[nodiscard]] const char* value(int column) const { return PQgetvalue(result_.get(), row_, column); }
    [[nodiscard]] int rows() const { return PQntuples(result_.get()); }
    Result<void> start();
    Result<void> receive();
    void finish();

    PGconn* connection_;
    std::string name_;
    std::vector<Parameter> parameters_;
    std::vector<const char*> values_;
    std::vector<int> lengths_, formats_;
    ResultPtr result_;
    Fetch fetch_ = Fetch::all;
    std::int64_t changed_ = 0;
    int row_ = -1;
    bool running_ = false, draining_ = false, nul_ = false;
};

Result<void> PostgresStatement::start() {
    values_.clear();
    lengths_.clear();
    formats_.clear();
    for (const auto& each : parameters_) {
        const auto* data = each.blob ? each.bytes.data() : each.text.c_str();
        values_.push_back(each.null ? nullptr : data == nullptr ? "" : data);
        lengths_.push_back(static_cast<int>(each.blob ? each.bytes.size() : each.text.size()));
        formats_.push_back(each.blob ? 1 : 0);
    }
    row_ = -1;
    running_ = true;
    const int count = static_cast<int>(parameters_.size());
    if (fetch_ == Fetch::one_by_one) {
        if (PQsendQueryPrepared(connection_, name_.c_str(), count, values_.data(), lengths_.data(),
                                formats_.data(), 1) == 0)
            return Failure(postgres_error(connection_, nullptr));
        PQsetSingleRowMode(connection_);
        draining_ = true;
        return receive();
    }
    result_.reset(PQexecPrepared(connection_, name_.c_str(), count, values_.data(), lengths_.data(),
                                 formats_.data(), 1));
    const auto status = PQresultStatus(result_.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return Failure(postgres_error(connection_, result_.get()));
    const std::string_view tuples = PQcmdTuples(result_.get());
    changed_ = 0;
    std::from_chars(tuples.data(), tuples.data() + tuples.size(), changed_);
    return {};
}

// The next row of a result that comes one by one; it is always row 0 of its own PGresult.
Result<void> PostgresStatement::receive() {
    result_.reset(PQgetResult(connection_));
    row_ = row_ < 0 ? -1 : 0;
    const auto status = PQresultStatus(result_.get());
    if (result_ == nullptr) draining_ = false;
    if (result_ == nullptr || status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK ||
        status == PGRES_COMMAND_OK)
        return {};
    return Failure(postgres_error(connection_, result_.get()));
}

void PostgresStatement::finish() {
    // Read to the end and thrown away: a cancel request could arrive late and hit the next statement.
    while (draining_) {
        PGresult* rest = PQgetResult(connection_);
        draining_ = rest != nullptr;
        PQclear(rest);
    }
    result_.reset();
    running_ = false;
    row_ = -1;
}

std::int64_t PostgresStatement::integer(int column) const {
    if (is_null(column)) return 0;
    const char* data = value(column);
    switch (PQftype(result_.get(), column)) {
        case oid_int8:
            return big_endian<std::int64_t>(data);
        case oid_int4:
            return big_endian<std::int32_t>(data);
        case oid_int2:
            return big_endian<std::int16_t>(data);
        case oid_bool:
            return *data != 0 ? 1 : 0;
        case oid_float8:
            return static_cast<std::int64_t>(big_endian<double>(data));
        case oid_numeric:
            return numeric_to_integer(data, PQgetlength(result_.get(), row_, column));
        default: {
            std::int64_t number = 0;
            const auto text = bytes(column);
            std::from_chars(text.data(), text.data() + text.size(), number);
            return number;
        }
    }
}

double PostgresStatement::real(int column) const {
    if (is_null(column)) return 0;
    switch (PQftype(result_.get(), column)) {
        case oid_float8:
            return big_endian<double>(value(column));
        case oid_float4:
            return big_endian<float>(value(column));
        default:
            return static_cast<double>(integer(column));
    }
}

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

class PostgresConnection final : public Connection {
public:
    explicit PostgresConnection(PGconn* connection) : connection_(connection) {}
    ~PostgresConnection() override {
        statements_.clear();
        PQfinish(connection_);
    }
    PostgresConnection(const PostgresConnection&) = delete;
    PostgresConnection& operator=(const PostgresConnection&) = delete;

    Result<Statement> prepare(std::string_view sql, Fetch fetch) override {
        auto at = statements_.find(sql);
        if (at == statements_.end()) {
            auto name = "p" + std::to_string(++named_);
            const auto text = translate(sql, Dialect::postgres);
            const ResultPtr made(PQprepare(connection_, name.c_str(), text.c_str(), 0, nullptr));
            if (PQresultStatus(made.get()) != PGRES_COMMAND_OK) {
                auto error = postgres_error(connection_, made.get());
                error.detail += " in: " + text;
                return Failure(std::move(error));
            }
            at = statements_.emplace(std::string(sql), Prepared{name, nullptr}).first;
            at->second.statement = std::make_unique<PostgresStatement>(connection_, std::move(name));
        }
        auto& cached = at->second;
        if (!cached.statement->in_use) {
            cached.statement->set_fetch(fetch);
            return Statement(cached.statement.get());
        }
        auto another = std::make_unique<PostgresStatement>(connection_, cached.name);
        another->set_fetch(fetch);
        auto* driver = another.get();
        return Statement(driver, std::move(another));
    }
    Result<void> script(std::string_view sql) override { return execute(translate(sql, Dialect::postgres)); }
    Result<void> begin_read(const Access& access) override {
        forget_statements();
        return execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" + settings(access));
    }
    // FOR UPDATE does not reach through the shadows of a limited viewer: there a row that somebody else has
    // changed meanwhile ends the transaction, and it is tried again.
    Result<void> begin_write(const Access& access) override {
        forget_statements();
        return execute((access.customers ? "BEGIN ISOLATION LEVEL REPEATABLE READ" : "BEGIN") +
                       settings(access));
    }
    // When the connection breaks here nobody knows whether the commit happened: it is not tried again.
    Result<void> commit() override {
        const ResultPtr result(PQexec(connection_, "COMMIT"));
        if (PQresultStatus(result.get()) == PGRES_COMMAND_OK) {
            // A transaction that failed before answers ROLLBACK to COMMIT.
            if (std::string_view(PQcmdStatus(result.get())) == "COMMIT") return {};
            return fail(Error{.kind = Error::Kind::internal,
                              .message = "The database took the change back.",
                              .detail = "a statement failed and the transaction went on",
                              .code = "sql"});
        }
        auto error = postgres_error(connection_, result.get());
        if (error.code == "connection_lost") error.code = "commit_unknown";
        if (usable()) rollback();
        return Failure(std::move(error));
    }
    void rollback() override { (void)execute("ROLLBACK"); }
    [[nodiscard]] bool usable() const override {
        return PQstatus(connection_) == CONNECTION_OK && PQtransactionStatus(connection_) == PQTRANS_IDLE;
    }
    Result<void> execute(const std::string& sql) {
        const ResultPtr result(PQexec(connection_, sql.c_str()));
        const auto status = PQresultStatus(result.get());
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
        return Failure(postgres_error(connection_, result.get()));
    }

private:
    // In one message with BEGIN, and gone with the transaction.
    [[nodiscard]] std::string settings(const Access& access) const {
        if (access.door == Access::Door::platform) return "; SET LOCAL app.platform = 'on'";
        if (access.door == Access::Door::none) return {};
        auto text = "; SET LOCAL app.tenant = " + quoted(access.tenant);
        if (access.customers) text += "; SET LOCAL app.customers = " + quoted(*access.customers);
        return text;
    }
    [[nodiscard]] std::string quoted(const std::string& text) const {
        const std::unique_ptr<char, decltype([](char* memory) { PQfreemem(memory); })> literal(
            PQescapeLiteral(connection_, text.data(), text.size()));
        return literal ? literal.get() : "''";
    }
    static constexpr std::size_t cached_statements = 256;
    struct Prepared {
        std::string name;
        std::unique_ptr<PostgresStatement> statement;
    };
    // Filters and multi-row inserts make ever new texts: the server's memory for them is bounded too.
    void forget_statements() {
        if (statements_.size() < cached_statements) return;
        if (execute("DEALLOCATE ALL")) statements_.clear();
    }
    PGconn* connection_;
    std::unordered_map<std::string, Prepared, TextHash, std::equal_to<>> statements_;
    std::uint64_t named_ = 0;
};

Result<std::unique_ptr<Connection>> connect(const std::string& url) {
    PGconn* raw = PQconnectdb(url.c_str());
    auto connection = std::make_unique<PostgresConnection>(raw);
    if (PQstatus(raw) != CONNECTION_OK) {
        return fail(Error{.kind = Error::Kind::unavailable,
                          .message = "The database cannot be reached.",
                          .hint = "Check the database address and that PostgreSQL runs.",
                          .detail = PQerrorMessage(raw),
                          .code = "database_down"});
    }
    PQsetClientEncoding(raw, "UTF8");
    // Answers are small: a compiler or a second process for them costs more than it gives.
    TRY(connection->execute(
        "SET jit=off; SET max_parallel_workers_per_gather=0; SET client_min_messages=warning;"
        "SET lock_timeout='10s'; SET idle_in_transaction_session_timeout='5min'"));
    return connection;
}

class PostgresDatabase final : public Database {
public:
    explicit PostgresDatabase(const PostgresOptions& options)
        : pool_(static_cast<std::size_t>(options.connections), [url = options.url] { return connect(url); }) {
    }
    [[nodiscard]] Dialect dialect() const override { return Dialect::postgres; }

protected:
    Result<Connection*> acquire(Mode) override { return pool_.acquire(); }
    void release(Mode, Connection* connection) override { pool_.release(connection); }

private:
    Pool pool_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_postgres(const PostgresOptions& options) {
    auto database = std::make_unique<PostgresDatabase>(options);
    TRY(database->read([](Transaction&) -> Result<void> { return {}; }));
    return database;
}

}  // namespace patrol::store
