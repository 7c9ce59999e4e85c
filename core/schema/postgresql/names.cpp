#include "core/schema/postgresql/names.h"

#include <fmt/format.h>

#include "core/sql/lexemes.h"

namespace quarry::schema::postgresql {

std::string quote(std::string_view name) { return sql::quote_name(sql::Dialect::postgresql, name); }

std::string qualified(std::string_view schema, std::string_view name) {
    return fmt::format("{}.{}", quote(schema), quote(name));
}

std::string sql_name(const Id& id) {
    switch (id.kind) {
        case Kind::schema:
        case Kind::extension:
        case Kind::column_default:
        case Kind::constraint:
        case Kind::rule:
        case Kind::trigger:
        case Kind::policy: return quote(id.name);
        case Kind::cast: return id.name;
        case Kind::operation: return fmt::format("{}.{} ({})", quote(id.schema), id.name, id.arguments);
        case Kind::aggregate:
        case Kind::function: return fmt::format("{}({})", qualified(id.schema, id.name), id.arguments);
        default: return qualified(id.schema, id.name);
    }
}

std::string sql_table(const Id& id) { return qualified(id.schema, id.table); }

std::string_view sql_kind(const Object& object) {
    switch (object.id.kind) {
        case Kind::schema: return "SCHEMA";
        case Kind::extension: return "EXTENSION";
        case Kind::collation: return "COLLATION";
        case Kind::enum_type:
        case Kind::range_type:
        case Kind::composite_type: return "TYPE";
        case Kind::domain: return "DOMAIN";
        case Kind::sequence: return "SEQUENCE";
        case Kind::table: return "TABLE";
        case Kind::function: return object.is_procedure ? "PROCEDURE" : "FUNCTION";
        case Kind::aggregate: return "AGGREGATE";
        case Kind::operation: return "OPERATOR";
        case Kind::cast: return "CAST";
        case Kind::column_default: return "COLUMN";
        case Kind::constraint: return "CONSTRAINT";
        case Kind::index: return "INDEX";
        case Kind::statistics: return "STATISTICS";
        case Kind::view: return "VIEW";
        case Kind::materialized_view: return "MATERIALIZED VIEW";
        case Kind::rule: return "RULE";
        case Kind::trigger: return "TRIGGER";
        case Kind::policy: return "POLICY";
    }
    return "";
}

std::string comment_target(const Object& object) {
    const bool on_table = !object.id.table.empty();
    return fmt::format("{} {}{}", sql_kind(object), sql_name(object.id), on_table ? " ON " + sql_table(object.id) : "");
}

std::string_view kind_name(Kind kind) {
    switch (kind) {
        case Kind::schema: return "schema";
        case Kind::extension: return "extension";
        case Kind::collation: return "collation";
        case Kind::enum_type:
        case Kind::range_type:
        case Kind::composite_type: return "type";
        case Kind::domain: return "domain";
        case Kind::sequence: return "sequence";
        case Kind::table: return "table";
        case Kind::function: return "function";
        case Kind::aggregate: return "aggregate";
        case Kind::operation: return "operator";
        case Kind::cast: return "cast";
        case Kind::column_default: return "default";
        case Kind::constraint: return "constraint";
        case Kind::index: return "index";
        case Kind::statistics: return "statistics";
        case Kind::view: return "view";
        case Kind::materialized_view: return "materialized_view";
        case Kind::rule: return "rule";
        case Kind::trigger: return "trigger";
        case Kind::policy: return "policy";
    }
    return "";
}

std::string shown(const Id& id) {
    std::string text = id.schema.empty() || id.schema == "public" ? "" : id.schema + ".";
    if (!id.table.empty()) text += id.table + ".";
    text += id.name;
    return id.arguments.empty() && id.kind != Kind::function ? text : fmt::format("{}({})", text, id.arguments);
}

std::string shown(const Id& table, std::string_view column) { return fmt::format("{}.{}", shown(table), column); }

Id table_id(std::string_view schema, std::string_view name) {
    return {Kind::table, std::string(schema), {}, std::string(name)};
}

Id default_id(const Id& table, std::string_view column) {
    return {Kind::column_default, table.schema, table.name, std::string(column)};
}

Id table_of(const Object& object) {
    return table_id(object.id.schema, object.id.kind == Kind::index ? object.on : object.id.table);
}

bool is_type(Kind kind) {
    return kind == Kind::enum_type || kind == Kind::range_type || kind == Kind::composite_type || kind == Kind::domain;
}

}  // namespace quarry::schema::postgresql
