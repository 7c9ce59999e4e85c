#include "core/store/postgresql/server_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <initializer_list>

namespace quarry::store::postgresql {
namespace {

constexpr int oldest_server = 130'000;
/// How long a writer waits for others: they write batch after batch, each in a fraction of a second.
/// Building an index may take long: there is no limit but one that the role or the database sets.
constexpr const char* wait_for_writers =
    "SELECT pg_catalog.set_config('lock_timeout', '60s', true), pg_catalog.set_config('statement_timeout',"
    " CASE pg_catalog.current_setting('statement_timeout') WHEN '10min' THEN '0'"
    " ELSE pg_catalog.current_setting('statement_timeout') END, true),"
    " pg_catalog.set_config('idle_in_transaction_session_timeout', '5min', true)";
/// How long one waits who writes beside the documents: others have a row for the time of a statement or two.
constexpr const char* wait_for_a_row = "SELECT pg_catalog.set_config('lock_timeout', '5s', true), "
                                       "pg_catalog.set_config('statement_timeout', '1min', true),"
                                       " pg_catalog.set_config('idle_in_transaction_session_timeout', '1min', true)";
/// "qrry" and the schema: one base of each.
constexpr const char* lock_base = 
    "SELECT pg_catalog.pg_advisory_xact_lock(1903260281, pg_catalog.hashtext(pg_catalog.current_schema()::text))";
constexpr const char* begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr const char* begin_write = "BEGIN ISOLATION LEVEL READ COMMITTED";

constexpr char hex_digits[] = "0123456789abcdef";

void append_hex(std::string& text, std::string_view bytes) {
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        text += hex_digits[value >> 4U];
        text += hex_digits[value & 15U];
    }
}

template <typename Number>
void append_big_endian(std::string& bytes, Number number) {
    for (std::size_t i = sizeof number; i-- > 0;) {
        bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i) & 255U);
    }
}

/// What ended the connection, by the class of its code; 25P03: idle_in_transaction_session_timeout.
bool is_lost(const db::PostgresqlFailure& failure) {
    return failure.sqlstate.starts_with("08") || failure.sqlstate.starts_with("57P") || failure.sqlstate == "25P03";
}

/// A server that went away between the connection and the first statement, or a pooler's.
Error lost_while_connecting(const std::string& url, const db::PostgresqlError& error) {
    if (!is_lost(error.failure())) return error;
    return Error(ErrorCode::base_away, fmt::format("cannot connect to {}", url), "try again when the server is back")
        .because(error.failure().message);
}

db::PostgresqlConnection connect(const std::string& url, const Cancellation* cancel) {
    db::PostgresqlOptions options;
    options.cancel = cancel;
    try {
        db::PostgresqlConnection made = db::PostgresqlConnection::connect(url, options);
        made.query("SET jit = off");  // it takes longer than what it speeds up
        return made;
    } catch (const db::PostgresqlConnectError& error) {
        if (!error.is_away()) throw;
        throw Error(error).with_code(ErrorCode::base_away);
    } catch (const db::PostgresqlError& error) {
        throw lost_while_connecting(url, error);
    }
}

Error unusable(const std::string& url, std::string cause, std::string hint) {
    return Error(ErrorCode::failed, fmt::format("cannot use the knowledge base {}", url), std::move(hint))
        .because(std::move(cause));
}

/// A pooler shows itself by a number of the session that is not the server's. One that gives each transaction another
/// session shows that by giving this one's to a second connection while this one is open.
void refuse_transaction_pooling(const std::string& url, db::PostgresqlConnection& connection,
                                const Cancellation* cancel) {
    const std::string backend(connection.query("SELECT pg_backend_pid()").text(0, 0));
    if (backend == std::to_string(connection.backend())) return;
    db::PostgresqlConnection second = connect(url, cancel);
    if (second.query("SELECT pg_backend_pid()").text(0, 0) != backend) return;
    throw unusable(url, "it is behind a pooler that gives each transaction another session, which breaks locks",
                   "name the server itself, or a port of the pooler with pool_mode = session");
}

