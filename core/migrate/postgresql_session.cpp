#include "core/migrate/postgresql_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/migrate/concurrent_index.h"
#include "core/migrate/statement_rules.h"
#include "core/migrate/trial_guard.h"
#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

constexpr std::size_t shown_sql = 200;  // Code points.

/// 2D000: a procedure ends the transaction; 25001: the server runs the statement outside of one only.
bool needs_none(const db::PostgresqlFailure& failure) {
    return failure.sqlstate == "2D000" || failure.sqlstate == "25001";
}

/// Whether a statement may be CREATE ROLE, or run one; wrong only in one direction.
bool may_make_role(std::string_view sql) {
    const std::string text = ascii_lower(sql);
    const auto has = [&](std::string_view word) { return text.find(word) != std::string::npos; };
    return has("role") || has("user") || has("group");
}

/// A table, function, schema, column, anything else, or the key that a foreign key points to.
bool means_missing_object(const db::PostgresqlFailure& failure) {
    constexpr std::array<std::string_view, 6> states = {"42P01", "42883", "3F000", "42703", "42704", "42830"};
    return std::find(states.begin(), states.end(), failure.sqlstate) != states.end();
}

std::string milliseconds_sql(std::chrono::milliseconds time) { return fmt::format("'{}ms'", time.count()); }

NeedsNoTransaction no_transaction_error(const Error& failed, const Script& script) {
    if (!script.transactional) return NeedsNoTransaction(failed);
    Error error(failed.code(), failed.message(),
                "put it into a separate migration that begins with the line \"-- quarry:no-transaction\"");
    for (const std::string& cause : failed.causes()) error = std::move(error).because(cause);
    return NeedsNoTransaction(std::move(error));
}

/// The error of a failed CREATE INDEX CONCURRENTLY, which names the index that it leaves.
Error invalid_index_error(const Error& failed, const std::string& index) {
    Error error(failed.code(), failed.message(),
                "correct what it says, then run `quarry migrate up` again: it drops that index and continues here");
    for (const std::string& cause : failed.causes()) error = std::move(error).because(cause);
    return std::move(error).because(fmt::format("the index {} is left behind and is invalid: no query uses it", index));
}

}  // namespace

PostgresqlSession::PostgresqlSession(db::PostgresqlConnection& connection, Options options)
    : connection_(connection), options_(std::move(options)), ledger_(connection) {}

PostgresqlSession::~PostgresqlSession() {
    rollback();
    try {
        if (connection_.alive() && statements_ran_) reset_settings();
    } catch (const std::exception&) {
        // Interrupted or cut off: the connection is not used any more.
    }
}

/// Does something with the ledger; an error says that it was that, and where.
template <typename Work>
auto PostgresqlSession::on_ledger(std::string_view doing, Work work) {
    try {
        return work();
    } catch (const db::PostgresqlError& error) {
        throw db::postgresql_error(
            error.failure(), fmt::format("cannot {} the ledger of applied migrations in {}", doing, connection_.url()));
    }
}

Ledger PostgresqlSession::read_ledger() {
    stale_ = lock_ == nullptr;
    return on_ledger("read", [&] { return ledger_.read(); });
}

std::vector<HistoryEntry> PostgresqlSession::read_history() {
    return on_ledger("read", [&] { return ledger_.read_history(); });
}

void PostgresqlSession::lock() {
    if (lock_ != nullptr) return;
    db::PostgresqlOptions connection_options;
    connection_options.cancel = options_.cancel;
    lock_ = PostgresqlLock::acquire(options_.lock, connection_, options_.url, ledger_.table("quarry_migration_lock"),
                                    connection_options, options_.lock_wait);
    stale_ = true;
}

void PostgresqlSession::begin() {
    lock();
    connection_.query("BEGIN");
}

void PostgresqlSession::set_timeouts(const Script& script) {
    const std::string_view scope = connection_.in_transaction() ? "LOCAL " : "";
    const auto set = [&](std::string_view name, const std::optional<std::chrono::milliseconds>& time) {
        if (time) {
            connection_.query(fmt::format("SET {}{} = {}", scope, name, milliseconds_sql(*time)));
        } else if (scope.empty()) {
            connection_.query(fmt::format("RESET {}", name));
        }
    };
    set("lock_timeout", script.lock_timeout);
    set("statement_timeout", script.statement_timeout);
}

