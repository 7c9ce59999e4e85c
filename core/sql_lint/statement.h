#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/lexemes.h"
#include "core/sql/outside_effects.h"
#include "core/sql/source_text.h"

namespace quarry::sql_lint {

/// What a statement does; `other` for what the linter has no opinion on.
enum class Verb : std::uint8_t {
    other,
    create,
    alter,
    drop,
    insert,
    update,
    remove,  ///< DELETE.
    truncate,
    refresh,
    reindex,
    vacuum,
    cluster,
    lock,
    pragma,
    set,
    merge,
};

/// What it does it to.
enum class ObjectKind : std::uint8_t {
    none,
    table,
    view,
    materialized_view,
    index,
    sequence,
    type,
    domain,
    schema,
    function,
    procedure,
    trigger,
    extension,
    policy,
    other,
};

/// "table", "materialized view"
[[nodiscard]] std::string_view object_name(ObjectKind kind) noexcept;

/// The name of an object, with its place in the script's text.
struct Name {
    std::string schema;  ///< Empty when not given, and for "public" and "main".
    std::string name;    ///< As the database keeps it: without quotes; on PostgreSQL folded to lower case.
    bool quoted = false;
    sql::Section place{};

    [[nodiscard]] bool empty() const noexcept { return name.empty(); }
    /// For people: "users", "audit.log".
    [[nodiscard]] std::string text() const { return schema.empty() ? name : schema + "." + name; }
    /// What tells objects apart: lower case, since SQLite's names differ in more than letter case or not at all.
    [[nodiscard]] std::string key() const;
};

/// A column's type. The many spellings of PostgreSQL's types are one: int4 is integer, varchar character varying.
struct Type {
    std::string name;  ///< Lower case; empty when there is none.
    std::vector<std::string> arguments;
    bool array = false;
    sql::Section place{};

    /// "character varying(20)"
    [[nodiscard]] std::string text() const;
};

struct ForeignKey {
    std::vector<std::string> columns;  ///< Lower case.
    Name table;
    bool deletes_rows = false;  ///< ON DELETE CASCADE.
};

struct Constraint {
    enum class Kind : std::uint8_t { other, primary_key, unique, foreign_key, check, exclude, not_null };
    Kind kind = Kind::other;
    std::string name;                  ///< Lower case; empty when the database chooses.
    std::vector<std::string> columns;  ///< Of a key, lower case.
    ForeignKey references;
    std::string not_null_column;  ///< Of CHECK (column IS NOT NULL), lower case.
    bool not_valid = false;
    bool using_index = false;
    sql::Section place{};
};

struct Column {
    Name name;
    Type type;
    bool not_null = false;
    bool primary_key = false;
    bool unique = false;
    bool checked = false;  ///< CHECK (...).
    bool autoincrement = false;
    bool identity = false;
    bool generated = false;  ///< From an expression, stored or virtual.
    bool stored = false;
    bool has_default = false;
    std::size_t default_begin = 0;  ///< Of the default, in the statement's lexemes.
    std::size_t default_end = 0;
    std::optional<ForeignKey> references;
};

/// One part of an ALTER TABLE or ALTER TYPE.
struct Action {
    enum class Kind : std::uint8_t {
        other,
        add_column,
        drop_column,
        rename_column,
        rename_table,
        set_type,
        set_default,
        set_not_null,
        drop_not_null,
        add_constraint,
        drop_constraint,
        validate_constraint,
        alter_constraint,
        set_storage,  ///< SET LOGGED, UNLOGGED, TABLESPACE, ACCESS METHOD.
        attach_partition,
        detach_partition,
        disable_trigger,
        add_value,
        rename_value,
        drop_value,
    };
    Kind kind = Kind::other;
    std::string name;   ///< Of a column or constraint, lower case; of an enum's value, as written.
    std::string shown;  ///< The same for people.
    Name new_name{};    ///< Of a rename.
    Column column{};    ///< Of add_column; its type for set_type.
    Constraint constraint{};
    bool conditional = false;  ///< IF EXISTS or IF NOT EXISTS.
    bool concurrently = false;
    bool has_using = false;
    sql::Section place{};
};

/// What the linter understands of one statement.
struct Statement {
    sql::Section section{};
    std::vector<sql::Lexeme> words;  ///< Borrow the script's text; `start` counts from its beginning.
    Verb verb = Verb::other;
    ObjectKind object = ObjectKind::none;
    std::vector<Name> names;  ///< What is created, altered, dropped or written to.
    Name table{};             ///< Of an index, trigger or policy: what it is on.
    bool if_exists = false;
    bool if_not_exists = false;
    bool concurrently = false;
    bool cascade = false;
    bool temporary = false;
    bool unique = false;
    bool full = false;   ///< VACUUM FULL.
    bool local = false;  ///< SET LOCAL.
    bool has_where = false;
    bool has_columns = false;  ///< INSERT names its columns.
    bool from_query = false;   ///< INSERT ... SELECT, CREATE TABLE ... AS.
    bool strict = false;
    bool without_rowid = false;
    bool partition = false;  ///< PARTITION OF, INHERITS, LIKE: more columns than are written here.
    bool virtual_table = false;
    bool enumeration = false;  ///< CREATE TYPE ... AS ENUM.
    std::vector<Column> columns;
    std::vector<Constraint> constraints;
    std::vector<std::string> indexed;  ///< Columns of an index, lower case; empty for an expression.
    std::vector<Action> actions;
    bool nested = false;   ///< It stands within another one: in DO, in WITH, in a function that is called.
    std::string function;  ///< In which it stands, when that was defined before; its places are those of the call.
    /// What it reaches for outside of its database, counted from its section; the linter fills it in.
    std::vector<sql::OutsideEffect> outside;

    [[nodiscard]] const Name& name() const noexcept;
    [[nodiscard]] bool is(Verb v, ObjectKind o) const noexcept { return verb == v && object == o; }
};

/// Reads one statement. What it does not understand is left alone: never throws on text that sql::Splitter cut, in
/// linear time. The result borrows the text.
[[nodiscard]] Statement read_statement(sql::Dialect dialect, const sql::SourceText& source, sql::Section section);

}  // namespace quarry::sql_lint
