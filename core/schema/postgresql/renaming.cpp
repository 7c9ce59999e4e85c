#include "core/schema/postgresql/renaming.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/error.h"
#include "core/schema/postgresql/names.h"
#include "core/schema/renames.h"

namespace quarry::schema::postgresql {
namespace {

/// What a rename calls a kind; empty for what has no name of its own.
std::string rename_kind(Kind kind) {
    switch (kind) {
        case Kind::extension:
        case Kind::column_default: return {};
        case Kind::materialized_view: return "view";
        default: return std::string(kind_name(kind));
    }
}

/// How an object may be called: "users", "public.users"; a function's arguments may be left out.
std::set<std::string> names_of(const Id& id) {
    std::set<std::string> names{shown(id)};
    if (id.kind == Kind::schema) return names;
    const std::string arguments = id.kind == Kind::function ? fmt::format("({})", id.arguments) : std::string();
    const std::string name = (id.table.empty() ? "" : id.table + ".") + id.name;
    for (const std::string& ending : std::set<std::string>{"", arguments}) {
        if (id.schema == "public") names.insert(name + ending);
        names.insert(fmt::format("{}.{}{}", id.schema, name, ending));
    }
    return names;
}

const std::vector<std::string>* columns_of_view(const Catalog& catalog, const Id& id) {
    if (id.kind != Kind::view && id.kind != Kind::materialized_view) return nullptr;
    return &catalog.objects.at(id).view_columns;
}

RenamePaths paths_of(const Catalog& catalog) {
    RenamePaths paths;
    for (const std::string_view kind : rename_kinds) paths[std::string(kind)];
    for (const auto& [id, object] : catalog.objects) {
        const std::string kind = rename_kind(id.kind);
        if (kind.empty() || id == Id{Kind::schema, {}, {}, "public"}) continue;
        for (const std::string& name : names_of(id)) {
            paths[kind].push_back(name);
            if (id.kind == Kind::table) {
                for (const Column& column : catalog.tables.at(id).columns) {
                    paths["column"].push_back(name + "." + column.name);
                }
            }
            if (const auto* columns = columns_of_view(catalog, id)) {
                for (const std::string& column : *columns) paths["column"].push_back(name + "." + column);
            }
            if (id.kind == Kind::composite_type) {
                for (const Column& attribute : catalog.composites.at(id)) {
                    paths["attribute"].push_back(name + "." + attribute.name);
                }
            }
            if (id.kind == Kind::domain) {
                for (const auto& [constraint, text] : catalog.domains.at(id).constraints) {
                    paths["constraint"].push_back(name + "." + constraint);
                }
            }
            if (id.kind != Kind::enum_type) continue;
            for (const std::string& value : catalog.enums.at(id)) paths["value"].push_back(name + "." + value);
        }
    }
    return paths;
}

/// What stands before a name in messages first, and in options.
std::vector<std::string> parents_in(const std::string& schema) {
    if (schema == "public") return {"", "public"};
    return {schema};
}

/// A name as it may be before others: "users", "public.users".
void add_parents(RenameScope& scope, const Id& id) {
    for (const std::string& parent : parents_in(id.schema)) {
        scope.parents.push_back((parent.empty() ? "" : parent + ".") + id.name);
    }
}

/// Decides what was renamed in a catalogue: schemas first, then what is in them, then what is on that.
class RenamingDecision {
public:
    RenamingDecision(const Catalog& from, const Catalog& to, const DiffOptions& options)
        : from_(from), to_(to), options_(options) {
        require_known_renames(options_, paths_of(from), paths_of(to), false);
    }

    Renaming made() {
        decide_schemas();
        decide_moves();
        constexpr std::array<std::string_view, 8> alone = {"type", "domain",   "sequence",   "table",
                                                           "view", "function", "statistics", "index"};
        for (const std::string_view kind : alone) decide_in_schemas(std::string(kind));
        for (const std::string_view kind : {"constraint", "trigger", "rule", "policy"}) {
            if (is_given(kind)) decide_on_relations(std::string(kind));
        }
        for (const auto& [id, table] : from_.tables) decide_columns(id, table);
        inherit_column_renames();
        decide_view_columns();
        for (const auto& [id, values] : from_.enums) decide_values(id, values);
        for (const auto& [id, attributes] : from_.composites) decide_attributes(id, attributes);
        for (const auto& [id, domain] : from_.domains) decide_domain_constraints(id, domain);
        return std::move(renaming_);
    }

private:
    [[nodiscard]] bool is_given(std::string_view kind) const {
        return std::any_of(options_.renames.begin(), options_.renames.end(),
                           [&](const Rename& rename) { return is_of_kind(rename, kind); });
    }

