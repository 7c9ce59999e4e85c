#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "core/migrate/database.h"
#include "support.h"
#include "tests/support/postgresql_server.h"

namespace quarry::migrate::test {

/// A database engine and its way of keeping migrators apart: what a test runs over.
struct Engine {
    const char* name;
    sql::Dialect dialect;
    LockKind lock = LockKind::advisory;
};

inline void PrintTo(const Engine& engine, std::ostream* out) { *out << engine.name; }

inline constexpr Engine sqlite_engine{"sqlite", sql::Dialect::sqlite};
inline constexpr Engine postgresql_engine{"postgresql", sql::Dialect::postgresql};
inline constexpr Engine postgresql_table_lock{"postgresql_table_lock", sql::Dialect::postgresql, LockKind::table};

/// A folder of migrations, and an empty database of an engine.
class EngineProject {
public:
    explicit EngineProject(const Engine& engine) : engine_(engine) {
        if (engine.dialect == sql::Dialect::postgresql) url_ = quarry::test::postgresql_server().make_database();
    }

    [[nodiscard]] const Project& files() const { return files_; }
    [[nodiscard]] bool is_postgresql() const { return engine_.dialect == sql::Dialect::postgresql; }
    [[nodiscard]] const std::string& url() const { return url_; }
    /// The text for this engine.
    [[nodiscard]] std::string either(const std::string& sqlite, const std::string& postgresql) const {
        return is_postgresql() ? postgresql : sqlite;
    }
    void add(const std::string& name, const std::string& up, const std::string& down = "SELECT 1;") const {
        files_.add(name, up, down);
    }

    /// Migrations 0001 to `count`, each a table t1, t2, ..., in words of every engine.
    void add_tables(int count) const {
        for (int i = 1; i <= count; ++i) {
            const std::string number = std::to_string(i);
            add("000" + number + "_t" + number + ".sql", "CREATE TABLE t" + number + "(a integer);",
                "DROP TABLE t" + number + ";");
        }
    }

    [[nodiscard]] std::unique_ptr<Database> open(DatabaseOptions options = {}) const {
        options.lock = engine_.lock;
        options.create = true;
        return is_postgresql() ? open_postgresql_database(url_, options)
                               : open_sqlite_database(files_.database_path(), options);
    }
    [[nodiscard]] static DatabaseOptions impatient() {
        DatabaseOptions options;
        options.lock_wait = std::chrono::milliseconds(200);
        return options;
    }

    template <typename Work>
    auto on_migrator(MigratorOptions options, Work work) const {
        const auto database = open({.lock_wait = options.lock_wait, .cancel = options.cancel});
        Migrator migrator(database->session(), files_.list(), std::move(options));
        return work(migrator);
    }
    MigrationRun up(MigratorOptions options = Project::options(), const Goal& goal = {}) const {
        return on_migrator(std::move(options), [&](Migrator& migrator) { return migrator.up(goal); });
    }
    MigrationRun down(const Goal& goal = {}) const {
        return on_migrator(Project::options(), [&](Migrator& migrator) { return migrator.down(goal); });
    }
    /// Runs a statement, and gives the first column of its rows, joined with spaces.
    std::string query(const std::string& sql) const {
        if (!is_postgresql()) return files_.query(sql);
        const db::PostgresqlResult rows = db::PostgresqlConnection::connect(url_).query(sql);
        std::string text;
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            text.append(row == 0 ? "" : " ").append(rows.text(row, 0));
        }
        return text;
    }
    /// The database's own tables, without quarry's.
    [[nodiscard]] std::string tables() const {
        if (!is_postgresql()) return files_.tables();
        return query("SELECT tablename FROM pg_tables WHERE schemaname !~ '^pg_|^information_schema$' AND tablename "
                     "NOT LIKE 'quarry_%' ORDER BY tablename");
    }
    [[nodiscard]] std::string applied() const { return query("SELECT name FROM quarry_migrations ORDER BY version"); }
    [[nodiscard]] bool has_ledger() const {
        return query(either("SELECT count(*) FROM sqlite_schema WHERE name = 'quarry_migrations'",
                            "SELECT count(*) FROM pg_tables WHERE tablename = 'quarry_migrations'")) != "0";
    }

private:
    Engine engine_;
    Project files_;
    std::string url_;
};

class OnEachEngine : public testing::TestWithParam<Engine> {};

inline std::string engine_name(const testing::TestParamInfo<Engine>& given) { return given.param.name; }

}  // namespace quarry::migrate::test