void PostgresqlSession::run(const Script& script, sql::Section statement, std::string_view sql) {
    const Admission admission = options_.guard ? options_.guard->admits(script, statement, sql) : Admission::run;
    if (admission == Admission::leave_out) return;
    if (admission == Admission::attempt) return attempt(script, statement, sql);
    statements_ran_ = true;
    const auto index = connection_.in_transaction() ? std::nullopt : read_concurrent_index(sql);
    if (const auto failure = run_statement(sql)) {
        const Error error = statement_error(script, statement, sql, *failure);
        if (needs_none(*failure) && connection_.in_transaction()) throw no_transaction_error(error, script);
        std::string left_behind;
        if (index && connection_.alive() && find_index(connection_, *index, left_behind) == IndexState::invalid) {
            throw invalid_index_error(error, left_behind);
        }
        if (means_missing_object(*failure)) throw MissingObject(error);
        throw error;
    }
    std::string name;
    if (index && find_index(connection_, *index, name) == IndexState::invalid) {
        throw script.source().error_at(
            statement.start, fmt::format("the index {} exists but is invalid: no query uses it", name),
            fmt::format("an earlier CREATE INDEX CONCURRENTLY failed: DROP INDEX CONCURRENTLY {}; then run `quarry "
                        "migrate up` again",
                        name));
    }
}

/// Runs a statement of a trial, and leaves it out when it fails.
void PostgresqlSession::attempt(const Script& script, sql::Section statement, std::string_view sql) {
    const bool in_transaction = connection_.in_transaction();
    if (in_transaction) connection_.query("SAVEPOINT quarry_attempt");
    const auto failure = run_statement(sql);
    if (failure && !connection_.alive()) throw statement_error(script, statement, sql, *failure);
    if (in_transaction && failure) connection_.query("ROLLBACK TO SAVEPOINT quarry_attempt");
    if (in_transaction) connection_.query("RELEASE SAVEPOINT quarry_attempt");
    if (failure) options_.guard->leave_out(script, statement, failure->message);
}

std::optional<db::PostgresqlFailure> PostgresqlSession::run_statement(std::string_view sql) {
    const bool is_trial = options_.made_roles || !options_.copied_roles.empty();
    if (!is_trial || !may_make_role(sql)) return connection_.run(sql);
    // Another's role that appears meanwhile is not to be dropped: only around CREATE ROLE, which takes no time.
    const bool notes_roles = options_.made_roles && makes_role(sql);
    const std::set<std::string> before = notes_roles ? roles() : std::set<std::string>();
    const bool in_transaction = connection_.in_transaction();
    if (in_transaction) connection_.query("SAVEPOINT quarry_role");
    auto failure = connection_.run(sql);
    bool is_done = false;
    while (failure && failure->sqlstate == "42710" && connection_.alive()) {
        if (in_transaction) connection_.query("ROLLBACK TO SAVEPOINT quarry_role");
        if (!pass_existing_role(*failure, sql, is_done)) return failure;
        failure = is_done ? std::nullopt : connection_.run(sql);
    }
    if (failure) return failure;
    if (in_transaction) connection_.query("RELEASE SAVEPOINT quarry_role");
    if (!notes_roles) return std::nullopt;
    for (const std::string& role : roles()) {
        if (!before.contains(role)) options_.made_roles->insert(role);
    }
    return std::nullopt;
}

std::set<std::string> PostgresqlSession::roles() {
    const db::PostgresqlResult rows = connection_.query("SELECT rolname FROM pg_catalog.pg_roles");
    std::set<std::string> names;
    for (std::size_t row = 0; row < rows.rows(); ++row) names.emplace(rows.text(row, 0));
    return names;
}

/// For `role "app" already exists`: whether the statement may be run again, or need not.
bool PostgresqlSession::pass_existing_role(const db::PostgresqlFailure& failure, std::string_view sql, bool& is_done) {
    const std::size_t begin = failure.message.find('"'), end = failure.message.rfind('"');
    if (!failure.message.starts_with("role ") || begin == end) return false;
    if (options_.made_roles) return is_done = makes_role(sql);
    const auto role = options_.copied_roles.extract(failure.message.substr(begin + 1, end - begin - 1));
    if (role.empty()) return false;
    return !connection_.run("DROP ROLE " + sql::quote_name(sql::Dialect::postgresql, role.value()));
}

