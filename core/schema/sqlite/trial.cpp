#include "core/schema/sqlite/trial.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/db/sqlite.h"
#include "core/db/sqlite_script.h"
#include "core/schema/sqlite/dump.h"
#include "core/schema/sqlite/read.h"

namespace quarry::schema::sqlite {
namespace {

constexpr std::size_t shown_statement_width = 120;

/// What a statement on empty tables may take, in operations of SQLite's virtual machine: some tenths of a second. A
/// view can go on for ever, and an FTS index over it reads it.
constexpr int most_operations = 20'000'000;

constexpr std::size_t most_functions = 100;

int stop(void*) noexcept { return 1; }

Error refused(const std::string& statement, const std::string& why) {
    return Error(ErrorCode::failed,
                 fmt::format("SQLite {} refuses: {}", sqlite3_libversion(), one_line(statement, shown_statement_width)))
        .because(why);
}

int compare_nothing(void*, int, const void*, int, const void*) noexcept { return 0; }

void add_collation(void*, sqlite3* handle, int encoding, const char* name) noexcept {
    sqlite3_create_collation(handle, name, encoding, nullptr, compare_nothing);
}

void no_value(sqlite3_context* context, int, sqlite3_value**) noexcept { sqlite3_result_null(context); }

/// The name in "no such function: NAME"; nothing for another failure.
std::optional<std::string> missing_function(const std::string& message) {
    constexpr std::string_view problem = "no such function: ";
    const std::size_t at = message.find(problem);
    if (at == std::string::npos) return std::nullopt;
    return message.substr(at + problem.size());
}

}  // namespace

Trial::Trial(const Model& model) : database_(db::open_sqlite_memory()) {
    sqlite3* handle = database_.getHandle();
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, nullptr);
    database_.exec("PRAGMA foreign_keys = OFF");
    sqlite3_collation_needed(handle, nullptr, add_collation);
    Model ordinary = model;
    ordinary.virtual_tables.clear();
    for (const VirtualTable& table : model.virtual_tables) {
        if (db::run_sqlite_statement(database_, table.sql() + ";")) left_out_.push_back(table);
    }
    for (const std::string& statement : creation_order(ordinary)) load(statement + ";");
    sqlite3_collation_needed(handle, nullptr, nullptr);
}

/// Runs a statement of a schema that exists somewhere; functions that it needs stand in for the application's.
void Trial::load(const std::string& statement) {
    std::vector<std::string> functions;
    sqlite3* handle = database_.getHandle();
    auto failure = db::run_sqlite_statement(database_, statement);
    while (failure && functions.size() < most_functions) {
        const auto missing = missing_function(failure->message);
        if (!missing) break;
        functions.push_back(*missing);
        sqlite3_create_function_v2(handle, missing->c_str(), -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, no_value,
                                   nullptr, nullptr, nullptr);
        failure = db::run_sqlite_statement(database_, statement);
    }
    // What a migration runs has no such function either.
    for (const std::string& name : functions) {
        sqlite3_create_function_v2(handle, name.c_str(), -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, nullptr,
                                   nullptr, nullptr, nullptr);
    }
    if (failure) throw refused(statement, failure->message);
}

Model Trial::after(const std::vector<Statement>& statements) {
    database_.exec("BEGIN");
    try {
        for (const Statement& statement : statements) run_one(statement.sql);
        Model model = read();
        undo();
        return model;
    } catch (...) {
        undo();
        throw;
    }
}

/// The pragma that statements set is no part of a transaction.
void Trial::undo() noexcept {
    database_.tryExec("ROLLBACK");
    database_.tryExec("PRAGMA legacy_alter_table = OFF");
}

Model Trial::read() {
    Model model = read_model(database_, {});
    for (const VirtualTable& table : left_out_) {
        if (find_named(model.virtual_tables, table.name) == nullptr) model.virtual_tables.push_back(table);
    }
    std::sort(model.virtual_tables.begin(), model.virtual_tables.end(),
              [](const VirtualTable& a, const VirtualTable& b) { return compare_names(a.name, b.name) < 0; });
    return model;
}

void Trial::run_one(const std::string& statement) {
    // SQLite counts anew with each call.
    sqlite3_progress_handler(database_.getHandle(), most_operations, stop, nullptr);
    const auto failure = db::run_sqlite_statement(database_, statement);
    sqlite3_progress_handler(database_.getHandle(), 0, nullptr, nullptr);
    if (failure) throw refused(statement, failure->message);
}

}  // namespace quarry::schema::sqlite
