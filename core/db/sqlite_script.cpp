#include "core/db/sqlite_script.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <memory>

namespace quarry::db {
namespace {

struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, Finalize>;

SqliteFailure last_failure(sqlite3* handle) {
    SqliteFailure failure{sqlite3_extended_errcode(handle), sqlite3_errmsg(handle), std::nullopt};
    if (const int offset = sqlite3_error_offset(handle); offset >= 0) failure.offset = static_cast<std::size_t>(offset);
    return failure;
}

SqliteFailure refused(std::string message) { return {SQLITE_ERROR, std::move(message), std::nullopt}; }

}  // namespace

std::optional<SqliteFailure> run_sqlite_statement(SQLite::Database& database, std::string_view sql) {
    sqlite3* handle = database.getHandle();
    sqlite3_stmt* prepared = nullptr;
    const char* tail = nullptr;
    const int prepare_code = sqlite3_prepare_v2(handle, sql.data(), static_cast<int>(sql.size()), &prepared, &tail);
    const StatementHandle statement(prepared);
    if (prepare_code != SQLITE_OK) return last_failure(handle);
    if (tail != sql.data() + sql.size()) {
        SqliteFailure failure = refused("there is more than one statement");
        failure.offset = static_cast<std::size_t>(tail - sql.data());
        return failure;
    }
    if (!statement) return refused("there is no statement");
    if (sqlite3_bind_parameter_count(prepared) > 0) {
        const char* name = sqlite3_bind_parameter_name(prepared, 1);
        return refused(
            fmt::format("the statement has a parameter, {}, that nothing gives a value", name == nullptr ? "?" : name));
    }
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = sqlite3_step(prepared);
    if (code != SQLITE_DONE) return last_failure(handle);
    return std::nullopt;
}

}  // namespace quarry::db
