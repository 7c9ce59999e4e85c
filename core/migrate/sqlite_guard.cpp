#include "core/migrate/sqlite_guard.h"

#include <sqlite3.h>

#include <algorithm>
#include <string_view>
#include <thread>

#include "core/base/text.h"

namespace quarry::migrate {
namespace {

constexpr int operations_between_looks = 20'000;  // Of SQLite's virtual machine: some hundred microseconds.
constexpr std::chrono::milliseconds shortest_sleep{2}, longest_sleep{25};

bool is_ledger(const char* table) {
    const std::string name = ascii_lower(table == nullptr ? "" : table);
    return name == "quarry_migrations" || name.starts_with("quarry_migration_");
}

}  // namespace

SqliteGuard::SqliteGuard(SQLite::Database& database, std::chrono::milliseconds lock_wait, const Cancellation* cancel)
    : database_(database), lock_wait_(lock_wait), cancel_(cancel) {
    busy_timeout_ms_ = database_.execAndGet("PRAGMA busy_timeout").getInt();
    sqlite3_busy_handler(database_.getHandle(), on_busy, this);
    sqlite3_progress_handler(database_.getHandle(), operations_between_looks, on_progress, this);
}

SqliteGuard::~SqliteGuard() {
    end_statement();
    sqlite3_progress_handler(database_.getHandle(), 0, nullptr, nullptr);
    sqlite3_busy_timeout(database_.getHandle(), busy_timeout_ms_);
}

void SqliteGuard::set_timeouts(std::chrono::milliseconds lock_wait,
                               std::optional<std::chrono::milliseconds> statement) noexcept {
    lock_wait_ = lock_wait;
    statement_timeout_ = statement;
}

void SqliteGuard::begin_statement(bool transactional) {
    refusal_.reset();
    transactional_ = transactional;
    in_statement_ = true;
    timed_out_ = false;
    statement_began_ = std::chrono::steady_clock::now();
    sqlite3_set_authorizer(database_.getHandle(), on_authorize, this);
}

void SqliteGuard::end_statement() noexcept {
    in_statement_ = false;
    sqlite3_set_authorizer(database_.getHandle(), nullptr, nullptr);
}

int SqliteGuard::on_busy(void* self, int attempt) noexcept {
    auto& guard = *static_cast<SqliteGuard*>(self);
    const auto now = std::chrono::steady_clock::now();
    if (attempt == 0) guard.waiting_since_ = now;
    const auto waited = now - guard.waiting_since_;
    if (guard.cancelled() || waited >= guard.lock_wait_) return 0;
    std::this_thread::sleep_for(std::min(longest_sleep, shortest_sleep * (attempt + 1)));
    return 1;
}

int SqliteGuard::on_progress(void* self) noexcept {
    auto& guard = *static_cast<SqliteGuard*>(self);
    if (guard.in_statement_ && guard.statement_timeout_ &&
        std::chrono::steady_clock::now() - guard.statement_began_ > *guard.statement_timeout_) {
        guard.timed_out_ = true;
    }
    return guard.timed_out_ || guard.cancelled() ? 1 : 0;
}

int SqliteGuard::on_authorize(void* self, int action, const char* first, const char* second, const char* schema,
                              const char*) noexcept {
    auto& guard = *static_cast<SqliteGuard*>(self);
    // VACUUM copies every table, quarry's own too, into a database of this name; ATTACH is refused to others.
    if (schema != nullptr && std::string_view(schema) == "vacuum_db") return SQLITE_OK;
    try {
        auto refusal = guard.judge(action, first, second);
        if (!refusal) return SQLITE_OK;
        guard.refusal_ = std::move(refusal);
    } catch (...) {
        // Only memory can run out here; nothing may pass through SQLite's C code.
    }
    return SQLITE_DENY;
}

std::optional<Refusal> SqliteGuard::judge(int action, const char* first, const char* second) {
    const auto ledger_refusal = [](const char* table) -> std::optional<Refusal> {
        if (!is_ledger(table)) return std::nullopt;
        return Refusal{std::string(table) + " is quarry's own table: a migration must not change it",
                       "quarry writes it when the migration is done"};
    };
    constexpr sql::Dialect dialect = sql::Dialect::sqlite;
    switch (action) {
        case SQLITE_TRANSACTION:  // BEGIN, COMMIT or ROLLBACK; VACUUM has its own.
            return transactional_ ? refuse_statement(dialect, first, true) : std::nullopt;
        case SQLITE_ATTACH:
            // VACUUM attaches a database of its own, with an empty name.
            if (!transactional_ && (first == nullptr || *first == '\0')) return std::nullopt;
            return refuse_statement(dialect, "ATTACH", true);
        case SQLITE_DETACH: return refuse_statement(dialect, "DETACH", true);
        case SQLITE_PRAGMA:
            if (second == nullptr) return std::nullopt;
            settings_changed_ = true;
            return refuse_pragma(ascii_lower(first), transactional_);
        case SQLITE_INSERT:
        case SQLITE_UPDATE:
        case SQLITE_DELETE:
        case SQLITE_CREATE_TABLE:
        case SQLITE_CREATE_TEMP_TABLE:
        case SQLITE_CREATE_VIEW:
        case SQLITE_CREATE_TEMP_VIEW:
        case SQLITE_CREATE_VTABLE:
        case SQLITE_DROP_TABLE: return ledger_refusal(first);
        case SQLITE_CREATE_TRIGGER:
        case SQLITE_CREATE_TEMP_TRIGGER:
        case SQLITE_CREATE_INDEX:
        case SQLITE_ALTER_TABLE: return ledger_refusal(second);
        default: return std::nullopt;
    }
}

}  // namespace quarry::migrate
