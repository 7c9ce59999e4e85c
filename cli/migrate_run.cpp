// Runs migrations and prints what was done, for quarry migrate up and quarry migrate down.
#include "cli/migrate_run.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/config_json.h"
#include "cli/output.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

using migrate::Direction;
using migrate::Done;
using migrate::Migration;

constexpr std::size_t numbered_from = 10;  // Lines are numbered "[3/12]" when there are this many.

/// The words of a direction.
struct Words {
    const char* command;  ///< "up"
    const char* done;     ///< "applied"
    const char* doing;    ///< "applying"
    const char* would;    ///< "would apply"
};

Words words_of(Direction direction) {
    if (direction == Direction::up) return {"up", "applied", "applying", "would apply"};
    return {"down", "undone", "undoing", "would undo"};
}

nlohmann::ordered_json migration_json(const Migration& migration) {
    return {{"version", migration.version_text}, {"name", migration.name}, {"file", migration.path}};
}

class Runner {
public:
    Runner(Context& context, const MigrateOptions& options, const MigrateSubject& subject, Direction direction)
        : context_(context), options_(options), subject_(subject), direction_(direction), words_(words_of(direction)) {}

    int dry_run(const migrate::Goal& goal) {
        const std::vector<Migration> plan = this->plan(goal);
        if (context_.json) {
            nlohmann::ordered_json planned = nlohmann::ordered_json::array();
            for (const Migration& migration : plan) planned.push_back(migration_json(migration));
            nlohmann::ordered_json document = envelope(true);
            document["planned"] = planned;
            context_.out.result() << dump_json(document);
            return 0;
        }
        for (const Migration& migration : plan) {
            context_.out.result() << fmt::format("{} {}\n", words_.would, strip_terminal_controls(migration.title()));
        }
        if (plan.empty()) say_nothing_to_do();
        return 0;
    }

    int run(const migrate::Goal& goal) {
        // A malformed file is found before a database is made for it.
        if (!subject_.exists) (void)plan(goal);
        SQLite::Database database = options_.open(
            context_, subject_, direction_ == Direction::up ? SqliteMode::create : SqliteMode::read_write);
        if (!subject_.exists) context_.out.note(fmt::format("made the database {}", subject_.label()));
        migrate::Migrator migrator(database, subject_.migrations, watched_options());
        migrate::MigrationRun run;
        try {
            run = direction_ == Direction::up ? migrator.up(goal) : migrator.down(goal);
        } catch (...) {
            // What was committed before the failure is told, and told apart from it.
            finish({});
            throw;
        }
        finish(run.done_by_others);
        if (done_.empty() && run.done_by_others.empty()) say_nothing_to_do();
        return 0;
    }

private:
    std::vector<Migration> plan(const migrate::Goal& goal) {
        SQLite::Database database =
            subject_.exists ? options_.open(context_, subject_, SqliteMode::read_only) : open_sqlite_memory();
        return migrate::Migrator(database, subject_.migrations, options_.migrator_options(context_))
            .plan(direction_, goal);
    }

    migrate::MigratorOptions watched_options() {
        migrate::MigratorOptions options = options_.migrator_options(context_);
        options.on_start = [this](const Migration& migration) {
            context_.out.progress(fmt::format("{} {}", words_.doing, strip_terminal_controls(migration.title())));
        };
        options.on_done = [this](const Done& done) {
            done_.push_back(done);
            if (context_.json) return;
            context_.out.progress("");
            const std::string number =
                done.total >= numbered_from ? fmt::format("[{}/{}] ", done.number, done.total) : std::string();
            context_.out.result() << fmt::format("{}{} {} ({} ms)\n", number, words_.done,
                                                 strip_terminal_controls(done.migration.title()), done.duration_ms)
                                  << std::flush;
        };
        return options;
    }

    void finish(const std::vector<Migration>& done_by_others) {
        context_.out.progress("");
        if (context_.json) {
            print_json(done_by_others);
            return;
        }
        if (!done_.empty()) {
            context_.out.note(fmt::format("{} {}: {}", count_migrations(done_.size()), words_.done, subject_.label()));
        }
        if (!done_by_others.empty()) {
            context_.out.note(
                fmt::format("another process ran {} in the meantime", count_migrations(done_by_others.size())));
        }
    }

    void print_json(const std::vector<Migration>& done_by_others) {
        nlohmann::ordered_json done = nlohmann::ordered_json::array();
        for (const Done& one : done_) {
            nlohmann::ordered_json entry = migration_json(one.migration);
            entry["duration_ms"] = one.duration_ms;
            done.push_back(entry);
        }
        nlohmann::ordered_json others = nlohmann::ordered_json::array();
        for (const Migration& one : done_by_others) others.push_back(migration_json(one));
        nlohmann::ordered_json document = envelope(false);
        document[words_.done] = done;
        document["done_by_others"] = others;
        context_.out.result() << dump_json(document) << std::flush;
    }

    [[nodiscard]] nlohmann::ordered_json envelope(bool dry_run) const {
        return {{"schema", fmt::format("quarry.migrate.{}/1", words_.command)},
                {"database", subject_.database.string()},
                {"dry_run", dry_run}};
    }

    void say_nothing_to_do() {
        context_.out.note(direction_ == Direction::up
                              ? fmt::format("nothing to apply: {} is up to date", subject_.label())
                              : fmt::format("nothing to undo in {}", subject_.label()));
    }

    Context& context_;
    const MigrateOptions& options_;
    const MigrateSubject& subject_;
    Direction direction_;
    Words words_;
    std::vector<Done> done_;
};

}  // namespace

int run_migrations(Context& context, const MigrateOptions& options, const MigrateSubject& subject, Direction direction,
                   const migrate::Goal& goal, bool dry_run) {
    Runner runner(context, options, subject, direction);
    return dry_run ? runner.dry_run(goal) : runner.run(goal);
}

}  // namespace quarry::cli