    void decide_schemas() {
        RenameScope scope{"schema", {}, schemas_of(from_), schemas_of(to_)};
        scope.question = RenameQuestion::contents;
        for (auto& [before, after] : decide_renames(scope, options_)) renaming_.schemas[before] = after;
    }

    [[nodiscard]] static std::vector<RenameObject> schemas_of(const Catalog& catalog) {
        std::map<std::string, RenameObject> schemas;
        for (const auto& [id, object] : catalog.objects) {
            if (id.kind == Kind::schema) schemas[id.name].name = id.name;
            if (id.kind == Kind::table) schemas[id.schema].parts.push_back(id.name);
        }
        std::vector<RenameObject> objects;
        for (auto& [name, object] : schemas) {
            if (!object.name.empty()) objects.push_back(std::move(object));
        }
        return objects;
    }

    /// Takes the renames whose new name is in another schema, and asks about tables.
    void decide_moves() {
        for (const Rename& rename : options_.renames) {
            const std::size_t dot = rename.to.substr(0, rename.to.find('(')).find('.');
            if (dot == std::string::npos || dot == 0) continue;
            const Id* id = find_from(rename);
            if (id == nullptr || !id->table.empty() || id->kind == Kind::index || id->kind == Kind::schema) continue;
            Id dotted = renaming_.object(*id);
            dotted.name = rename.to;
            if (to_.objects.count(dotted) > 0) continue;
            move(*id, rename, rename.to.substr(0, dot), rename.to.substr(dot + 1));
        }
        std::vector<Rename> undecided;
        for (const auto& [id, table] : from_.tables) ask_about_move(id, table, undecided);
        if (!undecided.empty()) throw undecided_rename(undecided);
    }

    /// What a rename is about, alone in its schema; nothing for what is not there, or a column.
    [[nodiscard]] const Id* find_from(const Rename& rename) const {
        const Id* found = nullptr;
        for (const auto& [id, object] : from_.objects) {
            if (!is_of_kind(rename, rename_kind(id.kind)) || names_of(id).count(rename.from) == 0) continue;
            if (found != nullptr) throw ambiguous(rename, *found, id);
            found = &id;
        }
        return found;
    }

    [[nodiscard]] static Error ambiguous(const Rename& rename, const Id& one, const Id& other) {
        return Error(ErrorCode::usage, written(rename) + ": several have that name",
                     fmt::format("name one: {} or {}", shown(one), shown(other)));
    }

    void move(const Id& id, const Rename& rename, const std::string& schema, const std::string& name) {
        const Id here = renaming_.object(id);
        Id there = here;
        there.schema = schema;
        there.name = name.substr(0, name.find('('));
        const std::string doing =
            at_place_of(rename, fmt::format("cannot move the {} {} to {}", rename_kind(id.kind), shown(id), rename.to));
        if (to_.objects.count(there) == 0) {
            throw Error(ErrorCode::usage,
                        fmt::format("{}: the wanted schema has no such {}", doing, rename_kind(id.kind)),
                        "write the schema and the name that it has there: OLD=SCHEMA.NAME");
        }
        if (to_.objects.count(here) > 0 && here != there) {
            throw Error(ErrorCode::usage, fmt::format("{}: the wanted schema still has {}", doing, shown(here)),
                        "leave the rename out, or move it in two steps");
        }
        if (from_.objects.count(there) > 0 || is_target(there)) {
            throw Error(ErrorCode::usage, fmt::format("{}: the old schema has that already", doing),
                        "leave the rename out, or move it in two steps");
        }
        if (here != there) renaming_.objects[id] = there;
    }

    [[nodiscard]] bool is_target(const Id& id) const {
        return std::any_of(renaming_.objects.begin(), renaming_.objects.end(),
                           [&](const auto& entry) { return entry.second == id; });
    }

