#include "core/schema/postgresql/objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "core/schema/postgresql/columns.h"
#include "core/schema/postgresql/names.h"
#include "core/sql/lexemes.h"

namespace quarry::schema::postgresql {
namespace {

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
    return fmt::format("{}", fmt::join(parts, separator));
}

std::string create_enum(const Catalog& catalog, const Id& id) {
    std::vector<std::string> values;
    for (const std::string& value : catalog.enums.at(id)) values.push_back(sql::quote_string(value));
    return fmt::format("CREATE TYPE {} AS ENUM ({})", sql_name(id), joined(values, ", "));
}

std::string create_composite(const Catalog& catalog, const Id& id) {
    std::vector<std::string> attributes;
    for (const Column& attribute : catalog.composites.at(id)) attributes.push_back(column_definition(attribute, {}));
    return fmt::format("CREATE TYPE {} AS ({})", sql_name(id), joined(attributes, ", "));
}

std::string create_domain(const Catalog& catalog, const Id& id) {
    const Domain& domain = catalog.domains.at(id);
    std::string sql = fmt::format("CREATE DOMAIN {} AS {}", sql_name(id), domain.type);
    if (!domain.collation.empty()) sql += " COLLATE " + domain.collation;
    if (!domain.default_value.empty()) sql += " DEFAULT " + domain.default_value;
    if (domain.not_null) sql += " NOT NULL";
    for (const auto& [name, constraint] : domain.constraints) {
        if (constraint.definition.ends_with(" NOT VALID")) continue;
        sql += fmt::format("\n    CONSTRAINT {} {}", quote(name), constraint.definition);
    }
    return sql;
}

void write_domain(ScriptWriter& script, const Catalog& catalog, const Id& id) {
    script.add(create_domain(catalog, id));
    for (const auto& [name, constraint] : catalog.domains.at(id).constraints) {
        if (constraint.definition.ends_with(" NOT VALID")) {
            script.add(
                fmt::format("ALTER DOMAIN {} ADD CONSTRAINT {} {}", sql_name(id), quote(name), constraint.definition));
        }
        if (constraint.comment.empty()) continue;
        script.add(fmt::format("COMMENT ON CONSTRAINT {} ON DOMAIN {} IS {}", quote(name), sql_name(id),
                               sql::quote_string(constraint.comment)));
    }
}

std::string create_sequence(const Catalog& catalog, const Id& id) {
    const Sequence& sequence = catalog.sequences.at(id);
    const std::string type = sequence.options.type == "bigint" ? "" : " AS " + sequence.options.type;
    return fmt::format("CREATE {}SEQUENCE {}{}{}", sequence.unlogged ? "UNLOGGED " : "", sql_name(id), type,
                       sequence_options(sequence.options));
}

void write_constraint(ScriptWriter& script, const Object& object, bool not_valid) {
    const bool already = object.definition.ends_with(" NOT VALID");
    script.add(fmt::format("ALTER TABLE {}{} ADD CONSTRAINT {} {}{}", object.only ? "ONLY " : "", sql_table(object.id),
                           quote(object.id.name), object.definition, not_valid && !already ? " NOT VALID" : ""));
    if (!not_valid || already) return;
    script.add(fmt::format("{} VALIDATE CONSTRAINT {}", alter_table(table_id(object.id.schema, object.id.table)),
                           quote(object.id.name)));
}

/// What GRANT and REVOKE call the kind.
std::string grant_target(const Object& object) {
    switch (object.id.kind) {
        case Kind::table:
        case Kind::view:
        case Kind::materialized_view: return "TABLE " + sql_name(object.id);
        case Kind::domain: return "TYPE " + sql_name(object.id);
        case Kind::aggregate:
            return fmt::format("FUNCTION {}({})", qualified(object.id.schema, object.id.name),
                               object.id.arguments == "*" ? "" : object.id.arguments);
        default: return fmt::format("{} {}", sql_kind(object), sql_name(object.id));
    }
}

/// One statement for each (grantee, with grant option), its rights in a stable order.
template <typename Write>
void by_grantee(const std::set<Grant>& grants, Write write) {
    std::map<std::pair<std::string, bool>, std::vector<std::string>> rights;
    for (const Grant& grant : grants) {
        const std::string column = grant.column.empty() ? "" : fmt::format(" ({})", quote(grant.column));
        rights[{grant.grantee, grant.grantable}].push_back(grant.privilege + column);
    }
    for (const auto& [key, list] : rights) {
        write(joined(list, ", "), key.first.empty() ? "PUBLIC" : quote(key.first), key.second);
    }
}

std::set<Grant> without(const std::set<Grant>& grants, const std::set<Grant>& those) {
    std::set<Grant> left;
    std::set_difference(grants.begin(), grants.end(), those.begin(), those.end(), std::inserter(left, left.end()));
    return left;
}

std::string comment_text(const std::string& comment) { return comment.empty() ? "NULL" : sql::quote_string(comment); }

}  // namespace

