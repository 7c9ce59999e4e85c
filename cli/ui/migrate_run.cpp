// Runs migrations and prints what was done, for quarry migrate up, down, to and redo.
#include "cli/ui/migrate_run.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

constexpr std::size_t numbered_from = 10;  // Lines are numbered "[3/12]" when there are this many.

const char* done_word(migrate::Direction direction) {
    return direction == migrate::Direction::up ? "applied" : "undone";
}

std::string title_of(const migrate::Step& step) { return strip_terminal_controls(step.migration.title()); }

/// Prints a run as its events come.
class RunReport {
public:
    RunReport(Context& context, std::string_view name, const app::MigrationSubject& subject)
        : context_(context), name_(name), subject_(subject) {}

    void operator()(const app::MigrationEvent& event) {
        if (const auto* opened = std::get_if<app::MigrationOpened>(&event)) {
            is_open_ = true;
            if (opened->created) context_.out.note(fmt::format("created the database {}", subject_.label()));
        } else if (const auto* step = std::get_if<migrate::Step>(&event)) {
            const char* doing = step->direction == migrate::Direction::up ? "applying" : "undoing";
            context_.out.progress(fmt::format("{} {}", doing, title_of(*step)));
        } else {
            print(std::get<migrate::Done>(event));
        }
    }

    /// What was done, also before a failure; nothing when it came before the database was open.
    void finish(const std::vector<migrate::Migration>& done_by_others) {
        if (!is_open_) return;
        context_.out.progress("");
        if (context_.json) {
            context_.out.result() << config::dump_json(
                                         wire::finished_run_json(name_, subject_.name(), done_, done_by_others))
                                  << std::flush;
            return;
        }
        for (const migrate::Direction direction : {migrate::Direction::down, migrate::Direction::up}) {
            const std::size_t count = count_done(direction);
            if (count == 0) continue;
            context_.out.note(
                fmt::format("{} {}: {}", app::count_migrations(count), done_word(direction), subject_.label()));
        }
        if (!done_by_others.empty()) {
            context_.out.note(
                fmt::format("another process ran {} in the meantime", app::count_migrations(done_by_others.size())));
        }
    }

    void print_plan(const std::vector<migrate::Step>& plan) const {
        if (context_.json) {
            context_.out.result() << config::dump_json(wire::planned_run_json(name_, subject_.name(), plan));
            return;
        }
        for (const migrate::Step& step : plan) {
            const char* would = step.direction == migrate::Direction::up ? "would apply" : "would undo";
            context_.out.result() << fmt::format("{} {}\n", would, title_of(step));
        }
        if (plan.empty()) say_nothing_to_do();
    }

    void say_nothing_to_do() const {
        context_.out.note(name_ == "up"     ? fmt::format("nothing to apply: {} is up to date", subject_.label())
                          : name_ == "down" ? fmt::format("nothing to undo in {}", subject_.label())
                                            : fmt::format("nothing to do: {} is already there", subject_.label()));
    }

    [[nodiscard]] bool did_nothing() const { return done_.empty(); }

private:
    void print(const migrate::Done& done) {
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

    Context& context_;
    std::string_view name_;
    const app::MigrationSubject& subject_;
    std::vector<migrate::Done> done_;
    bool is_open_ = false;
};

}  // namespace

int run_migrations(Context& context, std::string_view name, const app::MigrationTarget& target,
                   const app::MigrationRequest& request, bool dry_run) {
    const app::MigrationService service(context, target);
    const app::MigrationSubject subject = service.subject();
    RunReport report(context, name, subject);
    if (dry_run) {
        report.print_plan(service.plan(subject, request));
        return 0;
    }
    migrate::MigrationRun run;
    try {
        run = service.run(subject, request, std::ref(report));
    } catch (...) {
        // What was committed before the failure is reported, apart from it.
        report.finish({});
        throw;
    }
    report.finish(run.done_by_others);
    if (report.did_nothing() && run.done_by_others.empty()) report.say_nothing_to_do();
    return 0;
}

}  // namespace quarry::cli
