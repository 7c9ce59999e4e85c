#include <fmt/format.h>

#include <algorithm>

#include "core/schema/postgresql/columns.h"
#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/objects.h"
#include "core/schema/postgresql/plan.h"
#include "core/sql/lexemes.h"

namespace quarry::schema::postgresql {

namespace {

/// "a, toast.b" of "a='1', toast.b='2'".
std::string option_names(const std::string& options) {
    const std::vector<sql::Lexeme> tokens = sql::lexemes(sql::Dialect::postgresql, options);
    std::string names;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        if (tokens[i + 1].text != "=") continue;
        const std::string_view of_toast = i > 1 && tokens[i - 1].text == "." ? "toast." : "";
        names += fmt::format("{}{}{}", names.empty() ? "" : ", ", of_toast, tokens[i].text);
    }
    return names;
}

}  // namespace

bool Plan::can_be_inline(const Object& object) const {
    const Id table = table_id(object.id.schema, object.id.table);
    return std::all_of(object.needs.begin(), object.needs.end(), [&](const Dependency& d) {
        const Id& id = d.on.object;
        return id == table || id == object.id || to_.objects.count(id) == 0 || there_.count(id) > 0;
    });
}

std::string Plan::inline_default(const Id& table, const std::string& column) {
    const auto found = to_.objects.find(default_id(table, column));
    if (found == to_.objects.end() || !can_be_inline(found->second)) return {};
    inlined_.insert(found->first);
    return found->second.definition;
}

std::vector<std::string> Plan::table_parts(const Id& id, const Table& table) {
    std::vector<std::string> parts;
    std::set<std::string> indexed;  // PostgreSQL takes one of two keys that need the same index.
    for (const Column& column : table.columns) {
        if (!column.inherited || column.also_local)
            parts.push_back(column_definition(column, inline_default(id, column.name)));
    }
    // The keys first: people look for them there.
    for (const bool keys : {true, false}) {
        const Id first{Kind::constraint, id.schema, id.name, {}};
        for (auto at = to_.objects.lower_bound(first); at != to_.objects.end(); ++at) {
            const auto& [constraint_id, constraint] = *at;
            if (constraint_id.kind != first.kind || constraint_id.schema != first.schema ||
                constraint_id.table != first.table) {
                break;
            }
            const bool later =
                constraint.definition.starts_with("FOREIGN KEY") || constraint.definition.ends_with(" NOT VALID");
            if (later || constraint.only || constraint.definition.starts_with("PRIMARY") != keys ||
                !can_be_inline(constraint))
                continue;
            const bool key =
                constraint.definition.starts_with("PRIMARY KEY") || constraint.definition.starts_with("UNIQUE");
            const std::size_t columns = constraint.definition.find('(');
            if (key && !indexed.insert(constraint.definition.substr(columns)).second) continue;
            parts.push_back(fmt::format("CONSTRAINT {} {}", quote(constraint_id.name), constraint.definition));
            inlined_.insert(constraint_id);
        }
    }
    return parts;
}

void Plan::create_table(const Id& id) {
    const Table& table = to_.tables.at(id);
    std::string sql = fmt::format("CREATE {}TABLE {}", table.unlogged ? "UNLOGGED " : "", sql_name(id));
    if (table.is_partition()) {
        sql += fmt::format(" PARTITION OF {} {}", sql_name(table.parents.front()), table.bound);
    } else {
        const std::vector<std::string> parts = table_parts(id, table);
        sql += parts.empty() ? " ()" : fmt::format(" (\n    {}\n)", fmt::join(parts, ",\n    "));
        std::vector<std::string> parents;
        for (const Id& parent : table.parents) parents.push_back(sql_name(parent));
        if (!parents.empty()) sql += fmt::format(" INHERITS ({})", fmt::join(parents, ", "));
    }
    if (!table.partition_by.empty()) sql += fmt::format(" PARTITION BY {}", table.partition_by);
    if (!table.options.empty()) sql += fmt::format(" WITH ({})", table.options);
    script_.add(std::move(sql));
    alter_table_settings(id, nullptr, table);
    for (const Column& column : table.columns) {
        if (!column.inherited) write_column_settings(id, nullptr, column);
    }
}

