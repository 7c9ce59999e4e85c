#include "core/migrate/autogenerate.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/migrate/diff_text.h"

namespace quarry::migrate {
namespace {

constexpr std::size_t named_in_errors = 10;

/// "drop_column users.name", "change_column users.age (type: TEXT -> INTEGER)".
std::string described(const schema::Change& change) {
    return change.detail.empty() ? fmt::format("{} {}", change.kind, change.object)
                                 : fmt::format("{} {} ({})", change.kind, change.object, change.detail);
}

/// Proves that the new migrations, run on the scratch database of the old ones, give the wanted schema.
void require_wanted(Database& scratch, const SchemaLoader& loader, const std::vector<std::string>& texts,
                    const schema::Schema& wanted) {
    for (const std::string& text : texts) {
        MigrationFile file = parse_migration(
            scratch.dialect(), {"the new migration", text, std::nullopt, {}, MigrationText::Kind::sections});
        scratch.run(file.up);
    }
    const schema::Diff left = scratch.read_schema(loader.ignored_tables)->diff(wanted, {});
    if (left.empty()) return;
    Error error(ErrorCode::failed, "the difference cannot be expressed: the new migration gives another schema",
                "write this migration by hand: quarry migrate new NAME");
    for (std::size_t i = 0; i < left.changes.size() && i < named_in_errors; ++i) {
        error = std::move(error).because(described(left.changes[i]));
    }
    throw error;
}

}  // namespace

void require_nothing_destroyed(const schema::Diff& diff) {
    if (!is_destructive(diff)) return;
    Error error(ErrorCode::usage, "the new migration would destroy data",
                "look at it with quarry migrate diff; if it is what you want, add --allow-destructive");
    std::size_t named = 0;
    for (const schema::Change& change : diff.changes) {
        if (change.destructive && named++ < named_in_errors) error = std::move(error).because(described(change));
    }
    throw error;
}

std::vector<std::filesystem::path> autogenerate(const SchemaLoader& loader, const MigrationList& migrations,
                                                const schema::Schema& wanted, const schema::DiffOptions& diff_options,
                                                const AutogenerateOptions& options) {
    const std::unique_ptr<Database> scratch = loader.scratch();
    replay(*scratch, migrations, loader.migrator_options);
    const schema::Diff diff = scratch->read_schema(loader.ignored_tables)->diff(wanted, diff_options);
    if (diff.empty()) return {};
    if (!options.allow_destructive) require_nothing_destroyed(diff);
    const std::vector<std::string> texts = migration_texts(diff);
    require_wanted(*scratch, loader, texts, wanted);
    std::vector<std::filesystem::path> paths;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string name = i == 0 ? options.name : fmt::format("{}_{}", options.name, i + 1);
        paths.push_back(create_migration(options.folder, name, options.style, options.now, texts[i]));
    }
    return paths;
}

}  // namespace quarry::migrate
