// What things are called once a renaming is done.
#include <fmt/format.h>

#include <utility>

#include "core/schema/postgresql/names.h"
#include "core/schema/postgresql/renaming.h"

namespace quarry::schema::postgresql {

Id Renaming::relation(const std::string& schema, const std::string& name) const {
    for (const Kind kind : {Kind::view, Kind::materialized_view}) {
        if (const auto found = objects.find({kind, schema, {}, name}); found != objects.end()) return found->second;
    }
    return object(table_id(schema, name));
}

Id Renaming::object(const Id& id) const {
    const auto found = objects.find(id);
    return found == objects.end() ? surroundings(id) : found->second;
}

Id Renaming::surroundings(const Id& id) const {
    Id next = id;
    if (!id.table.empty()) {
        const Id on = relation(id.schema, id.table);
        next.schema = on.schema;
        next.table = on.name;
        if (id.kind == Kind::column_default) next.name = column(table_id(id.schema, id.table), id.name);
        return next;
    }
    std::string& name = id.kind == Kind::schema ? next.name : next.schema;
    if (const auto found = schemas.find(name); found != schemas.end()) name = found->second;
    return next;
}

namespace {

using NamesByOwner = std::map<Id, std::map<std::string, std::string>>;

std::string new_name(const NamesByOwner& names, const Id& owner, const std::string& name) {
    const auto found = names.find(owner);
    if (found == names.end()) return name;
    const auto other = found->second.find(name);
    return other == found->second.end() ? name : other->second;
}

}  // namespace

std::string Renaming::column(const Id& table, const std::string& name) const { return new_name(columns, table, name); }
std::string Renaming::value(const Id& type, const std::string& name) const { return new_name(values, type, name); }
std::string Renaming::constraint(const Id& domain, const std::string& name) const {
    return new_name(constraints, domain, name);
}

Renaming Renaming::inverse() const {
    Renaming back;
    for (const auto& [before, after] : schemas) back.schemas[after] = before;
    for (const auto& [before, after] : objects) back.objects[after] = before;
    for (const auto& [id, names] : columns) {
        for (const auto& [before, after] : names) back.columns[object(id)][after] = before;
    }
    for (const auto& [id, names] : constraints) {
        for (const auto& [before, after] : names) back.constraints[object(id)][after] = before;
    }
    for (const auto& [id, names] : values) {
        for (const auto& [before, after] : names) back.values[object(id)][after] = before;
    }
    return back;
}

std::vector<Change> rename_changes(const Catalog& after, const Renaming& renaming) {
    std::vector<Change> changes;
    const auto add = [&](std::string kind, std::string object, const std::string& to) {
        changes.push_back({std::move(kind), std::move(object), "to " + to, false});
    };
    for (const auto& [before, now] : renaming.schemas) add("rename_schema", before, now);
    for (const auto& [before, now] : renaming.objects) {
        const bool moved = renaming.surroundings(before).schema != now.schema;
        add(fmt::format("rename_{}", kind_name(before.kind)), shown(before),
            moved ? now.schema + "." + now.name : now.name);
    }
    for (const auto& [id, names] : renaming.columns) {
        const auto table = after.tables.find(renaming.object(id));
        const bool composite = id.kind == Kind::composite_type;
        for (const auto& [before, now] : names) {
            const Column* column = table == after.tables.end() ? nullptr : table->second.find(now);
            if (column != nullptr && column->inherited) continue;  // The parent's is said.
            add(composite ? "rename_attribute" : "rename_column", shown(id, before), now);
        }
    }
    for (const auto& [id, names] : renaming.constraints) {
        for (const auto& [before, now] : names) add("rename_constraint", shown(id, before), now);
    }
    for (const auto& [id, names] : renaming.values) {
        for (const auto& [before, now] : names) add("rename_value", shown(id, before), now);
    }
    return changes;
}

}  // namespace quarry::schema::postgresql
