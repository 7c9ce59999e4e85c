#include <fmt/format.h>

#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/read_queries.h"
#include "core/schema/postgresql/reader.h"

namespace quarry::schema::postgresql {

void Reader::read_enums() {
    const auto rows = connection_.query(fmt::format(
        "SELECT t.oid, n.nspname, t.typname, e.enumlabel FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
        "LEFT JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typtype = 'e' AND {} AND {} ORDER BY t.oid, "
        "e.enumsortorder",
        of_user, no_member("pg_type", "t.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Id id{Kind::enum_type, std::string(rows.text(row, 1)), {}, std::string(rows.text(row, 2))};
        add(id, "pg_type", rows.text(row, 0));
        std::vector<std::string>& values = catalog_.enums[id];
        if (!rows.is_null(row, 3)) values.emplace_back(rows.text(row, 3));
    }
}

void Reader::read_ranges() {
    const auto rows = connection_.query(fmt::format(
        "SELECT t.oid, n.nspname, t.typname, format_type(r.rngsubtype, NULL), "
        "CASE WHEN NOT o.opcdefault THEN quote_ident(m.nspname) || '.' || quote_ident(o.opcname) END, "
        "CASE WHEN r.rngcollation <> s.typcollation AND r.rngcollation <> 0 THEN "
        "quote_ident(k.nspname) || '.' || quote_ident(l.collname) END, "
        "CASE WHEN r.rngsubdiff <> 0 THEN r.rngsubdiff::regproc END, "
        "(SELECT x.oid FROM pg_type x WHERE x.oid = (to_jsonb(r)->>'rngmultitypid')::oid), "
        "(SELECT x.typname FROM pg_type x WHERE x.oid = (to_jsonb(r)->>'rngmultitypid')::oid) "
        "FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_namespace n ON n.oid = t.typnamespace "
        "JOIN pg_type s ON s.oid = r.rngsubtype JOIN pg_opclass o ON o.oid = r.rngsubopc "
        "JOIN pg_namespace m ON m.oid = o.opcnamespace LEFT JOIN pg_collation l ON l.oid = r.rngcollation "
        "LEFT JOIN pg_namespace k ON k.oid = l.collnamespace WHERE r.rngcanonical = 0 AND {} AND {}",
        of_user, no_member("pg_type", "t.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Id id{Kind::range_type, std::string(rows.text(row, 1)), {}, std::string(rows.text(row, 2))};
        Object& made = add(id, "pg_type", rows.text(row, 0));
        made.definition = fmt::format("CREATE TYPE {} AS RANGE (SUBTYPE = {}", sql_name(id), rows.text(row, 3));
        if (!rows.is_null(row, 4)) made.definition += fmt::format(", SUBTYPE_OPCLASS = {}", rows.text(row, 4));
        if (!rows.is_null(row, 5)) made.definition += fmt::format(", COLLATION = {}", rows.text(row, 5));
        if (!rows.is_null(row, 6)) made.definition += fmt::format(", SUBTYPE_DIFF = {}", rows.text(row, 6));
        if (!rows.is_null(row, 7)) {
            made.definition += fmt::format(", MULTIRANGE_TYPE_NAME = {}", qualified(id.schema, rows.text(row, 8)));
            alias("pg_type", rows.text(row, 7), id);
        }
        made.definition += ")";
    }
}

void Reader::read_composites() {
    const auto rows = connection_.query(fmt::format(
        "SELECT t.oid, c.oid, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_type t ON t.oid = c.reltype WHERE c.relkind = 'c' AND {} AND {}",
        of_user, no_member("pg_type", "t.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Id id{Kind::composite_type, std::string(rows.text(row, 2)), {}, std::string(rows.text(row, 3))};
        add(id, "pg_type", rows.text(row, 0));
        alias("pg_class", rows.text(row, 1), id);
        catalog_.composites[id];
    }
}

void Reader::read_domains() {
    const auto rows = connection_.query(fmt::format(
        "SELECT t.oid, n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod), t.typnotnull, "
        "pg_get_expr(t.typdefaultbin, 'pg_type'::regclass), "
        "CASE WHEN t.typcollation <> b.typcollation THEN quote_ident(k.nspname) || '.' || quote_ident(l.collname) END "
        "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_type b ON b.oid = t.typbasetype "
        "LEFT JOIN pg_collation l ON l.oid = t.typcollation LEFT JOIN pg_namespace k ON k.oid = l.collnamespace "
        "WHERE t.typtype = 'd' AND {} AND {}",
        of_user, no_member("pg_type", "t.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Id id{Kind::domain, std::string(rows.text(row, 1)), {}, std::string(rows.text(row, 2))};
        add(id, "pg_type", rows.text(row, 0));
        Domain& domain = catalog_.domains[id];
        domain.type = std::string(rows.text(row, 3));
        domain.not_null = rows.text(row, 4) == "t";
        domain.default_value = std::string(rows.text(row, 5));
        domain.collation = std::string(rows.text(row, 6));
    }
}

void Reader::read_domain_constraints() {
    const auto rows = connection_.query(
        "SELECT oid, contypid, conname, pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint') "
        "FROM pg_constraint WHERE contypid <> 0 AND contype = 'c' AND oid >= 16384");
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Reference* domain = find("pg_type", rows.text(row, 1));
        if (domain == nullptr || domain->object.kind != Kind::domain) continue;
        const Id id = domain->object;
        alias("pg_constraint", rows.text(row, 0), id);
        catalog_.domains[id].constraints[std::string(rows.text(row, 2))] = {std::string(rows.text(row, 3)),
                                                                            std::string(rows.text(row, 4))};
    }
}

}  // namespace quarry::schema::postgresql
