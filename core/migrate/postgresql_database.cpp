#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <random>

#include "core/base/redact_url.h"
#include "core/db/postgresql.h"
#include "core/migrate/database.h"
#include "core/migrate/postgresql_session.h"
#include "core/migrate/trial_guard.h"
#include "core/schema/postgresql/postgresql_schema.h"
#include "core/sql/lexemes.h"

namespace quarry::migrate {
namespace {

constexpr const char* row_count_sql = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = to_regclass($1)";
/// Anything that somebody made: extensions bring objects of their own, which do not count.
constexpr const char* in_use_sql = R"(
SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') LIMIT 1)";
constexpr const char* schemas_sql = R"(
SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema')";

class PostgresqlDatabase : public Database {
public:
    PostgresqlDatabase(std::string url, const DatabaseOptions& options, const std::string& database = {})
        : url_(std::move(url)), options_(options), connection_(connect(url_, options, database)) {}

    [[nodiscard]] sql::Dialect dialect() const noexcept override { return sql::Dialect::postgresql; }
    [[nodiscard]] std::unique_ptr<Session> session() override {
        return std::make_unique<PostgresqlSession>(
            *connection_, PostgresqlSession::Options{url_, options_.lock, options_.lock_wait, options_.cancel,
                                                     copied_roles_, made_roles_, guard_});
    }
    [[nodiscard]] std::unique_ptr<schema::Schema> read_schema(const std::vector<std::string>& ignored_tables) override {
        return schema::read_postgresql_schema(*connection_, ignored_tables, options_.owners);
    }
    [[nodiscard]] Rows query(const std::string& sql) override {
        const db::PostgresqlResult result = connection_->query(sql);
        Rows rows(result.rows());
        for (std::size_t row = 0; row < rows.size(); ++row) {
            for (std::size_t i = 0; i < result.columns(); ++i) rows[row].push_back(result.cell(row, i));
        }
        return rows;
    }
    [[nodiscard]] std::optional<std::string> attempt(const std::string& sql) override {
        auto failure = connection_->run(sql);
        return failure ? std::optional(std::move(failure->message)) : std::nullopt;
    }
    [[nodiscard]] std::optional<std::int64_t> row_count(const std::string& table) override {
        const db::PostgresqlResult rows = connection_->query(row_count_sql, {table});
        if (rows.empty()) return std::nullopt;
        const std::string_view text = rows.text(0, 0);
        std::int64_t count = 0;
        std::from_chars(text.data(), text.data() + text.size(), count);
        return count;
    }
    [[nodiscard]] std::string name() const override { return redact_url(url_); }
    [[nodiscard]] std::size_t left_out() const override { return guard_ ? guard_->left_out() : 0; }

