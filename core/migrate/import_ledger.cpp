// Reads other migration tools' ledgers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/db/postgresql.h"
#include "core/db/sqlite.h"
#include "core/migrate/import.h"
#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

using ForeignRow = std::vector<std::string>;

constexpr const char* sqlite_columns_sql = "SELECT lower(name) FROM pragma_table_info(?)";
constexpr const char* postgresql_columns_sql = "SELECT lower(attname::text) FROM pg_attribute WHERE attrelid = "
                                               "to_regclass($1) AND attnum > 0 AND NOT attisdropped";
// As SQL wants it, also where its name needs quotes.
constexpr const char* postgresql_name_sql = "SELECT to_regclass($1)::text";

constexpr std::array<std::string_view, 6> usual_tables = {"schema_migrations", "goose_db_version",
                                                          "alembic_version",   "flyway_schema_history",
                                                          "django_migrations", "sqitch.changes"};

/// A database that is only read, as text.
class ForeignDatabase {
public:
    virtual ~ForeignDatabase() = default;
    /// Lower case; none when there is no such table.
    [[nodiscard]] virtual std::vector<std::string> columns(const std::string& table) = 0;
    /// `columns` of a table that is there, as it is written in SQL.
    [[nodiscard]] virtual std::vector<ForeignRow> rows(std::string_view columns, const std::string& table,
                                                       std::string_view order) = 0;

    ForeignDatabase() = default;
    ForeignDatabase(const ForeignDatabase&) = delete;
    ForeignDatabase& operator=(const ForeignDatabase&) = delete;
};

class ForeignSqlite final : public ForeignDatabase {
public:
    ForeignSqlite(const std::filesystem::path& path, const DatabaseOptions& options)
        : path_(path.string()),
          connection_(db::open_sqlite(path, db::SqliteMode::read_only, static_cast<int>(options.lock_wait.count()))) {}

    std::vector<std::string> columns(const std::string& table) override {
        std::vector<std::string> names;
        for (ForeignRow& row : query(sqlite_columns_sql, table)) names.push_back(std::move(row.front()));
        return names;
    }
    std::vector<ForeignRow> rows(std::string_view columns, const std::string& table, std::string_view order) override {
        return query(
            fmt::format("SELECT {} FROM {} ORDER BY {}", columns, sql::quote_name(sql::Dialect::sqlite, table), order),
            {});
    }

private:
    std::vector<ForeignRow> query(const std::string& sql, const std::string& parameter) {
        try {
            SQLite::Statement statement(connection_, sql);
            if (!parameter.empty()) statement.bind(1, parameter);
            std::vector<ForeignRow> rows;
            while (statement.executeStep()) {
                ForeignRow& row = rows.emplace_back();
                for (int i = 0; i < statement.getColumnCount(); ++i) row.push_back(statement.getColumn(i).getString());
            }
            return rows;
        } catch (const SQLite::Exception& exception) {
            throw db::sqlite_error(exception, fmt::format("cannot read what is applied in {}", path_));
        }
    }

    std::string path_;
    SQLite::Database connection_;
};

class ForeignPostgresql final : public ForeignDatabase {
public:
    ForeignPostgresql(const std::string& url, const DatabaseOptions& options) : connection_(connect(url, options)) {}

    std::vector<std::string> columns(const std::string& table) override {
        std::vector<std::string> names;
        const db::PostgresqlResult result = connection_.query(postgresql_columns_sql, {table});
        for (std::size_t i = 0; i < result.rows(); ++i) names.emplace_back(result.text(i, 0));
        return names;
    }
    std::vector<ForeignRow> rows(std::string_view columns, const std::string& table, std::string_view order) override {
        const std::string name(connection_.query(postgresql_name_sql, {table}).text(0, 0));
        const db::PostgresqlResult result =
            connection_.query(fmt::format("SELECT {} FROM {} ORDER BY {}", columns, name, order));
        std::vector<ForeignRow> rows(result.rows());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (std::size_t j = 0; j < result.columns(); ++j) rows[i].emplace_back(result.text(i, j));
        }
        return rows;
    }

private:
    static db::PostgresqlConnection connect(const std::string& url, const DatabaseOptions& options) {
        db::PostgresqlOptions connection_options;
        connection_options.cancel = options.cancel;
        return db::PostgresqlConnection::connect(url, connection_options);
    }

    db::PostgresqlConnection connection_;
};

bool is_true(std::string_view value) { return value == "t" || value == "1" || value == "true"; }

std::vector<std::string> first_column(const std::vector<ForeignRow>& rows) {
    std::vector<std::string> values;
    for (const ForeignRow& row : rows) values.push_back(row.front());
    return values;
}

/// Of each version the last row counts: older goose adds one when it goes back, newer goose deletes.
std::vector<std::string> goose_versions(const std::vector<ForeignRow>& rows) {
    std::map<std::string, bool> applied;
    for (const ForeignRow& row : rows) applied[row[0]] = is_true(row[1]);
    std::vector<std::string> versions;
    for (const auto& [version, is_applied] : applied) {
        if (is_applied && version != "0") versions.push_back(version);  // 0 is the table's own first row.
    }
    return versions;
}

/// In the order in which they came: an undo takes back what was applied before, and so does a repair.
void read_flyway(const std::vector<ForeignRow>& rows, ForeignLedger& ledger) {
    std::set<std::string> applied;
    for (const ForeignRow& row : rows) {
        const std::string& version = row[0];
        if (version.empty() || !is_true(row[2])) continue;  // A repeatable migration, or one that failed.
        if (row[1] == "BASELINE") {
            ledger.baseline = version;
        } else if (row[1].starts_with("UNDO") || row[1] == "DELETE") {
            applied.erase(version);
        } else {
            applied.insert(version);
        }
    }
    ledger.versions.assign(applied.begin(), applied.end());
}

