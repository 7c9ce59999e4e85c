#include "core/schema/postgresql/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/schema/postgresql/columns.h"
#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/objects.h"
#include "core/schema/postgresql/order.h"
#include "core/schema/postgresql/type_comparison.h"
#include "core/sql/lexemes.h"

namespace quarry::schema::postgresql {

std::vector<Script> Plan::write() {
    for (const auto& [id, object] : to_.objects) {
        if (!made(id)) there_.insert(id);
    }
    for (const auto& [id, sequence] : to_.sequences) {
        if (!sequence.owner_table.empty()) {
            owned_sequences_[table_id(id.schema, sequence.owner_table)].push_back(id);
        }
    }
    write_enum_values();
    write_renames();
    write_detachments();
    release_sequences();
    write_drops();
    move_types_aside();
    write_renamed_objects();
    write_creations();
    write_late_drops();
    write_default_privileges();
    write_owners();
    std::vector<Script> scripts = std::move(before_);
    if (!script_.empty()) scripts.push_back({script_.take(), true});
    for (Script& script : after_) scripts.push_back(std::move(script));
    return scripts;
}

void Plan::write_default_privileges() {
    // Last: what is made before has what the privileges that were there give it.
    for (const DefaultPrivileges& key : comparison_.default_privileges) {
        if (!key.schema.empty() && to_.objects.count({Kind::schema, {}, {}, key.schema}) == 0) continue;
        postgresql::write_default_privileges(script_, key, privileges_of(from_, key), privileges_of(to_, key));
    }
}

void Plan::write_owners() {
    // Last: what somebody else owns can be changed no more.
    for (const Id& id : creation_order(to_)) {
        const Object& object = to_.objects.at(id);
        const auto before = from_.objects.find(id);
        const bool same =
            made(id) || before == from_.objects.end() ? object.owner.empty() : before->second.owner == object.owner;
        if (same) continue;
        script_.add(fmt::format("ALTER {} {} OWNER TO {}", sql_kind(object), sql_name(id),
                                object.owner.empty() ? "CURRENT_USER" : quote(object.owner)));
    }
}

void Plan::write_renamed_objects() {
    for (const auto& [from, to] : comparison_.renamed_objects) {
        if (gone(to)) continue;  // It is made again under the new name, and was dropped under it: see write_drop.
        if (from.kind == Kind::constraint) {
            script_.add(fmt::format("ALTER TABLE {} RENAME CONSTRAINT {} TO {}", sql_table(from), quote(from.name),
                                    quote(to.name)));
            continue;
        }
        script_.add(
            fmt::format("ALTER {} {} RENAME TO {}", sql_kind(from_.objects.at(to)), sql_name(from), quote(to.name)));
    }
}

void Plan::release_sequences() {
    for (const auto& [id, before] : from_.sequences) {
        const auto after = to_.sequences.find(id);
        if (after == to_.sequences.end() || before.owner_table.empty()) continue;
        const bool same =
            before.owner_table == after->second.owner_table && before.owner_column == after->second.owner_column;
        const Id owner = table_id(id.schema, before.owner_table);
        if (same && !loses_column(owner, before.owner_column) && !gone(owner)) continue;
        script_.add(fmt::format("ALTER SEQUENCE {} OWNED BY NONE", sql_name(id)));
    }
}

bool Plan::drops_late(const Id& id) const {
    // A range type's functions keep their names when it is moved aside, so it cannot be there twice.
    if (id.kind == Kind::range_type && made(id)) return false;
    return is_type(id.kind) || id.kind == Kind::extension || id.kind == Kind::schema;
}

bool Plan::goes_with_its_table(const Object& object) const {
    const Id& id = object.id;
    if (const auto sequence = from_.sequences.find(id); sequence != from_.sequences.end()) {
        if (sequence->second.owner_table.empty() || to_.sequences.count(id) > 0) return false;
        const Id owner = table_id(id.schema, sequence->second.owner_table);
        return gone(owner) || loses_column(owner, sequence->second.owner_column);
    }
    const Id table = table_id(id.schema, id.kind == Kind::index ? object.on : id.table);
    if (from_.tables.count(table) == 0 || !gone(table) || is_rebuilt(table)) return false;
    // An index has a name of its own in the schema, where the new one is to have it.
    const bool has_index = id.kind == Kind::index || (id.kind == Kind::constraint && !can_be_validated_later(object));
    if (has_index && comparison_.rebuilt_parts.count(table) > 0) return false;
    // What else it needs may be dropped before the table.
    return std::none_of(object.needs.begin(), object.needs.end(), [&](const Dependency& d) {
        return d.on.object != table && gone(d.on.object) && !drops_late(d.on.object);
    });
}

void Plan::write_drops() {
    std::vector<Id> order = creation_order(from_);
    std::reverse(order.begin(), order.end());
    for (const Id& id : order) {
        if (gone(id) && !drops_late(id)) {
            write_drop(from_.objects.at(id));
        } else if (id.kind == Kind::table) {
            drop_columns(id);
        }
    }
}

/// Whether an index goes without locking its table, which stays. That of a partitioned table cannot.
bool Plan::is_dropped_concurrently(const Object& object) const {
    if (!options_.concurrent_indexes || object.id.kind != Kind::index) return false;
    const auto table = from_.tables.find(table_of(object));
    if (table == from_.tables.end() || !table->second.partition_by.empty()) return false;
    if (gone(table->first) || !object.attached_to.name.empty()) return false;
    return std::none_of(from_.objects.begin(), from_.objects.end(), [&](const auto& entry) {
        const auto& needs = entry.second.needs;
        return std::any_of(needs.begin(), needs.end(), [&](const auto& need) { return need.on.object == object.id; });
    });
}

void Plan::write_drop(const Object& object) {
    if (object.id.kind == Kind::column_default) return drop_default(object);
    // It goes with its parent's, or with its table.
    if (!object.attached_to.name.empty() && !moves(table_of(object))) return;
    if (goes_with_its_table(object)) return;
    const bool stays = comparison_.rebuilt_parts.count(object.id) > 0;
    if (is_rebuilt(object.id) || stays) {
        script_.add(fmt::format("{} RENAME TO {}", postgresql::alter_table(object.id), quote(aside(object.id).name)));
        return;
    }
    if (is_part_of_rebuilt(object.id)) return;  // It goes with that, once its rows are copied.
    const auto renamed_from = std::find_if(comparison_.renamed_objects.begin(), comparison_.renamed_objects.end(),
                                           [&](const auto& pair) { return pair.second == object.id; });
    Object named = object;
    if (renamed_from != comparison_.renamed_objects.end()) named.id = renamed_from->first;
    if (is_dropped_concurrently(object)) {
        named.id = renaming_.inverse().object(named.id);  // Nothing is renamed yet.
        ScriptWriter own;
        own.add(drop_statement(named));
        std::vector<Statement> statements = own.take();
        statements.front().sql.insert(std::string_view("DROP INDEX ").size(), "CONCURRENTLY ");
        before_.push_back({std::move(statements), false});
        return;
    }
    const bool for_good = to_.objects.count(object.id) == 0;
    script_.add(drop_statement(named), for_good && (object.id.kind == Kind::table || object.id.kind == Kind::sequence));
}

void Plan::drop_default(const Object& object) {
    const Id table = table_id(object.id.schema, object.id.table);
    if (gone(table)) return;
    if (loses_column(table, object.id.name)) return drop_column(table, object.id.name);
    const Column* before = from_.tables.at(table).find(object.id.name);
    if (before == nullptr || before->generated) return;  // DROP EXPRESSION comes with the column's other changes.
    script_.add(fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT", sql_name(table), quote(object.id.name)));
}

bool Plan::loses_column(const Id& table, const std::string& column) const {
    if (comparison_.recreated_columns.count({table, column}) > 0) return true;
    const auto after = to_.tables.find(table);
    return after != to_.tables.end() && !gone(table) && after->second.find(column) == nullptr;
}

void Plan::drop_column(const Id& table, const std::string& column) {
    const Column* before = from_.tables.at(table).find(column);
    if (before == nullptr || (before->inherited && !moves(table)) || !dropped_columns_.insert({table, column}).second)
        return;
    script_.add(fmt::format("ALTER TABLE {} DROP COLUMN {}", sql_name(table), quote(column)), !before->generated);
}

void Plan::drop_columns(const Id& table) {
    const auto after = to_.tables.find(table);
    for (const Column& column : from_.tables.at(table).columns) {
        if (loses_column(table, column.name)) {
            drop_column(table, column.name);
            continue;
        }
        const Column* kept = after == to_.tables.end() ? nullptr : after->second.find(column.name);
        if (column.inherited || kept == nullptr || column.identity.empty() || !kept->identity.empty()) continue;
        // Early, since a sequence that is made may have the name of the identity's own.
        script_.add(fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP IDENTITY", sql_name(table), quote(column.name)));
    }
}

void Plan::write_late_drops() {
    std::vector<Id> order = creation_order(from_);
    std::reverse(order.begin(), order.end());
    for (const Id& id : order) {
        if (!gone(id) || !drops_late(id)) continue;
        Object object = from_.objects.at(id);
        if (const auto moved = moved_types_.find(id); moved != moved_types_.end()) object.id.name = moved->second;
        const bool loses = id.kind == Kind::enum_type && made(id) && loses_values(from_, to_, id);
        script_.add(drop_statement(object), loses,
                    loses ? "Values are removed: if a row holds one, the statements above fail." : "");
    }
}

void Plan::write_creations() {
    const auto creates_sql_function = std::any_of(to_.objects.begin(), to_.objects.end(), [&](const auto& entry) {
        const bool written = made(entry.first) || comparison_.altered.count(entry.first) > 0;
        return entry.first.kind == Kind::function && written;
    });
    if (creates_sql_function) {
        script_.add("SET LOCAL check_function_bodies = off", false,
                    "Functions may use objects that are created after them.");
    }
    bool copied = false;
    for (const Id& id : creation_order(to_)) {
        const Object& object = to_.objects.at(id);
        // Before there are triggers, and keys that refer to the rows.
        if (!copied && id.kind >= Kind::constraint) copy_rows();
        copied = copied || id.kind >= Kind::constraint;
        if (made(id) && made_early_.count(id) == 0) {
            write_made(object);
        } else if (comparison_.altered.count(id) > 0) {
            write_altered(from_.objects.at(id), object);
        }
        there_.insert(id);
        if (id.kind == Kind::table) own_sequences(id);
    }
    if (!copied) copy_rows();
    settle_inherited();
}

void Plan::write_made(const Object& object) {
    const Id& id = object.id;
    const Id table = table_id(id.schema, id.table);
    if (!object.attached_to.name.empty()) return write_attached(object);
    switch (id.kind) {
        case Kind::table: create_table(id); break;
        case Kind::column_default: return write_default(object);
        case Kind::index: return write_index(object);
        case Kind::constraint: {
            if (inlined_.count(id) > 0) break;
            const bool partitioned_key =
                object.definition.starts_with("FOREIGN KEY") && !to_.tables.at(table).partition_by.empty();
            write_create(script_, to_, object,
                         !is_new_table(table) && can_be_validated_later(object) && !partitioned_key);
            break;
        }
        default: write_create(script_, to_, object);
    }
    write_extras(nullptr, object);
}

void Plan::write_extras(const Object* before, const Object& after) {
    write_object_settings(script_, before == nullptr ? Object() : *before, after);
    if (before == nullptr) {
        write_comments(script_, nullptr, after);
        write_grants(script_, first_grants(from_, after.id), after);
        return;
    }
    // What was said of a column goes with it.
    Object old = *before;
    for (const Reference& column : dropped_columns_) {
        if (column.object != old.id) continue;
        old.column_comments.erase(column.column);
        for (const Grant& grant : before->grants) {
            if (grant.column == column.column) old.grants.erase(grant);
        }
    }
    write_comments(script_, &old, after);
    write_grants(script_, old.grants, after);
}

void Plan::write_index(const Object& index) {
    const auto table = to_.tables.find(table_id(index.id.schema, index.on));
    const bool existing = table != to_.tables.end() && !is_new_table(table->first);
    const auto is_needed = [&] {
        return std::any_of(to_.objects.begin(), to_.objects.end(), [&](const auto& entry) {
            const auto& needs = entry.second.needs;
            return std::any_of(needs.begin(), needs.end(), [&](const auto& d) { return d.on.object == index.id; });
        });
    };
    ScriptWriter own;
    write_create(own, to_, index);
    std::vector<Statement> statements = own.take();
    // A partitioned table has no CREATE INDEX CONCURRENTLY.
    if (!options_.concurrent_indexes || !existing || !table->second.partition_by.empty() || is_needed()) {
        for (Statement& statement : statements) script_.add(statement.sql.substr(0, statement.sql.size() - 1));
        return write_extras(nullptr, index);
    }
    std::string& sql = statements.front().sql;
    sql.replace(0, sql.find("INDEX ") + 6,
                index.signature.empty() ? "CREATE INDEX CONCURRENTLY " : "CREATE UNIQUE INDEX CONCURRENTLY ");
    write_object_settings(own, {}, index);
    write_comments(own, nullptr, index);
    for (Statement& statement : own.take()) statements.push_back(std::move(statement));
    after_.push_back({std::move(statements), false});
}

void Plan::write_function(const Object& function) { script_.add(function.definition); }

void Plan::write_altered(const Object& before, const Object& after) {
    const Id& id = after.id;
    switch (id.kind) {
        case Kind::extension:
            if (before.definition != after.definition) {
                script_.add(fmt::format("ALTER EXTENSION {} SET SCHEMA {}", quote(id.name), quote(after.definition)));
            }
            break;
        case Kind::view:
            if (before.definition != after.definition) script_.add("CREATE OR REPLACE" + after.definition.substr(6));
            break;
        case Kind::composite_type: alter_composite(id); break;
        case Kind::domain: alter_domain(id); break;
        case Kind::sequence: alter_sequence(id); break;
        case Kind::table: alter_table(id); break;
        case Kind::function:
            if (before.definition != after.definition) write_function(after);
            break;
        case Kind::column_default: return write_default(after);
        case Kind::constraint:
            if (before.definition != after.definition) {
                script_.add(fmt::format("ALTER TABLE {} VALIDATE CONSTRAINT {}", sql_table(id), quote(id.name)));
            }
            if (before.attached_to != after.attached_to) attach_index(after);
            break;
        case Kind::index:
            if (before.attached_to != after.attached_to) attach_index(after);
            break;
        case Kind::rule:
        case Kind::trigger:
            if (before.state != after.state) write_state(script_, after);
            break;
        default: break;
    }
    write_extras(&before, after);
}

void Plan::write_default(const Object& object) {
    const Id table = table_id(object.id.schema, object.id.table);
    const Column* column = to_.tables.at(table).find(object.id.name);
    if (inlined_.count(object.id) > 0 || column == nullptr || column->generated || column->inherited) return;
    script_.add(fmt::format("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}", sql_name(table), quote(object.id.name),
                            object.definition));
}

void Plan::own_sequences(const Id& table) {
    const auto owned = owned_sequences_.find(table);
    if (owned == owned_sequences_.end()) return;
    for (const Id& id : owned->second) {
        const Sequence& sequence = to_.sequences.at(id);
        const auto before = from_.sequences.find(id);
        const bool same = before != from_.sequences.end() && !made(id) && !is_new_table(table) &&
                          before->second.owner_table == sequence.owner_table &&
                          before->second.owner_column == sequence.owner_column &&
                          !loses_column(table, sequence.owner_column);
        if (same) continue;
        script_.add(fmt::format("ALTER SEQUENCE {} OWNED BY {}.{}", sql_name(id), sql_name(table),
                                quote(sequence.owner_column)));
        if (before == from_.sequences.end() || made(id)) continue_sequence(id);
    }
}

void Plan::continue_sequence(const Id& id) {
    const Sequence& sequence = to_.sequences.at(id);
    if (sequence.owner_table.empty()) return;
    const Id table = table_id(id.schema, sequence.owner_table);
    const auto from = from_.tables.find(table);
    if (from == from_.tables.end() || is_new_table(table) || loses_column(table, sequence.owner_column)) return;
    const Column* column = to_.tables.at(table).find(sequence.owner_column);
    if (column == nullptr || from->second.find(sequence.owner_column) == nullptr) return;
    const std::string name = fmt::format("{}::pg_catalog.regclass", sql::quote_string(sql_name(id)));
    const std::string query = counter_behind_values(name, sequence.options, sql_name(table), *column);
    if (!query.empty()) script_.add(query);
}

}  // namespace quarry::schema::postgresql
