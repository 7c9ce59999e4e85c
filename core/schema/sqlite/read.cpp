#include "core/schema/sqlite/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/base/pinned_folder.h"
#include "core/db/sqlite.h"
#include "core/schema/sqlite/parse.h"

namespace quarry::schema::sqlite {
namespace {

constexpr const char* objects_sql =
    "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL ORDER BY lower(name), name";
constexpr const char* shadows_sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'";
constexpr const char* columns_sql = "SELECT name FROM pragma_table_xinfo(?) ORDER BY cid";
constexpr std::string_view ledger_prefix = "quarry_migration";
constexpr std::string_view internal_prefix = "sqlite_";

struct CatalogueRow {
    std::string type, name, table, statement;
};

/// Reads one database's catalogue.
class CatalogueReader {
public:
    CatalogueReader(SQLite::Database& database, std::span<const std::string> ignored) : database_(database) {
        for (const std::string& name : ignored) ignored_.insert(fold_name(name));
        SQLite::Statement shadows(database_, shadows_sql);
        while (shadows.executeStep()) ignored_.insert(fold_name(shadows.getColumn(0).getString()));
    }

    Model read() {
        const std::vector<CatalogueRow> rows = read_rows();
        for (const CatalogueRow& row : rows) {
            if (row.type == "table") add_table(row);
        }
        collect_names(rows);
        for (const CatalogueRow& row : rows) {
            if (row.type == "index") add_index(row);
            if (row.type == "view") add_view(row);
            if (row.type == "trigger") {
                model_.triggers.push_back(parse_trigger(row.name, row.table, row.statement, names_));
            }
        }
        complete_foreign_keys();
        return std::move(model_);
    }

private:
    [[nodiscard]] bool is_ignored(const std::string& name) const {
        const std::string folded = fold_name(name);
        return folded.starts_with(internal_prefix) || folded.starts_with(ledger_prefix) || ignored_.count(folded) > 0;
    }

    std::vector<CatalogueRow> read_rows() {
        std::vector<CatalogueRow> rows;
        SQLite::Statement query(database_, objects_sql);
        while (query.executeStep()) {
            CatalogueRow row{query.getColumn(0).getString(), query.getColumn(1).getString(),
                             query.getColumn(2).getString(), query.getColumn(3).getString()};
            if (!is_ignored(row.table) && !is_ignored(row.name)) rows.push_back(std::move(row));
        }
        return rows;
    }

    [[nodiscard]] std::vector<std::string> column_names_of(const std::string& table) {
        std::vector<std::string> names;
        SQLite::Statement query(database_, columns_sql);
        query.bind(1, table);
        while (query.executeStep()) names.push_back(query.getColumn(0).getString());
        return names;
    }

    void add_table(const CatalogueRow& row) {
        const auto words = sql::lexemes(sql::Dialect::sqlite, row.statement);
        if (words.size() > 1 && words[1].is("virtual")) {
            model_.virtual_tables.push_back(parse_virtual_table(row.name, row.statement));
            return;
        }
        Table table = parse_table(row.name, row.statement);
        std::vector<std::string> parsed;
        for (const Column& column : table.columns) parsed.push_back(column.name);
        if (parsed != column_names_of(row.name)) {
            throw Error(ErrorCode::failed, fmt::format("cannot understand how the table {} was created", row.name),
                        "please report this with the statement: sqlite3 FILE .schema");
        }
        model_.tables.push_back(std::move(table));
    }

    void collect_names(const std::vector<CatalogueRow>& rows) {
        for (const CatalogueRow& row : rows) {
            if (row.type == "table" || row.type == "view") names_.emplace(fold_name(row.name), row.name);
        }
        for (const Table& table : model_.tables) {
            for (const Column& column : table.columns) names_.emplace(fold_name(column.name), column.name);
        }
        for (const VirtualTable& table : model_.virtual_tables) {
            for (const std::string& column : table.columns()) names_.emplace(fold_name(column), column);
        }
    }

    void add_index(const CatalogueRow& row) {
        const Table* table = find_object(model_.tables, row.table);
        if (table != nullptr) model_.indexes.push_back(parse_index(row.name, row.statement, column_names(*table)));
    }

    void add_view(const CatalogueRow& row) {
        std::vector<std::string> columns;
        try {
            columns = column_names_of(row.name);
        } catch (const SQLite::Exception&) {
            columns.clear();  // It mentions what is not there (any more); SQLite keeps such a view.
        }
        model_.views.push_back(parse_view(row.name, row.statement, names_, columns));
    }

    /// REFERENCES parent is REFERENCES parent(id), where id is its primary key.
    void complete_foreign_keys() {
        for (Table& table : model_.tables) {
            for (Constraint& constraint : table.constraints) {
                const Table* parent = find_object(model_.tables, constraint.parent);
                if (constraint.kind != ConstraintKind::foreign_key || parent == nullptr) continue;
                const Constraint* key = parent->primary_key();
                const bool implied = constraint.parent_columns.empty() && key != nullptr &&
                                     key->columns.size() == constraint.columns.size();
                if (!implied) continue;
                for (const KeyColumn& column : key->columns) constraint.parent_columns.push_back(column.name);
            }
        }
    }

    SQLite::Database& database_;
    std::set<std::string> ignored_;
    Names names_;
    Model model_;
};

}  // namespace

Model read_model(SQLite::Database& database, std::span<const std::string> ignored_tables) {
    try {
        return CatalogueReader(database, ignored_tables).read();
    } catch (const SQLite::Exception& exception) {
        throw db::sqlite_error(
            exception, fmt::format("cannot read the schema of {}", shown_path(database.getFilename()).string()));
    }
}

}  // namespace quarry::schema::sqlite
