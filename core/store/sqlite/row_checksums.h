#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/db/sqlite_statement.h"
#include "core/store/document_store.h"

struct sqlite3;

namespace quarry::store {

/// Checksums of what a base's rows hold, by which damage is noticed that leaves the base readable: each row's XXH3-64,
/// summed up (modulo 2^64) over a block of rows, so that a change needs neither the other rows nor their order.
///
/// A connection that writes has one of these from its opening to its end: SQLite reports each row that changes
/// (sqlite.org/c3ref/preupdate_count.html), whichever statement does it. Not for more than one thread at a time.
class RowChecksums {
public:
    RowChecksums(SQLite::Database& database, db::StatementCache& statements);
    ~RowChecksums();
    RowChecksums(const RowChecksums&) = delete;
    RowChecksums& operator=(const RowChecksums&) = delete;

    /// When a transaction begins.
    void begin() noexcept;
    /// The last thing in it: writes the checksums of what it changed.
    void write();
    /// Makes all of them where they are missing, in a transaction of its own. `progress` is told how many rows are
    /// done; what it throws undoes it.
    void complete(const std::function<void(std::uint64_t done, std::uint64_t total)>& progress = {});

private:
    using Key = std::pair<std::int64_t, std::int64_t>;  ///< Kind and block.

    static void on_change(void* self, sqlite3* connection, int operation, const char* schema, const char* table,
                          long long old_key, long long new_key) noexcept;

    SQLite::Database& database_;
    db::StatementCache& statements_;
    std::map<Key, std::uint64_t> changes_;  ///< What is to be added.
    std::string row_;                       ///< Kept for its memory.
    int failure_ = 0;                       ///< SQLite's code; then the transaction fails.
};

/// A transaction that writes from its first statement, and keeps the checksums.
class CheckedTransaction {
public:
    CheckedTransaction(SQLite::Database& database, RowChecksums& checksums)
        : transaction_(database, SQLite::TransactionBehavior::IMMEDIATE), checksums_(checksums) {
        checksums_.begin();
    }
    void commit() {
        checksums_.write();
        transaction_.commit();
    }

private:
    SQLite::Transaction transaction_;
    RowChecksums& checksums_;
};

enum class ChecksumState {
    complete,
    missing,  ///< In a base of an older program that was not written to since; RowChecksums::complete makes them.
    damaged,  ///< What says how they were made is gone: nothing is compared, and they are not made anew.
};
[[nodiscard]] ChecksumState row_checksums(db::StatementCache& statements);

/// Blocks of rows that are not as they were stored, or why that cannot be told.
[[nodiscard]] std::vector<VerifyFinding> verify_rows(SQLite::Database& database);

/// A row of document_parts. The views are the reader's.
struct StoredPart {
    std::int64_t id = 0;
    std::int64_t document_id = 0;
    std::int64_t start_byte = 0;
    std::string_view blocks;
    std::string_view text;
    std::string_view packed;  ///< Empty where the text is not packed.
};
/// Whether that row is as it was stored.
[[nodiscard]] bool part_is_as_stored(db::StatementCache& statements, const StoredPart& part);

}  // namespace quarry::store
