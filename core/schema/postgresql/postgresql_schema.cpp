#include "core/schema/postgresql/postgresql_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/schema/postgresql/comparison.h"
#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/objects.h"
#include "core/schema/postgresql/plan.h"
#include "core/schema/postgresql/reader.h"
#include "core/schema/postgresql/renaming.h"

namespace quarry::schema::postgresql {
namespace {

constexpr int version_15 = 150000;

/// What CREATE DATABASE ... TEMPLATE template0 gives.
Catalog empty_catalog(int server_version) {
    Catalog catalog;
    catalog.server_version = server_version;
    const Id id{Kind::schema, {}, {}, "public"};
    Object& object = catalog.objects[id];
    object.id = id;
    object.grants.insert({{}, {}, "USAGE", false});
    if (server_version < version_15) object.grants.insert({{}, {}, "CREATE", false});
    return catalog;
}

/// Whether an object comes and goes with one of the dropped ones, which it is on or belongs to.
bool is_on_dropped(const Catalog& catalog, const Object& object, const std::set<Id>& dropped) {
    const Id table = table_of(object);
    const auto sequence = catalog.sequences.find(object.id);
    return std::any_of(dropped.begin(), dropped.end(), [&](const Id& id) {
        if (!id.table.empty() || id.schema != object.id.schema) return false;
        const bool relation = id.kind == Kind::table || id.kind == Kind::view || id.kind == Kind::materialized_view;
        const bool owned = sequence != catalog.sequences.end() && sequence->second.owner_table == id.name;
        return relation && (table.name == id.name || owned);
    });
}

Catalog catalog_without(Catalog catalog, const std::set<std::string>& objects) {
    std::set<Id> dropped, on_dropped;
    for (auto& [id, object] : catalog.objects) {
        const std::string name = shown(id);
        if (objects.count(fmt::format("{} {}", kind_name(id.kind), name)) > 0) dropped.insert(id);
        if (objects.count("grants " + name) > 0) object.grants.clear();
        if (objects.count("comment " + name) > 0) {
            object.comment.clear();
            object.column_comments.clear();
        }
    }
    for (const auto& [id, object] : catalog.objects) {
        if (is_on_dropped(catalog, object, dropped)) on_dropped.insert(id);
    }
    dropped.merge(on_dropped);
    const auto is_dropped = [&](const auto& entry) { return dropped.count(entry.first) > 0; };
    std::erase_if(catalog.objects, is_dropped);
    std::erase_if(catalog.tables, is_dropped);
    std::erase_if(catalog.sequences, is_dropped);
    std::erase_if(catalog.enums, is_dropped);
    std::erase_if(catalog.domains, is_dropped);
    std::erase_if(catalog.composites, is_dropped);
    std::erase_if(catalog.default_privileges,
                  [&](const auto& entry) { return objects.count("default_privileges " + shown(entry.first)) > 0; });
    return catalog;
}

class PostgresqlSchema final : public Schema {
public:
    explicit PostgresqlSchema(Catalog catalog) : catalog_(std::move(catalog)) {}

    [[nodiscard]] sql::Dialect dialect() const noexcept override { return sql::Dialect::postgresql; }

    [[nodiscard]] std::string dump() const override {
        if (!catalog_.inexpressible.empty()) {
            throw cannot_dump();
        }
        const Catalog empty = empty_catalog(catalog_.server_version);
        std::string text;
        const bool uses_public = std::any_of(catalog_.objects.begin(), catalog_.objects.end(),
                                             [](const auto& entry) { return entry.first.schema == "public"; });
        if (uses_public) text += "CREATE SCHEMA IF NOT EXISTS public;\n";
        for (const Script& script : plan(empty, catalog_, {}, {}).up) {
            for (const Statement& statement : script.statements) {
                std::string sql = statement.sql;
                // Loaded statement by statement, there is no transaction that it could be local to.
                if (sql.starts_with("SET LOCAL ")) sql.erase(4, 6);
                text += fmt::format("{}{}\n", text.empty() ? "" : "\n", sql);
            }
        }
        return text;
    }

    [[nodiscard]] Diff diff(const Schema& target, const DiffOptions& options) const override {
        const auto* other = dynamic_cast<const PostgresqlSchema*>(&target);
        if (other == nullptr) {
            throw Error(ErrorCode::usage, "cannot compare the schema of a PostgreSQL database with another engine's");
        }
        const Renaming renaming = decide_renaming(catalog_, other->catalog_, options);
        Diff diff = plan(catalog_, other->catalog_, renaming, options);
        if (!diff.empty()) diff.down = plan(other->catalog_, catalog_, renaming.inverse(), options).up;
        return diff;
    }

    [[nodiscard]] std::unique_ptr<Schema> without(const std::set<std::string>& objects) const override {
        return std::make_unique<PostgresqlSchema>(catalog_without(catalog_, objects));
    }

private:
    [[nodiscard]] Error cannot_dump() const {
        Error error(ErrorCode::failed, "cannot write all of the database as SQL",
                    "dump the database with pg_dump --schema-only");
        for (const auto& [what, definition] : catalog_.inexpressible) {
            error = std::move(error).because(fmt::format("quarry has no SQL for this: {}", what));
        }
        return error;
    }

    static Diff plan(const Catalog& from, const Catalog& to, const Renaming& renaming, const DiffOptions& options) {
        Comparison comparison = compare(from, to, renaming);
        Diff diff;
        diff.up = Plan(comparison, to, renaming, options).write();
        diff.changes = std::move(comparison.changes);
        return diff;
    }

    Catalog catalog_;
};

/// A state of the database that does not move while it is read, with names qualified.
class ReadTransaction {
public:
    explicit ReadTransaction(db::PostgresqlConnection& connection)
        : connection_(connection), nested_(connection.in_transaction()) {
        connection_.query(nested_ ? "SAVEPOINT quarry_read" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        connection_.query("SET LOCAL search_path = pg_catalog");
    }
    ~ReadTransaction() {
        try {
            (void)connection_.run(nested_ ? "ROLLBACK TO SAVEPOINT quarry_read" : "ROLLBACK");
            if (nested_) (void)connection_.run("RELEASE SAVEPOINT quarry_read");
        } catch (const Error&) {
            // Interrupted: the caller's own rollback ends the transaction.
        }
    }
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

private:
    db::PostgresqlConnection& connection_;
    bool nested_;
};

}  // namespace

}  // namespace quarry::schema::postgresql

namespace quarry::schema {

std::unique_ptr<Schema> read_postgresql_schema(db::PostgresqlConnection& connection,
                                               std::span<const std::string> ignored_tables, bool owners) {
    const postgresql::ReadTransaction transaction(connection);
    return std::make_unique<postgresql::PostgresqlSchema>(
        postgresql::Reader(connection, ignored_tables, owners).read());
}

}  // namespace quarry::schema
