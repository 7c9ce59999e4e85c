#include "core/schema/sqlite/sqlite_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/schema/renames.h"
#include "core/schema/sqlite/compare.h"
#include "core/schema/sqlite/dump.h"
#include "core/schema/sqlite/plan.h"
#include "core/schema/sqlite/read.h"

namespace quarry::schema {
namespace {

using sqlite::Column;
using sqlite::find_object;
using sqlite::fold_name;
using sqlite::Model;
using sqlite::ModelRenames;
using sqlite::Table;

std::vector<std::string> all_paths(const Model& model) {
    std::vector<std::string> paths;
    for (const Table& table : model.tables) {
        paths.push_back(table.name);
        for (const Column& column : table.columns) paths.push_back(table.name + "." + column.name);
    }
    return paths;
}

RenamePaths rename_paths(const Model& model) {
    RenamePaths paths{{"table", {}}, {"column", {}}};
    for (const Table& table : model.tables) {
        paths["table"].push_back(table.name);
        for (const Column& column : table.columns) paths["column"].push_back(table.name + "." + column.name);
    }
    return paths;
}

std::vector<RenameObject> table_objects(const Model& model) {
    std::vector<RenameObject> objects;
    for (const Table& table : model.tables) {
        RenameObject object{table.name, "", {}};
        for (const Column& column : table.columns) object.parts.push_back(fold_name(column.name));
        objects.push_back(std::move(object));
    }
    return objects;
}

std::vector<RenameObject> column_objects(const Table& table) {
    std::vector<RenameObject> objects;
    for (const Column& column : table.columns) {
        objects.push_back({column.name, column.generated ? "generated" : fold_name(column.type), {}});
    }
    return objects;
}

ModelRenames decide_model_renames(const Model& from, const Model& to, const DiffOptions& options) {
    require_known_renames(options, rename_paths(from), rename_paths(to), true);
    ModelRenames renames;
    const auto tables = decide_renames({"table", {}, table_objects(from), table_objects(to), true}, options);
    renames.tables.assign(tables.begin(), tables.end());
    for (const Table& table : from.tables) {
        const auto renamed = tables.find(table.name);
        const std::string& new_name = renamed == tables.end() ? table.name : renamed->second;
        const Table* other = find_object(to.tables, new_name);
        if (other == nullptr) continue;
        const RenameScope scope{"column", {table.name, new_name}, column_objects(table), column_objects(*other), true};
        for (const auto& [old_column, new_column] : decide_renames(scope, options)) {
            renames.columns.push_back({new_name, old_column, new_column});
        }
    }
    return renames;
}

void require_known_backfill(const Model& from, const Model& to, const DiffOptions& options) {
    std::vector<std::string> paths = all_paths(to);
    for (std::string& path : all_paths(from)) paths.push_back(std::move(path));
    for (const auto& entry : options.backfill) {
        const std::string& name = entry.first;
        const bool known = std::any_of(paths.begin(), paths.end(),
                                       [&](const std::string& path) { return fold_name(path) == fold_name(name); });
        if (known) continue;
        const auto near = closest(name, paths);
        throw Error(ErrorCode::usage, fmt::format("a value is given for {}, which is not a column", name),
                    near ? fmt::format("did you mean {}?", *near) : "write it as table.column");
    }
}

std::vector<Change> rename_changes(const ModelRenames& renames) {
    std::vector<Change> changes;
    for (const auto& [from, to] : renames.tables) {
        changes.push_back({"rename_table", from, fmt::format("{} -> {}", from, to), false});
    }
    for (const auto& column : renames.columns) {
        changes.push_back({"rename_column", column.table + "." + column.from,
                           fmt::format("{} -> {}", column.from, column.to), false});
    }
    return changes;
}

/// Says above the down what it cannot bring back.
void note_lost_data(Diff& diff) {
    std::string lost;
    for (const Change& change : diff.changes) {
        if (change.destructive) lost += (lost.empty() ? "" : ", ") + change.object;
    }
    if (lost.empty()) return;
    std::string& comment = diff.down.front().statements.front().comment;
    const std::string note = fmt::format("Restores the schema, but not the lost contents: {}.", lost);
    comment = comment.empty() ? note : note + "\n" + comment;
}

/// Drops the named objects of a model, and the indexes and triggers on them.
Model model_without(Model model, const std::set<std::string>& objects) {
    std::set<std::string> folded, gone;
    for (const std::string& object : objects) folded.insert(fold_name(object));
    const auto drop = [&](auto& list, std::string_view kind) {
        std::erase_if(list, [&](const auto& object) {
            const std::string name = fold_name(object.name);
            return folded.contains(fmt::format("{} {}", kind, name)) && gone.insert(name).second;
        });
    };
    drop(model.tables, "table");
    drop(model.virtual_tables, "virtual_table");
    drop(model.views, "view");
    const auto is_on_dropped = [&](const auto& object) { return gone.contains(fold_name(object.table)); };
    std::erase_if(model.indexes, is_on_dropped);
    std::erase_if(model.triggers, is_on_dropped);
    drop(model.indexes, "index");
    drop(model.triggers, "trigger");
    return model;
}

class SqliteSchema final : public Schema {
public:
    explicit SqliteSchema(Model model) : model_(std::move(model)) {}

    [[nodiscard]] sql::Dialect dialect() const noexcept override { return sql::Dialect::sqlite; }
    [[nodiscard]] std::string dump() const override { return sqlite::dump_model(model_); }

    [[nodiscard]] Diff diff(const Schema& target, const DiffOptions& options) const override {
        const auto* wanted = dynamic_cast<const SqliteSchema*>(&target);
        if (wanted == nullptr)
            throw Error(ErrorCode::usage, "a SQLite schema can only be compared with another SQLite schema");
        const Model& to = wanted->model_;
        const ModelRenames renames = decide_model_renames(model_, to, options);
        require_known_backfill(model_, to, options);
        Diff diff;
        diff.changes = rename_changes(renames);
        for (Change& change : sqlite::compare_models(sqlite::renamed_model(model_, renames), to)) {
            diff.changes.push_back(std::move(change));
        }
        if (diff.empty()) return diff;
        diff.up = {{sqlite::plan_statements(model_, to, renames, options), true}};
        diff.down = {{sqlite::plan_statements(to, model_, renames.reversed(), options), true}};
        note_lost_data(diff);
        return diff;
    }

    [[nodiscard]] std::unique_ptr<Schema> without(const std::set<std::string>& objects) const override {
        return std::make_unique<SqliteSchema>(model_without(model_, objects));
    }

private:
    Model model_;
};

}  // namespace

std::unique_ptr<Schema> read_sqlite_schema(SQLite::Database& database, std::span<const std::string> ignored_tables) {
    return std::make_unique<SqliteSchema>(sqlite::read_model(database, ignored_tables));
}

}  // namespace quarry::schema
