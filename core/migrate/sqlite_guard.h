#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <optional>

#include "core/base/cancel.h"
#include "core/migrate/statement_rules.h"

namespace quarry::migrate {

/// Watches a connection while migrations use it: waits for locks up to a limit, stops waiting and long statements once
/// cancelled, and refuses what a migration must not do (SQLite's authorizer, which sees what the parser sees).
///
/// Its destructor takes its callbacks away and gives the connection its busy timeout back.
class SqliteGuard {
public:
    SqliteGuard(SQLite::Database& database, std::chrono::milliseconds lock_wait, const Cancellation* cancel);
    ~SqliteGuard();
    SqliteGuard(const SqliteGuard&) = delete;
    SqliteGuard& operator=(const SqliteGuard&) = delete;

    /// How long to wait for a lock, and how long a statement may take, from now on.
    void set_timeouts(std::chrono::milliseconds lock_wait, std::optional<std::chrono::milliseconds> statement) noexcept;

    /// From here to `end_statement` the statement is a migration's. A transactional one must leave the transaction
    /// alone.
    void begin_statement(bool transactional);
    void end_statement() noexcept;

    /// Why the last statement was refused, if it was.
    [[nodiscard]] const std::optional<Refusal>& refusal() const noexcept { return refusal_; }
    /// Whether the last statement was stopped because it took too long.
    [[nodiscard]] bool timed_out() const noexcept { return timed_out_; }
    /// Whether a statement gave a pragma a value since `forget_settings` was last called.
    [[nodiscard]] bool settings_changed() const noexcept { return settings_changed_; }
    void forget_settings() noexcept { settings_changed_ = false; }
    [[nodiscard]] bool cancelled() const noexcept { return cancel_ != nullptr && cancel_->cancelled(); }

private:
    static int on_busy(void* self, int attempt) noexcept;
    static int on_progress(void* self) noexcept;
    static int on_authorize(void* self, int action, const char* first, const char* second, const char* schema,
                            const char* trigger) noexcept;
    [[nodiscard]] std::optional<Refusal> judge(int action, const char* first, const char* second);

    SQLite::Database& database_;
    std::chrono::milliseconds lock_wait_;
    const Cancellation* cancel_;
    std::optional<std::chrono::milliseconds> statement_timeout_;
    std::chrono::steady_clock::time_point statement_began_;
    std::chrono::steady_clock::time_point waiting_since_;
    int busy_timeout_ms_ = 0;
    std::optional<Refusal> refusal_;
    bool transactional_ = true;
    bool in_statement_ = false;
    bool timed_out_ = false;
    bool settings_changed_ = false;
};

}  // namespace quarry::migrate