void check_server(const std::string& url, db::PostgresqlConnection& connection, const Cancellation* cancel) {
    if (connection.server_version() < oldest_server) {
        throw unusable(url, fmt::format("the server is PostgreSQL {}", connection.server_version() / 10'000),
                       "use PostgreSQL 13 or later");
    }
    const db::PostgresqlResult encoding = connection.query("SELECT pg_encoding_to_char(encoding) FROM pg_database"
                                                           " WHERE datname = current_database()");
    if (encoding.text(0, 0) != "UTF8") {
        throw unusable(url, fmt::format("the database is in {}, not in UTF8", encoding.text(0, 0)),
                       "make one for the base: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0");
    }
    refuse_transaction_pooling(url, connection, cancel);
}

}  // namespace

std::int64_t Rows::integer(std::size_t row, std::size_t column) const {
    std::uint64_t value = 0;
    const std::string_view big_endian = bytes(row, column);
    for (const char byte : big_endian) value = value << 8U | static_cast<unsigned char>(byte);
    if (big_endian.size() == sizeof(std::int32_t)) return static_cast<std::int32_t>(value);
    return static_cast<std::int64_t>(value);
}

std::size_t Rows::count(std::size_t row, std::size_t column) const {
    return static_cast<std::size_t>(std::max<std::int64_t>(0, integer(row, column)));
}

double Rows::real(std::size_t row, std::size_t column) const { return std::bit_cast<double>(integer(row, column)); }

Parameter bytea(std::string_view bytes) {
    std::string text = "\\x";
    text.reserve(2 + 2 * bytes.size());
    append_hex(text, bytes);
    return text;
}

Parameter number(std::int64_t value) { return std::to_string(value); }

Parameter number(const std::optional<std::int64_t>& value) { return value ? number(*value) : std::nullopt; }

Parameter real(const std::optional<double>& value) {
    return value ? std::optional(fmt::format("{}", *value)) : std::nullopt;
}

Parameter flag(bool value) { return value ? "t" : "f"; }

Parameter ascii(std::string_view value) {
    const bool is_ascii = std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
    return is_ascii ? std::string(value) : "\x7f";
}

Parameter bigints(std::span<const std::int64_t> values) {
    std::string list = "{";
    for (const std::int64_t value : values) {
        if (list.size() > 1) list += ',';
        list += std::to_string(value);
    }
    return list + "}";
}

Parameter byteas(std::span<const std::string> values) {
    std::string list = "{";
    for (const std::string& value : values) {
        if (list.size() > 1) list += ',';
        list += "\"\\\\x";
        append_hex(list, value);
        list += '"';
    }
    return list + "}";
}

Parameter words(std::span<const std::string> values) {
    std::string list = "{";
    for (const std::string& value : values) {
        if (list.size() > 1) list += ',';
        list += '"';
        for (const char c : value) {
            if (c == '"' || c == '\\') list += '\\';
            list += c;
        }
        list += '"';
    }
    return list + "}";
}

CopyRows& CopyRows::row(std::size_t columns) {
    append_big_endian(bytes_, static_cast<std::int16_t>(columns));
    return *this;
}

void CopyRows::add_length(std::int32_t length) { append_big_endian(bytes_, length); }

CopyRows& CopyRows::add(std::int64_t value) {
    add_length(sizeof value);
    append_big_endian(bytes_, value);
    return *this;
}

CopyRows& CopyRows::add_small(int value) {
    add_length(sizeof(std::int32_t));
    append_big_endian(bytes_, static_cast<std::int32_t>(value));
    return *this;
}

CopyRows& CopyRows::add(std::string_view bytes) {
    add_length(static_cast<std::int32_t>(bytes.size()));
    bytes_ += bytes;
    return *this;
}

CopyRows& CopyRows::add_null() {
    add_length(-1);
    return *this;
}

