#include "core/db/postgresql.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstring>

#include "core/base/redact_url.h"
#include "core/base/text.h"
#include "core/db/database_url.h"
#include "core/db/libpq_library.h"

namespace quarry::db {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int oldest_server = 120000;
constexpr std::chrono::milliseconds look_at_cancellation{100};
/// How long a server has to answer a request to stop before it is given up.
constexpr std::chrono::seconds stop_wait{10};

/// The byte where the 1-based character `position` of a text starts.
std::optional<std::size_t> byte_of_character(std::string_view text, std::string_view position) {
    std::size_t number = 0;
    std::from_chars(position.data(), position.data() + position.size(), number);
    if (number == 0) return std::nullopt;
    std::size_t offset = 0;
    for (std::size_t character = 1; character < number && offset < text.size(); ++character) {
        ++offset;
        while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0U) == 0x80U) ++offset;
    }
    return offset;
}

PostgresqlFailure failure_of(const LibpqLibrary& pq, const PGresult* result, std::string_view sql) {
    const auto field = [&](int code) {
        const char* value = pq.error_field(result, code);
        return std::string(value == nullptr ? "" : value);
    };
    PostgresqlFailure failure{field(PG_DIAG_SQLSTATE),        field(PG_DIAG_SEVERITY_NONLOCALIZED),
                              field(PG_DIAG_MESSAGE_PRIMARY), field(PG_DIAG_MESSAGE_DETAIL),
                              field(PG_DIAG_MESSAGE_HINT),    field(PG_DIAG_CONTEXT),
                              field(PG_DIAG_SCHEMA_NAME),     field(PG_DIAG_TABLE_NAME),
                              field(PG_DIAG_COLUMN_NAME),     field(PG_DIAG_DATATYPE_NAME),
                              field(PG_DIAG_CONSTRAINT_NAME), std::nullopt};
    failure.offset = byte_of_character(sql, field(PG_DIAG_STATEMENT_POSITION));
    if (failure.message.empty()) {  // libpq's own words
        failure.message = std::string(trim(pq.result_error_message(result)));
        if (failure.sqlstate.empty()) failure.sqlstate = "08006";
    }
    return failure;
}

PostgresqlFailure refused_statement(std::string message) {
    PostgresqlFailure failure;
    failure.sqlstate = "42601";
    failure.severity = "ERROR";
    failure.message = std::move(message);
    return failure;
}

Error no_url(const std::string& shown, const std::string& written, std::string_view why) {
    // The reason may quote a piece of a password that is not written as a URL wants it.
    const bool telling = shown == written && !trim(why).empty();
    return Error(ErrorCode::usage, fmt::format("cannot use the database \"{}\"", shown),
                 "write postgres://USER:PASSWORD@HOST:PORT/DATABASE; in a password @ is written %40, / %2F, ? %3F, "
                 "# %23, : %3A and % %25")
        .because(telling ? std::string(trim(why)) : "it is not a URL of a PostgreSQL database");
}

std::string name_for_people(std::string_view sql) { return fmt::format("cannot run \"{}\"", one_line(sql, 60)); }

/// The number of the last statement of this process that a server was asked to keep.
std::atomic<std::uint64_t> last_kept{0};

}  // namespace

struct PostgresqlConnection::State {
    struct FreeResult {
        const LibpqLibrary* pq;
        void operator()(PGresult* result) const noexcept { pq->clear(result); }
    };
    using ResultHandle = std::unique_ptr<PGresult, FreeResult>;

    struct FinishConnection {
        const LibpqLibrary* pq;
        void operator()(PGconn* finished) const noexcept { pq->finish(finished); }
    };

    explicit State(const PostgresqlOptions& given) : options(given) {}

    void open(std::string_view text);
    void wait(bool to_write, std::chrono::milliseconds most = look_at_cancellation) const noexcept;
    PostgresqlFailure lost() const;
    /// How a statement's rows go to and fro.
    struct Transfer {
        bool binary = false;                            ///< Those that come back.
        bool prepared = false;                          ///< The server keeps the statement.
        std::optional<std::string_view> rows_to_copy{};  ///< Those that COPY FROM STDIN takes.
    };
    /// Runs a statement and gives its last result; sets `failure` instead when it failed.
    ResultHandle run(std::string_view sql, std::span<const Parameter> parameters,
                     std::optional<PostgresqlFailure>& failure, const Transfer& transfer);
    ResultHandle run(std::string_view sql, std::span<const Parameter> parameters,
                     std::optional<PostgresqlFailure>& failure) {
        return run(sql, parameters, failure, Transfer());
    }