    /// A table that is gone from a schema that stays, and is new in another one.
    void ask_about_move(const Id& id, const Table& table, std::vector<Rename>& undecided) {
        const Id here = renaming_.object(id);
        const bool stays = to_.objects.count({Kind::schema, {}, {}, here.schema}) > 0;
        if (!stays || table.is_partition() || to_.tables.count(here) > 0 || is_not_renamed(id)) return;
        if (renaming_.objects.count(id) > 0) return;
        for (const auto& [other, candidate] : to_.tables) {
            const bool is_new = from_.tables.count(other) == 0 && !is_target(other) && !candidate.is_partition();
            if (other.name != id.name || other.schema == here.schema || !is_new || !shares_columns(table, candidate)) {
                continue;
            }
            const Rename question{shown(id), other.schema + "." + other.name};
            if (!options_.ask_rename) {
                undecided.push_back({question.from, question.to, "table"});
                return;
            }
            if (options_.ask_rename(question)) {
                renaming_.objects[id] = other;
                return;
            }
        }
    }

    [[nodiscard]] bool is_not_renamed(const Id& id) const {
        const std::set<std::string> names = names_of(id);
        return std::any_of(options_.not_renamed.begin(), options_.not_renamed.end(),
                           [&](const std::string& name) { return names.count(name) > 0; });
    }

    [[nodiscard]] static bool shares_columns(const Table& a, const Table& b) {
        const auto shared = std::count_if(a.columns.begin(), a.columns.end(),
                                          [&](const Column& column) { return b.find(column.name) != nullptr; });
        return static_cast<std::size_t>(shared) * 2 >= std::max(a.columns.size(), b.columns.size());
    }

    /// Objects of a kind that stand alone.
    void decide_in_schemas(const std::string& kind) {
        const bool has_question = kind == "table" || kind == "type" || kind == "domain" || kind == "sequence";
        if (!has_question && !is_given(kind)) return;
        std::map<std::string, std::vector<const Object*>> by_schema;
        for (const auto& [id, object] : from_.objects) {
            if (rename_kind(id.kind) == kind && !is_settled(id)) by_schema[id.schema].push_back(&object);
        }
        for (const auto& [schema, objects] : by_schema) {
            const std::string after = renaming_.object({Kind::schema, {}, {}, schema}).name;
            RenameScope scope{kind, parents_in(schema), {}, {}};
            std::map<std::string, Id> before;
            for (const Object* object : objects) {
                const Id here = renaming_.object(object->id);
                before[local_name(here)] = object->id;
                scope.before.push_back(as_rename_object(from_, *object, local_name(here)));
            }
            std::map<std::string, Id> targets;
            for (const auto& [id, object] : to_.objects) {
                if (rename_kind(id.kind) != kind || id.schema != after || is_target(id) || is_part(to_, id)) continue;
                targets[local_name(id)] = id;
                scope.after.push_back(as_rename_object(to_, object, local_name(id)));
            }
            scope.question = kind == "table" ? RenameQuestion::any
                             : has_question  ? RenameQuestion::contents
                                             : RenameQuestion::none;
            for (const auto& [name, target] : decide_renames(scope, options_in(scope, kind))) {
                renaming_.objects[before.at(name)] = targets.at(target);
            }
        }
    }

    /// What is not renamed by itself, or was already.
    [[nodiscard]] bool is_settled(const Id& id) const { return renaming_.objects.count(id) > 0 || is_part(from_, id); }
    [[nodiscard]] static bool is_part(const Catalog& catalog, const Id& id) {
        if (id.kind == Kind::table) return catalog.tables.at(id).is_partition();
        return id.kind == Kind::sequence && !catalog.sequences.at(id).owner_table.empty();
    }

    [[nodiscard]] static std::string local_name(const Id& id) {
        return id.kind == Kind::function ? fmt::format("{}({})", id.name, id.arguments) : id.name;
    }

