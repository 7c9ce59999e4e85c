#include "core/schema/sqlite/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

#include "core/base/error.h"
#include "core/schema/sqlite/compare.h"
#include "core/schema/sqlite/dump.h"
#include "core/schema/sqlite/narrow.h"
#include "core/schema/sqlite/rebuild.h"
#include "core/schema/sqlite/trial.h"
#include "core/schema/sqlite/virtual_tables.h"

namespace quarry::schema::sqlite {
namespace {

/// How much a plan does; the least that works is taken.
enum class Effort {
    least,
    views_apart,  ///< Views and triggers are dropped first: ALTER TABLE refuses while one of them is broken.
    rebuild_all,  ///< And no table is altered, but rebuilt.
};

std::vector<Statement> rename_statements(const ModelRenames& renames) {
    std::vector<Statement> statements;
    for (const auto& [from, to] : renames.tables) {
        statements.push_back(
            {fmt::format("ALTER TABLE {} RENAME TO {};", quoted_name(from), quoted_name(to)), "", false});
    }
    for (const auto& column : renames.columns) {
        statements.push_back({fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {};", quoted_name(column.table),
                                          quoted_name(column.from), quoted_name(column.to)),
                              "", false});
    }
    return statements;
}

std::vector<Statement> drop_views_and_triggers(const Model& model) {
    std::vector<Statement> statements;
    for (const Trigger& trigger : model.triggers) {
        statements.push_back({fmt::format("DROP TRIGGER {};", quoted_name(trigger.name)), "", false});
    }
    for (const View& view : model.views) {
        statements.push_back({fmt::format("DROP VIEW {};", quoted_name(view.name)), "", false});
    }
    if (!statements.empty()) {
        statements.front().comment = "Views and triggers are dropped while tables change, and created again below.";
    }
    return statements;
}

std::vector<std::string> primary_key_names(const Model& model, std::string_view table) {
    std::vector<std::string> names;
    const Table* found = find_object(model.tables, table);
    const Constraint* key = found == nullptr ? nullptr : found->primary_key();
    if (key == nullptr) return names;
    for (const KeyColumn& column : key->columns) names.push_back(fold_name(column.name));
    return names;
}

/// Plans the way from one schema to another when no name changes.
class Planner {
public:
    Planner(const Model& from, const Model& to, const DiffOptions& options, Effort effort)
        : from_(from), to_(to), options_(options), effort_(effort) {
        for (const Table& table : to_.tables) note_difference(table);
    }

    /// The parts borrow from the planner.
    std::vector<PlanPart> plan() {
        drop_objects();
        for (const auto& [table, difference] : altered_) {
            parts_.push_back({alter_table(difference), PlanPart::Kind::alter, &difference, {}});
        }
        for (const Table* table : tables_in_order(to_)) {
            if (find_object(from_.tables, table->name) == nullptr) add(table->sql());
        }
        rebuild_tables();
        make_virtual_tables();
        make_objects();
        return std::move(parts_);
    }

private:
    using Differences = std::vector<std::pair<std::string, TableDifference>>;

    void note_difference(const Table& table) {
        const Table* before = find_object(from_.tables, table.name);
        if (before == nullptr) return;
        auto difference = compare_tables(*before, table);
        if (!difference && !implied_key_moves(table)) return;
        if (!difference) difference = TableDifference{before, &table, {}, {}, {}, {}, {}, {}};
        const bool native = effort_ != Effort::rebuild_all && can_alter(*difference) && !implied_key_moves(table);
        if (!native) rebuilt_names_.insert(fold_name(table.name));
        (native ? altered_ : rebuilt_).emplace_back(fold_name(table.name), std::move(*difference));
    }

    /// Whether a foreign key that may be written without columns points to a table that gets another primary key.
    [[nodiscard]] bool implied_key_moves(const Table& table) const {
        return std::any_of(table.constraints.begin(), table.constraints.end(), [&](const Constraint& constraint) {
            return constraint.kind == ConstraintKind::foreign_key &&
                   primary_key_names(from_, constraint.parent) != primary_key_names(to_, constraint.parent) &&
                   find_object(from_.tables, constraint.parent) != nullptr;
        });
    }

