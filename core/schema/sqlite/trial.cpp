#include "core/schema/sqlite/trial.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

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

/// Tables before their indexes. An index that a constraint made has no SQL.
constexpr const char* tables_and_indexes_sql =
    "SELECT rowid, tbl_name, name, sql FROM main.sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL "
    "ORDER BY type = 'index', rowid";

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

struct TrialRow {
    std::int64_t id = 0;
    std::string name, sql;
};

/// Tables and indexes as the catalogue has them, by the table's name.
std::map<std::string, std::vector<TrialRow>> read_catalogue(SQLite::Database& database) {
    std::map<std::string, std::vector<TrialRow>> rows;
    SQLite::Statement query(database, tables_and_indexes_sql);
    while (query.executeStep()) {
        rows[fold_name(query.getColumn(1).getString())].push_back(
            {query.getColumn(0).getInt64(), query.getColumn(2).getString(), query.getColumn(3).getString()});
    }
    return rows;
}

/// Whether a name is both added to a table and dropped from one: a view that mentions it may be broken between them.
bool moves_a_column(const std::vector<PlanPart>& parts) {
    std::set<std::string> added, dropped;
    for (const PlanPart& part : parts) {
        if (part.kind != PlanPart::Kind::alter) continue;
        for (const Column* column : part.difference->added) added.insert(fold_name(column->name));
        for (const Column* column : part.difference->dropped) dropped.insert(fold_name(column->name));
    }
    return std::ranges::any_of(added, [&](const std::string& name) { return dropped.contains(name); });
}

/// DROP COLUMN refuses while a view or trigger is broken, and what one of them breaks stays so: the first and the last
/// tell of all.
std::set<const PlanPart*> parts_run_as_written(const std::vector<PlanPart>& parts) {
    std::set<const PlanPart*> chosen;
    const bool every_alter = moves_a_column(parts);
    const PlanPart *first_rebuild = nullptr, *first_drop = nullptr, *last_drop = nullptr;
    for (const PlanPart& part : parts) {
        const bool alters = part.kind == PlanPart::Kind::alter;
        if (part.kind == PlanPart::Kind::any || (alters && every_alter)) chosen.insert(&part);
        if (part.kind == PlanPart::Kind::rebuild && first_rebuild == nullptr) first_rebuild = &part;
        if (!alters || part.difference->dropped.empty()) continue;
        if (first_drop == nullptr) first_drop = &part;
        last_drop = &part;
    }
    chosen.insert({first_rebuild, first_drop, last_drop});
    return chosen;
}

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
    Model ordinary = model;
    ordinary.virtual_tables.clear();
    for (const VirtualTable& table : model.virtual_tables) {
        if (db::run_sqlite_statement(database_, table.sql() + ";")) left_out_.push_back(table);
    }
    for (const std::string& statement : creation_order(ordinary)) load(statement + ";");
}

/// Runs a statement of a schema that exists somewhere; functions and collations that it needs stand in for the
/// application's.
void Trial::load(const std::string& statement) {
    std::vector<std::string> functions;
    sqlite3* handle = database_.getHandle();
    sqlite3_collation_needed(handle, nullptr, add_collation);
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
    sqlite3_collation_needed(handle, nullptr, nullptr);
    for (const std::string& name : functions) {
        sqlite3_create_function_v2(handle, name.c_str(), -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, nullptr,
                                   nullptr, nullptr, nullptr);
    }
    if (failure) throw refused(statement, failure->message);
}

template <typename Run>
Model Trial::after_running(Run run) {
    database_.exec("BEGIN");
    try {
        run();
        Model model = read();
        undo();
        return model;
    } catch (...) {
        undo();
        throw;
    }
}

Model Trial::after(const std::vector<Statement>& statements) {
    return after_running([&] {
        for (const Statement& statement : statements) run_one(statement.sql);
    });
}

Model Trial::after(const std::vector<PlanPart>& parts) {
    const std::set<const PlanPart*> as_written = parts_run_as_written(parts);
    return after_running([&] {
        std::vector<const PlanPart*> apart;
        for (const PlanPart& part : parts) {
            const bool shortened = !as_written.contains(&part);
            if (shortened && part.kind == PlanPart::Kind::alter) {
                apart.push_back(&part);
                continue;
            }
            alter_apart(std::exchange(apart, {}));
            shortened ? rebuild_shortened(part) : run_part(part);
        }
        alter_apart(apart);
    });
}

void Trial::run_part(const PlanPart& part) {
    for (const Statement& statement : part.statements) run_one(statement.sql);
}

void Trial::rebuild_shortened(const PlanPart& part) {
    for (std::size_t i = 0; i + 1 < part.statements.size(); ++i) run_one(part.statements[i].sql);
    run_one(fmt::format("DROP TABLE {};", quoted_name(part.new_name)));
    run_one(part.difference->to->sql() + ";");
}

/// Writes what they make of each table into the catalogue, as ALTER TABLE itself does, and reads that once for all.
void Trial::alter_apart(const std::vector<const PlanPart*>& parts) {
    if (parts.empty()) return;
    const auto tables = read_catalogue(database_);
    Trial apart{Model{}};
    std::vector<TrialRow> changed;
    for (const PlanPart* part : parts) {
        const std::string table = fold_name(part->difference->from->name);
        const std::vector<TrialRow>& before = tables.at(table);
        for (const TrialRow& row : before) apart.load(row.sql + ";");
        apart.run_part(*part);
        const std::vector<TrialRow> after = read_catalogue(apart.database_).at(table);
        for (std::size_t i = 0; i < before.size(); ++i)
            changed.push_back({before[i].id, after.at(i).name, after[i].sql});
        apart.run_one(fmt::format("DROP TABLE {};", quoted_name(table)));
    }
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
    database_.exec("PRAGMA writable_schema = ON");
    SQLite::Statement update(database_, "UPDATE main.sqlite_schema SET sql = ? WHERE rowid = ?");
    for (const TrialRow& row : changed) {
        update.bind(1, row.sql);
        update.bind(2, row.id);
        update.exec();
        update.reset();
    }
    database_.exec("PRAGMA writable_schema = RESET");
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
}

/// The pragmas are no part of a transaction, nor is what SQLite knows of a catalogue that was written to.
void Trial::undo() noexcept {
    database_.tryExec("ROLLBACK");
    database_.tryExec("PRAGMA legacy_alter_table = OFF");
    database_.tryExec("PRAGMA writable_schema = RESET");
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