    /// The same with the rows of its result; throws PostgresqlError.
    PostgresqlResult read(std::string_view sql, std::span<const Parameter> parameters, const Transfer& transfer);

    std::vector<PostgresqlNotification> notifications(std::chrono::milliseconds most);

    LibpqLibrary pq;
    PostgresqlOptions options;
    std::string url;
    std::unique_ptr<PGconn, FinishConnection> connection{nullptr, {&pq}};

private:
    /// A statement that came once, or that the server keeps by its name.
    struct Kept {
        std::string name;
        bool is_prepared = false;
    };

    /// The name of a statement that the server keeps; null when it does not. Sets `failure` when it cannot be prepared.
    [[nodiscard]] const Kept* prepare(const std::string& sql, std::optional<PostgresqlFailure>& failure);
    /// Sends a statement; false when the connection is lost.
    [[nodiscard]] bool send(const std::string& sql, std::span<const Parameter> parameters, const Kept* kept,
                            bool binary);
    /// The last result of what was sent.
    [[nodiscard]] ResultHandle receive(std::string_view sql, std::optional<PostgresqlFailure>& failure,
                                       const Transfer& transfer);
    [[nodiscard]] Clock::time_point connect_deadline() const;
    void connect_within(Clock::time_point deadline);
    ResultHandle next_result();
    void wait_or_stop();
    void request_stop() noexcept;
    void leave_copy(ExecStatusType status, std::optional<PostgresqlFailure>& failure);
    void send_copy(std::string_view rows);
    static void take_notice(void* state, const PGresult* result);

    std::unordered_map<std::string, Kept> kept_;      ///< By their text.
    std::optional<Clock::time_point> stop_deadline_;  ///< Set once the server was asked to stop a statement.
};

void PostgresqlConnection::State::wait(bool to_write, std::chrono::milliseconds most) const noexcept {
    pollfd waited{pq.socket(connection.get()), static_cast<short>(to_write ? POLLIN | POLLOUT : POLLIN), 0};
    // A signal, too, is a reason to look again.
    (void)::poll(&waited, 1, static_cast<int>(most.count()));
}

Clock::time_point PostgresqlConnection::State::connect_deadline() const {
    std::chrono::seconds timeout = options.connect_timeout;
    const std::unique_ptr<PQconninfoOption, decltype(pq.conninfo_free)> settings(pq.conninfo(connection.get()),
                                                                                 pq.conninfo_free);
    for (const PQconninfoOption* option = settings.get(); option != nullptr && option->keyword != nullptr; ++option) {
        if (std::strcmp(option->keyword, "connect_timeout") != 0 || option->val == nullptr) continue;
        int seconds = 0;
        std::from_chars(option->val, option->val + std::strlen(option->val), seconds);
        if (seconds > 0) timeout = std::chrono::seconds(seconds);
    }
    return Clock::now() + timeout;
}

