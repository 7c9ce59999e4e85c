#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/db/postgresql.h"
#include "core/schema/postgresql/model.h"

namespace quarry::schema::postgresql {

/// Reads the catalogue of one database into a Catalog: a query for each kind of object, then what they all have
/// (comments, grants, dependencies). Borrows the connection, whose search_path must be pg_catalog alone.
class Reader {
public:
    /// Tables of the names `ignored` are passed over, in whatever schema they are.
    Reader(db::PostgresqlConnection& connection, std::span<const std::string> ignored, bool owners)
        : connection_(connection), ignored_(ignored), owners_(owners) {}

    /// Throws PostgresqlError, Error(interrupted).
    [[nodiscard]] Catalog read();

private:
    void read_schemas();
    void read_extensions();
    void read_casts();
    void read_default_privileges();
    void read_inexpressible();

    void read_enums();
    void read_ranges();
    void read_composites();
    void read_domains();
    void read_domain_constraints();

    void read_relations();
    void read_parents();
    void read_columns();
    void read_sequences();
    void read_constraints();
    void read_indexes();
    void read_attached();
    void mark_implied();
    void read_index_targets();
    void read_statistics();

    void read_functions();
    void read_aggregates();
    void read_operators();
    void read_casts_of_user();
    void read_collations();
    void add_table(const db::PostgresqlResult& rows, std::size_t row);
    void add_view(const db::PostgresqlResult& rows, std::size_t row);
    void read_rules();
    void read_triggers();
    void read_policies();

    void read_members();
    void read_comments();
    void read_owners();
    void read_grants();
    void read_dependencies();
    void compare_inherited_defaults();

    /// Adds an object and remembers what the catalogues call it.
    Object& add(Id id, std::string_view catalog, std::string_view oid);
    void alias(std::string_view catalog, std::string_view oid, const Id& id) {
        ids_[{std::string(catalog), std::string(oid)}] = {id, {}};
    }
    [[nodiscard]] const Reference* find(std::string_view catalog, std::string_view oid) const;
    [[nodiscard]] Reference resolve(std::string_view catalog, std::string_view oid, std::string_view column) const;

    db::PostgresqlConnection& connection_;
    std::span<const std::string> ignored_;
    bool owners_;
    Catalog catalog_;
    /// By (catalogue, oid).
    std::map<std::pair<std::string, std::string>, Reference> ids_;
    /// Names of columns by (oid of the relation, number).
    std::map<std::pair<std::string, std::string>, std::string> columns_;
};

}  // namespace quarry::schema::postgresql
