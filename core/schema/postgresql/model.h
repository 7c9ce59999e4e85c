#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace quarry::schema::postgresql {

/// The kinds of objects, in the order in which they are made where dependencies leave a choice.
enum class Kind : std::uint8_t {
    schema,
    extension,
    collation,
    enum_type,
    range_type,
    composite_type,
    domain,
    sequence,
    table,
    function,
    aggregate,
    operation,  ///< An operator.
    cast,
    column_default,  ///< A default, or the expression of a generated column; its name is the column's.
    constraint,
    index,
    statistics,
    view,
    materialized_view,
    rule,
    trigger,
    policy,
};

/// What an object is called, unquoted: its identity within a database.
struct Id {
    Kind kind = Kind::schema;
    std::string schema;
    std::string table;  ///< The table or view that it is on; empty for what stands alone. An index stands alone.
    std::string name;
    std::string arguments{};  ///< Argument types of a function, an aggregate or an operator: "integer, text".

    friend bool operator==(const Id&, const Id&) = default;
    friend auto operator<=>(const Id&, const Id&) = default;
};

/// An object, or one column of it.
struct Reference {
    Id object;
    std::string column;  ///< Empty for the object as a whole.

    friend bool operator==(const Reference&, const Reference&) = default;
    friend auto operator<=>(const Reference&, const Reference&) = default;
};

/// An object needs another one to be there: pg_depend.
struct Dependency {
    std::string column;  ///< The column of this object that needs it; empty for the object as a whole.
    Reference on;
};

struct Grant {
    std::string column;   ///< Empty for the object as a whole.
    std::string grantee;  ///< Empty for PUBLIC.
    std::string privilege;
    bool grantable = false;

    friend bool operator==(const Grant&, const Grant&) = default;
    friend auto operator<=>(const Grant&, const Grant&) = default;
};

/// What all kinds have. What the owner may do is no part of a schema.
struct Object {
    Id id;
    /// The server's text, qualified; what it holds depends on the kind. View, function, aggregate, operator, cast,
    /// collation, trigger, rule, policy, range type, statistics, extension: the whole CREATE statement. Constraint:
    /// behind its name. Index: from USING on. Default: the expression. Empty for the kinds that have a struct of their
    /// own below.
    std::string definition;
    std::string signature;        ///< Function: what CREATE OR REPLACE cannot change. Index: "UNIQUE" or empty.
    std::string on;               ///< Index: the table's name, in the same schema.
    std::string state;            ///< Trigger and rule: tgenabled; index: "invalid" for one whose build failed.
    bool has_expression = false;  ///< Index: of expressions, or partial.
    /// The parent's index or constraint, of an index on a partition, or of the constraint behind one; an empty name for
    /// none. It comes and goes with its parent's.
    Id attached_to;
    std::string standard_name;  ///< Of what is attached: the name that it gets when the parent's makes it.
    bool implied = false;       ///< Attached, and just as the parent's makes it.
    bool merged = false;        ///< Constraint: the parent has it, too.
    bool only = false;          ///< On a partitioned table: made on that alone, what is attached on its own.
    bool is_procedure = false;
    std::vector<std::string> view_columns;
    std::string comment;                                 ///< Empty for none, as PostgreSQL has it.
    std::map<std::string, std::string> column_comments;  ///< Of a table, view or composite type, by column.
    std::map<std::string, std::string> column_defaults;  ///< Of a view, by column.
    /// Other than the server's own: of an index by the number of the column, of extended statistics by 0.
    std::map<int, int> statistics_targets;
    bool clustered = false;         ///< Index, and constraint with one: CLUSTER ON.
    bool replica_identity = false;  ///< The same: the table's REPLICA IDENTITY USING INDEX.
    /// Empty for the role that reads the catalogue, for what has the owner of something else, and unless they are
    /// asked for.
    std::string owner;
    std::set<Grant> grants;
    std::vector<Dependency> needs;
};

struct SequenceOptions {
    std::string type = "bigint";
    std::string start, increment, minimum, maximum, cache;
    bool cycle = false;

    friend bool operator==(const SequenceOptions&, const SequenceOptions&) = default;
};

