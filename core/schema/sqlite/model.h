#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/schema/sqlite/expression.h"

namespace quarry::schema::sqlite {

/// What SQLite's catalogue holds, read from the statements it keeps: pragmas do not tell all of it. Names are as they
/// were defined; SQLite compares them without regard to ASCII letter case.

/// How SQLite converts what is stored in a column (sqlite.org/datatype3.html, section 3.1).
enum class Affinity { integer, text, blob, real, numeric };

struct Column {
    std::string name;
    std::string type;       ///< As written, one space between words: "VARCHAR(50)". Empty when there is none.
    std::string collation;  ///< Empty for BINARY.
    bool not_null = false;
    std::string not_null_name;            ///< The constraint's name.
    std::string not_null_conflict;        ///< "REPLACE"; empty for ABORT.
    std::optional<Expression> default_value;  ///< None for NULL; with parentheses when it is an expression.
    std::optional<Expression> generated;
    bool stored = false;  ///< Of a generated column.

    [[nodiscard]] Affinity affinity() const;
    friend bool operator==(const Column&, const Column&) = default;
};

enum class ConstraintKind { primary_key, unique, foreign_key, check };

/// A column in a key, or in a unique constraint.
struct KeyColumn {
    std::string name;
    std::string collation;  ///< As written; empty when it is the column's own.
    bool descending = false;
    friend bool operator==(const KeyColumn&, const KeyColumn&) = default;
};

/// A constraint of a table; a column's own one is the same thing.
struct Constraint {
    ConstraintKind kind = ConstraintKind::check;
    std::string name;
    std::vector<KeyColumn> columns;  ///< Of a check, those that it mentions.
    std::string conflict;            ///< "IGNORE"; empty for ABORT.
    bool autoincrement = false;
    Expression check;
    std::string parent;                       ///< The table that a foreign key points to.
    std::vector<std::string> parent_columns;  ///< Empty for its primary key.
    std::string on_delete, on_update;         ///< "CASCADE"; empty for NO ACTION.
    std::string match;                        ///< Empty for SIMPLE.
    bool deferred = false;                    ///< DEFERRABLE INITIALLY DEFERRED.

    /// As a constraint of the table.
    [[nodiscard]] std::string sql() const;
    /// As part of its only column's definition, when it can be.
    [[nodiscard]] std::optional<std::string> column_sql() const;
    /// To be compared: equal for constraints that mean the same.
    [[nodiscard]] std::string key() const;
    [[nodiscard]] bool mentions(std::string_view column) const;
    friend bool operator==(const Constraint&, const Constraint&) = default;
};

struct Table {
    std::string name;
    std::vector<Column> columns;  ///< Their order is kept, and is no difference between two tables.
    std::vector<Constraint> constraints;
    bool strict = false;
    bool without_rowid = false;

    [[nodiscard]] const Column* column(std::string_view name) const;
    [[nodiscard]] const Constraint* primary_key() const;
    /// The column that is the rowid, INTEGER PRIMARY KEY; none in a table without one.
    [[nodiscard]] const Column* rowid_column() const;
    [[nodiscard]] bool autoincrement() const;
    /// Whether the column can hold no NULL: by NOT NULL, or as part of the key of a table WITHOUT ROWID.
    [[nodiscard]] bool refuses_null(const Column& column) const;
    /// rowid, _rowid_ or oid: the first that is no column; empty for a table WITHOUT ROWID or with columns of all
    /// names.
    [[nodiscard]] std::string rowid_name() const;
    /// CREATE TABLE, without ";", by another name if one is given.
    [[nodiscard]] std::string sql(std::string_view by_name = {}) const;
    /// A column's definition, with the constraints that are its own.
    [[nodiscard]] std::string column_sql(const Column& column) const;
    /// Letter by letter, where expressions are not concerned: tables that are not equal may still mean the same.
    friend bool operator==(const Table&, const Table&) = default;
};

struct VirtualTable {
    std::string name;
    std::string module;                      ///< In lower case: "fts5".
    std::vector<std::string> arguments;      ///< As written.
    std::vector<std::string> argument_keys;  ///< To be compared.

    [[nodiscard]] std::string sql(std::string_view by_name = {}) const;
    /// Its columns as the arguments of an FTS or R*Tree table name them; empty for another module.
    [[nodiscard]] std::vector<std::string> columns() const;
    /// The value of an FTS table's option ("content"), quotes removed.
    [[nodiscard]] std::optional<std::string> option(std::string_view name) const;
    [[nodiscard]] bool is_fts() const { return module.starts_with("fts"); }
    friend bool operator==(const VirtualTable& a, const VirtualTable& b) {
        return a.module == b.module && a.argument_keys == b.argument_keys;
    }
};

struct Index {
    std::string name;
    std::string table;
    bool unique = false;
    std::vector<Expression> columns;  ///< Each with COLLATE and DESC.
    Expression where;

    [[nodiscard]] std::string sql() const;
    friend bool operator==(const Index& a, const Index& b) {
        return fold_name(a.table) == fold_name(b.table) && a.unique == b.unique && a.columns == b.columns &&
               a.where == b.where;
    }
};

struct View {
    std::string name;
    std::string text;                ///< What follows the name: "AS SELECT ..." or "(a, b) AS ...".
    std::string key;                 ///< To be compared.
    std::set<std::string> mentions;  ///< Names in its text, in lower case.

    [[nodiscard]] std::string sql() const { return "CREATE VIEW " + quoted_name(name) + " " + text; }
    friend bool operator==(const View& a, const View& b) { return a.key == b.key; }
};

struct Trigger {
    std::string name;
    std::string table;  ///< Or the view.
    Expression body;    ///< What follows the name.

    [[nodiscard]] std::string sql() const { return "CREATE TRIGGER " + quoted_name(name) + " " + body.text; }
    friend bool operator==(const Trigger& a, const Trigger& b) { return a.body == b.body; }
};

/// A schema; each list is in the order of the names, as `compare_names` has it.
struct Model {
    std::vector<Table> tables;
    std::vector<VirtualTable> virtual_tables;
    std::vector<Index> indexes;
    std::vector<View> views;
    std::vector<Trigger> triggers;
};

/// The object of a name in a list of them, or nothing.
template <typename Object>
[[nodiscard]] const Object* find_named(const std::vector<Object>& objects, std::string_view name) {
    for (const Object& object : objects) {
        if (compare_names(object.name, name) == 0) return &object;
    }
    return nullptr;
}

/// The same in one of a Model's lists, which are in the order of the names.
template <typename Object>
[[nodiscard]] const Object* find_object(const std::vector<Object>& objects, std::string_view name) {
    const auto at = std::lower_bound(
        objects.begin(), objects.end(), name,
        [](const Object& object, std::string_view wanted) { return compare_names(object.name, wanted) < 0; });
    return at != objects.end() && compare_names(at->name, name) == 0 ? &*at : nullptr;
}

}  // namespace quarry::schema::sqlite
