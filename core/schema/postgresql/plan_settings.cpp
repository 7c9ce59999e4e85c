#include <fmt/format.h>

#include <algorithm>

#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/plan.h"

namespace quarry::schema::postgresql {

bool Plan::is_clustered(const Id& table) const {
    return std::any_of(to_.objects.begin(), to_.objects.end(),
                       [&](const auto& entry) { return entry.second.clustered && table_of(entry.second) == table; });
}

void Plan::write_object_settings(ScriptWriter& script, const Object& before, const Object& after) const {
    const Id table = table_of(after);
    const std::string alter =
        fmt::format("ALTER {} {}", to_.tables.count(table) > 0 ? "TABLE" : "MATERIALIZED VIEW", sql_name(table));
    if (after.clustered && !before.clustered) {
        script.add(fmt::format("{} CLUSTER ON {}", alter, quote(after.id.name)));
    } else if (before.clustered && !after.clustered && !is_clustered(table)) {
        script.add(alter + " SET WITHOUT CLUSTER");
    }
    if (after.replica_identity && !before.replica_identity) {
        script.add(fmt::format("{} REPLICA IDENTITY USING INDEX {}", alter, quote(after.id.name)));
    }
    std::map<int, int> targets = after.statistics_targets;
    for (const auto& [number, target] : before.statistics_targets) targets.try_emplace(number, -1);
    for (const auto& [number, target] : targets) {
        const auto old = before.statistics_targets.find(number);
        if (old != before.statistics_targets.end() && old->second == target) continue;
        const bool of_index = after.id.kind != Kind::statistics;
        script.add(fmt::format("ALTER {} {}{} SET STATISTICS {}", of_index ? "INDEX" : "STATISTICS",
                               qualified(after.id.schema, after.id.name),
                               of_index ? fmt::format(" ALTER COLUMN {}", number) : "", target));
    }
    std::map<std::string, std::string> defaults = after.column_defaults;
    for (const auto& [column, value] : before.column_defaults) defaults.try_emplace(column);
    for (const auto& [column, value] : defaults) {
        const auto old = before.column_defaults.find(column);
        if (old != before.column_defaults.end() && old->second == value) continue;
        script.add(fmt::format("ALTER VIEW {} ALTER COLUMN {} {}{}", sql_name(after.id), quote(column),
                               value.empty() ? "DROP DEFAULT" : "SET DEFAULT ", value));
    }
}

}  // namespace quarry::schema::postgresql
