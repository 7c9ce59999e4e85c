#include "core/schema/postgresql/reader.h"

#include <fmt/format.h>

#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/read_queries.h"

namespace quarry::schema::postgresql {

Catalog Reader::read() {
    catalog_.server_version = connection_.server_version();
    read_schemas();
    read_extensions();
    read_casts();
    read_relations();
    read_parents();
    read_enums();
    read_ranges();
    read_composites();
    read_domains();
    read_domain_constraints();
    read_columns();
    read_sequences();
    read_constraints();
    read_indexes();
    read_attached();
    read_index_targets();
    read_statistics();
    read_functions();
    read_aggregates();
    read_operators();
    read_casts_of_user();
    read_collations();
    read_rules();
    read_triggers();
    read_policies();
    read_members();
    read_comments();
    if (owners_) read_owners();
    read_grants();
    read_dependencies();
    compare_inherited_defaults();
    mark_implied();
    read_default_privileges();
    read_inexpressible();
    return std::move(catalog_);
}

Object& Reader::add(Id id, std::string_view catalog, std::string_view oid) {
    alias(catalog, oid, id);
    Object& object = catalog_.objects[id];
    object.id = std::move(id);
    return object;
}

const Reference* Reader::find(std::string_view catalog, std::string_view oid) const {
    const auto found = ids_.find({std::string(catalog), std::string(oid)});
    return found == ids_.end() ? nullptr : &found->second;
}

Reference Reader::resolve(std::string_view catalog, std::string_view oid, std::string_view column) const {
    const Reference* found = find(catalog, oid);
    if (found == nullptr) return {};
    Reference reference = *found;
    if (column == "0" || catalog != "pg_class") return reference;
    const auto name = columns_.find({std::string(oid), std::string(column)});
    if (name != columns_.end() && reference.object.kind != Kind::sequence) reference.column = name->second;
    return reference;
}

void Reader::read_schemas() {
    const auto rows = connection_.query(fmt::format("SELECT n.oid, n.nspname FROM pg_namespace n WHERE {} AND {}",
                                                    of_user, no_member("pg_namespace", "n.oid")));
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        add({Kind::schema, {}, {}, std::string(rows.text(row, 1))}, "pg_namespace", rows.text(row, 0));
    }
    // Every database begins with it, so it is never made nor dropped.
    Object& standard = catalog_.objects[{Kind::schema, {}, {}, "public"}];
    standard.id = {Kind::schema, {}, {}, "public"};
}

void Reader::read_extensions() {
    const auto rows = connection_.query(
        "SELECT x.oid, x.extname, n.nspname FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace "
        "WHERE x.extname <> 'plpgsql'");
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        Object& made =
            add({Kind::extension, {}, {}, std::string(rows.text(row, 1))}, "pg_extension", rows.text(row, 0));
        made.definition = std::string(rows.text(row, 2));
    }
}

void Reader::read_members() {
    const auto rows = connection_.query("SELECT classid::regclass, objid, refobjid FROM pg_depend "
                                        "WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass");
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        if (const Reference* extension = find("pg_extension", rows.text(row, 2))) {
            alias(rows.text(row, 0), rows.text(row, 1), Id(extension->object));
        }
    }
    const auto arrays = connection_.query(
        "SELECT a.oid, e.oid FROM pg_type a JOIN pg_type e ON a.oid = e.typarray WHERE e.oid >= 16384");
    for (std::size_t row = 0; row < arrays.rows(); ++row) {
        if (const Reference* element = find("pg_type", arrays.text(row, 1))) {
            alias("pg_type", arrays.text(row, 0), Id(element->object));
        }
    }
}

void Reader::read_casts() {
    const auto rows = connection_.query(
        "SELECT format_type(castsource, NULL), format_type(casttarget, NULL), castcontext FROM pg_cast");
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const std::string_view context = rows.text(row, 2);
        catalog_.casts[{std::string(rows.text(row, 0)), std::string(rows.text(row, 1))}] =
            context == "i"   ? Cast::implicit
            : context == "a" ? Cast::assignment
                             : Cast::only_explicit;
    }
}

void Reader::read_comments() {
    const auto rows =
        connection_.query("SELECT classoid::regclass, objoid, objsubid, description FROM pg_description "
                          "WHERE objoid >= 16384 OR classoid = 'pg_namespace'::regclass ORDER BY 1, 2, 3");
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const std::string text(rows.text(row, 3));
        const Reference to = resolve(rows.text(row, 0), rows.text(row, 1), rows.text(row, 2));
        const auto object = catalog_.objects.find(to.object);
        if (object == catalog_.objects.end()) continue;
        if (to.object.kind == Kind::extension) continue;  // They come with the extension.
        if (to.object.kind == Kind::domain && rows.text(row, 0) == "pg_constraint") continue;  // Read with the domain.
        if (to.object == Id{Kind::schema, {}, {}, "public"} && text == "standard public schema") continue;
        if (to.column.empty()) {
            object->second.comment = text;
        } else {
            object->second.column_comments[to.column] = text;
        }
    }
}

