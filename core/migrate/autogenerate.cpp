#include "core/migrate/autogenerate.h"

#include <fmt/format.h>

#include <set>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/migrate/diff_text.h"
#include "core/migrate/repeatable_objects.h"

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

/// The migrations that the new ones come behind, and what is wanted of both.
class Trial {
public:
    Trial(const SchemaLoader& loader, const MigrationList& migrations, const schema::Schema& wanted)
        : loader_(loader), migrations_(migrations), wanted_(&wanted) {
        if (migrations.repeatable().empty()) {
            from_ = loader.load(migrations);
            return;
        }
        repeatable_.emplace(loader, migrations);
        from_ = repeatable_->rest_of(repeatable_->schema());
        rest_ = repeatable_->rest_of(wanted);
        auto changes = repeatable_->schema().diff(wanted, schema::DiffOptions::without_renames()).changes;
        left = repeatable_->take_wanted(changes);
        wanted_ = rest_.get();
    }

    [[nodiscard]] schema::Diff diff(const schema::DiffOptions& options) const { return from_->diff(*wanted_, options); }

    /// A diff as migrations, tried out behind the others. Each one's way back leads to where it began.
    [[nodiscard]] std::vector<std::string> texts(const schema::Diff& diff, const schema::DiffOptions& options) {
        const std::unique_ptr<Database> scratch = loader_.scratch();
        replay(*scratch, numbered(), loader_.migrator_options);
        std::vector<std::string> texts;
        std::unique_ptr<schema::Schema> before = read(*scratch);
        for (const schema::Script& script : diff.up) {
            scratch->run(parsed(migration_text(script, {}), scratch->dialect()));
            std::unique_ptr<schema::Schema> after = read(*scratch);
            texts.push_back(
                migration_text(script, diff.up.size() == 1 ? diff.down : way_back(*after, *before, options)));
            (void)parsed(texts.back(), scratch->dialect());
            before = std::move(after);
        }
        require_wanted(before->diff(*wanted_, schema::DiffOptions::without_renames()).changes);
        if (repeatable_) note_repeatable(*scratch);
        return texts;
    }

    /// Runs the new migrations where the repeatable ones have run already.
    void run_behind_repeatable(const std::vector<std::string>& texts) {
        if (!repeatable_) return;
        const std::unique_ptr<Database> scratch = loader_.scratch();
        replay(*scratch, migrations_, loader_.migrator_options);
        try {
            for (const std::string& text : texts) scratch->run(parsed(text, scratch->dialect()));
        } catch (const Error& error) {
            if (error.code() == ErrorCode::interrupted) throw;
            Error failure(
                ErrorCode::failed,
                "the new migration does not run after the repeatable migrations, as it must on every existing database",
                "write it by hand (quarry migrate diff prints its SQL): begin it with DROP ... IF EXISTS of what "
                "blocks the change, and edit the R_ file that creates it, so that it runs again");
            for (const std::string& cause : error.causes()) failure = std::move(failure).because(cause);
            throw failure;
        }
        if (!with_all_) return;
        auto changes =
            with_all_->diff(*scratch->read_schema(loader_.ignored_tables), schema::DiffOptions::without_renames())
                .changes;
        std::set<std::string> told;
        for (const RepeatableChange& one : repeatable_->take(changes)) {
            if (!told.insert(one.path).second) continue;
            notes.push_back(fmt::format("{} has to run again after the new migration, which changes what {} depends "
                                        "on: edit it (a changed comment is enough)",
                                        one.path, one.change.object));
        }
    }

    std::vector<RepeatableChange> left;
    std::vector<std::string> notes;

private:
    [[nodiscard]] MigrationList numbered() const {
        return migrations_.filtered([](const Migration& one) { return one.part != FilePart::repeatable; });
    }
    [[nodiscard]] static Script parsed(const std::string& text, sql::Dialect dialect) {
        return parse_migration(dialect, {"the new migration", text, std::nullopt, {}, MigrationText::Kind::sections})
            .up;
    }
    [[nodiscard]] std::unique_ptr<schema::Schema> read(Database& scratch) const {
        auto schema = scratch.read_schema(loader_.ignored_tables);
        return repeatable_ ? repeatable_->rest_of(*schema) : std::move(schema);
    }

    void require_wanted(std::vector<schema::Change> left_over) const {
        std::erase_if(left_over, [&](const schema::Change& change) {
            return change.by_hand || (repeatable_ && repeatable_->has_changed(change));
        });
        if (left_over.empty()) return;
        Error error(ErrorCode::failed,
                    "cannot write this difference as SQL: the new migration would give a different schema",
                    "write this migration by hand: leave out --autogenerate");
        for (std::size_t i = 0; i < left_over.size() && i < changes_in_errors; ++i) {
            error = std::move(error).because(left_over[i].text());
        }
        throw error;
    }

    /// Runs the repeatable migrations behind the new one, as on a new database.
    void note_repeatable(Database& scratch) {
        try {
            replay(scratch, migrations_, loader_.migrator_options);
            with_all_ = scratch.read_schema(loader_.ignored_tables);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::interrupted) throw;
            const std::string why = error.causes().empty() ? error.message() : error.causes().front();
            notes.push_back(
                fmt::format("a repeatable migration fails after the new one; correct it: {}", one_line(why, 300)));
        }
    }

    const SchemaLoader& loader_;
    const MigrationList& migrations_;
    std::optional<RepeatableObjects> repeatable_;
    std::unique_ptr<schema::Schema> from_, rest_;  ///< Without what repeatable migrations make.
    const schema::Schema* wanted_;
    std::unique_ptr<schema::Schema> with_all_;  ///< What a new database gets; absent when it gets none.
};

void require_something_written(const schema::Diff& diff) {
    if (!diff.up.empty()) return;
    Error error(ErrorCode::failed, "quarry cannot write SQL for these differences",
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

Autogenerated autogenerate(const SchemaLoader& loader, const MigrationList& migrations, const schema::Schema& wanted,
                           const schema::DiffOptions& diff_options, const AutogenerateOptions& options) {
    Trial trial(loader, migrations, wanted);
    const schema::Diff diff = trial.diff(diff_options);
    if (diff.empty()) return {{}, std::move(trial.left), {}};
    require_something_written(diff);
    if (!options.allow_destructive) require_nothing_destroyed(diff);
    std::vector<std::string> texts = trial.texts(diff, diff_options);
    trial.run_behind_repeatable(texts);
    texts.front().insert(0, by_hand_text(diff));
    Autogenerated made{{}, std::move(trial.left), std::move(trial.notes)};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string name = i == 0 ? options.name : fmt::format("{}_{}", options.name, i + 1);
        made.paths.push_back(create_migration(options.folder, name, options.style, options.now, texts[i]));
    }
    return made;
}

}  // namespace quarry::migrate