    [[nodiscard]] static RenameObject as_rename_object(const Catalog& catalog, const Object& object, std::string name) {
        const Id& id = object.id;
        RenameObject made{std::move(name), {}, {}};
        if (id.kind == Kind::table) {
            for (const Column& column : catalog.tables.at(id).columns) made.parts.push_back(column.name);
        } else if (id.kind == Kind::enum_type) {
            made.parts = catalog.enums.at(id);
        } else if (id.kind == Kind::composite_type) {
            for (const Column& attribute : catalog.composites.at(id)) made.parts.push_back(attribute.name);
        } else if (id.kind == Kind::domain) {
            const Domain& domain = catalog.domains.at(id);
            made.signature = domain.type;
            for (const auto& [constraint, definition] : domain.constraints) made.signature += definition.definition;
            if (domain.constraints.empty()) made.signature.clear();  // A plain name for a type: nothing to tell it by.
        }
        return made;
    }

    /// Functions may be given without their arguments where that names one.
    [[nodiscard]] DiffOptions options_in(const RenameScope& scope, const std::string& kind) const {
        DiffOptions options = options_;
        if (kind != "function") return options;
        for (Rename& rename : options.renames) {
            if (rename.kind != kind) continue;
            const std::size_t dot = rename.from.substr(0, rename.from.find('(')).rfind('.');
            const std::string parent = dot == std::string::npos ? "" : rename.from.substr(0, dot + 1);
            rename.from = parent + with_arguments(rename, rename.from.substr(parent.size()), scope.before);
            rename.to = with_arguments(rename, rename.to, scope.after);
        }
        return options;
    }

    [[nodiscard]] static std::string with_arguments(const Rename& rename, const std::string& name,
                                                    const std::vector<RenameObject>& functions) {
        if (name.find('(') != std::string::npos) return name;
        const RenameObject* found = nullptr;
        for (const RenameObject& function : functions) {
            if (!function.name.starts_with(name + "(")) continue;
            if (found != nullptr) {
                throw Error(ErrorCode::usage, fmt::format("{}: there are several of {}", written(rename), name),
                            fmt::format("write it with its arguments: {} or {}", found->name, function.name));
            }
            found = &function;
        }
        return found == nullptr ? name : found->name;
    }

    void decide_on_relations(const std::string& kind) {
        std::map<Id, RenameScope> scopes;
        for (const auto& [id, object] : from_.objects) {
            if (rename_kind(id.kind) != kind) continue;
            const Id next = renaming_.object(id);
            RenameScope& scope = scopes[{id.kind, next.schema, next.table, {}}];
            if (scope.before.empty()) add_parents(scope, table_id(id.schema, id.table));
            if (scope.before.empty() && next.table != id.table) add_parents(scope, table_id(next.schema, next.table));
            scope.before.push_back({id.name, {}, {}});
            owners_[{id.kind, next.schema, next.table, id.name}] = id;
        }
        for (auto& [on, scope] : scopes) {
            scope.kind = kind;
            scope.question = RenameQuestion::none;
            for (const auto& [id, object] : to_.objects) {
                if (id.kind == on.kind && id.schema == on.schema && id.table == on.table) {
                    scope.after.push_back({id.name, {}, {}});
                }
            }
            for (const auto& [before, after] : decide_renames(scope, options_)) {
                renaming_.objects[owners_.at({on.kind, on.schema, on.table, before})] = {on.kind, on.schema, on.table,
                                                                                         after};
            }
        }
    }

    void decide_columns(const Id& id, const Table& table) {
        const Id after = renaming_.object(id);
        const auto found = to_.tables.find(after);
        if (found == to_.tables.end()) return;
        RenameScope scope{"column", {}, {}, {}};
        add_parents(scope, id);
        if (after != id) add_parents(scope, after);
        for (const Column& column : table.columns) {
            if (!column.inherited) scope.before.push_back({column.name, column.type, {}});
        }
        for (const Column& column : found->second.columns) {
            if (!column.inherited) scope.after.push_back({column.name, column.type, {}});
        }
        for (const auto& [before, now] : decide_renames(scope, options_)) renaming_.columns[id][before] = now;
    }