void Reader::read_owners() {
    // The schema public belongs to whoever owns the database, or made the server.
    const auto rows = connection_.query(
        "SELECT o.class, o.oid, pg_get_userbyid(o.owner) FROM ("
        "SELECT 'pg_namespace' AS class, oid, nspowner AS owner FROM pg_namespace WHERE nspname <> 'public' "
        "UNION ALL SELECT 'pg_class', oid, relowner FROM pg_class c WHERE relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT "
        "EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = "
        "'pg_class'::regclass AND d.deptype IN ('a', 'i') AND c.relkind = 'S') "
        "UNION ALL SELECT 'pg_type', oid, typowner FROM pg_type WHERE typtype IN ('e', 'd', 'c', 'r') "
        "UNION ALL SELECT 'pg_proc', oid, proowner FROM pg_proc "
        "UNION ALL SELECT 'pg_operator', oid, oprowner FROM pg_operator "
        "UNION ALL SELECT 'pg_collation', oid, collowner FROM pg_collation "
        "UNION ALL SELECT 'pg_statistic_ext', oid, stxowner FROM pg_statistic_ext) o "
        "WHERE pg_get_userbyid(o.owner) <> current_user AND o.oid >= 16384");
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Reference* found = find(rows.text(row, 0), rows.text(row, 1));
        if (found == nullptr || found->object.kind == Kind::extension) continue;
        // A table's row type has its owner.
        if (rows.text(row, 0) == "pg_type" && !is_type(found->object.kind)) continue;
        const auto object = catalog_.objects.find(found->object);
        if (object != catalog_.objects.end()) object->second.owner = std::string(rows.text(row, 2));
    }
}

void Reader::read_grants() {
    // aclexplode gives each right; the owner's own are no part of the schema.
    const auto rows = connection_.query(
        "SELECT o.class, o.oid, o.number, CASE WHEN a.grantee = 0 THEN '' ELSE pg_get_userbyid(a.grantee) END, "
        "a.privilege_type, a.is_grantable FROM ("
        "SELECT 'pg_class' AS class, oid, 0 AS number, relowner AS owner, "
        "coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\", relowner)) AS acl "
        "FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'S') "
        "UNION ALL SELECT 'pg_class', c.oid, attnum, relowner, attacl FROM pg_attribute a "
        "JOIN pg_class c ON c.oid = a.attrelid WHERE attacl IS NOT NULL "
        "UNION ALL SELECT 'pg_proc', oid, 0, proowner, coalesce(proacl, acldefault('f', proowner)) FROM pg_proc "
        "UNION ALL SELECT 'pg_type', oid, 0, typowner, coalesce(typacl, acldefault('T', typowner)) FROM pg_type t "
        "WHERE typtype IN ('e', 'd', 'c', 'r') AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid) "
        "UNION ALL SELECT 'pg_namespace', oid, 0, nspowner, coalesce(nspacl, acldefault('n', nspowner)) "
        "FROM pg_namespace) o, aclexplode(o.acl) a "
        "WHERE a.grantee <> o.owner AND (o.oid >= 16384 OR o.class = 'pg_namespace')");
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Reference to = resolve(rows.text(row, 0), rows.text(row, 1), rows.text(row, 2));
        const auto object = catalog_.objects.find(to.object);
        if (object == catalog_.objects.end() || to.object.kind == Kind::extension) continue;
        if (rows.text(row, 0) == "pg_type" && !is_type(to.object.kind)) continue;  // A table's row type.
        object->second.grants.insert(
            {to.column, std::string(rows.text(row, 3)), std::string(rows.text(row, 4)), rows.text(row, 5) == "t"});
    }
}

void Reader::read_dependencies() {
    const auto rows = connection_.query(
        "SELECT classid::regclass, objid, objsubid, refclassid::regclass, refobjid, refobjsubid FROM pg_depend "
        "WHERE (refobjid >= 16384 OR refclassid = 'pg_namespace'::regclass) AND deptype NOT IN ('e', 'P', 'S', 'x')");
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Reference from = resolve(rows.text(row, 0), rows.text(row, 1), rows.text(row, 2));
        const Reference on = resolve(rows.text(row, 3), rows.text(row, 4), rows.text(row, 5));
        const auto object = catalog_.objects.find(from.object);
        if (object == catalog_.objects.end() || catalog_.objects.count(on.object) == 0) continue;
        if (from.object == on.object) continue;
        // A sequence does not need the column that owns it: the column's default needs the sequence.
        if (from.object.kind == Kind::sequence && on.object.kind == Kind::table) continue;
        object->second.needs.push_back({from.column, on});
    }
}

void Reader::compare_inherited_defaults() {
    const auto default_of = [&](const Id& table, const std::string& column) {
        const auto found = catalog_.objects.find(default_id(table, column));
        return found == catalog_.objects.end() ? std::string() : found->second.definition;
    };
    std::vector<Id> copies;
    for (auto& [id, table] : catalog_.tables) {
        for (Column& column : table.columns) {
            if (!column.inherited) continue;
            const std::string own = default_of(id, column.name);
            for (const Id& parent : table.parents) {
                const std::string theirs = default_of(parent, column.name);
                if (own.empty() && !theirs.empty()) column.drops_default = !column.generated;
                if (!own.empty() && (own == theirs || column.generated)) copies.push_back(default_id(id, column.name));
            }
        }
    }
    for (const Id& copy : copies) catalog_.objects.erase(copy);
}

}  // namespace quarry::schema::postgresql
