#include "core/store/sqlite/read_only_sql.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <span>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/sqlite/base_schema.h"
#include "core/store/sqlite/bounded_functions.h"

namespace quarry::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int steps_between_looks = 1'000;  // of SQLite's virtual machine
constexpr std::size_t max_sql_bytes = 10'000;

struct ReadableTable {
    std::string_view name;
    std::span<const std::string_view> columns;
};

constexpr auto source_columns = std::to_array<std::string_view>(
    {"id", "uri", "kind", "size", "mtime_ns", "status", "error", "document_id", "metadata", "ingested_at"});
constexpr auto document_columns =
    std::to_array<std::string_view>({"id", "media_type", "title", "language", "metadata", "chunk_count", "text_bytes"});
constexpr auto chunk_columns =
    std::to_array<std::string_view>({"id", "document_id", "ordinal", "start_byte", "end_byte", "start_line", "end_line",
                                     "start_page", "end_page", "heading_path", "symbol_path", "tokens"});
constexpr std::array<ReadableTable, 3> readable = {
    {{"sources", source_columns}, {"documents", document_columns}, {"chunks", chunk_columns}}};

/// Functions that reach outside, or take memory out of nothing.
constexpr auto refused_functions = std::to_array<std::string_view>(
    {"edit", "fts3_tokenizer", "fts5", "load_extension", "randomblob", "readfile", "sqlite_compileoption_get",
     "sqlite_compileoption_used", "sqlite_log", "sqlite_offset", "writefile", "zeroblob"});

const ReadableTable* find_readable(std::string_view table) {
    const auto found =
        std::find_if(readable.begin(), readable.end(), [&](const ReadableTable& one) { return one.name == table; });
    return found == readable.end() ? nullptr : &*found;
}

bool is_readable(std::string_view table, std::string_view column) {
    const ReadableTable* const found = find_readable(table);
    // The row's own number is its id.
    return found != nullptr && (column == "ROWID" || std::find(found->columns.begin(), found->columns.end(), column) !=
                                                         found->columns.end());
}

/// The names of all tables of a base, in lower case.
using TableNames = std::set<std::string, std::less<>>;

TableNames tables_of(SQLite::Database& database) {
    TableNames names;
    SQLite::Statement row(database, "SELECT lower(name) FROM sqlite_schema");
    while (row.executeStep()) names.insert(row.getColumn(0).getString());
    return names;
}

/// Whether the rows of a table may be counted, without a look at any column. A name that is no table of the base is
/// one that the statement itself gives (WITH), or one of SQLite's own.
bool may_be_counted(std::string_view table, const TableNames& tables) {
    const std::string name = ascii_lower(table);
    if (find_readable(name) != nullptr) return true;
    return !tables.contains(name) && !name.starts_with("sqlite_") && !name.starts_with("pragma_");
}

/// Asked by SQLite for everything that a statement would do, while it is prepared.
int authorize(void* tables, int action, const char* first, const char* second, const char* database,
              const char* /*trigger*/) {
    const std::string_view one = first == nullptr ? "" : first, two = second == nullptr ? "" : second;
    switch (action) {
        case SQLITE_SELECT:
        case SQLITE_RECURSIVE: return SQLITE_OK;
        case SQLITE_READ:
            if (two.empty()) {
                return may_be_counted(one, *static_cast<const TableNames*>(tables)) ? SQLITE_OK : SQLITE_DENY;
            }
            return database != nullptr && std::string_view(database) == "main" && is_readable(one, two) ? SQLITE_OK
                                                                                                        : SQLITE_DENY;
        case SQLITE_FUNCTION:
            return std::find(refused_functions.begin(), refused_functions.end(), ascii_lower(two)) ==
                           refused_functions.end()
                       ? SQLITE_OK
                       : SQLITE_DENY;
        default: return SQLITE_DENY;
    }
}

/// Ends a statement that takes too long, and on cancellation.
struct SqlWatch {
    Clock::time_point end;
    const Cancellation& cancellation;
    [[nodiscard]] bool over() const noexcept { return Clock::now() >= end || cancellation.cancelled(); }
    static int look(void* self) noexcept { return static_cast<const SqlWatch*>(self)->over() ? 1 : 0; }
};

