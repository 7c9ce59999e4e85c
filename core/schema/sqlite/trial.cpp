#include "core/schema/sqlite/trial.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>

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

int stop(void*) noexcept { return 1; }

bool module_is_missing(SQLite::Database& database, const std::string& module) {
    SQLite::Statement query(database, "SELECT count(*) FROM pragma_module_list WHERE name = ?");
    query.bind(1, module);
    return query.executeStep() && query.getColumn(0).getInt() == 0;
}

}  // namespace

Trial::Trial(const Model& model) : database_(open_sqlite_memory()) {
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, nullptr);
    database_.exec("PRAGMA foreign_keys = OFF");
    Model known = model;
    for (const VirtualTable& table : model.virtual_tables) {
        if (module_is_missing(database_, table.module)) left_out_.push_back(table);
    }
    known.virtual_tables.erase(
        std::remove_if(known.virtual_tables.begin(), known.virtual_tables.end(),
                       [&](const VirtualTable& table) { return find_named(left_out_, table.name) != nullptr; }),
        known.virtual_tables.end());
    for (const std::string& statement : creation_order(known)) run_one(statement + ";");
}

void Trial::run(const std::vector<Statement>& statements) {
    database_.exec("BEGIN");
    try {
        for (const Statement& statement : statements) run_one(statement.sql);
        database_.exec("COMMIT");
    } catch (...) {
        database_.tryExec("ROLLBACK");
        throw;
    }
}

Model Trial::read() {
    Model model = read_model(database_, {});
    for (const VirtualTable& table : left_out_) {
        if (find_named(model.virtual_tables, table.name) == nullptr) model.virtual_tables.push_back(table);
    }
    return model;
}

void Trial::run_one(const std::string& statement) {
    // SQLite counts anew with each call.
    sqlite3_progress_handler(database_.getHandle(), most_operations, stop, nullptr);
    const auto failure = run_sqlite_statement(database_, statement);
    sqlite3_progress_handler(database_.getHandle(), 0, nullptr, nullptr);
    if (!failure) return;
    throw Error(ErrorCode::failed,
                fmt::format("SQLite {} refuses: {}", sqlite3_libversion(), one_line(statement, shown_statement_width)))
        .because(failure->message);
}

}  // namespace quarry::schema::sqlite