    static std::unique_ptr<db::PostgresqlConnection> connect(const std::string& url, const DatabaseOptions& options,
                                                             const std::string& database) {
        db::PostgresqlOptions connection_options;
        connection_options.cancel = options.cancel;
        connection_options.database = database;
        return std::make_unique<db::PostgresqlConnection>(db::PostgresqlConnection::connect(url, connection_options));
    }

protected:
    std::string url_;
    DatabaseOptions options_;
    std::unique_ptr<db::PostgresqlConnection> connection_;
    std::set<std::string> copied_roles_;
    std::shared_ptr<std::set<std::string>> made_roles_;
    std::shared_ptr<TrialGuard> guard_;
};

/// A database of its own that is dropped in the end.
class ScratchDatabase final : public PostgresqlDatabase {
public:
    ScratchDatabase(const ScratchLease& lease, const DatabaseOptions& options, std::string name,
                    std::unique_ptr<db::PostgresqlConnection> administration)
        : PostgresqlDatabase(lease.url, options, name),
          server_(lease.server),
          scratch_name_(std::move(name)),
          administration_(std::move(administration)) {
        copied_roles_ = lease.copied_roles;
        guard_ = lease.guard;
        if (lease.drops_roles) made_roles_ = std::make_shared<std::set<std::string>>();
    }
    ~ScratchDatabase() override {
        connection_.reset();
        try {
            const bool can_force = administration_->server_version() >= 130'000;
            (void)administration_->run(
                fmt::format("DROP DATABASE IF EXISTS {}{}", scratch_name_, can_force ? " WITH (FORCE)" : ""));
            for (const std::string& role : made_roles_ ? *made_roles_ : std::set<std::string>()) {
                (void)administration_->run("DROP ROLE IF EXISTS " + sql::quote_name(sql::Dialect::postgresql, role));
            }
        } catch (const std::exception&) {
            // The server is gone, or the user interrupted: the name says what it is.
        }
    }

private:
    std::shared_ptr<void> server_;
    std::string scratch_name_;
    std::unique_ptr<db::PostgresqlConnection> administration_;
};

/// A database that was given for trying things out, emptied in the end.
class DevDatabase final : public PostgresqlDatabase {
public:
    DevDatabase(const ScratchLease& lease, const DatabaseOptions& options) : PostgresqlDatabase(lease.url, options) {
        guard_ = lease.guard;
    }
    ~DevDatabase() override {
        if (!was_empty_) return;
        try {
            const db::PostgresqlResult schemas = connection_->query(schemas_sql);
            for (std::size_t row = 0; row < schemas.rows(); ++row) {
                (void)connection_->run(fmt::format("DROP SCHEMA {} CASCADE", schemas.text(row, 0)));
            }
            (void)connection_->run("CREATE SCHEMA public");
        } catch (const Error&) {
            // As above; the next use says that it is not empty.
        }
    }

    void require_empty() {
        const db::PostgresqlResult used = connection_->query(in_use_sql);
        was_empty_ = used.empty();
        if (was_empty_) return;
        throw Error(ErrorCode::failed, fmt::format("{} is not empty", name()),
                    "give --dev-url a database that has no tables: things are tried out in it, and then deleted")
            .because(fmt::format("it has {}", used.text(0, 0)));
    }

private:
    bool was_empty_ = false;
};

std::string random_name() {
    std::random_device device;
    return fmt::format("quarry_scratch_{}_{:08x}", ::getpid(), device());
}

}  // namespace

std::unique_ptr<Database> open_postgresql_database(const std::string& url, const DatabaseOptions& options) {
    return std::make_unique<PostgresqlDatabase>(url, options);
}

namespace {

/// Nothing where it may not be made, and then why.
std::unique_ptr<Database> make_scratch_database(const ScratchLease& lease, const DatabaseOptions& options,
                                                std::optional<db::PostgresqlFailure>& failure) {
    // It drops the database in the end, an interruption's too.
    DatabaseOptions uninterrupted = options;
    uninterrupted.cancel = nullptr;
    auto administration = PostgresqlDatabase::connect(lease.url, uninterrupted, {});
    const std::string name = random_name();
    failure = administration->run(fmt::format("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", name));
    if (failure) return nullptr;
    return std::make_unique<ScratchDatabase>(lease, options, name, std::move(administration));
}

}  // namespace

std::unique_ptr<Database> postgresql_scratch_database(const ScratchLease& lease, bool is_dev,
                                                      const DatabaseOptions& options) {
    std::optional<db::PostgresqlFailure> failure;
    if (auto database = make_scratch_database(lease, options, failure)) return database;
    constexpr std::string_view insufficient_privilege = "42501";
    if (failure->sqlstate != insufficient_privilege || !is_dev) {
        const Error error =
            db::postgresql_error(*failure, "cannot make a temporary database to try the migrations out in");
        throw Error(ErrorCode::failed, error.message(),
                    "give a server where you may make databases, or an empty database: --dev-url "
                    "postgresql://USER@HOST/DATABASE")
            .because(failure->message);
    }
    auto dev = std::make_unique<DevDatabase>(lease, options);
    dev->require_empty();
    return dev;
}

}  // namespace quarry::migrate