void Plan::alter_table_settings(const Id& id, const Table* before, const Table& after) {
    const std::string alter = postgresql::alter_table(id);
    if ((before != nullptr && before->row_security) != after.row_security) {
        script_.add(fmt::format("{} {} ROW LEVEL SECURITY", alter, after.row_security ? "ENABLE" : "DISABLE"));
    }
    if ((before != nullptr && before->forced_row_security) != after.forced_row_security) {
        script_.add(fmt::format("{} {} ROW LEVEL SECURITY", alter, after.forced_row_security ? "FORCE" : "NO FORCE"));
    }
    const std::string& identity = before == nullptr ? Table().replica_identity : before->replica_identity;
    if (identity != after.replica_identity && after.replica_identity != "USING INDEX") {
        script_.add(fmt::format("{} REPLICA IDENTITY {}", alter, after.replica_identity));
    }
    if (before == nullptr) return;
    if (before->unlogged != after.unlogged) script_.add(alter + (after.unlogged ? " SET UNLOGGED" : " SET LOGGED"));
    if (before->options != after.options) {
        if (!before->options.empty()) {
            script_.add(fmt::format("{} RESET ({})", alter, option_names(before->options)));
        }
        if (!after.options.empty()) script_.add(fmt::format("{} SET ({})", alter, after.options));
    }
    if (before->bound != after.bound && !moves(id)) {
        const std::string parent = postgresql::alter_table(after.parents.front());
        script_.add(fmt::format("{} DETACH PARTITION {}", parent, sql_name(id)));
        script_.add(fmt::format("{} ATTACH PARTITION {} {}", parent, sql_name(id), after.bound));
    }
}

void Plan::alter_table(const Id& id) {
    const Table &before = from_.tables.at(id), &after = to_.tables.at(id);
    for (const Column& column : after.columns) {
        if (column.inherited && !moves(id)) continue;
        const Column* old = before.find(column.name);
        if (old == nullptr || comparison_.recreated_columns.count({id, column.name}) > 0) {
            add_column(id, column);
        } else {
            alter_column(id, *old, column);
            write_column_settings(id, old, column);
        }
    }
    alter_table_settings(id, &before, after);
    if (moves(id)) write_attachments(id);
}

void Plan::add_column(const Id& id, const Column& column) {
    const std::string expression =
        column.inherited ? effective_default(to_, id, column) : inline_default(id, column.name);
    const bool gets_values = !expression.empty() || !column.identity.empty();
    Column added = column;
    added.not_null = column.not_null && gets_values;
    script_.add(fmt::format("{} ADD COLUMN {}", postgresql::alter_table(id), column_definition(added, expression)));
    if (column.not_null && !gets_values) make_not_null(id, column, false);
    write_column_settings(id, nullptr, column);
}

void Plan::write_column_settings(const Id& id, const Column* before, const Column& after) {
    // What inherits has its own: a parent's statement must not reach it.
    const std::string alter = fmt::format("ALTER TABLE ONLY {} ALTER COLUMN {}", sql_name(id), quote(after.name));
    Column had;
    if (before != nullptr) had = *before;
    const bool retyped = before != nullptr && (before->type != after.type || before->collation != after.collation);
    if (before != nullptr && (retyped || comparison_.retyped_columns.count({id, after.name}) > 0)) {
        had.storage = had.compression = {};  // ALTER COLUMN ... TYPE makes them the type's own.
    }
    for (const Id& parent : to_.tables.at(id).parents) {
        const Column* theirs = to_.tables.at(parent).find(after.name);
        if (before != nullptr || theirs == nullptr || !after.inherited || !is_new_table(id)) continue;
        had.storage = theirs->storage;
        had.compression = theirs->compression;
    }
    if (had.storage != after.storage) {
        script_.add(
            fmt::format("{} SET STORAGE {}", alter, after.storage.empty() ? after.standard_storage : after.storage));
    }
    if (had.compression != after.compression) {
        script_.add(
            fmt::format("{} SET COMPRESSION {}", alter, after.compression.empty() ? "default" : after.compression));
    }
    if (had.statistics_target != after.statistics_target) {
        script_.add(fmt::format("{} SET STATISTICS {}", alter, after.statistics_target));
    }
    if (had.options == after.options) return;
    if (!had.options.empty()) script_.add(fmt::format("{} RESET ({})", alter, option_names(had.options)));
    if (!after.options.empty()) script_.add(fmt::format("{} SET ({})", alter, after.options));
}

std::optional<std::string> Plan::backfill_of(const Id& table, const std::string& column) const {
    for (const std::string& key : {shown(table, column), fmt::format("{}.{}.{}", table.schema, table.name, column)}) {
        if (const auto found = options_.backfill.find(key); found != options_.backfill.end()) return found->second;
    }
    return std::nullopt;
}

