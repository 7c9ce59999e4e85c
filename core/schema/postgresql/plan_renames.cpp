#include <fmt/format.h>

#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/plan.h"
#include "core/sql/lexemes.h"

namespace quarry::schema::postgresql {

void Plan::write_renames() {
    for (const auto& [before, after] : renaming_.schemas) {
        script_.add(fmt::format("ALTER SCHEMA {} RENAME TO {}", quote(before), quote(after)));
    }
    for (const auto& [before, after] : renaming_.objects) write_rename(before, after);
    for (const auto& [id, names] : renaming_.values) {
        for (const auto& [before, after] : names) {
            script_.add(fmt::format("ALTER TYPE {} RENAME VALUE {} TO {}", sql_name(renaming_.object(id)),
                                    sql::quote_string(before), sql::quote_string(after)));
        }
    }
    for (const auto& [id, names] : renaming_.columns) {
        const Id after = renaming_.object(id);
        for (const auto& [old_name, new_name] : names) {
            const auto table = from_.tables.find(after);
            const Column* column = table == from_.tables.end() ? nullptr : table->second.find(new_name);
            if (column != nullptr && column->inherited) continue;  // Renamed with its parent's.
            script_.add(fmt::format("ALTER {} {} RENAME {} {} TO {}", sql_kind(from_.objects.at(after)),
                                    sql_name(after), id.kind == Kind::composite_type ? "ATTRIBUTE" : "COLUMN",
                                    quote(old_name), quote(new_name)));
        }
    }
    for (const auto& [id, names] : renaming_.constraints) {
        for (const auto& [before, after] : names) {
            script_.add(fmt::format("ALTER DOMAIN {} RENAME CONSTRAINT {} TO {}", sql_name(renaming_.object(id)),
                                    quote(before), quote(after)));
        }
    }
}

void Plan::write_rename(const Id& before, const Id& after) {
    const std::string_view kind = sql_kind(from_.objects.at(after));
    Id now = renaming_.surroundings(before);
    now.arguments = after.arguments;
    if (!now.table.empty()) {
        script_.add(before.kind == Kind::constraint ? fmt::format("ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
                                                                  sql_table(now), quote(now.name), quote(after.name))
                                                    : fmt::format("ALTER {} {} ON {} RENAME TO {}", kind,
                                                                  quote(now.name), sql_table(now), quote(after.name)));
        return;
    }
    if (now.schema != after.schema) {
        const Id schema{Kind::schema, {}, {}, after.schema};
        if (made(schema) && made_early_.insert(schema).second) write_made(to_.objects.at(schema));
        script_.add(fmt::format("ALTER {} {} SET SCHEMA {}", kind, sql_name(now), quote(after.schema)));
        now.schema = after.schema;
    }
    if (now.name == after.name) return;
    script_.add(fmt::format("ALTER {} {} RENAME TO {}", kind, sql_name(now), quote(after.name)));
}

}  // namespace quarry::schema::postgresql
