#pragma once

#include <vector>

#include "core/migrate/ledger.h"
#include "core/sql/source_text.h"

namespace quarry::migrate {

/// What a database must offer to be migrated; one implementation a database engine. Used by one thread.
///
/// A migration runs between `begin` and `commit`; anything else, an exception too, is undone by `rollback`.
class Session {
public:
    virtual ~Session() = default;

    /// Every applied migration in order of version; empty when there is no ledger. Throws Error(schema_newer) for a
    /// ledger that this quarry does not know.
    [[nodiscard]] virtual std::vector<LedgerEntry> read_ledger() = 0;

    /// Throws Error with file, line and column for a statement that must not be in a migration. Touches nothing.
    virtual void validate(const sql::SourceText& source, sql::Section section) const = 0;

    /// Starts a transaction that no other migration can run beside; waits for one that does. Throws Error(locked)
    /// when it takes too long.
    virtual void begin() = 0;
    /// Whether anybody else may have changed the ledger since `read_ledger` was last called. Within a transaction.
    [[nodiscard]] virtual bool changed_by_others() = 0;
    /// Runs every statement of the section. Throws Error that points to the statement.
    virtual void run(const sql::SourceText& source, sql::Section section) = 0;
    /// Writes the ledger's entry, or takes it out, and the history.
    virtual void record(const LedgerEntry& entry, Direction direction) = 0;
    /// Checks what is checked at the end (foreign keys), and makes it last.
    virtual void commit(const sql::SourceText& source) = 0;
    virtual void rollback() noexcept = 0;

    Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
};

}  // namespace quarry::migrate