void Plan::make_not_null(const Id& id, const Column& column, bool has_default) {
    const std::string alter = postgresql::alter_table(id);
    const std::string name = quote(column.name);
    const auto backfill = backfill_of(id, column.name);
    const std::string value = backfill      ? *backfill
                              : has_default ? "DEFAULT"
                                            : fmt::format("NULL /* FILL IN: {} */", shown(id, column.name));
    script_.add(fmt::format("UPDATE {} SET {} = {} WHERE {} IS NULL", sql_name(id), name, value, name), false,
                backfill || has_default
                    ? ""
                    : fmt::format("Fill in: what {} is in the existing rows.", shown(id, column.name)));
    const bool waits = std::any_of(from_.objects.begin(), from_.objects.end(), [&](const auto& entry) {
        const Id& other = entry.first;
        return other.schema == id.schema && other.table == id.name &&
               entry.second.definition.find(" DEFERRABLE") != std::string::npos;
    });
    // A check that waits for the transaction's end would keep the table from being altered.
    if (waits) script_.add("SET CONSTRAINTS ALL IMMEDIATE");
    constexpr std::string_view check = "quarry_not_null";
    script_.add(fmt::format("{} ADD CONSTRAINT {} CHECK ({} IS NOT NULL) NOT VALID", alter, check, name));
    script_.add(fmt::format("{} VALIDATE CONSTRAINT {}", alter, check));
    script_.add(fmt::format("{} ALTER COLUMN {} SET NOT NULL", alter, name));
    script_.add(fmt::format("{} DROP CONSTRAINT {}", alter, check));
}

void Plan::alter_column(const Id& id, const Column& before, const Column& after) {
    const std::string alter = fmt::format("{} ALTER COLUMN {}", postgresql::alter_table(id), quote(after.name));
    if (before.generated && !after.generated) script_.add(alter + " DROP EXPRESSION");
    if (before.not_null && !after.not_null) script_.add(alter + " DROP NOT NULL");
    change_type(id, before, after);
    if (!before.not_null && after.not_null) {
        const auto value = to_.objects.find(default_id(id, after.name));
        const bool has_default = value != to_.objects.end() && can_be_inline(value->second);
        if (has_default) write_default(value->second);
        if (has_default) inlined_.insert(value->first);
        make_not_null(id, after, has_default);
    }
    change_identity(id, before, after);
}

void Plan::change_type(const Id& id, const Column& before, const Column& after) {
    const bool another = before.type != after.type || before.collation != after.collation;
    const bool same_name = comparison_.retyped_columns.count({id, after.name}) > 0;
    if (!another && !same_name) return;
    std::string using_clause = conversion(before, after, to_.casts);
    const std::string marks = after.type.ends_with("[]") ? "[]" : "";
    if (same_name) {
        using_clause = fmt::format(" USING {}::text{}::{}", quote(after.name), marks, after.type);
    }
    const std::string collation = after.collation.empty() ? "" : " COLLATE " + after.collation;
    const bool by_zone = depends_on_time_zone(before, after);
    if (by_zone) set_time_zone(shown(id, after.name));
    script_.add(fmt::format("{} ALTER COLUMN {} TYPE {}{}{}", postgresql::alter_table(id), quote(after.name),
                            after.type, collation, using_clause),
                another && narrows(before, after));
    if (by_zone) script_.add("SET LOCAL TIME ZONE DEFAULT");
}

/// Of all conversions between times with and without a zone, and texts of them.
void Plan::set_time_zone(const std::string& column) {
    const std::string zone = options_.time_zone.empty()
                                 ? fmt::format("DEFAULT /* FILL IN: the time zone of {}, such as 'UTC' */", column)
                                 : sql::quote_string(options_.time_zone);
    script_.add("SET LOCAL TIME ZONE " + zone, false,
                fmt::format("Times without a time zone in {} are taken to be in this one.", column));
}

void Plan::change_identity(const Id& id, const Column& before, const Column& after) {
    const std::string alter = fmt::format("{} ALTER COLUMN {}", postgresql::alter_table(id), quote(after.name));
    if (after.identity.empty()) return;
    if (before.identity.empty()) {
        const std::string options = after.sequence ? sequence_options(*after.sequence) : "";
        script_.add(fmt::format("{} ADD GENERATED {} AS IDENTITY{}", alter, after.identity,
                                options.empty() ? "" : fmt::format(" ({})", options.substr(1))));
        continue_counter(id, after);
        return;
    }
    std::string changes = before.identity == after.identity ? "" : " SET GENERATED " + after.identity;
    if (before.sequence != after.sequence && after.sequence) changes += every_sequence_option(*after.sequence, " SET ");
    const bool restarts = before.sequence && after.sequence && narrows(*before.sequence, *after.sequence);
    if (restarts) changes += " RESTART WITH " + after.sequence->start;
    if (!changes.empty()) script_.add(alter + changes);
    if (restarts) continue_counter(id, after);
}

/// An identity goes on behind the values that are there.
void Plan::continue_counter(const Id& table, const Column& column) {
    if (!column.sequence) return;
    const std::string query =
        counter_behind_values(owned_sequence(table, column.name), *column.sequence, sql_name(table), column);
    if (!query.empty()) script_.add(query);
}

}  // namespace quarry::schema::postgresql
