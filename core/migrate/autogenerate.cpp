#include "core/migrate/autogenerate.h"

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/migrate/diff_text.h"

namespace quarry::migrate {
namespace {

constexpr std::size_t changes_in_errors = 10;

/// The renames of a diff the other way round: {"users.name", "full_name"} is {"users.full_name", "name"}; of what was
/// moved, {"users", "archive.users"} is {"archive.users", "public.users"}.
std::vector<schema::Rename> reversed(const std::vector<schema::Rename>& renames) {
    std::vector<schema::Rename> result;
    for (const schema::Rename& one : renames) {
        const std::size_t dot = one.from.substr(0, one.from.find('(')).rfind('.');
        const std::size_t name = dot == std::string::npos ? 0 : dot + 1;
        if (one.to.substr(0, one.to.find('(')).find('.') != std::string::npos) {
            result.push_back({one.to, name == 0 ? "public." + one.from : one.from, one.kind});
        } else {
            result.push_back({one.from.substr(0, name) + one.to, one.from.substr(name), one.kind});
        }
    }
    return result;
}

/// The way back from one step's schema to the one before it, which may have been before any rename or behind it.
std::vector<schema::Script> way_back(const schema::Schema& after, const schema::Schema& before,
                                     const schema::DiffOptions& options) {
    schema::DiffOptions back = schema::DiffOptions::without_renames();
    back.renames = reversed(options.renames);
    back.backfill = options.backfill;
    back.time_zone = options.time_zone;
    back.concurrent_indexes = options.concurrent_indexes;
    try {
        return after.diff(before, back).up;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::usage) throw;
        back.renames.clear();
        return after.diff(before, back).up;
    }
}

/// A diff as migrations, tried out on the scratch database of the migrations before them. Each one's way back leads to
/// where it began.
std::vector<std::string> tried_texts(Database& scratch, const SchemaLoader& loader, const schema::Diff& diff,
                                     const schema::Schema& wanted, const schema::DiffOptions& options) {
    std::vector<std::string> texts;
    std::unique_ptr<schema::Schema> before = scratch.read_schema(loader.ignored_tables);
    for (const schema::Script& script : diff.up) {
        const auto parsed = [&](const std::string& text) {
            return parse_migration(scratch.dialect(),
                                   {"the new migration", text, std::nullopt, {}, MigrationText::Kind::sections});
        };
        scratch.run(parsed(migration_text(script, {})).up);
        std::unique_ptr<schema::Schema> after = scratch.read_schema(loader.ignored_tables);
        texts.push_back(migration_text(script, diff.up.size() == 1 ? diff.down : way_back(*after, *before, options)));
        (void)parsed(texts.back());
        before = std::move(after);
    }
    schema::Diff left = before->diff(wanted, schema::DiffOptions::without_renames());
    std::erase_if(left.changes, [](const schema::Change& change) { return change.by_hand; });
    if (left.empty()) return texts;
    Error error(ErrorCode::failed, "the difference cannot be expressed: the new migration gives another schema",
                "write this migration by hand, as a file that the command makes without --autogenerate");
    for (std::size_t i = 0; i < left.changes.size() && i < changes_in_errors; ++i) {
        error = std::move(error).because(left.changes[i].text());
    }
    throw error;
}

void require_something_written(const schema::Diff& diff) {
    if (!diff.up.empty()) return;
    Error error(ErrorCode::failed, "quarry writes no SQL for what differs",
                "write this migration by hand: quarry migrate new NAME");
    for (std::size_t i = 0; i < diff.changes.size() && i < changes_in_errors; ++i) {
        error = std::move(error).because(diff.changes[i].text());
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
        if (change.destructive && named++ < changes_in_errors) error = std::move(error).because(change.text());
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
    require_something_written(diff);
    if (!options.allow_destructive) require_nothing_destroyed(diff);
    std::vector<std::string> texts = tried_texts(*scratch, loader, diff, wanted, diff_options);
    texts.front().insert(0, by_hand_text(diff));
    std::vector<std::filesystem::path> paths;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string name = i == 0 ? options.name : fmt::format("{}_{}", options.name, i + 1);
        paths.push_back(create_migration(options.folder, name, options.style, options.now, texts[i]));
    }
    return paths;
}

}  // namespace quarry::migrate