/// In the order in which they were deployed: a change that is there twice was reworked.
std::vector<std::string> sqitch_changes(const std::vector<ForeignRow>& rows) {
    std::map<std::string, int> times;
    std::vector<std::string> changes;
    for (const ForeignRow& row : rows) {
        const std::string change = row[0] + ":" + row[1];
        const int time = ++times[change];
        changes.push_back(time == 1 ? change : fmt::format("{}#{}", change, time));
    }
    return changes;
}

std::optional<ForeignLedger> read_table(ForeignDatabase& database, const std::string& table) {
    const std::vector<std::string> columns = database.columns(table);
    const auto has = [&](std::string_view name) {
        return std::find(columns.begin(), columns.end(), name) != columns.end();
    };
    ForeignLedger ledger;
    ledger.table = table;
    if (has("version_id") && has("is_applied")) {
        ledger.tool = ForeignTool::goose;
        ledger.versions = goose_versions(database.rows("version_id, is_applied", table, "id"));
    } else if (has("version_num")) {
        ledger.tool = ForeignTool::alembic;
        ledger.versions = first_column(database.rows("version_num", table, "version_num"));
    } else if (has("installed_rank") && has("version")) {
        ledger.tool = ForeignTool::flyway;
        read_flyway(database.rows("version, type, success", table, "installed_rank"), ledger);
    } else if (has("change_id") && has("change") && has("project")) {
        ledger.tool = ForeignTool::sqitch;
        ledger.versions = sqitch_changes(database.rows("project, change", table, "committed_at"));
    } else if (has("app") && has("name") && has("applied")) {
        ledger.tool = ForeignTool::django;
        for (const ForeignRow& row : database.rows("app, name", table, "id")) {
            ledger.versions.push_back(row[0] + "." + row[1]);
        }
    } else if (has("version") && has("dirty")) {
        ledger.tool = ForeignTool::golang_migrate;
        const std::vector<ForeignRow> rows = database.rows("version, dirty", table, "version DESC");
        if (rows.empty()) return ledger;
        ledger.dirty = is_true(rows.front()[1]);
        if (!rows.front()[0].starts_with('-')) ledger.versions = {rows.front()[0]};  // -1: nothing is applied.
    } else if (has("version")) {
        ledger.tool = ForeignTool::dbmate;
        ledger.versions = first_column(database.rows("version", table, "version"));
    } else {
        return std::nullopt;
    }
    return ledger;
}

Error dirty_error(const ForeignLedger& ledger, std::string_view database) {
    const std::string version = ledger.versions.empty() ? std::string("the first one") : ledger.versions.front();
    return Error(ErrorCode::failed,
                 fmt::format("golang-migrate marks {} as dirty: migration {} failed half way", database, version),
                 "find out what of it was done, and complete or undo that by hand; then tell golang-migrate which "
                 "version is whole (migrate ... force VERSION), and import again");
}

/// Rails' table has dbmate's columns.
bool is_ledger_of(const ForeignLedger& ledger, ForeignTool tool) {
    return ledger.tool == (tool == ForeignTool::rails ? ForeignTool::dbmate : tool);
}

std::string names_of(std::span<const ForeignLedger> ledgers) {
    std::string names;
    for (const ForeignLedger& one : ledgers) {
        names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", one.table, foreign_tool_name(one.tool));
    }
    return names;
}

}  // namespace

std::vector<ForeignLedger> read_foreign_ledgers(const db::DatabaseUrl& url, const std::string& table,
                                                const DatabaseOptions& options) {
    std::unique_ptr<ForeignDatabase> database;
    if (url.dialect == sql::Dialect::postgresql) {
        database = std::make_unique<ForeignPostgresql>(url.url, options);
    } else if (std::error_code ignored; std::filesystem::exists(url.path, ignored)) {
        database = std::make_unique<ForeignSqlite>(url.path, options);
    } else {
        return {};
    }
    std::vector<ForeignLedger> ledgers;
    if (!table.empty()) {
        auto ledger = read_table(*database, table);
        if (!ledger) {
            throw Error(ErrorCode::failed, fmt::format("the database has no ledger in a table {}", table),
                        "check --table: it names the table in which the other tool keeps what it applied");
        }
        ledgers.push_back(*std::move(ledger));
        return ledgers;
    }
    for (const std::string_view one : usual_tables) {
        if (auto ledger = read_table(*database, std::string(one))) ledgers.push_back(*std::move(ledger));
    }
    return ledgers;
}

std::optional<ForeignLedger> choose_ledger(std::span<const ForeignLedger> ledgers, std::optional<ForeignTool> tool,
                                           std::string_view database) {
    if (ledgers.empty()) return std::nullopt;
    if (!tool && ledgers.size() > 1) {
        throw Error(ErrorCode::usage, fmt::format("{} has the ledgers of several tools", database),
                    "choose one: --tool, or --table")
            .because(names_of(ledgers));
    }
    const auto at =
        tool ? std::find_if(ledgers.begin(), ledgers.end(), [&](const auto& one) { return is_ledger_of(one, *tool); })
             : ledgers.begin();
    if (at == ledgers.end()) {
        throw Error(ErrorCode::failed,
                    fmt::format("{} has no ledger of {}, but another tool's", database, foreign_tool_name(*tool)),
                    "check that folder and database belong together; --table names the ledger where it has an unusual "
                    "name, --tool the tool")
            .because(names_of(ledgers));
    }
    if (at->dirty) throw dirty_error(*at, database);
    ForeignLedger chosen = *at;
    if (tool) chosen.tool = *tool;
    return chosen;
}

}  // namespace quarry::migrate