    /// What inherits a column has it renamed with its parent's.
    void inherit_column_renames() {
        for (bool again = true; again;) {
            again = false;
            for (const auto& [id, table] : from_.tables) {
                for (const Id& parent : table.parents) again = inherit_from(id, table, parent) || again;
            }
        }
    }
    bool inherit_from(const Id& id, const Table& table, const Id& parent) {
        const auto names = renaming_.columns.find(parent);
        if (names == renaming_.columns.end()) return false;
        bool any = false;
        for (const auto& rename : std::map<std::string, std::string>(names->second)) {
            const Column* column = table.find(rename.first);
            if (column != nullptr && column->inherited) any = renaming_.columns[id].insert(rename).second || any;
        }
        return any;
    }

    void decide_view_columns() {
        if (!is_given("column")) return;
        for (const auto& [id, object] : from_.objects) {
            const auto* columns = columns_of_view(from_, id);
            const Id after = renaming_.object(id);
            if (columns == nullptr || to_.objects.count(after) == 0) continue;
            RenameScope scope{"column", {}, {}, {}};
            add_parents(scope, id);
            if (after != id) add_parents(scope, after);
            scope.question = RenameQuestion::none;
            for (const std::string& column : *columns) scope.before.push_back({column, {}, {}});
            for (const std::string& column : *columns_of_view(to_, after)) scope.after.push_back({column, {}, {}});
            for (const auto& [before, now] : decide_renames(scope, options_)) renaming_.columns[id][before] = now;
        }
    }

    void decide_attributes(const Id& id, const std::vector<Column>& attributes) {
        const Id after = renaming_.object(id);
        const auto found = to_.composites.find(after);
        if (found == to_.composites.end()) return;
        RenameScope scope{"attribute", {}, {}, {}};
        add_parents(scope, id);
        if (after != id) add_parents(scope, after);
        for (const Column& attribute : attributes) scope.before.push_back({attribute.name, attribute.type, {}});
        for (const Column& attribute : found->second) scope.after.push_back({attribute.name, attribute.type, {}});
        for (const auto& [before, now] : decide_renames(scope, options_)) renaming_.columns[id][before] = now;
    }

    /// As of tables: a constraint that says the same under another name is renamed, not looked at again.
    void decide_domain_constraints(const Id& id, const Domain& domain) {
        const Id after = renaming_.object(id);
        const auto found = to_.domains.find(after);
        if (found == to_.domains.end()) return;
        RenameScope scope{"constraint", {}, {}, {}};
        add_parents(scope, id);
        if (after != id) add_parents(scope, after);
        scope.question = RenameQuestion::none;
        for (const auto& [name, constraint] : domain.constraints) scope.before.push_back({name, {}, {}});
        for (const auto& [name, constraint] : found->second.constraints) scope.after.push_back({name, {}, {}});
        std::map<std::string, std::string> renames = decide_renames(scope, options_);
        std::set<std::string> taken;
        for (const auto& [before, now] : renames) taken.insert(now);
        for (const auto& [name, constraint] : domain.constraints) {
            if (found->second.constraints.count(name) > 0 || renames.count(name) > 0) continue;
            for (const auto& [other, candidate] : found->second.constraints) {
                const bool same = candidate.definition == constraint.definition && domain.constraints.count(other) == 0;
                if (!same || !taken.insert(other).second) continue;
                renames[name] = other;
                break;
            }
        }
        if (!renames.empty()) renaming_.constraints[id] = std::move(renames);
    }

    void decide_values(const Id& id, const std::vector<std::string>& values) {
        const Id after = renaming_.object(id);
        const auto found = to_.enums.find(after);
        if (found == to_.enums.end()) return;
        RenameScope scope{"value", {}, {}, {}};
        add_parents(scope, id);
        if (after != id) add_parents(scope, after);
        for (const std::string& value : values) scope.before.push_back({value, {}, {}});
        for (const std::string& value : found->second) scope.after.push_back({value, {}, {}});
        for (const auto& [before, now] : decide_renames(scope, options_)) renaming_.values[id][before] = now;
    }

    const Catalog& from_;
    const Catalog& to_;
    const DiffOptions& options_;
    Renaming renaming_;
    std::map<Id, Id> owners_;  ///< What is on a table, by its table's new name.
};

}  // namespace

Renaming decide_renaming(const Catalog& from, const Catalog& to, const DiffOptions& options) {
    return RenamingDecision(from, to, options).made();
}

}  // namespace quarry::schema::postgresql
