// Runs migrations and prints what was done, for quarry migrate up, down, to and redo.
#include "cli/migrate_run.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

using migrate::Direction;
using migrate::Done;
using migrate::Migration;
using migrate::Step;

constexpr std::size_t numbered_from = 10;  // Lines are numbered "[3/12]" when there are this many.

const char* done_word(migrate::Direction direction) {
    return direction == migrate::Direction::up ? "applied" : "undone";
}

std::string title_of(const migrate::Step& step) { return strip_terminal_controls(step.migration.title()); }

nlohmann::ordered_json migration_json(const Migration& migration) {
    return {{"version", migration.version_text}, {"name", migration.name}, {"file", migration.path}};
}

class Runner {
public:
    Runner(Context& context, const MigrateOptions& options, const MigrateSubject& subject,
           const MigrateRequest& request)
        : context_(context), options_(options), subject_(subject), request_(request) {}

    int dry_run() {
        const std::vector<migrate::Step> plan = this->plan();
        if (context_.json) {
            nlohmann::ordered_json planned = nlohmann::ordered_json::array();
            for (const migrate::Step& step : plan) {
                nlohmann::ordered_json one = migration_json(step.migration);
                one["direction"] = step.direction == migrate::Direction::up ? "up" : "down";
                planned.push_back(one);
            }
            nlohmann::ordered_json document = envelope(true);
            document["planned"] = planned;
            context_.out.result() << config::dump_json(document);
            return 0;
        }
        for (const migrate::Step& step : plan) {
            const char* would = step.direction == migrate::Direction::up ? "would apply" : "would undo";
            context_.out.result() << fmt::format("{} {}\n", would, title_of(step));
        }
        if (plan.empty()) say_nothing_to_do();
        return 0;
    }

    int run() {
        // A malformed file is found before a database is made for it.
        std::vector<migrate::Step> steps;
        if (!subject_.exists) steps = plan();
        const auto database = options_.open(
            context_, subject_, request_.may_create ? MigrateOptions::Access::create : MigrateOptions::Access::write);
        if (!subject_.exists) context_.out.note(fmt::format("made the database {}", subject_.label()));
        migrate::Migrator migrator(database->session(), subject_.migrations, watched_options());
        migrate::MigrationRun run;
        try {
            run = migrator.run(subject_.exists ? request_.plan(migrator) : steps);
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
    std::vector<migrate::Step> plan() {
        const auto database = options_.open_or_empty(context_, subject_);
        migrate::MigratorOptions options = options_.migrator_options(context_);
        options.order = request_.order;
        options.single_transaction = request_.single_transaction;
        migrate::Migrator migrator(database->session(), subject_.migrations, options);
        return request_.plan(migrator);
    }

    migrate::MigratorOptions watched_options() {
        migrate::MigratorOptions options = options_.migrator_options(context_);
        options.order = request_.order;
        options.single_transaction = request_.single_transaction;
        options.on_start = [this](const migrate::Step& step) {
            const char* doing = step.direction == migrate::Direction::up ? "applying" : "undoing";
            context_.out.progress(fmt::format("{} {}", doing, title_of(step)));
        };
        options.on_done = [this](const migrate::Done& done) { tell(done); };
        return options;
    }

    void tell(const migrate::Done& done) {
        done_.push_back(done);
        if (context_.json) return;
        context_.out.progress("");
        const std::string number =
            done.total >= numbered_from ? fmt::format("[{}/{}] ", done.number, done.total) : std::string();
        const std::string resumed =
            done.resumed_at > 0 ? fmt::format(", from statement {} on", done.resumed_at + 1) : std::string();
        context_.out.result() << fmt::format("{}{} {} ({} ms{})\n", number, done_word(done.step.direction),
                                             title_of(done.step), done.duration_ms, resumed)
                              << std::flush;
    }

    [[nodiscard]] std::size_t count_done(migrate::Direction direction) const {
        std::size_t count = 0;
        for (const migrate::Done& one : done_) count += one.step.direction == direction ? 1 : 0;
        return count;
    }

    void finish(const std::vector<Migration>& done_by_others) {
        context_.out.progress("");
        if (context_.json) {
            print_json(done_by_others);
            return;
        }
        for (const migrate::Direction direction : {migrate::Direction::down, migrate::Direction::up}) {
            const std::size_t count = count_done(direction);
            if (count == 0) continue;
            context_.out.note(
                fmt::format("{} {}: {}", count_migrations(count), done_word(direction), subject_.label()));
        }
        if (!done_by_others.empty()) {
            context_.out.note(
                fmt::format("another process ran {} in the meantime", count_migrations(done_by_others.size())));
        }
    }

    void print_json(const std::vector<Migration>& done_by_others) {
        nlohmann::ordered_json document = envelope(false);
        for (const migrate::Direction direction : {migrate::Direction::up, migrate::Direction::down}) {
            nlohmann::ordered_json done = nlohmann::ordered_json::array();
            for (const migrate::Done& one : done_) {
                if (one.step.direction != direction) continue;
                nlohmann::ordered_json entry = migration_json(one.step.migration);
                entry["duration_ms"] = one.duration_ms;
                done.push_back(entry);
            }
            document[done_word(direction)] = done;
        }
        nlohmann::ordered_json others = nlohmann::ordered_json::array();
        for (const Migration& one : done_by_others) others.push_back(migration_json(one));
        document["done_by_others"] = others;
        context_.out.result() << config::dump_json(document) << std::flush;
    }

    [[nodiscard]] nlohmann::ordered_json envelope(bool dry_run) const {
        return {{"schema", fmt::format("quarry.migrate.{}/1", request_.command)},
                {"database", subject_.name()},
                {"dry_run", dry_run}};
    }

    void say_nothing_to_do() {
        const std::string_view command = request_.command;
        context_.out.note(command == "up"     ? fmt::format("nothing to apply: {} is up to date", subject_.label())
                          : command == "down" ? fmt::format("nothing to undo in {}", subject_.label())
                                              : fmt::format("nothing to do: {} is there already", subject_.label()));
    }

    Context& context_;
    const MigrateOptions& options_;
    const MigrateSubject& subject_;
    const MigrateRequest& request_;
    std::vector<migrate::Done> done_;
};

}  // namespace

int run_migrations(Context& context, const MigrateOptions& options, const MigrateSubject& subject,
                   const MigrateRequest& request) {
    Runner runner(context, options, subject, request);
    return request.dry_run ? runner.dry_run() : runner.run();
}

void require_consent_to_undo(const MigrateSubject& subject, bool yes, bool dry_run) {
    if (!subject.is_knowledge_base || yes || dry_run) return;
    throw Error(ErrorCode::usage,
                fmt::format("undoing migrations of {} deletes the documents, chunks and vectors that their tables hold",
                            subject.label()),
                fmt::format("if you mean it: copy it first (cp {0} {0}.bak), then add --yes; --dry-run shows what "
                            "would be undone",
                            subject.name()));
}

}  // namespace quarry::cli
