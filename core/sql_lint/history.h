#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql_lint/statement.h"

namespace quarry::sql_lint {

struct KnownColumn {
    Type type;
    bool not_null = false;
    bool key = false;  ///< PRIMARY KEY or UNIQUE, alone.
};

struct KnownTable {
    std::map<std::string, KnownColumn, std::less<>> columns;  ///< By name in lower case.
    bool complete = true;  ///< False when it has columns that its statement does not name.
    bool autoincrement = false;
    std::vector<Constraint> foreign_keys;
    std::vector<std::vector<std::string>> keys;  ///< Columns of primary and unique keys.
    /// Validated CHECK (column IS NOT NULL) and NOT VALID ones: the column by the constraint's name.
    std::map<std::string, std::string, std::less<>> not_null_checks;
    std::set<std::string, std::less<>> not_valid;     ///< Names of constraints.
    std::set<std::string, std::less<>> primary_keys;  ///< Names of constraints.
    std::set<std::string, std::less<>> checks;        ///< Names of constraints; "" for those that have none.
};

struct KnownIndex {
    std::string table;
    std::vector<std::string> columns;
    bool partial = false;
};

/// What the migrations so far have made, as far as their SQL says: enough to judge the next statement by. Objects are
/// known by Name::key().
class History {
public:
    explicit History(sql::Dialect dialect) : dialect_(dialect) {}

    /// Takes over what a statement changes.
    void apply(const Statement& statement);

    /// Nothing when no migration made it.
    [[nodiscard]] const KnownTable* table(const Name& name) const;
    /// Nothing when the table or the column is not known.
    [[nodiscard]] const KnownColumn* column(const Name& table, std::string_view column) const;
    /// Whether an object of this kind has been made.
    [[nodiscard]] bool knows(ObjectKind kind, const Name& name) const;
    /// The values of an enum, as far as they are known; nothing when no migration made it.
    [[nodiscard]] const std::set<std::string>* enum_values(const Name& name) const;
    /// Whether a function gives another value at each call, by its name without schema; nothing when none was made.
    [[nodiscard]] std::optional<bool> is_volatile(std::string_view function) const;
    /// Whether an index or a key begins with these columns, in any order.
    [[nodiscard]] bool has_index_on(const Name& table, const std::vector<std::string>& columns) const;
    /// Tables with a foreign key to this one, other than itself.
    [[nodiscard]] std::vector<std::string> referencing(const Name& table) const;
    /// Names of triggers and of indexes on a table, of views that mention it.
    [[nodiscard]] std::vector<std::string> triggers_on(const Name& table) const;
    [[nodiscard]] std::vector<std::string> indexes_on(const Name& table) const;
    [[nodiscard]] std::vector<std::string> views_on(const Name& table) const;
    /// Names of indexes that hold a column.
    [[nodiscard]] std::vector<std::string> indexes_on_column(const Name& table, const std::string& column) const;

private:
    void create(const Statement& statement);
    void create_table(const Statement& statement);
    void drop(const Statement& statement);
    void alter_enum(const Name& name, const Action& action);
    void alter(const Statement& statement);
    void alter_table(KnownTable& table, const Name& name, const Action& action);
    void rename_table(const std::string& from, const std::string& to);
    void rename_column(KnownTable& table, const std::string& from, const std::string& to, const std::string& key);

    sql::Dialect dialect_;
    std::map<std::string, KnownTable, std::less<>> tables_;
    std::map<std::string, KnownIndex, std::less<>> indexes_;
    std::map<std::string, std::string, std::less<>> triggers_;         ///< The table of each.
    std::map<std::string, std::set<std::string>, std::less<>> views_;  ///< The words of each, in lower case.
    std::map<std::string, bool, std::less<>> functions_;               ///< Whether each is volatile.
    std::map<std::string, std::set<std::string>, std::less<>> enums_;  ///< The values of each.
    std::set<std::pair<ObjectKind, std::string>> others_;
};

/// The values of CREATE TYPE ... AS ENUM.
[[nodiscard]] std::set<std::string> values_of(const Statement& statement);
/// Adds a column's own constraints, or a constraint of the table, to what is known of the table.
void add_constraint(KnownTable& table, const Constraint& constraint);
void add_column(KnownTable& table, const Column& column);

}  // namespace quarry::sql_lint
