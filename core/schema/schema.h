#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/schema/rename.h"
#include "core/sql/dialect.h"

namespace quarry::schema {

/// One difference between two schemas, as data.
struct Change {
    std::string kind;          ///< Stable snake_case: "add_table", "drop_column", "rename_column", "change_index", ...
    std::string object;        ///< "users", "users.email"; on PostgreSQL with its schema unless that is public.
    std::string detail;        ///< What differs, one line for people: "type: text -> integer". May be empty.
    bool destructive = false;  ///< Making it loses data that is in the database.
    bool by_hand = false;      ///< quarry writes no SQL for it.

    /// For people: "drop_column users.name", "change_column users.age (type: TEXT -> INTEGER)".
    [[nodiscard]] std::string text() const {
        return detail.empty() ? kind + " " + object : kind + " " + object + " (" + detail + ")";
    }
};

/// One SQL statement of a diff.
struct Statement {
    std::string sql;      ///< Ended by ";", no line feed behind it.
    std::string comment;  ///< Lines for people to be put above it, without "--"; may be empty.
    bool destructive = false;
};

/// Statements that make one migration. On PostgreSQL what cannot share a transaction with what comes before or after
/// it (a new enum value and its use) is a script of its own.
struct Script {
    std::vector<Statement> statements;
    bool transactional = true;  ///< False when a statement refuses to run inside a transaction.
};

/// What turns one schema into another, and back.
struct Diff {
    std::vector<Change> changes;  ///< From the first to the second, in a stable order; empty when they are equal.
    std::vector<Script> up;
    std::vector<Script> down;  ///< In the order to run them.

    [[nodiscard]] bool empty() const noexcept { return changes.empty(); }
};

/// What a diff cannot know from two schemas alone.
struct DiffOptions {
    std::vector<Rename> renames;
    /// "table", "table.column" or "kind:name" that were dropped although something like them was added: no renames.
    std::vector<std::string> not_renamed;
    /// Asked for a drop and an add that look like a rename and that nothing above decides; absent when nobody can be
    /// asked.
    std::function<bool(const Rename&)> ask_rename;
    /// Values for the rows that are there when a column becomes NOT NULL without a default: SQL expressions by
    /// "table.column". Without one the statement is written with a place to fill in.
    std::map<std::string, std::string> backfill;
    /// The zone of times that are stored without one, for columns that get one or lose it: "UTC". Without it the
    /// statement is written with a place to fill in. PostgreSQL only.
    std::string time_zone;
    /// Indexes on tables that are there are built without locking them, each in a script of its own that no
    /// transaction may hold. PostgreSQL only.
    bool concurrent_indexes = false;

    /// To tell schemas apart, where a rename is a drop and an add like any other.
    [[nodiscard]] static DiffOptions without_renames() {
        DiffOptions options;
        options.ask_rename = [](const Rename&) { return false; };
        return options;
    }
};

/// The schema of one database as its catalogue has it: tables, columns, keys, indexes, views, triggers and all else
/// that the database engine knows. A value: it outlives the connection that it was read from.
class Schema {
public:
    virtual ~Schema() = default;
    [[nodiscard]] virtual sql::Dialect dialect() const noexcept = 0;

    /// The schema as SQL that loads into an empty database and gives the same schema again; the same text for the
    /// same schema, whatever the order and the way in which it was made.
    [[nodiscard]] virtual std::string dump() const = 0;

    /// What turns this schema into `target` (of the same dialect), and back. Objects are compared by meaning, never
    /// by the text they were made with. Throws Error: usage for a drop and an add that may be a rename and that
    /// nothing decides (the hint names the options), and for a rename of what does not exist; failed for a
    /// difference that cannot be expressed.
    [[nodiscard]] virtual Diff diff(const Schema& target, const DiffOptions& options) const = 0;

    /// This schema without some objects and what is on them. Each is written by kind and name as in a Change:
    /// "view short_names", "function total(integer)"; "grants users" and "comment users" leave the object itself. What
    /// it has not is passed over.
    [[nodiscard]] virtual std::unique_ptr<Schema> without(const std::set<std::string>& objects) const = 0;

    Schema() = default;
    Schema(const Schema&) = delete;
    Schema& operator=(const Schema&) = delete;
};

}  // namespace quarry::schema
