// What a diff of two SQLite schemas promises, for generated pairs with rows in them: the up makes one into the other,
// the down takes it back, and what both have keeps its rows, values, rowids and counters.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/base/text.h"
#include "core/sql/lexemes.h"
#include "tests/property/seeds.h"
#include "tests/property/sqlite_schema_generator.h"
#include "tests/unit/schema/sqlite/migrated.h"

namespace quarry::schema {
namespace {

using quarry::testing::SqliteSchemaGenerator;

std::string quoted(const std::string& name) { return sql::quote_name(sql::Dialect::sqlite, name); }

struct TableInfo {
    std::map<std::string, std::string> columns;  ///< Lower case to as written; generated ones left out.
    bool without_rowid = false;
    std::string rowid_column;  ///< In lower case; empty when the rowid has no other name.
    bool autoincrement = false;
};

TableInfo info_of(SQLite::Database& database, const std::string& table) {
    TableInfo info;
    SQLite::Statement columns(database, "SELECT name, pk, hidden, type FROM pragma_table_xinfo(?)");
    columns.bind(1, table);
    int keys = 0;
    while (columns.executeStep()) {
        const std::string name = columns.getColumn(0).getString();
        keys += columns.getColumn(1).getInt() > 0 ? 1 : 0;
        if (columns.getColumn(2).getInt() == 0) info.columns[ascii_lower(name)] = name;
        if (columns.getColumn(1).getInt() > 0 && columns.getColumn(3).getString() == "INTEGER") {
            info.rowid_column = ascii_lower(name);
        }
    }
    SQLite::Statement list(database, "SELECT wr, (SELECT sql LIKE '%AUTOINCREMENT%' FROM sqlite_schema s "
                                     "WHERE s.name = l.name) FROM pragma_table_list l WHERE name = ?");
    list.bind(1, table);
    if (list.executeStep()) {
        info.without_rowid = list.getColumn(0).getInt() != 0;
        if (keys != 1 || info.without_rowid) info.rowid_column.clear();
        info.autoincrement = list.getColumn(1).getInt() != 0;
    }
    return info;
}

std::set<std::string> tables_of(SQLite::Database& database) {
    std::set<std::string> names;
    SQLite::Statement query(database, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
                                      "AND name NOT LIKE 'sqlite%'");
    while (query.executeStep()) names.insert(query.getColumn(0).getString());
    return names;
}

/// One pair of schemas on its way up and down.
class Journey {
public:
    explicit Journey(std::uint64_t seed) : generator_(seed) {
        first_ = generator_.any();
        second_ = generator_.any();
        wanted_ = test::schema_of(second_.definitions());
        database_.exec("PRAGMA foreign_keys = OFF;" + first_.tables + first_.rows + first_.rest);
        original_ = test::schema_of(database_);
        options_.ask_rename = [this](const Rename& rename) { return accept(rename); };
        for (SQLite::Database* one : {&database_, &target_}) {
            if (one == &target_) one->exec(second_.definitions());
            for (const std::string& table : tables_of(*one)) {
                for (const auto& [lower, name] : info_of(*one, table).columns) {
                    options_.backfill[table + "." + name] = SqliteSchemaGenerator::filling(name);
                }
            }
        }
    }

    void run() {
        check_dump();
        const Diff diff = original_->diff(*wanted_, options_);
        script_ = test::text_of(diff.up) + "-- down\n" + test::text_of(diff.down);
        std::vector<std::string> before, after, back;
        take_snapshots(before, database_);
        ASSERT_EQ(test::run_scripts(database_, diff.up), "");
        ASSERT_TRUE(test::schema_of(database_)->diff(*wanted_, {}).empty());
        take_snapshots(after, database_);
        ASSERT_EQ(before, after);
        ASSERT_EQ(test::run_scripts(database_, diff.down), "");
        const Diff left = test::schema_of(database_)->diff(*original_, {});
        ASSERT_TRUE(left.empty()) << left.changes.front().kind << " " << left.changes.front().object;
        names_now_are_old_ = true;
        take_snapshots(back, database_);
        ASSERT_EQ(before, back);
    }

