#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/schema/postgresql/columns.h"
#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/objects.h"
#include "core/schema/postgresql/order.h"
#include "core/schema/postgresql/plan.h"

namespace quarry::schema::postgresql {

void Plan::write_attached(const Object& object) {
    const bool with_parent = made(object.attached_to) && object.implied;
    const bool with_table = !made(object.attached_to) && is_attached_anew(from_, to_, table_of(object));
    if (with_table && object.id.name != object.standard_name) {
        script_.add(fmt::format("ALTER INDEX {} RENAME TO {}", qualified(object.id.schema, object.standard_name),
                                quote(object.id.name)));
    } else if (!with_parent && !with_table) {
        write_create(script_, to_, object);
        attach_index(object);
    }
    write_extras(nullptr, object);
}

void Plan::attach_index(const Object& object) {
    const Id& parent = object.attached_to;
    script_.add(fmt::format("ALTER INDEX {} ATTACH PARTITION {}", qualified(parent.schema, parent.name),
                            qualified(object.id.schema, object.id.name)));
}

std::string Plan::effective_default(const Catalog& catalog, const Id& table, const Column& column) {
    const auto own = catalog.objects.find(default_id(table, column.name));
    if (own != catalog.objects.end()) return own->second.definition;
    if (column.drops_default || !column.inherited) return {};
    for (const Id& parent : catalog.tables.at(table).parents) {
        const Column* theirs = catalog.tables.at(parent).find(column.name);
        if (theirs == nullptr) continue;
        if (std::string found = effective_default(catalog, parent, *theirs); !found.empty()) return found;
    }
    return {};
}

bool Plan::changes_default(const Id& table, const std::string& column) const {
    const Id id = default_id(table, column);
    if (made(id) || gone(id) || comparison_.altered.count(id) > 0) return true;
    const auto before = from_.tables.find(table);
    const Column* old = before == from_.tables.end() ? nullptr : before->second.find(column);
    const Column& now = *to_.tables.at(table).find(column);
    if (old == nullptr || effective_default(from_, table, *old) != effective_default(to_, table, now)) return true;
    const auto& parents = to_.tables.at(table).parents;
    return now.inherited && std::any_of(parents.begin(), parents.end(), [&](const Id& parent) {
               return to_.tables.at(parent).find(column) != nullptr && changes_default(parent, column);
           });
}

void Plan::settle_inherited() {
    // A parent comes before what inherits from it, and its changes reach that.
    for (const Id& id : creation_order(to_)) {
        if (id.kind != Kind::table) continue;
        for (const Column& column : to_.tables.at(id).columns) {
            if (column.inherited && !column.generated) settle_column(id, column);
        }
    }
}

void Plan::settle_column(const Id& id, const Column& column) {
    const auto before = from_.tables.find(id);
    const Column* old = before == from_.tables.end() || is_new_table(id) ? nullptr : before->second.find(column.name);
    const std::string wanted = effective_default(to_, id, column);
    std::string value = old == nullptr || gone(default_id(id, column.name)) ? "" : effective_default(from_, id, *old);
    bool not_null = old != nullptr && old->not_null;
    const bool moved = old != nullptr && moves(id);
    if (moved) not_null = column.not_null;  // It had to be so before.
    for (const Id& parent : to_.tables.at(id).parents) {
        const Column* theirs = to_.tables.at(parent).find(column.name);
        if (theirs == nullptr || (moved && !changes_default(parent, column.name))) continue;
        if (old == nullptr || changes_default(parent, column.name)) value = effective_default(to_, parent, *theirs);
        if (moved) continue;
        const auto parent_before = from_.tables.find(parent);
        const Column* was = parent_before == from_.tables.end() ? nullptr : parent_before->second.find(column.name);
        if (old == nullptr || was == nullptr || was->not_null != theirs->not_null) not_null = theirs->not_null;
    }
    write_column_settings(id, old, column);
    const std::string alter = fmt::format("{} ALTER COLUMN {}", postgresql::alter_table(id), quote(column.name));
    if (value != wanted) script_.add(wanted.empty() ? alter + " DROP DEFAULT" : alter + " SET DEFAULT " + wanted);
    if (not_null == column.not_null) return;
    if (!column.not_null) {
        script_.add(alter + " DROP NOT NULL");
    } else if (is_new_table(id)) {
        script_.add(alter + " SET NOT NULL");
    } else {
        make_not_null(id, column, !wanted.empty());
    }
}

Id Plan::aside(const Id& table) {
    constexpr std::string_view mark = "quarry_old_";
    constexpr std::size_t longest = 63 - mark.size();  // NAMEDATALEN - 1
    const std::size_t end = floor_to_code_point(table.name, std::min(table.name.size(), longest));
    return table_id(table.schema, std::string(mark) + table.name.substr(0, end));
}

std::string Plan::copied_value(const Id& table, const Column& column, std::string& comment) const {
    const Column* before = from_.tables.at(table).find(column.name);
    const auto standard = to_.objects.find(default_id(table, column.name));
    const bool counts = !column.identity.empty();
    const bool needs_value =
        column.not_null && (before == nullptr ? !counts && standard == to_.objects.end() : !before->not_null);
    if (before == nullptr && !needs_value) return {};
    std::string value = before == nullptr ? "" : quote(column.name);
    if (before != nullptr && (before->type != column.type || before->collation != column.collation)) {
        constexpr std::string_view using_word = " USING ";
        const std::string by_hand = conversion(*before, column, to_.casts);
        value = by_hand.empty() ? fmt::format("{}::{}", value, column.type) : by_hand.substr(using_word.size());
    }
    if (!needs_value) return value;
    const auto given = backfill_of(table, column.name);
    std::string filled = given ? *given : fmt::format("NULL /* FILL IN: {} */", shown(table, column.name));
    if (!given && standard != to_.objects.end()) filled = standard->second.definition;
    if (!given && standard == to_.objects.end()) {
        comment += fmt::format("\nFill in: what {} is in the existing rows.", shown(table, column.name));
    }
    return value.empty() ? filled : fmt::format("coalesce({}, {})", value, filled);
}

void Plan::copy_rows() {
    for (const Id& id : comparison_.rebuilt) {
        std::vector<std::string> columns, values;
        std::string comment = fmt::format("Rewrites all rows of {} under an exclusive lock.", shown(id));
        bool counts = false, by_zone = false;
        for (const Column& column : to_.tables.at(id).columns) {
            const std::string value = column.generated ? "" : copied_value(id, column, comment);
            if (value.empty()) continue;
            columns.push_back(quote(column.name));
            values.push_back(value);
            counts = counts || !column.identity.empty();
            const Column* before = from_.tables.at(id).find(column.name);
            const bool zoned = before != nullptr && depends_on_time_zone(*before, column);
            if (zoned && !std::exchange(by_zone, true)) set_time_zone(shown(id, column.name));
        }
        const std::string old = sql_name(aside(id));
        const bool narrowed = std::any_of(from_.tables.at(id).columns.begin(), from_.tables.at(id).columns.end(),
                                          [&](const Column& column) {
                                              const Column* now = to_.tables.at(id).find(column.name);
                                              return !column.generated && (now == nullptr || narrows(column, *now));
                                          });
        script_.add(columns.empty()
                        ? fmt::format("INSERT INTO {} SELECT FROM {}", sql_name(id), old)
                        : fmt::format("INSERT INTO {} ({}){} SELECT {} FROM {}", sql_name(id), fmt::join(columns, ", "),
                                      counts ? " OVERRIDING SYSTEM VALUE" : "", fmt::join(values, ", "), old),
                    narrowed, comment);
        if (by_zone) script_.add("SET LOCAL TIME ZONE DEFAULT");
        for (const Column& column : to_.tables.at(id).columns) {
            if (!column.identity.empty()) take_over_counter(id, column);
        }
        script_.add("DROP TABLE " + old);
    }
}

bool Plan::is_part_of_rebuilt(const Id& table) const {
    const auto found = from_.tables.find(table);
    if (found == from_.tables.end() || !found->second.is_partition()) return false;
    const Id& parent = found->second.parents.front();
    return is_rebuilt(parent) || is_part_of_rebuilt(parent);
}

/// Numbers of rows that were deleted do not come again: the new table's counter stands where the old one's does.
void Plan::take_over_counter(const Id& table, const Column& column) {
    const Column* before = from_.tables.at(table).find(column.name);
    if (before == nullptr || before->identity.empty() || before->sequence != column.sequence) {
        continue_counter(table, column);
        return;
    }
    // NULL before the first number, and then nothing is set.
    script_.add(fmt::format("SELECT pg_catalog.setval({}, pg_catalog.pg_sequence_last_value({}::regclass))",
                            owned_sequence(table, column.name), owned_sequence(aside(table), column.name)));
}

std::vector<const Object*> Plan::handed_down(const Catalog& catalog, const Id& parent) {
    std::vector<const Object*> found;
    std::vector<Id> tables = {parent};
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const Table& table = catalog.tables.at(tables[i]);
        tables.insert(tables.end(), table.parents.begin(), table.parents.end());
        for (const auto& [id, object] : catalog.objects) {
            const bool on_table =
                id.kind == Kind::constraint && id.schema == tables[i].schema && id.table == tables[i].name;
            const bool key = object.definition.starts_with("FOREIGN KEY") && !table.partition_by.empty();
            const bool check = object.definition.starts_with("CHECK") && !object.definition.ends_with(" NO INHERIT");
            if (on_table && (key || check)) found.push_back(&object);
        }
    }
    return found;
}