    [[nodiscard]] bool is_rebuilt(std::string_view table) const { return rebuilt_names_.contains(fold_name(table)); }

    void add(std::string sql, std::string comment = {}, bool destructive = false) {
        append({{std::move(sql) + ";", std::move(comment), destructive}});
    }
    void append(std::vector<Statement> statements) {
        if (parts_.empty() || parts_.back().kind != PlanPart::Kind::any) parts_.emplace_back();
        for (Statement& statement : statements) parts_.back().statements.push_back(std::move(statement));
    }

    /// Drops what is gone or changes; what goes with its table or view is not dropped by itself.
    void drop_objects() {
        for (const Trigger& trigger : from_.triggers) {
            const Trigger* other = find_object(to_.triggers, trigger.name);
            if (other != nullptr && *other == trigger && keeps_owner(trigger.table))
                kept_.insert(key("trigger", trigger));
            if (other != nullptr && *other == trigger) continue;
            if (keeps_owner(trigger.table)) add("DROP TRIGGER " + quoted_name(trigger.name));
        }
        for (const View& view : from_.views) {
            const View* other = find_object(to_.views, view.name);
            if (other != nullptr && *other == view) {
                kept_.insert(key("view", view));
            } else {
                add("DROP VIEW " + quoted_name(view.name));
            }
        }
        for (const Index& index : from_.indexes) {
            if (!keeps_owner(index.table)) continue;
            const Index* other = find_object(to_.indexes, index.name);
            if (other != nullptr && *other == index) {
                kept_.insert(key("index", index));
            } else {
                add("DROP INDEX " + quoted_name(index.name));
            }
        }
        for (const VirtualTable& table : from_.virtual_tables) {
            if (find_object(to_.virtual_tables, table.name) == nullptr) drop_table(table.name, holds_own_rows(table));
        }
        const std::vector<const Table*> order = tables_in_order(from_);
        for (auto at = order.rbegin(); at != order.rend(); ++at) {
            if (find_object(to_.tables, (*at)->name) == nullptr) drop_table((*at)->name, true);
        }
    }

    void drop_table(const std::string& name, bool destructive) {
        add("DROP TABLE " + quoted_name(name), destructive ? fmt::format("The contents of {} are lost.", name) : "",
            destructive);
    }

    template <typename Object>
    [[nodiscard]] static std::string key(const std::string& kind, const Object& object) {
        return kind + " " + fold_name(object.name);
    }

    /// Whether a table or view stays where it is, with the indexes and triggers that it has.
    [[nodiscard]] bool keeps_owner(const std::string& owner) const {
        if (const View* view = find_object(from_.views, owner)) {
            const View* other = find_object(to_.views, owner);
            return other != nullptr && *other == *view;
        }
        if (find_object(from_.tables, owner) == nullptr) return true;
        return find_object(to_.tables, owner) != nullptr && !is_rebuilt(owner);
    }

    [[nodiscard]] std::string free_name(const std::string& table) const {
        std::string name = "quarry_new_" + table;
        const auto taken = [&](const Model& model) {
            return find_object(model.tables, name) != nullptr || find_object(model.virtual_tables, name) != nullptr ||
                   find_object(model.views, name) != nullptr || find_object(model.indexes, name) != nullptr;
        };
        while (taken(from_) || taken(to_)) name += "_";
        return name;
    }

    void rebuild_tables() {
        if (rebuilt_.empty()) return;
        add("PRAGMA legacy_alter_table = ON", "Views and triggers that mention a rebuilt table are not changed.");
        for (const auto& [table, difference] : rebuilt_) {
            const std::string new_name = free_name(difference.to->name);
            parts_.push_back(
                {rebuild_table(difference, new_name, options_), PlanPart::Kind::rebuild, &difference, new_name});
        }
        add("PRAGMA legacy_alter_table = OFF");
    }

