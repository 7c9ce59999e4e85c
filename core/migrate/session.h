#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/migrate/ledger.h"
#include "core/migrate/migration_file.h"

namespace quarry::migrate {

/// A statement that ends the transaction that it is in, or that the database does not run inside one.
class NeedsNoTransaction : public Error {
public:
    using Error::Error;
    explicit NeedsNoTransaction(Error error) : Error(std::move(error)) {}
};

/// A statement that needs something that is not there: another statement may make it yet.
class MissingObject : public Error {
public:
    explicit MissingObject(Error error) : Error(std::move(error)) {}
};

/// What a database must offer to be migrated; one implementation a database engine. Used by one thread.
///
/// What changes anything runs between `begin` and `commit`; what is not committed, an exception's way out too, is
/// undone by `rollback`. Only statements that no transaction can hold are run outside.
class Session {
public:
    virtual ~Session() = default;
    [[nodiscard]] virtual sql::Dialect dialect() const noexcept = 0;

    /// Empty when nothing was ever migrated. Throws Error(schema_newer) for a ledger that this quarry does not know.
    [[nodiscard]] virtual Ledger read_ledger() = 0;
    /// The oldest first.
    [[nodiscard]] virtual std::vector<HistoryEntry> read_history() = 0;

    /// Keeps every other migrator out until this session ends; waits for one that is at work. Throws Error(locked)
    /// when it takes too long. Needed before a migration that is no transaction.
    virtual void lock() = 0;
    /// Starts a transaction that no other migration can run beside; waits and throws as `lock` does.
    virtual void begin() = 0;
    /// Whether anybody else may have changed the ledger since `read_ledger` was last called. Within a transaction.
    [[nodiscard]] virtual bool changed_by_others() = 0;
    /// The script's time-outs, for what follows until the transaction's end; without a transaction until called again
    /// with a script that has none.
    virtual void set_timeouts(const Script& script) = 0;
    /// Runs one statement of a script; `sql` is its text, variables replaced. What it sets for the connection ends with
    /// `record`, with `rollback`, or with this session. Throws Error that points to it; NeedsNoTransaction;
    /// MissingObject.
    virtual void run(const Script& script, sql::Section statement, std::string_view sql) = 0;
    /// Behind a migration's statements, within their transaction: what they set ends, so that it touches neither the
    /// ledger nor the next migration.
    virtual void settle() = 0;
    /// Writes the ledger's entry, or takes it out, and adds to the history. Within a transaction.
    virtual void record(Action action, const LedgerEntry& entry, std::string_view text) = 0;
    /// Keeps how far a migration without transaction has come, or forgets it. Within a transaction.
    virtual void write_progress(const std::optional<Progress>& progress) = 0;
    /// Checks what is checked at the end (foreign keys), and makes it last. `name` is what errors call it.
    virtual void commit(std::string_view name) = 0;
    virtual void rollback() noexcept = 0;

    /// Whether a statement that failed outside of a transaction left something that `recover` has to clear away.
    [[nodiscard]] virtual bool left_remains(std::string_view sql) = 0;
    /// What became of a statement that was begun outside of a transaction by a process that is gone; clears away what
    /// it left, so that it can be run again.
    enum class Outcome { not_run, done };
    [[nodiscard]] virtual Outcome recover(std::string_view sql) = 0;

    Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
};

}  // namespace quarry::migrate