Error PostgresqlSession::statement_error(const Script& script, sql::Section statement, std::string_view sql,
                                         const db::PostgresqlFailure& failure) {
    const sql::SourceText source = script.source();
    // Where variables were replaced, only the statement's begin is sure.
    const bool as_written = sql.size() == statement.end - statement.start;
    const std::size_t at = statement.start + (as_written ? failure.offset.value_or(0) : 0);
    const sql::Place start = source.place(statement.start);
    return db::postgresql_error(failure,
                                fmt::format("{}: a statement failed{}", source.location(at), script.after_failure()))
        .because(fmt::format("the statement, from line {} column {}: {}", start.line, start.column,
                             one_line(sql, shown_sql)));
}

void PostgresqlSession::settle() {
    if (statements_ran_) reset_settings();
}

void PostgresqlSession::record(Action action, const LedgerEntry& entry, std::string_view text) {
    on_ledger("write", [&] { ledger_.record(action, entry, text); });
}

void PostgresqlSession::write_progress(const std::optional<Progress>& progress) {
    if (statements_ran_) become_session_user();
    on_ledger("write", [&] { ledger_.write_progress(progress); });
}

void PostgresqlSession::commit(std::string_view name) {
    // Deferred triggers run at the commit, and are the last that could change the ledger.
    auto failure = connection_.run("SET CONSTRAINTS ALL IMMEDIATE");
    if (!failure) {
        ledger_.require_unchanged();
        failure = connection_.run("COMMIT");
    } else if (connection_.alive()) {
        rollback();
    }
    if (!failure) {
        ledger_.committed();
        return;
    }
    ledger_.rolled_back();
    if (connection_.alive()) {
        throw db::postgresql_error(*failure, fmt::format("{}: COMMIT failed; nothing of it was kept", name));
    }
    const Error lost = db::postgresql_error(*failure, {});
    Error error(ErrorCode::failed, fmt::format("{}: connection lost during COMMIT; the outcome is unknown", name),
                "run `quarry migrate status` when the server is back: it was kept whole or not at all");
    for (const std::string& cause : lost.causes()) error = std::move(error).because(cause);
    throw error;
}

void PostgresqlSession::rollback() noexcept {
    try {
        if (!connection_.alive()) return;
        if (connection_.in_transaction()) {
            (void)connection_.run("ROLLBACK");
            ledger_.rolled_back();
        }
    } catch (const std::exception&) {
        // The server undoes what was not committed when the connection ends.
    }
}

void PostgresqlSession::reset_settings() {
    // The last is not the server's default everywhere, and statements are cut by it.
    for (const char* sql :
         {"RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL", "SET standard_conforming_strings = on"}) {
        connection_.query(sql);
    }
    statements_ran_ = false;
}

/// For the rest of the transaction, so that the ledger can be written; the script goes on as whom it chose.
void PostgresqlSession::become_session_user() {
    for (const char* sql : {"SET LOCAL SESSION AUTHORIZATION DEFAULT", "SET LOCAL ROLE NONE"}) connection_.query(sql);
}

bool PostgresqlSession::left_remains(std::string_view sql) {
    const auto index = read_concurrent_index(sql);
    std::string name;
    return index && find_index(connection_, *index, name) == IndexState::invalid;
}

Session::Outcome PostgresqlSession::recover(std::string_view sql) {
    if (const auto dropped = read_concurrent_drop(sql)) {
        const bool gone = connection_.query("SELECT pg_catalog.to_regclass($1)", {*dropped}).is_null(0, 0);
        return gone ? Outcome::done : Outcome::not_run;
    }
    const auto index = read_concurrent_index(sql);
    if (!index) return Outcome::not_run;
    std::string name;
    switch (find_index(connection_, *index, name)) {
        case IndexState::valid: return Outcome::done;
        case IndexState::invalid: connection_.query(fmt::format("DROP INDEX CONCURRENTLY {}", name)); break;
        case IndexState::missing: break;
    }
    return Outcome::not_run;
}

}  // namespace quarry::migrate