/// sqlite.org/security.html, "Untrusted SQL inputs".
void harden(sqlite3* connection, TableNames& tables) {
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    constexpr std::array<std::pair<int, int>, 10> limits = {{{SQLITE_LIMIT_LENGTH, 1'000'000},
                                                             {SQLITE_LIMIT_SQL_LENGTH, static_cast<int>(max_sql_bytes)},
                                                             {SQLITE_LIMIT_COLUMN, 100},
                                                             {SQLITE_LIMIT_EXPR_DEPTH, 50},
                                                             {SQLITE_LIMIT_COMPOUND_SELECT, 10},
                                                             {SQLITE_LIMIT_VDBE_OP, 25'000},
                                                             {SQLITE_LIMIT_FUNCTION_ARG, 20},
                                                             {SQLITE_LIMIT_ATTACHED, 0},
                                                             {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200},
                                                             {SQLITE_LIMIT_VARIABLE_NUMBER, 0}}};
    for (const auto& [limit, value] : limits) sqlite3_limit(connection, limit, value);
    sqlite3_set_authorizer(connection, authorize, &tables);
}

Error refused(sqlite3* connection) {
    return Error(ErrorCode::failed, "the statement cannot be run",
                 fmt::format("write one SELECT of these tables and columns only. {}", readable_tables()))
        .because(one_line(strip_terminal_controls(replace_invalid_utf8(sqlite3_errmsg(connection))), 300));
}

struct StatementCloser {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using OwnedStatement = std::unique_ptr<sqlite3_stmt, StatementCloser>;

OwnedStatement prepare_one(sqlite3* connection, const std::string& sql) {
    if (sql.find('\0') != std::string::npos || sql.size() > max_sql_bytes) {
        throw Error(ErrorCode::failed, "the statement cannot be run", "write one SELECT of less than 10,000 bytes");
    }
    sqlite3_stmt* raw = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v2(connection, sql.c_str(), static_cast<int>(sql.size()), &raw, &rest);
    OwnedStatement statement(raw);
    if (code != SQLITE_OK) throw refused(connection);
    const std::string_view behind = trim(rest == nullptr ? "" : rest);
    if (!statement || sqlite3_column_count(raw) == 0 || sqlite3_stmt_readonly(raw) == 0 ||
        sqlite3_stmt_isexplain(raw) != 0 || !(behind.empty() || behind == ";")) {
        throw Error(ErrorCode::failed, "the statement cannot be run", "write one SELECT and nothing after it");
    }
    return statement;
}

std::string value_text(sqlite3_stmt* statement, int column, std::size_t most, bool& cut) {
    const int type = sqlite3_column_type(statement, column);
    if (type == SQLITE_NULL) return "NULL";
    if (type == SQLITE_BLOB) return fmt::format("({} bytes)", sqlite3_column_bytes(statement, column));
    const auto* const bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    if (bytes == nullptr) throw std::bad_alloc();
    std::string text = replace_invalid_utf8(
        std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))));
    if (text.size() > most) {
        text.resize(floor_to_code_point(text, most));
        text += "…";
        cut = true;
    }
    return text;
}

}  // namespace

std::string_view readable_tables() {
    return "sources (what was read in): id, uri (path or address), kind (0 file, 1 standard input, 2 JSONL, 3 web "
           "page), "
           "size, mtime_ns (nanoseconds since 1970), status (0 ok, 1 failed), error, document_id, metadata (JSON), "
           "ingested_at (seconds since 1970). "
           "documents (their texts, each once): id, media_type, title, language, metadata (JSON), chunk_count, "
           "text_bytes. "
           "chunks (passages): id, document_id, ordinal, start_byte, end_byte, start_line, end_line, start_page, "
           "end_page, heading_path (JSON array), symbol_path (JSON array), tokens.";
}

SqlResult run_read_only_sql(const std::filesystem::path& base, const std::string& sql, const SqlLimits& limits,
                            const Cancellation& cancellation) {
    SQLite::Database database = open_knowledge_base(base, StoreMode::read);
    sqlite3* const connection = database.getHandle();
    TableNames tables = tables_of(database);
    harden(connection, tables);
    SqlWatch watch{Clock::now() + limits.max_time, cancellation};
    sqlite3_progress_handler(connection, steps_between_looks, SqlWatch::look, &watch);
    const Stop stop = [&watch] { return watch.over(); };
    bound_functions(connection, stop);

    const OwnedStatement statement = prepare_one(connection, sql);
    SqlResult result;
    const int columns = sqlite3_column_count(statement.get());
    for (int i = 0; i < columns; ++i) {
        const char* const name = sqlite3_column_name(statement.get(), i);
        result.columns.push_back(replace_invalid_utf8(name == nullptr ? "" : name));
    }
    std::size_t bytes = 0;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) {
        if (result.rows.size() >= limits.max_rows || bytes >= limits.max_bytes) {
            result.cut = true;
            return result;
        }
        std::vector<std::string> row;
        for (int i = 0; i < columns; ++i) {
            row.push_back(value_text(statement.get(), i, limits.max_cell_bytes, result.cut));
            bytes += row.back().size();
        }
        result.rows.push_back(std::move(row));
    }
    if (code == SQLITE_DONE) return result;
    cancellation.check();
    if (code == SQLITE_INTERRUPT) {
        throw Error(ErrorCode::failed, "the statement was stopped", "make the query smaller or simpler")
            .because(fmt::format("it took longer than {} ms", limits.max_time.count()));
    }
    throw refused(connection);
}

}  // namespace quarry::store
