// quarry migrate wait: waits until the database's server accepts connections.
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/hints.h"
#include "cli/line/migrate_options.h"
#include "cli/ui/output.h"
#include "core/app/migration_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

class MigrateWaitCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate wait",
                .summary = "wait until the database's server accepts connections",
                .description = fmt::format(
                    "For scripts that have just started a PostgreSQL server: tries to connect until it succeeds, or "
                    "--timeout is over. The database itself need not exist yet (quarry migrate create creates it). A "
                    "refused user or password is an error at once. A SQLite file is not waited for.\n\n{}",
                    migrate_help_note()),
                .examples = {{"quarry migrate wait --url postgresql://app@db/app", "wait for a minute at most"},
                             {"quarry migrate wait --timeout 10 && quarry migrate create && quarry migrate up",
                              "in the start script of a container"}},
                .exit_codes = {{1, "the time is up, or the server refuses the user"}}};
    }

    void setup(OptionTable& options) override {
        declare_migration_target(options, target_);
        options.add("--timeout", timeout_, "Seconds to wait at most").value("N").range(0, 86'400).show_default();
    }

    [[nodiscard]] int run(Context& context) override {
        const app::MigrationService service(context, target_);
        const app::DatabaseWait done = service.wait(std::chrono::seconds(timeout_));
        const std::string name = service.database_name();
        if (context.json) {
            context.out.result() << config::dump_json(wire::database_wait_json(name, done.exists, done.waited));
        } else if (done.exists) {
            context.out.note(fmt::format("{} is ready", strip_terminal_controls(name)));
        } else {
            context.out.note(fmt::format("{} does not exist yet, but can be created: {}", strip_terminal_controls(name),
                                         complete_hint("quarry migrate create", context.hint_options)));
        }
        return 0;
    }

private:
    std::int64_t timeout_ = 60;
};

}  // namespace

std::unique_ptr<Command> make_migrate_wait_command() { return std::make_unique<MigrateWaitCommand>(); }

}  // namespace quarry::cli