    [[nodiscard]] std::string story() const {
        return first_.tables + first_.rows + first_.rest + "-- wanted\n" + second_.definitions() + "-- up\n" + script_;
    }

private:
    /// Renames only columns that hold the same: their names begin alike.
    bool accept(const Rename& rename) {
        const std::size_t dot = rename.from.rfind('.');
        if (dot == std::string::npos) {
            if (!generator_.chance(50)) return false;
            table_renames_[rename.from] = rename.to;
            return true;
        }
        const std::string column = rename.from.substr(dot + 1);
        if (ascii_lower(column.substr(0, 2)) != ascii_lower(rename.to.substr(0, 2)) || !generator_.chance(50))
            return false;
        column_renames_[rename.from] = rename.to;
        return true;
    }

    void check_dump() const {
        const std::string dump = original_->dump();
        const auto again = test::schema_of(dump);
        ASSERT_TRUE(again->diff(*original_, {}).empty()) << dump;
        ASSERT_EQ(again->dump(), dump);
    }

    /// Of each table that both schemas have: the rows' rowids and common values, and the counter.
    void take_snapshots(std::vector<std::string>& snapshots, SQLite::Database& now) {
        const bool is_first = snapshots_taken_++ == 0 || names_now_are_old_;
        if (snapshots_taken_ == 1) make_plans();
        for (const Plan& plan : plans_) {
            const std::string table = is_first ? plan.old_table : plan.new_table;
            std::string list = plan.rowids ? "rowid" : "'no rowid'";
            for (const auto& [old_column, new_column] : plan.columns) {
                list += fmt::format(", CAST({} AS TEXT)", quoted(is_first ? old_column : new_column));
            }
            std::string text = test::rows(now, fmt::format("SELECT {} FROM {} ORDER BY {}", list, quoted(table), list));
            if (plan.counter) {
                text += "\ncounter " +
                        test::rows(now, fmt::format("SELECT seq FROM sqlite_sequence WHERE name = {} COLLATE NOCASE",
                                                    sql::quote_string(table)));
            }
            snapshots.push_back(plan.old_table + ": " + text);
        }
    }

    struct Plan {
        std::string old_table, new_table;
        std::vector<std::pair<std::string, std::string>> columns;
        bool rowids = false, counter = false;
    };

    void make_plans() {
        const std::set<std::string> target_tables = tables_of(target_);
        for (const std::string& table : tables_of(database_)) {
            const auto renamed = table_renames_.find(table);
            Plan plan{table, renamed == table_renames_.end() ? table : renamed->second, {}};
            if (target_tables.count(plan.new_table) == 0) continue;
            const TableInfo from = info_of(database_, table), to = info_of(target_, plan.new_table);
            bool other_key = false;
            for (const auto& [lower, name] : from.columns) {
                const auto other = column_renames_.find(table + "." + name);
                const std::string new_name = other == column_renames_.end() ? lower : ascii_lower(other->second);
                const auto there = to.columns.find(new_name);
                // A column that was there and becomes the rowid brings its values as the new rowids.
                other_key = other_key || (new_name == to.rowid_column && lower != from.rowid_column);
                // Rows with NULL may be given a value; the others keep theirs.
                const std::string nulls =
                    fmt::format("SELECT count(*) FROM {} WHERE {} IS NULL", quoted(table), quoted(name));
                if (there != to.columns.end() && test::rows(database_, nulls) == "0")
                    plan.columns.emplace_back(name, there->second);
            }
            plan.rowids = !from.without_rowid && !to.without_rowid && !other_key;
            plan.counter = from.autoincrement && to.autoincrement;
            plans_.push_back(std::move(plan));
        }
    }

    SqliteSchemaGenerator generator_;
    SqliteSchemaGenerator::Schema first_, second_;
    SQLite::Database database_ = db::open_sqlite_memory();
    SQLite::Database target_ = db::open_sqlite_memory();
    std::unique_ptr<Schema> original_, wanted_;
    DiffOptions options_;
    std::map<std::string, std::string> table_renames_, column_renames_;
    std::vector<Plan> plans_;
    int snapshots_taken_ = 0;
    bool names_now_are_old_ = false;
    std::string script_;
};

TEST(SqliteDiffProperty, UpAndDownAreTheWholeWayAndLoseNothing) {
    const auto [first, end] = testing::property_seeds(2000, 150);
    for (std::uint64_t seed = first; seed < end; ++seed) {
        std::string story;
        try {
            Journey journey(seed);
            try {
                journey.run();
            } catch (const std::exception& error) {
                ADD_FAILURE() << error.what();
            }
            story = journey.story();
        } catch (const std::exception& error) {
            ADD_FAILURE() << error.what();
        }
        ASSERT_FALSE(HasFailure()) << "seed " << seed << "\n" << story;
    }
}

}  // namespace
}  // namespace quarry::schema
