#include "core/store/sqlite/row_checksums.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/hash.h"

namespace quarry::store {
namespace {

struct CheckedTable {
    std::int64_t kind;  ///< On disk.
    const char* name;
    const char* key;        ///< Its integer primary key; null for none, and then there is one block.
    std::int64_t in_block;  ///< How many rows a block has.
};
/// Not chunk_texts, whose hashes are compared with the texts, nor what is derived from other tables and compared with
/// them.
constexpr std::array<CheckedTable, 14> checked_tables = {{{0, "settings", nullptr, 0},
                                                          {1, "documents", "id", 64},
                                                          {2, "sources", "id", 64},
                                                          {3, "chunks", "id", 256},
                                                          {4, "document_parts", "id", 1},
                                                          {5, "embedders", "id", 64},
                                                          {6, "vectors", "id", 256},
                                                          {7, "models", "embedder_id", 1},
                                                          {8, "conversations", "id", 64},
                                                          {9, "conversation_turns", "id", 64},
                                                          {10, "cached_responses", nullptr, 0},
                                                          {11, "runs", "id", 64},
                                                          {12, "collections", "id", 64},
                                                          {13, "text_dictionaries", "id", 1}}};
constexpr std::int64_t parts_kind = 4;

constexpr const char* select_checksum = "SELECT checksum FROM row_checksums WHERE kind = ? AND block = ?";
constexpr const char* upsert_checksum = "INSERT INTO row_checksums (kind, block, checksum) VALUES (?, ?, ?)"
                                        " ON CONFLICT (kind, block) DO UPDATE SET checksum = excluded.checksum";
constexpr const char* delete_checksum = "DELETE FROM row_checksums WHERE kind = ? AND block = ?";
constexpr const char* delete_all_checksums = "DELETE FROM row_checksums";
constexpr const char* select_all_checksums = "SELECT kind, block, checksum FROM row_checksums";
constexpr const char* select_state =
    "SELECT coalesce((SELECT value FROM settings WHERE name = 'row_checksums'), ''),"
    " (SELECT max(version) FROM quarry_migrations), EXISTS (SELECT 1 FROM row_checksums)";
// With the newest migration, which may have changed rows, and the version of the rules above.
constexpr const char* upsert_is_complete =
    "INSERT INTO settings (name, value) SELECT 'row_checksums', '1/' || max(version) FROM quarry_migrations WHERE true"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value";

/// By kind and block.
using Sums = std::map<std::pair<std::int64_t, std::int64_t>, std::uint64_t>;

const CheckedTable* find_table(std::string_view name) {
    const auto* const found = std::ranges::find(checked_tables, name, &CheckedTable::name);
    return found == checked_tables.end() ? nullptr : found;
}

std::int64_t block_of(const CheckedTable& table, std::int64_t key) {
    if (table.in_block == 0) return 0;
    return key >= 0 ? key / table.in_block : (key + 1) / table.in_block - 1;
}

/// Appends a value with its type. What a row of an older program lacks (a column that was added later) counts as the
/// column's default, which SQLite gives when the row is read and not when it is reported: NULL, 0, '' and '[]' are the
/// same.
void append_integer(std::string& row, std::int64_t value) {
    if (value == 0) {
        row += '0';
        return;
    }
    row += 'i';
    row.append(reinterpret_cast<const char*>(&value), sizeof value);
}
void append_bytes(std::string& row, char type, std::string_view bytes) {
    if (bytes.empty() || (type == 't' && bytes == "[]")) {
        row += '0';
        return;
    }
    row += type;
    const std::uint64_t size = bytes.size();
    row.append(reinterpret_cast<const char*>(&size), sizeof size);
    row += bytes;
}
/// SQLite keeps a whole number in a REAL column as an integer, and reports it as the one or the other.
void append_real(std::string& row, double value) {
    constexpr double most = 1LL << 53;
    const bool is_whole = value > -most && value < most && std::trunc(value) == value;
    append_integer(row, is_whole ? static_cast<std::int64_t>(value) : std::bit_cast<std::int64_t>(value));
}
/// A value of a row that is read, or one that is reported as changed. `bytes` gives a text as it is, like a blob.
template <typename Integer, typename Real, typename Bytes>
void append_value(std::string& row, int type, Integer integer, Real real, Bytes bytes) {
    switch (type) {
        case SQLITE_INTEGER: return append_integer(row, integer());
        case SQLITE_FLOAT: return append_real(row, real());
        case SQLITE_NULL: return append_integer(row, 0);
        default: append_bytes(row, type == SQLITE_TEXT ? 't' : 'b', bytes());
    }
}
void append_column(std::string& row, const SQLite::Column& column) {
    append_value(
        row, column.getType(), [&] { return column.getInt64(); }, [&] { return column.getDouble(); },
        [&] {
            const auto* const bytes = static_cast<const char*>(column.getBlob());
            return std::string_view(bytes, bytes == nullptr ? 0 : static_cast<std::size_t>(column.getBytes()));
        });
}
void append_changed(std::string& row, sqlite3_value* value) {
    append_value(
        row, sqlite3_value_type(value), [&] { return sqlite3_value_int64(value); },
        [&] { return sqlite3_value_double(value); },
        [&] {
            const auto* const bytes = static_cast<const char*>(sqlite3_value_blob(value));
            return std::string_view(bytes, bytes == nullptr ? 0 : static_cast<std::size_t>(sqlite3_value_bytes(value)));
        });
}

using RowProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;
constexpr std::uint64_t rows_between_looks = 256;  // a row of document_parts may have many pages

std::uint64_t count_rows(SQLite::Database& database) {
    std::uint64_t rows = 0;
    for (const CheckedTable& table : checked_tables) {
        const std::int64_t count = database.execAndGet(fmt::format("SELECT count(*) FROM {}", table.name)).getInt64();
        rows += static_cast<std::uint64_t>(count);
    }
    return rows;
}

/// The sums of all blocks, from the rows.
Sums sums_of(SQLite::Database& database, const RowProgress& progress = {}) {
    Sums sums;
    std::string bytes;
    const std::uint64_t total = progress ? count_rows(database) : 0;
    std::uint64_t done = 0;
    for (const CheckedTable& table : checked_tables) {
        SQLite::Statement row(database,
                              fmt::format("SELECT {}, * FROM {}", table.key == nullptr ? "0" : table.key, table.name));
        const int columns = row.getColumnCount();
        while (row.executeStep()) {
            if (progress && done++ % rows_between_looks == 0) progress(done - 1, total);
            bytes.clear();
            for (int i = 1; i < columns; ++i) append_column(bytes, row.getColumn(i));
            sums[{table.kind, block_of(table, row.getColumn(0).getInt64())}] += short_hash(bytes);
        }
    }
    return sums;
}

}  // namespace

RowChecksums::RowChecksums(SQLite::Database& database, db::StatementCache& statements)
    : database_(database), statements_(statements) {
    sqlite3_preupdate_hook(database_.getHandle(), &RowChecksums::on_change, this);
}

RowChecksums::~RowChecksums() { sqlite3_preupdate_hook(database_.getHandle(), nullptr, nullptr); }

void RowChecksums::begin() noexcept {
    changes_.clear();
    failure_ = SQLITE_OK;
}

void RowChecksums::on_change(void* self, sqlite3* connection, int operation, const char* schema, const char* table,
                             long long old_key, long long new_key) noexcept {
    auto& own = *static_cast<RowChecksums*>(self);
    const CheckedTable* const checked = find_table(table);
    if (checked == nullptr || std::string_view(schema) != "main") return;
    const auto hash = [&](auto read_value) {
        own.row_.clear();
        const int columns = sqlite3_preupdate_count(connection);
        for (int i = 0; i < columns; ++i) {
            sqlite3_value* value = nullptr;
            const int code = read_value(connection, i, &value);
            if (code != SQLITE_OK) {
                own.failure_ = code;  // such as a page of the row that is damaged
                return std::uint64_t{0};
            }
            append_changed(own.row_, value);
        }
        return short_hash(own.row_);
    };
    try {
        if (operation != SQLITE_INSERT) {
            own.changes_[{checked->kind, block_of(*checked, old_key)}] -= hash(sqlite3_preupdate_old);
        }
        if (operation != SQLITE_DELETE) {
            own.changes_[{checked->kind, block_of(*checked, new_key)}] += hash(sqlite3_preupdate_new);
        }
    } catch (...) {
        own.failure_ = SQLITE_NOMEM;  // no exception may pass through SQLite
    }
}

void RowChecksums::write() {
    if (failure_ != SQLITE_OK) throw SQLite::Exception(sqlite3_errstr(failure_), failure_);
    if (changes_.empty()) return;
    // Those that are not there are made by `complete`; a part of them would look like damage.
    if (row_checksums(statements_) != ChecksumState::complete) changes_.clear();
    for (const auto& [key, change] : changes_) {
        if (change == 0) continue;
        const auto& [kind, block] = key;
        std::uint64_t sum = change;
        {
            db::Query stored = statements_.query(select_checksum);
            if (stored.with(kind, block).step()) sum += stored.count(0);
        }
        if (sum == 0) {
            statements_.query(delete_checksum).with(kind, block).run();
        } else {
            statements_.query(upsert_checksum).with(kind, block, sum).run();
        }
    }
    changes_.clear();
}

void RowChecksums::complete(const RowProgress& progress) {
    if (row_checksums(statements_) != ChecksumState::missing) return;
    CheckedTransaction transaction(database_, *this);
    if (row_checksums(statements_) != ChecksumState::missing) return;  // another process was first
    statements_.query(upsert_is_complete).run();
    statements_.query(delete_all_checksums).run();
    changes_ = sums_of(database_, progress);
    transaction.commit();
}

ChecksumState row_checksums(db::StatementCache& statements) {
    db::Query row = statements.query(select_state);
    if (!row.step()) return ChecksumState::missing;
    const std::string value = row.text(0);
    if (value == fmt::format("1/{}", row.integer(1))) return ChecksumState::complete;
    std::int64_t made_at = 0;
    const bool is_older = value.starts_with("1/") &&
                          std::from_chars(value.data() + 2, value.data() + value.size(), made_at).ec == std::errc() &&
                          made_at < row.integer(1);
    return is_older || row.integer(2) == 0 ? ChecksumState::missing : ChecksumState::damaged;
}

std::vector<VerifyFinding> verify_rows(SQLite::Database& database) {
    db::StatementCache statements(database);
    switch (row_checksums(statements)) {
        case ChecksumState::complete: break;
        case ChecksumState::missing:
            return {{"the checksums of rows", "do not exist yet; to make them: quarry ingest", false}};
        case ChecksumState::damaged:
            return {
                {"the checksums of rows", "cannot be compared: the setting that says how they were made is damaged"}};
    }
    Sums sums = sums_of(database);
    SQLite::Statement row(database, select_all_checksums);
    while (row.executeStep()) {
        sums[{row.getColumn(0).getInt64(), row.getColumn(1).getInt64()}] -=
            static_cast<std::uint64_t>(row.getColumn(2).getInt64());
    }
    std::vector<VerifyFinding> findings;
    for (const auto& [key, difference] : sums) {
        if (difference == 0) continue;
        const auto* const table = std::ranges::find(checked_tables, key.first, &CheckedTable::kind);
        const std::int64_t in_block = table == checked_tables.end() ? 0 : table->in_block;
        const std::int64_t block = key.second;
        std::string subject =
            table == checked_tables.end() ? "the rows of no table" : fmt::format("the rows of {}", table->name);
        const bool is_block = block >= 0 && block < std::numeric_limits<std::int32_t>::max();
        if (in_block > 0 && is_block) {
            subject = fmt::format("rows {} to {} of {}", block * in_block, (block + 1) * in_block - 1, table->name);
        }
        const bool is_one = in_block == 1 && is_block;
        if (is_one) subject = fmt::format("row {} of {}", block, table->name);
        findings.push_back({std::move(subject), fmt::format("{} not as {} stored (the checksum differs)",
                                                            is_one ? "is" : "are", is_one ? "it was" : "they were")});
    }
    return findings;
}

bool part_is_as_stored(db::StatementCache& statements, const StoredPart& part) {
    std::string row;
    for (const std::int64_t number : {part.id, part.document_id, part.start_byte}) append_integer(row, number);
    for (const std::string_view bytes : {part.blocks, part.text}) append_bytes(row, 't', bytes);
    append_bytes(row, 'b', part.packed);
    db::Query stored = statements.query(select_checksum);
    return stored.with(parts_kind, part.id).step() && stored.count(0) == short_hash(row);
}

}  // namespace quarry::store
