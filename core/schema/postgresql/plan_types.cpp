#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/schema/postgresql/columns.h"
#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/plan.h"
#include "core/sql/lexemes.h"

namespace quarry::schema::postgresql {
namespace {

constexpr std::size_t longest_name = 63;  // NAMEDATALEN - 1

}  // namespace

void Plan::write_enum_values() {
    const Renaming back = renaming_.inverse();  // It is the first script: nothing is renamed yet.
    ScriptWriter script;
    for (const auto& [id, values] : to_.enums) {
        if (comparison_.altered.count(id) == 0 || gone(id)) continue;
        const std::vector<std::string>& before = from_.enums.at(id);
        const auto is_old = [&](const std::string& value) {
            return std::find(before.begin(), before.end(), value) != before.end();
        };
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (is_old(values[i])) continue;
            std::string place;
            const auto next = std::find_if(values.begin() + static_cast<std::ptrdiff_t>(i), values.end(), is_old);
            if (i > 0) {
                place = fmt::format(" AFTER {}", sql::quote_string(back.value(id, values[i - 1])));
            } else if (next != values.end()) {
                place = fmt::format(" BEFORE {}", sql::quote_string(back.value(id, *next)));
            }
            script.add(fmt::format("ALTER TYPE {} ADD VALUE {}{}", sql_name(back.object(id)),
                                   sql::quote_string(values[i]), place));
        }
    }
    // A new value must not be used before it is committed.
    if (!script.empty()) before_.push_back({script.take(), true});
}

void Plan::move_types_aside() {
    const auto is_taken = [&](const std::string& schema, const std::string& name) {
        return std::any_of(to_.objects.begin(), to_.objects.end(), [&](const auto& entry) {
            const Kind kind = entry.first.kind;
            const bool makes_a_type =
                is_type(kind) || kind == Kind::table || kind == Kind::view || kind == Kind::materialized_view;
            return makes_a_type && made(entry.first) && entry.first.schema == schema && entry.first.name == name;
        });
    };
    for (const Id& id : comparison_.gone) {
        if (!is_type(id.kind) || !drops_late(id) || !is_taken(id.schema, id.name)) continue;
        constexpr std::string_view mark = "_old";
        std::string name(
            id.name.substr(0, floor_to_code_point(id.name, std::min(id.name.size(), longest_name - mark.size() - 4))));
        name += mark;
        while (from_.objects.count({id.kind, id.schema, {}, name}) > 0) name += '_';
        const Object& object = from_.objects.at(id);
        script_.add(fmt::format("ALTER {} {} RENAME TO {}", sql_kind(object), sql_name(id), quote(name)));
        moved_types_[id] = name;
    }
}

void Plan::alter_domain(const Id& id) {
    const Domain &before = from_.domains.at(id), &after = to_.domains.at(id);
    const std::string alter = fmt::format("ALTER DOMAIN {}", sql_name(id));
    for (const auto& [name, constraint] : before.constraints) {
        const auto now = after.constraints.find(name);
        if (now != after.constraints.end() && now->second.definition == constraint.definition) continue;
        script_.add(fmt::format("{} DROP CONSTRAINT {}", alter, quote(name)));
    }
    if (before.default_value != after.default_value) {
        script_.add(after.default_value.empty() ? alter + " DROP DEFAULT"
                                                : fmt::format("{} SET DEFAULT {}", alter, after.default_value));
    }
    if (before.not_null != after.not_null) script_.add(alter + (after.not_null ? " SET NOT NULL" : " DROP NOT NULL"));
    for (const auto& [name, constraint] : after.constraints) {
        const auto old = before.constraints.find(name);
        const bool kept = old != before.constraints.end() && old->second.definition == constraint.definition;
        if (!kept) {
            const bool stays_open = constraint.definition.ends_with(" NOT VALID");
            script_.add(fmt::format("{} ADD CONSTRAINT {} {}{}", alter, quote(name), constraint.definition,
                                    stays_open ? "" : " NOT VALID"));
            if (!stays_open) script_.add(fmt::format("{} VALIDATE CONSTRAINT {}", alter, quote(name)));
        }
        const std::string old_comment = kept ? old->second.comment : std::string();
        if (constraint.comment == old_comment) continue;
        script_.add(fmt::format("COMMENT ON CONSTRAINT {} ON DOMAIN {} IS {}", quote(name), sql_name(id),
                                constraint.comment.empty() ? "NULL" : sql::quote_string(constraint.comment)));
    }
}

void Plan::alter_composite(const Id& id) {
    const std::vector<Column>&before = from_.composites.at(id), &after = to_.composites.at(id);
    const auto find = [](const std::vector<Column>& columns, const std::string& name) {
        return std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
    };
    const std::string alter = fmt::format("ALTER TYPE {}", sql_name(id));
    for (const Column& attribute : before) {
        if (find(after, attribute.name) != after.end()) continue;
        dropped_columns_.insert({id, attribute.name});
        script_.add(fmt::format("{} DROP ATTRIBUTE {}", alter, quote(attribute.name)), true);
    }
    for (const Column& attribute : after) {
        const std::string collation = attribute.collation.empty() ? "" : " COLLATE " + attribute.collation;
        const auto old = find(before, attribute.name);
        if (old == before.end()) {
            script_.add(
                fmt::format("{} ADD ATTRIBUTE {} {}{}", alter, quote(attribute.name), attribute.type, collation));
        } else if (old->type != attribute.type || old->collation != attribute.collation) {
            script_.add(fmt::format("{} ALTER ATTRIBUTE {} TYPE {}{}", alter, quote(attribute.name), attribute.type,
                                    collation));
        }
    }
}

void Plan::alter_sequence(const Id& id) {
    const SequenceOptions &before = from_.sequences.at(id).options, &after = to_.sequences.at(id).options;
    const bool unlogged = to_.sequences.at(id).unlogged;
    if (from_.sequences.at(id).unlogged != unlogged) {
        script_.add(fmt::format("ALTER SEQUENCE {} SET {}", sql_name(id), unlogged ? "UNLOGGED" : "LOGGED"));
    }
    if (before == after) return;
    const std::string type = before.type == after.type ? "" : " AS " + after.type;
    const bool restarts = narrows(before, after) && !to_.sequences.at(id).owner_table.empty();
    script_.add(fmt::format("ALTER SEQUENCE {}{}{}{}", sql_name(id), type, every_sequence_option(after, " "),
                            restarts ? " RESTART WITH " + after.start : ""));
    if (restarts) continue_sequence(id);
}

}  // namespace quarry::schema::postgresql