void Plan::write_detachments() {
    for (const auto& [id, table] : from_.tables) {
        if (!moves(id)) continue;
        const Table& after = to_.tables.at(id);
        for (const Id& parent : table.parents) {
            const bool stays = std::find(after.parents.begin(), after.parents.end(), parent) != after.parents.end();
            if (!stays || table.is_partition() != after.is_partition()) detach(id, parent);
        }
    }
}

void Plan::detach(const Id& id, const Id& parent) {
    const std::string alter = postgresql::alter_table(id);
    if (from_.tables.at(id).is_partition()) {
        script_.add(fmt::format("{} DETACH PARTITION {}", postgresql::alter_table(parent), sql_name(id)), false,
                    fmt::format("{} and its rows are no longer part of {}.", shown(id), shown(parent)));
    } else {
        script_.add(fmt::format("{} NO INHERIT {}", alter, sql_name(parent)), false,
                    fmt::format("{} and its rows are no longer part of {}.", shown(id), shown(parent)));
    }
    // It keeps what it had from there.
    for (const Object* constraint : handed_down(from_, parent)) {
        if (from_.objects.count({Kind::constraint, id.schema, id.name, constraint->id.name}) > 0) continue;
        script_.add(fmt::format("{} DROP CONSTRAINT IF EXISTS {}", alter, quote(constraint->id.name)));
    }
    for (const Column& column : from_.tables.at(id).columns) {
        const Column* now = to_.tables.at(id).find(column.name);
        const bool had_default = column.inherited && !column.generated && !effective_default(from_, id, column).empty();
        if (now == nullptr || now->inherited || !had_default || gone(default_id(id, column.name))) continue;
        if (to_.objects.count(default_id(id, column.name)) > 0) continue;
        script_.add(fmt::format("{} ALTER COLUMN {} DROP DEFAULT", alter, quote(column.name)));
    }
}