void PostgresqlConnection::State::connect_within(Clock::time_point deadline) {
    pq.set_error_verbosity(connection.get(), PQERRORS_VERBOSE);  // With SQLSTATE codes, which tell refusals apart.
    PostgresPollingStatusType polled = PGRES_POLLING_WRITING;
    while (pq.status(connection.get()) != CONNECTION_BAD) {
        if (options.cancel != nullptr) options.cancel->check();
        if (Clock::now() >= deadline) throw postgresql_connect_error(url, "timeout expired");
        pollfd waited{pq.socket(connection.get()),
                      static_cast<short>(polled == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
        if (::poll(&waited, 1, static_cast<int>(look_at_cancellation.count())) <= 0) continue;
        polled = pq.connect_poll(connection.get());
        if (polled == PGRES_POLLING_OK) break;
        if (polled == PGRES_POLLING_FAILED) throw postgresql_connect_error(url, pq.error_message(connection.get()));
    }
    if (pq.status(connection.get()) != CONNECTION_OK) {
        throw postgresql_connect_error(url, pq.error_message(connection.get()));
    }
    pq.set_error_verbosity(connection.get(), PQERRORS_DEFAULT);
}

void PostgresqlConnection::State::open(std::string_view text) {
    url = redact_url(text);
    const std::string own_text(text);
    char* parse_message = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(pq.conninfo_free)> parsed(
        pq.conninfo_parse(own_text.c_str(), &parse_message), pq.conninfo_free);
    const std::unique_ptr<char, decltype(pq.freemem)> message(parse_message, pq.freemem);
    if (!parsed) throw no_url(url, own_text, message ? message.get() : "");
    // What stands before dbname gives way to the URL, what stands behind it goes before the URL.
    const char* const last = options.database.empty() ? nullptr : "dbname";
    const std::array<const char*, 9> names = {"fallback_application_name",
                                              "keepalives_idle",
                                              "keepalives_interval",
                                              "keepalives_count",
                                              "tcp_user_timeout",
                                              "dbname",
                                              "client_encoding",
                                              last,
                                              nullptr};
    const std::array<const char*, 9> values = {
        options.application_name.c_str(), "30",   "10", "3", "60000", own_text.c_str(), "UTF8",
        options.database.c_str(),         nullptr};
    connection.reset(pq.connect_start(names.data(), values.data(), 1));
    if (!connection) throw postgresql_connect_error(url, "out of memory");
    const std::string_view problem = pq.error_message(connection.get());
    if (problem.starts_with("invalid ") || problem.starts_with("could not match ")) {  // A value in the URL.
        throw no_url(url, own_text, problem);
    }
    connect_within(connect_deadline());
    if (const int version = pq.server_version(connection.get()); version < oldest_server) {
        throw Error(ErrorCode::failed, fmt::format("cannot use {}", url), "use PostgreSQL 12 or later")
            .because(fmt::format("the server is PostgreSQL {}.{}", version / 10000, version / 100 % 100));
    }
    pq.set_notice_receiver(connection.get(), &take_notice, this);
    pq.set_nonblocking(connection.get(), 1);
}

void PostgresqlConnection::State::take_notice(void* state, const PGresult* result) {
    const auto& self = *static_cast<const State*>(state);
    if (self.options.on_notice) self.options.on_notice(failure_of(self.pq, result, {}));
}

PostgresqlFailure PostgresqlConnection::State::lost() const {
    PostgresqlFailure failure;
    failure.sqlstate = "08006";
    failure.severity = "FATAL";
    failure.message = one_line(pq.error_message(connection.get()), 400);
    if (failure.message.empty()) failure.message = "the connection to the server was lost";
    return failure;
}

void PostgresqlConnection::State::request_stop() noexcept {
    stop_deadline_ = Clock::now() + stop_wait;
    const std::unique_ptr<PGcancel, decltype(pq.free_cancel)> request(pq.get_cancel(connection.get()), pq.free_cancel);
    std::array<char, 256> problem{};
    // A request that cannot be delivered is not worth an error of its own: the deadline ends the wait.
    if (request) (void)pq.cancel(request.get(), problem.data(), static_cast<int>(problem.size()));
}

void PostgresqlConnection::State::wait_or_stop() {
    if (!stop_deadline_ && options.cancel != nullptr && options.cancel->cancelled()) request_stop();
    if (stop_deadline_ && Clock::now() >= *stop_deadline_) {
        connection.reset(nullptr);
        throw Error(ErrorCode::interrupted, "interrupted");
    }
    const int flushed = pq.flush(connection.get());
    wait(flushed == 1);
}

PostgresqlConnection::State::ResultHandle PostgresqlConnection::State::next_result() {
    while (pq.flush(connection.get()) == 1 || pq.is_busy(connection.get()) == 1) {
        wait_or_stop();
        if (pq.consume_input(connection.get()) == 0) break;
    }
    return ResultHandle(pq.get_result(connection.get()), {&pq});
}

void PostgresqlConnection::State::leave_copy(ExecStatusType status, std::optional<PostgresqlFailure>& failure) {
    constexpr const char* why = "COPY from or to the client has no place here";
    if (status == PGRES_COPY_IN) {
        pq.put_copy_end(connection.get(), why);
        return;
    }
    failure = refused_statement(why);
    char* row = nullptr;
    for (int length = 0; length >= 0;) {
        length = pq.get_copy_data(connection.get(), &row, 1);
        if (row != nullptr) pq.freemem(row);
        if (length != 0) continue;
        wait_or_stop();
        if (pq.consume_input(connection.get()) == 0) return;
    }
}

/// What goes wrong on the way is in the statement's result.
void PostgresqlConnection::State::send_copy(std::string_view rows) {
    constexpr std::size_t most_at_once = 1U << 16;
    while (!rows.empty()) {
        const std::string_view piece = rows.substr(0, most_at_once);
        const int sent = pq.put_copy_data(connection.get(), piece.data(), static_cast<int>(piece.size()));
        if (sent < 0) return;
        if (sent == 1) rows.remove_prefix(piece.size());
        if (sent == 0) {
            wait_or_stop();
            if (pq.consume_input(connection.get()) == 0) return;
        }
    }
    while (pq.put_copy_end(connection.get(), nullptr) == 0) wait_or_stop();
}

PostgresqlConnection::State::ResultHandle PostgresqlConnection::State::run(std::string_view sql,
                                                                           std::span<const Parameter> parameters,
                                                                           std::optional<PostgresqlFailure>& failure,
                                                                           const Transfer& transfer) {
    ResultHandle last(nullptr, {&pq});
    if (!connection) {
        failure = refused_statement("the connection was given up");
        failure->sqlstate = "08003";
        return last;
    }
    if (options.cancel != nullptr) options.cancel->check();
    if (sql.find('\0') != std::string_view::npos) {
        failure = refused_statement("the statement holds a zero byte");
        failure->offset = sql.find('\0');
        return last;
    }
    const std::string text(sql);
    stop_deadline_.reset();
    const Kept* const kept = transfer.prepared ? prepare(text, failure) : nullptr;
    if (failure) return last;
    if (!send(text, parameters, kept, transfer.binary)) {
        failure = lost();
        return last;
    }
    return receive(sql, failure, transfer);
}

const PostgresqlConnection::State::Kept* PostgresqlConnection::State::prepare(
    const std::string& sql, std::optional<PostgresqlFailure>& failure) {
    constexpr std::size_t most_kept = 500;
    const auto known = kept_.find(sql);
    if (known == kept_.end()) {
        // Connections may share one session (PGlite), and with it the names.
        if (kept_.size() < most_kept) kept_.emplace(sql, Kept{fmt::format("quarry_{}_{}", ::getpid(), ++last_kept)});
        return nullptr;
    }
    Kept& kept = known->second;
    if (kept.is_prepared) return &kept;
    if (pq.send_prepare(connection.get(), kept.name.c_str(), sql.c_str(), 0, nullptr) == 0) {
        failure = lost();
        return nullptr;
    }
    static_cast<void>(receive(sql, failure, {}));
    kept.is_prepared = !failure;
    return &kept;
}

bool PostgresqlConnection::State::send(const std::string& sql, std::span<const Parameter> parameters, const Kept* kept,
                                       bool binary) {
    std::vector<const char*> values;
    for (const Parameter& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
    const int count = static_cast<int>(values.size());
    const int format = binary ? 1 : 0;
    if (kept != nullptr) {
        return pq.send_prepared(connection.get(), kept->name.c_str(), count, values.data(), nullptr, nullptr, format) ==
               1;
    }
    return pq.send_query(connection.get(), sql.c_str(), count, nullptr, values.data(), nullptr, nullptr, format) == 1;
}

PostgresqlConnection::State::ResultHandle PostgresqlConnection::State::receive(
    std::string_view sql, std::optional<PostgresqlFailure>& failure, const Transfer& transfer) {
    ResultHandle last(nullptr, {&pq});
    while (ResultHandle result = next_result()) {
        const ExecStatusType status = pq.result_status(result.get());
        if (status == PGRES_COPY_IN && transfer.rows_to_copy) {
            send_copy(*transfer.rows_to_copy);
        } else if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
            leave_copy(status, failure);
        }
        if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
            if (!failure) failure = failure_of(pq, result.get(), sql);
        }
        if (status == PGRES_EMPTY_QUERY) failure = refused_statement("there is no statement");
        last = std::move(result);
        if (pq.status(connection.get()) == CONNECTION_BAD) break;
    }
    if (!last && !failure) failure = lost();
    if (stop_deadline_ && failure && failure->sqlstate == "57014") throw Error(ErrorCode::interrupted, "interrupted");
    return last;
}

PostgresqlConnection::PostgresqlConnection(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
PostgresqlConnection::PostgresqlConnection() noexcept = default;
PostgresqlConnection::PostgresqlConnection(PostgresqlConnection&& other) noexcept = default;
PostgresqlConnection& PostgresqlConnection::operator=(PostgresqlConnection&& other) noexcept = default;
PostgresqlConnection::~PostgresqlConnection() = default;

PostgresqlConnection PostgresqlConnection::connect(std::string_view url, const PostgresqlOptions& options) {
    PostgresqlConnection made(std::make_unique<State>(options));
    made.state_->open(url);
    made.query("SET standard_conforming_strings = on");
    return made;
}

PostgresqlResult PostgresqlConnection::State::read(std::string_view sql, std::span<const Parameter> parameters,
                                                   const Transfer& transfer) {
    std::optional<PostgresqlFailure> failure;
    const ResultHandle result = run(sql, parameters, failure, transfer);
    if (failure) throw PostgresqlError(std::move(*failure), name_for_people(sql));
    const int rows = pq.ntuples(result.get());
    const int columns = pq.nfields(result.get());
    std::vector<std::string> names;
    for (int column = 0; column < columns; ++column) names.emplace_back(pq.fname(result.get(), column));
    std::vector<PostgresqlResult::Cell> cells;
    cells.reserve(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            if (pq.getisnull(result.get(), row, column) == 1) {
                cells.emplace_back(std::nullopt);
                continue;
            }
            const auto length = static_cast<std::size_t>(pq.getlength(result.get(), row, column));
            cells.emplace_back(std::string(pq.getvalue(result.get(), row, column), length));
        }
    }
    const std::string_view affected = pq.command_tuples(result.get());
    std::uint64_t affected_rows = 0;
    std::from_chars(affected.data(), affected.data() + affected.size(), affected_rows);
    return {std::move(names), std::move(cells), pq.command_status(result.get()), affected_rows};
}

PostgresqlResult PostgresqlConnection::query(std::string_view sql, std::span<const Parameter> parameters) {
    return state_->read(sql, parameters, {});
}

PostgresqlResult PostgresqlConnection::query_binary(std::string_view sql, std::span<const Parameter> parameters) {
    return state_->read(sql, parameters, {.binary = true});
}

PostgresqlResult PostgresqlConnection::query_prepared(std::string_view sql, std::span<const Parameter> parameters) {
    return state_->read(sql, parameters, {.binary = true, .prepared = true});
}

void PostgresqlConnection::copy_in(std::string_view sql, std::string_view rows) {
    static_cast<void>(state_->read(sql, {}, {.rows_to_copy = rows}));
}

std::optional<PostgresqlFailure> PostgresqlConnection::run(std::string_view sql) {
    std::optional<PostgresqlFailure> failure;
    (void)state_->run(sql, {}, failure);
    return failure;
}

std::vector<PostgresqlNotification> PostgresqlConnection::State::notifications(std::chrono::milliseconds most) {
    const auto until = Clock::now() + most;
    std::vector<PostgresqlNotification> heard;
    for (;;) {
        if (options.cancel != nullptr) options.cancel->check();
        if (!connection || pq.consume_input(connection.get()) == 0) {
            throw PostgresqlError(lost(), "cannot listen to the server");
        }
        while (const auto one =
                   std::unique_ptr<PGnotify, decltype(pq.freemem)>(pq.notifies(connection.get()), pq.freemem)) {
            heard.push_back({one->relname, one->extra});
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
        if (!heard.empty() || left.count() <= 0) return heard;
        wait(false, std::min(left, look_at_cancellation));
    }
}

std::vector<PostgresqlNotification> PostgresqlConnection::notifications(std::chrono::milliseconds most) {
    return state_->notifications(most);
}

void PostgresqlConnection::set_cancellation(const Cancellation* cancel) noexcept { state_->options.cancel = cancel; }

bool PostgresqlConnection::in_transaction() const noexcept {
    if (!state_ || !state_->connection) return false;
    const PGTransactionStatusType status = state_->pq.transaction_status(state_->connection.get());
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

bool PostgresqlConnection::alive() const noexcept {
    return state_ && state_->connection && state_->pq.status(state_->connection.get()) == CONNECTION_OK;
}

int PostgresqlConnection::server_version() const noexcept {
    return state_->connection ? state_->pq.server_version(state_->connection.get()) : 0;
}

int PostgresqlConnection::backend() const noexcept {
    return state_->connection ? state_->pq.backend(state_->connection.get()) : 0;
}

const std::string& PostgresqlConnection::url() const noexcept { return state_->url; }

}  // namespace quarry::db