    void make_virtual_tables() {
        for (const VirtualTable& table : to_.virtual_tables) {
            const VirtualTable* before = find_object(from_.virtual_tables, table.name);
            if (before != nullptr && *before == table) continue;
            if (before != nullptr) {
                append(replace_virtual_table(*before, table, free_name(table.name)));
            } else {
                add(table.sql());
            }
            for (Statement& fill : fill_virtual_table(table)) fills_.push_back(std::move(fill));
        }
    }

    void make_objects() {
        for (const Index& index : to_.indexes) {
            if (kept_.count(key("index", index)) == 0) add(index.sql());
        }
        for (const View* view : views_in_order(to_)) {
            if (kept_.count(key("view", *view)) == 0) add(view->sql());
        }
        append(std::move(fills_));
        for (const Trigger& trigger : to_.triggers) {
            if (kept_.count(key("trigger", trigger)) == 0) add(trigger.sql());
        }
    }

    const Model& from_;
    const Model& to_;
    const DiffOptions& options_;
    Effort effort_;
    Differences altered_, rebuilt_;
    std::set<std::string> rebuilt_names_;
    std::set<std::string> kept_;
    std::vector<Statement> fills_;  ///< Of new indexes over tables and views, when those are there.
    std::vector<PlanPart> parts_;
};

/// One attempt; what SQLite refuses is thrown.
std::vector<Statement> try_plan(Trial& trial, const NarrowedModels& narrowed, const Model& from, const Model& to,
                                const ModelRenames& renames, const DiffOptions& options, Effort effort) {
    std::vector<Statement> first;
    if (effort != Effort::least) first = drop_views_and_triggers(from);
    for (Statement& statement : rename_statements(renames)) first.push_back(std::move(statement));
    const Model between = first.empty() ? from : widened(trial.after(first), narrowed.rest);
    Planner planner(between, to, options, effort);
    std::vector<PlanPart> parts = planner.plan();
    parts.insert(parts.begin(), PlanPart{std::move(first), PlanPart::Kind::any, nullptr, {}});

    std::vector<Change> left;
    if (trial.complete()) left = compare_models(trial.after(parts), narrowed.to);
    std::vector<Statement> statements;
    for (PlanPart& part : parts) std::ranges::move(part.statements, std::back_inserter(statements));
    if (left.empty()) return statements;
    throw Error(ErrorCode::failed, fmt::format("the change of {} cannot be expressed", left.front().object))
        .because(fmt::format("not done: {} {}", left.front().kind, left.front().detail));
}

}  // namespace

ModelRenames ModelRenames::reversed() const {
    ModelRenames result;
    for (const auto& [from, to] : tables) result.tables.emplace_back(to, from);
    for (const OfColumn& column : columns) {
        OfColumn other{column.table, column.to, column.from};
        for (const auto& [from, to] : tables) {
            if (fold_name(to) == fold_name(column.table)) other.table = from;
        }
        result.columns.push_back(std::move(other));
    }
    return result;
}

std::vector<Statement> plan_statements(const Model& from, const Model& to, const ModelRenames& renames,
                                       const DiffOptions& options) {
    const NarrowedModels narrowed = narrow(from, to);
    Trial trial(narrowed.from);
    for (const Effort effort : {Effort::least, Effort::views_apart}) {
        try {
            return try_plan(trial, narrowed, from, to, renames, options, effort);
        } catch (const Error&) {
            continue;  // The next one tells.
        }
    }
    return try_plan(trial, narrowed, from, to, renames, options, Effort::rebuild_all);
}

Model renamed_model(const Model& from, const ModelRenames& renames) {
    if (renames.empty()) return from;
    try {
        return Trial(from).after(rename_statements(renames));
    } catch (const Error&) {
        Model without = from;  // A view or trigger is broken: SQLite renames nothing then.
        without.views.clear();
        without.triggers.clear();
        Model renamed = Trial(without).after(rename_statements(renames));
        renamed.views = from.views;
        renamed.triggers = from.triggers;
        return renamed;
    }
}

}  // namespace quarry::schema::sqlite