void Plan::write_attachments(const Id& id) {
    const Table &before = from_.tables.at(id), &after = to_.tables.at(id);
    for (const Id& parent : after.parents) {
        const bool was = std::find(before.parents.begin(), before.parents.end(), parent) != before.parents.end();
        if (was && before.is_partition() == after.is_partition()) continue;
        for (const Object* check : handed_down(to_, parent)) {
            const Id own{Kind::constraint, id.schema, id.name, check->id.name};
            if (!check->definition.starts_with("CHECK") || there_.count(check->id) == 0 || there_.count(own) > 0)
                continue;
            script_.add(fmt::format("{} ADD CONSTRAINT {} {}", postgresql::alter_table(id), quote(check->id.name),
                                    check->definition));
        }
        if (after.is_partition()) {
            script_.add(
                fmt::format("{} ATTACH PARTITION {} {}", postgresql::alter_table(parent), sql_name(id), after.bound),
                false,
                fmt::format("Reads all rows of {} under a lock, to check that they are within the bounds; a valid "
                            "CHECK of the bounds avoids that.",
                            shown(id)));
        } else {
            script_.add(fmt::format("{} INHERIT {}", postgresql::alter_table(id), sql_name(parent)), false,
                        fmt::format("The rows of {} are part of {} from here on.", shown(id), shown(parent)));
        }
    }
}

}  // namespace quarry::schema::postgresql