struct Sequence {
    SequenceOptions options;
    bool unlogged = false;                  ///< PostgreSQL 15 and newer.
    std::string owner_table, owner_column;  ///< OWNED BY, in the same schema; empty for none.
};

/// A column of a table, or an attribute of a composite type.
struct Column {
    std::string name;
    std::string type;       ///< As format_type writes it: "character varying(40)".
    std::string base_type;  ///< Without modifiers, of a domain what is under it: "character varying".
    std::string collation;  ///< Qualified SQL; empty for the type's own.
    bool not_null = false;
    bool generated = false;                   ///< Its expression is a column_default object.
    bool computed_on_read = false;            ///< Generated and VIRTUAL (PostgreSQL 18), not STORED.
    bool inherited = false;                   ///< From a parent: made, changed and dropped with the parent's.
    bool also_local = false;                  ///< Inherited, and in the table's own list as well.
    bool drops_default = false;               ///< Inherited, without the default that the parent has.
    std::string identity;                     ///< "ALWAYS", "BY DEFAULT" or empty.
    std::optional<SequenceOptions> sequence;  ///< Of an identity.
    std::string storage;                      ///< "EXTERNAL"; empty for the type's own.
    std::string standard_storage;             ///< The type's own.
    std::string compression;                  ///< "lz4"; empty for the server's own.
    int statistics_target = -1;               ///< -1 for the server's own.
    std::string options;                      ///< "n_distinct='5'"
};

struct Table {
    std::vector<Column> columns;
    bool unlogged = false;
    std::string options;       ///< WITH (...): "fillfactor='70'".
    std::string partition_by;  ///< "RANGE (day)"; empty for none.
    std::string bound;         ///< Of a partition: "FOR VALUES FROM (...) TO (...)" or "DEFAULT".
    std::vector<Id> parents;   ///< A partition's one table, or what it inherits from.
    bool row_security = false;
    bool forced_row_security = false;
    std::string replica_identity = "DEFAULT";  ///< As REPLICA IDENTITY has it; which index, that index says.

    [[nodiscard]] bool is_partition() const noexcept { return !bound.empty(); }
    [[nodiscard]] const Column* find(const std::string& name) const noexcept {
        for (const Column& column : columns) {
            if (column.name == name) return &column;
        }
        return nullptr;
    }
};

struct DomainConstraint {
    std::string definition;  ///< "CHECK ((VALUE > 0))"
    std::string comment;

    friend bool operator==(const DomainConstraint&, const DomainConstraint&) = default;
};

struct Domain {
    std::string type;
    std::string collation;
    std::string default_value;  ///< Empty for none.
    bool not_null = false;
    std::map<std::string, DomainConstraint> constraints;  ///< By name.
};

/// Whose new objects of a kind somebody may use: pg_default_acl.
struct DefaultPrivileges {
    std::string role;    ///< Who makes them; empty for the role that reads the catalogue.
    std::string schema;  ///< Empty for all schemas.
    char objects = 'r';  ///< r tables, S sequences, f functions, T types, n schemas, L large objects.

    friend bool operator==(const DefaultPrivileges&, const DefaultPrivileges&) = default;
    friend auto operator<=>(const DefaultPrivileges&, const DefaultPrivileges&) = default;
};

/// How one type becomes another: pg_cast.
enum class Cast : std::uint8_t { implicit, assignment, only_explicit };

/// A database's schema. Details of an object are in the map of its kind, under the same id.
struct Catalog {
    std::map<Id, Object> objects;
    std::map<Id, Table> tables;
    std::map<Id, Sequence> sequences;
    std::map<Id, std::vector<std::string>> enums;  ///< Values in order.
    std::map<Id, Domain> domains;
    std::map<Id, std::vector<Column>> composites;
    std::map<std::pair<std::string, std::string>, Cast> casts;
    /// Without entries that say what PostgreSQL does by itself.
    std::map<DefaultPrivileges, std::set<Grant>> default_privileges;
    /// Objects that have no place here: what they are to people ("publication news"), and what of them is compared.
    std::map<std::string, std::string> inexpressible;
    int server_version = 0;
};

}  // namespace quarry::schema::postgresql
