#include "core/migrate/repeatable_objects.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace quarry::migrate {
namespace {

/// Kinds that are only partly made by who changes them.
constexpr auto changed_in_part = std::to_array<std::string_view>(
    {"change_table", "change_column", "change_sequence", "change_schema", "change_virtual_table", "add_column"});

bool makes_whole(const schema::Change& change) {
    if (change.by_hand || change.kind.starts_with("drop_") || change.kind.starts_with("rename_")) return false;
    return std::find(changed_in_part.begin(), changed_in_part.end(), change.kind) == changed_in_part.end();
}

MigrationList with_repeatable(const MigrationList& migrations, std::size_t count) {
    const auto kept = migrations.repeatable().first(count);
    return migrations.filtered([&](const Migration& migration) {
        return migration.part != FilePart::repeatable ||
               std::any_of(kept.begin(), kept.end(), [&](const auto& one) { return one.path == migration.path; });
    });
}

}  // namespace

RepeatableObjects::RepeatableObjects(const SchemaLoader& loader, const MigrationList& migrations) {
    const std::unique_ptr<Database> scratch = loader.scratch();
    for (std::size_t count = 0; count <= migrations.repeatable().size(); ++count) {
        replay(*scratch, with_repeatable(migrations, count), loader.migrator_options);
        auto now = scratch->read_schema(loader.ignored_tables);
        if (count > 0) {
            for (const auto& change : schema_->diff(*now, schema::DiffOptions::without_renames()).changes) {
                const std::string name = name_of(change);
                if (makes_whole(change)) objects_.insert(name);
                changed_[name] = migrations.repeatable()[count - 1].path;
            }
        }
        schema_ = std::move(now);
    }
}

std::string RepeatableObjects::name_of(const schema::Change& change) {
    return change.kind.substr(change.kind.find('_') + 1) + " " + change.object;
}

std::vector<RepeatableChange> RepeatableObjects::take(std::vector<schema::Change>& changes) const {
    std::vector<RepeatableChange> taken;
    std::erase_if(changes, [&](const schema::Change& change) {
        const std::string name = name_of(change);
        if (!objects_.contains(name)) return false;
        taken.push_back({change, changed_.at(name)});
        return true;
    });
    return taken;
}

std::vector<RepeatableChange> RepeatableObjects::take_wanted(std::vector<schema::Change>& changes) const {
    std::vector<RepeatableChange> taken = take(changes);
    std::erase_if(taken, [](const RepeatableChange& one) { return one.change.kind.starts_with("drop_"); });
    return taken;
}

}  // namespace quarry::migrate
