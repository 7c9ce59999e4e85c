#include "core/store/sqlite/row_checksums.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <bit>
#include <new>

#include "core/base/hash.h"

namespace quarry::store {
namespace {

/// Not chunk_texts, whose hashes are compared with the texts, nor what is derived from other tables and compared with
/// them.
struct CheckedTable {
    int kind;  ///< On disk.
    const char* name;
    const char* key;        ///< Its integer primary key; null for none, and then there is one block.
    std::int64_t in_block;  ///< How many rows a block has.
};
constexpr std::array<CheckedTable, 12> checked_tables = {{{0, "settings", nullptr, 0},
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
                                                          {11, "runs", "id", 64}}};
constexpr int parts_kind = 4;

constexpr const char* select_checksum = "SELECT checksum FROM row_checksums WHERE kind = ? AND block = ?";
constexpr const char* upsert_checksum = "INSERT INTO row_checksums (kind, block, checksum) VALUES (?, ?, ?)"
                                        " ON CONFLICT (kind, block) DO UPDATE SET checksum = excluded.checksum";
constexpr const char* delete_checksum = "DELETE FROM row_checksums WHERE kind = ? AND block = ?";
constexpr const char* delete_all_checksums = "DELETE FROM row_checksums";
constexpr const char* select_all_checksums = "SELECT kind, block, checksum FROM row_checksums";
constexpr const char* select_is_complete =
    "SELECT value = (SELECT '1/' || max(version) FROM quarry_migrations) FROM settings WHERE name = 'row_checksums'";
// With the newest migration, which may have changed rows, and the version of the rules above.
constexpr const char* upsert_is_complete =
    "INSERT INTO settings (name, value) SELECT 'row_checksums', '1/' || max(version) FROM quarry_migrations WHERE true"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value";

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
// As a blob, a text's bytes are given as they are, and nothing is added to them.
void append_column(std::string& row, const SQLite::Column& column) {
    switch (const int type = column.getType()) {
        case SQLITE_INTEGER: return append_integer(row, column.getInt64());
        case SQLITE_FLOAT: return append_integer(row, std::bit_cast<std::int64_t>(column.getDouble()));
        case SQLITE_NULL: return append_integer(row, 0);
        default: {
            const auto* const bytes = static_cast<const char*>(column.getBlob());
            const auto size = bytes == nullptr ? 0 : static_cast<std::size_t>(column.getBytes());
            append_bytes(row, type == SQLITE_TEXT ? 't' : 'b', {bytes, size});
        }
    }
}
void append_changed(std::string& row, sqlite3_value* value) {
    switch (const int type = sqlite3_value_type(value)) {
        case SQLITE_INTEGER: return append_integer(row, sqlite3_value_int64(value));
        case SQLITE_FLOAT: return append_integer(row, std::bit_cast<std::int64_t>(sqlite3_value_double(value)));
        case SQLITE_NULL: return append_integer(row, 0);
        default: {
            const auto* const bytes = static_cast<const char*>(sqlite3_value_blob(value));
            const auto size = bytes == nullptr ? 0 : static_cast<std::size_t>(sqlite3_value_bytes(value));
            append_bytes(row, type == SQLITE_TEXT ? 't' : 'b', {bytes, size});
        }
    }
}

/// The sums of all blocks, from the rows.
std::map<std::pair<int, std::int64_t>, std::uint64_t> sums_of(SQLite::Database& database) {
    std::map<std::pair<int, std::int64_t>, std::uint64_t> sums;
    std::string bytes;
    for (const CheckedTable& table : checked_tables) {
        SQLite::Statement row(database,
                              fmt::format("SELECT {}, * FROM {}", table.key == nullptr ? "0" : table.key, table.name));
        const int columns = row.getColumnCount();
        while (row.executeStep()) {
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
    failed_ = false;
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
            if (read_value(connection, i, &value) != SQLITE_OK) throw std::bad_alloc();
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
        own.failed_ = true;  // no exception may pass through SQLite
    }
}

void RowChecksums::write() {
    if (failed_) throw std::bad_alloc();
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

void RowChecksums::complete() {
    if (has_row_checksums(database_)) return;
    CheckedTransaction transaction(database_, *this);
    if (has_row_checksums(database_)) return;  // by another process, meanwhile
    statements_.query(upsert_is_complete).run();
    statements_.query(delete_all_checksums).run();
    changes_ = sums_of(database_);
    transaction.commit();
}

bool has_row_checksums(SQLite::Database& database) {
    SQLite::Statement row(database, select_is_complete);
    return row.executeStep() && row.getColumn(0).getInt() == 1;
}

std::vector<VerifyFinding> verify_rows(SQLite::Database& database) {
    if (!has_row_checksums(database)) return {};
    std::map<std::pair<int, std::int64_t>, std::uint64_t> sums = sums_of(database);
    SQLite::Statement row(database, select_all_checksums);
    while (row.executeStep()) {
        sums[{row.getColumn(0).getInt(), row.getColumn(1).getInt64()}] -=
            static_cast<std::uint64_t>(row.getColumn(2).getInt64());
    }
    std::vector<VerifyFinding> findings;
    for (const auto& [key, difference] : sums) {
        if (difference == 0) continue;
        const auto* const table = std::ranges::find(checked_tables, key.first, &CheckedTable::kind);
        const std::string name = table == checked_tables.end() ? fmt::format("table {}", key.first) : table->name;
        const std::int64_t rows = table == checked_tables.end() ? 0 : table->in_block;
        std::string subject = fmt::format("the rows of {}", name);
        if (rows == 1) subject = fmt::format("row {} of {}", key.second, name);
        if (rows > 1)
            subject = fmt::format("rows {} to {} of {}", key.second * rows, (key.second + 1) * rows - 1, name);
        findings.push_back({std::move(subject), "are not as they were stored (the checksum differs)"});
        if (rows == 1) findings.back().problem = "is not as it was stored (the checksum differs)";
    }
    return findings;
}

bool part_is_as_stored(db::StatementCache& statements, std::int64_t id, std::int64_t document_id,
                       std::int64_t start_byte, std::string_view blocks, std::string_view text) {
    std::string row;
    for (const std::int64_t number : {id, document_id, start_byte}) append_integer(row, number);
    for (const std::string_view bytes : {blocks, text}) append_bytes(row, 't', bytes);
    db::Query stored = statements.query(select_checksum);
    return stored.with(parts_kind, id).step() && stored.count(0) == short_hash(row);
}

}  // namespace quarry::store