std::string alter_table(const Id& table) { return fmt::format("ALTER TABLE {}", sql_name(table)); }

bool can_be_validated_later(const Object& constraint) {
    return constraint.definition.starts_with("CHECK") || constraint.definition.starts_with("FOREIGN KEY");
}

void write_create(ScriptWriter& script, const Catalog& catalog, const Object& object, bool not_valid) {
    const Id& id = object.id;
    switch (id.kind) {
        case Kind::schema:
            script.add(fmt::format("CREATE SCHEMA {}{}", id.name == "public" ? "IF NOT EXISTS " : "", quote(id.name)));
            break;
        case Kind::extension:
            script.add(fmt::format("CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {}", quote(id.name),
                                   quote(object.definition)));
            break;
        case Kind::enum_type: script.add(create_enum(catalog, id)); break;
        case Kind::composite_type: script.add(create_composite(catalog, id)); break;
        case Kind::domain: write_domain(script, catalog, id); break;
        case Kind::sequence: script.add(create_sequence(catalog, id)); break;
        case Kind::constraint: write_constraint(script, object, not_valid); break;
        case Kind::index:
            script.add(fmt::format("CREATE {}INDEX {} ON {}{} {}", object.signature.empty() ? "" : "UNIQUE ",
                                   quote(id.name), object.only ? "ONLY " : "", qualified(id.schema, object.on),
                                   object.definition));
            break;
        case Kind::table:
        case Kind::column_default: break;
        case Kind::rule:
        case Kind::trigger:
            script.add(object.definition);
            if (object.state != "O") write_state(script, object);
            break;
        default: script.add(object.definition); break;
    }
}

std::string drop_statement(const Object& object) {
    const Id& id = object.id;
    if (id.kind == Kind::constraint) {
        return fmt::format("{} DROP CONSTRAINT {}", alter_table(table_id(id.schema, id.table)), quote(id.name));
    }
    const std::string on = id.table.empty() ? "" : " ON " + sql_table(id);
    return fmt::format("DROP {} {}{}", sql_kind(object), sql_name(id), on);
}

void write_state(ScriptWriter& script, const Object& object) {
    const std::string_view state = object.state == "D"   ? "DISABLE"
                                   : object.state == "R" ? "ENABLE REPLICA"
                                   : object.state == "A" ? "ENABLE ALWAYS"
                                                         : "ENABLE";
    script.add(
        fmt::format("ALTER TABLE {} {} {} {}", sql_table(object.id), state, sql_kind(object), quote(object.id.name)));
}

void write_comments(ScriptWriter& script, const Object* before, const Object& object) {
    const std::string& old_comment = before == nullptr ? std::string() : before->comment;
    if (object.comment != old_comment) {
        script.add(fmt::format("COMMENT ON {} IS {}", comment_target(object), comment_text(object.comment)));
    }
    const std::map<std::string, std::string> none;
    const std::map<std::string, std::string>& old_columns = before == nullptr ? none : before->column_comments;
    std::map<std::string, std::string> columns = object.column_comments;
    for (const auto& [column, comment] : old_columns) columns.try_emplace(column);
    for (const auto& [column, comment] : columns) {
        const auto old = old_columns.find(column);
        if (old != old_columns.end() && old->second == comment) continue;
        script.add(
            fmt::format("COMMENT ON COLUMN {}.{} IS {}", sql_name(object.id), quote(column), comment_text(comment)));
    }
}