std::string CopyRows::take() {
    // https://www.postgresql.org/docs/current/sql-copy.html: signature, flags, no extension; -1 behind the last row.
    constexpr std::string_view header("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
    std::string all(header);
    all += bytes_;
    append_big_endian(all, std::int16_t{-1});
    bytes_.clear();
    return all;
}

ServerConnection::ServerConnection(std::string url, const Cancellation* cancel)
    : url_(std::move(url)), cancel_(cancel), connection_(connect(url_, cancel_)) {
    try {
        check_server(url_, connection_, cancel_);
    } catch (const db::PostgresqlError& error) {
        throw lost_while_connecting(url_, error);
    }
}

ServerConnection::ServerConnection(std::shared_ptr<ServerPool> pool, ConnectionUse use, const Cancellation* cancel)
    : url_(pool->url()), cancel_(cancel), pool_(std::move(pool)), use_(use) {}

void ServerConnection::give_back() noexcept {
    if (!pool_ || !loan_) return;
    pool_->give_back(std::move(connection_), *loan_);
    loan_.reset();
}

std::string ServerConnection::what(std::string_view doing) const {
    return fmt::format("cannot {} the knowledge base {}", doing, url_);
}

void ServerConnection::reconnect_if_lost() {
    if (open_ || connection_.alive()) return;
    if (pool_ && !loan_) {
        connection_ = pool_->take(use_, cancel_, loan_);
    } else {
        connect_again();
    }
}

void ServerConnection::connect_again() {
    connection_ = pool_ ? pool_->renew(cancel_) : connect(url_, cancel_);
    ++connections_;
}

template <typename Work>
auto ServerConnection::guarded(Work&& work) {
    try {
        return work();
    } catch (const db::PostgresqlError& error) {
        Error told = db::postgresql_error(error.failure(), what(writing_ ? "write to" : "read"));
        if (error.failure().sqlstate == "53100") {
            told = std::move(told).with_hint("the server's disk is full: free some space, then run the command again; "
                                             "what was committed is there");
        }
        if (!is_lost(error.failure())) throw told;
        throw std::move(told)
            .with_code(ErrorCode::base_away)
            .with_hint("the server went away; what was committed is there: run the command again when it is back");
    }
}

template <typename Work>
auto ServerConnection::guarded_first(Work&& work) {
    reconnect_if_lost();
    return guarded([&] {
        try {
            return work();
        } catch (const db::PostgresqlError& error) {
            if (!is_lost(error.failure())) throw;
        }
        connect_again();  // the server was started again since the last statement
        return work();
    });
}

Rows ServerConnection::query(std::string_view sql, std::span<const Parameter> parameters) {
    // What only reads comes often, and finds its rows by their keys, whatever the values.
    const auto work = [&] {
        return Rows(is_reading() ? connection_.query_prepared(sql, parameters)
                                 : connection_.query_binary(sql, parameters));
    };
    const Borrowing borrowing(*this);
    // Outside of transactions there is nothing that may not be done twice.
    return open_ ? guarded(work) : guarded_first(work);
}

void ServerConnection::copy(std::string_view into, CopyRows& rows) {
    if (rows.empty()) return;
    guarded([&] { connection_.copy_in(fmt::format("COPY {} FROM STDIN (FORMAT binary)", into), rows.take()); });
}

void ServerConnection::copy_text(std::string_view into, std::string_view lines) {
    if (lines.empty()) return;
    guarded([&] { connection_.copy_in(fmt::format("COPY {} FROM STDIN", into), lines); });
}

void ServerConnection::begin_reading() {
    const Borrowing borrowing(*this);
    guarded_first([&] { connection_.query(begin_read); });
    open_ = true;
    ++transactions_;
}

void ServerConnection::begin_writing() { begin_writing_with({begin_write, wait_for_writers, lock_base}); }

void ServerConnection::begin_side_writing() { begin_writing_with({begin_write, wait_for_a_row}); }

void ServerConnection::begin_writing_with(std::initializer_list<const char*> statements) {
    const Borrowing borrowing(*this);
    writing_ = true;
    try {
        guarded_first([&] {
            for (const char* sql : statements) connection_.query(sql);
        });
        open_ = true;
        ++transactions_;
    } catch (...) {
        rollback();
        throw;
    }
}

void ServerConnection::commit() {
    const Borrowing borrowing(*this);
    try {
        connection_.query("COMMIT");
    } catch (const db::PostgresqlError& error) {
        Error told = db::postgresql_error(error.failure(), what("write to"));
        open_ = writing_ = false;
        if (!is_lost(error.failure())) throw told;
        throw Error(ErrorCode::base_away, "connection lost during COMMIT; the outcome is unknown",
                    "run the command again when the server is back: what is stored already is passed over")
            .because(error.failure().message);
    }
    open_ = writing_ = false;
}

void ServerConnection::rollback() noexcept {
    const Borrowing borrowing(*this);
    open_ = writing_ = false;
    try {
        if (connection_.alive()) static_cast<void>(connection_.run("ROLLBACK"));
    } catch (const std::exception&) {
        // Interrupted: the server rolls back when the connection ends.
    }
}

}  // namespace quarry::store::postgresql
