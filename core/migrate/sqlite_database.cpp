#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/pinned_folder.h"
#include "core/db/sqlite.h"
#include "core/db/sqlite_script.h"
#include "core/migrate/database.h"
#include "core/migrate/sqlite_session.h"
#include "core/schema/sqlite/sqlite_schema.h"
#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

class SqliteDatabase final : public Database {
public:
    SqliteDatabase(SQLite::Database connection, const DatabaseOptions& options)
        : connection_(std::move(connection)), options_(options) {}

    [[nodiscard]] sql::Dialect dialect() const noexcept override { return sql::Dialect::sqlite; }
    [[nodiscard]] std::unique_ptr<Session> session() override {
        return std::make_unique<SqliteSession>(connection_, options_.lock_wait, options_.cancel);
    }
    [[nodiscard]] std::unique_ptr<schema::Schema> read_schema(const std::vector<std::string>& ignored_tables) override {
        if (options_.owners) {
            throw Error(ErrorCode::usage, "--owners is for PostgreSQL", "in a SQLite database nothing has an owner");
        }
        return schema::read_sqlite_schema(connection_, ignored_tables);
    }
    [[nodiscard]] Rows query(const std::string& sql) override {
        try {
            Rows rows;
            SQLite::Statement statement(connection_, sql);
            while (statement.executeStep()) {
                std::vector<Cell>& row = rows.emplace_back();
                for (int i = 0; i < statement.getColumnCount(); ++i) {
                    const SQLite::Column column = statement.getColumn(i);
                    row.push_back(column.isNull() ? Cell() : Cell(column.getString()));
                }
            }
            return rows;
        } catch (const SQLite::Exception& exception) {
            throw db::sqlite_error(exception, fmt::format("cannot read {}", name()));
        }
    }
    [[nodiscard]] std::optional<std::string> attempt(const std::string& sql) override {
        auto failure = db::run_sqlite_statement(connection_, sql);
        return failure ? std::optional(std::move(failure->message)) : std::nullopt;
    }
    [[nodiscard]] std::optional<std::int64_t> row_count(const std::string& table) override {
        try {
            return connection_.execAndGet(fmt::format("SELECT count(*) FROM {}", table)).getInt64();
        } catch (const SQLite::Exception&) {
            return std::nullopt;
        }
    }
    [[nodiscard]] std::string name() const override { return shown_path(connection_.getFilename()).string(); }

private:
    SQLite::Database connection_;
    DatabaseOptions options_;
};

}  // namespace

std::unique_ptr<Database> sqlite_database(SQLite::Database connection, const DatabaseOptions& options) {
    return std::make_unique<SqliteDatabase>(std::move(connection), options);
}

std::unique_ptr<Database> open_sqlite_database(const std::filesystem::path& path, const DatabaseOptions& options) {
    const db::SqliteMode mode = options.read_only ? db::SqliteMode::read_only
                                : options.create  ? db::SqliteMode::create
                                                  : db::SqliteMode::read_write;
    return sqlite_database(db::open_sqlite(path, mode, static_cast<int>(options.lock_wait.count())), options);
}

std::unique_ptr<Database> sqlite_scratch_database(const DatabaseOptions& options) {
    return sqlite_database(db::open_sqlite_memory(), options);
}

}  // namespace quarry::migrate