std::set<Grant> standard_grants(Kind kind) {
    if (kind == Kind::function || kind == Kind::aggregate) return {{{}, {}, "EXECUTE", false}};
    if (is_type(kind)) return {{{}, {}, "USAGE", false}};
    return {};
}

namespace {

char privilege_letter(Kind kind) {
    switch (kind) {
        case Kind::schema: return 'n';
        case Kind::sequence: return 'S';
        case Kind::function:
        case Kind::aggregate: return 'f';
        case Kind::table:
        case Kind::view:
        case Kind::materialized_view: return 'r';
        default: return is_type(kind) ? 'T' : ' ';
    }
}

std::string_view objects_word(char letter) {
    switch (letter) {
        case 'r': return "TABLES";
        case 'S': return "SEQUENCES";
        case 'f': return "FUNCTIONS";
        case 'T': return "TYPES";
        case 'n': return "SCHEMAS";
        default: return "LARGE OBJECTS";
    }
}

}  // namespace

std::set<Grant> privileges_of(const Catalog& catalog, const DefaultPrivileges& key) {
    const auto found = catalog.default_privileges.find(key);
    if (found != catalog.default_privileges.end()) return found->second;
    if (!key.schema.empty()) return {};
    return standard_grants(key.objects == 'f' ? Kind::function : key.objects == 'T' ? Kind::domain : Kind::table);
}

std::set<Grant> first_grants(const Catalog& catalog, const Id& id) {
    std::set<Grant> grants = privileges_of(catalog, {{}, {}, privilege_letter(id.kind)});
    grants.merge(privileges_of(catalog, {{}, id.schema.empty() ? " " : id.schema, privilege_letter(id.kind)}));
    return grants;
}

std::string shown(const DefaultPrivileges& key) {
    std::string words(objects_word(key.objects));
    std::transform(words.begin(), words.end(), words.begin(),
                   [](char c) { return c == ' ' ? c : static_cast<char>(c + 32); });
    return fmt::format("{}{}{}", words, key.schema.empty() ? "" : " in " + key.schema,
                       key.role.empty() ? "" : " of " + key.role);
}

void write_default_privileges(ScriptWriter& script, const DefaultPrivileges& key, const std::set<Grant>& before,
                              const std::set<Grant>& after) {
    const std::string alter =
        fmt::format("ALTER DEFAULT PRIVILEGES{}{}", key.role.empty() ? "" : " FOR ROLE " + quote(key.role),
                    key.schema.empty() ? "" : " IN SCHEMA " + quote(key.schema));
    const std::string_view objects = objects_word(key.objects);
    by_grantee(without(before, after), [&](const std::string& rights, const std::string& grantee, bool) {
        script.add(fmt::format("{} REVOKE {} ON {} FROM {}", alter, rights, objects, grantee));
    });
    by_grantee(without(after, before), [&](const std::string& rights, const std::string& grantee, bool grantable) {
        script.add(fmt::format("{} GRANT {} ON {} TO {}{}", alter, rights, objects, grantee,
                               grantable ? " WITH GRANT OPTION" : ""));
    });
}

void write_grants(ScriptWriter& script, const std::set<Grant>& had, const Object& object) {
    const std::string target = grant_target(object);
    by_grantee(without(had, object.grants), [&](const std::string& rights, const std::string& grantee, bool) {
        script.add(fmt::format("REVOKE {} ON {} FROM {}", rights, target, grantee));
    });
    by_grantee(without(object.grants, had), [&](const std::string& rights, const std::string& grantee, bool grantable) {
        script.add(
            fmt::format("GRANT {} ON {} TO {}{}", rights, target, grantee, grantable ? " WITH GRANT OPTION" : ""));
    });
}

}  // namespace quarry::schema::postgresql
