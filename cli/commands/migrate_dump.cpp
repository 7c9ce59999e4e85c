// quarry migrate dump: a schema as SQL that loads again.
#include <fmt/format.h>

#include <ostream>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/ui/output.h"
#include "core/app/migration_service.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/migration_json.h"

namespace quarry::cli {
namespace {

class MigrateDumpCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate dump",
                .summary = "print a database's schema as SQL that loads again",
                .description = fmt::format(
                    "Prints the CREATE statements of everything in the database, in an order in which they load, and "
                    "always in the same form: two databases with the same schema give the same text, so a committed "
                    "dump shows in review what a migration changes. quarry's "
                    "own tables are left out, and no rows are dumped.\n\n"
                    "A file that --output writes begins with a line that says so. One without that line was written "
                    "by hand, and is not overwritten unless --force is given.\n\n"
                    "--from takes a folder of migrations or a file of SQL in place of the database.\n\n{}",
                    migrate_help_note()),
                .examples = {{"quarry migrate dump --url sqlite:app.db --dir migrations", "print it"},
                             {"quarry migrate dump --output schema.sql", "write it to a file"},
                             {"quarry migrate dump --from migrations", "what the migrations alone make"}},
                .is_paged = true};
    }

    void setup(OptionTable& options) override {
        options.add("--from", from_, "A database, a folder of migrations, or a file of SQL (default: the database)")
            .value("SCHEMA");
        options.add("-o,--output", output_, "File to write in place of standard output").value("PATH");
        options.flag("--force", force_, "Overwrite a file that this command did not write");
        declare_schema_choice(options, choice_, false);
        declare_owners(options, target_);
        declare_migration_target(options, target_);
    }

    [[nodiscard]] int run(Context& context) override {
        const app::MigrationService service(context, target_, choice_);
        const std::string text = output_.empty() ? service.dump(from_) : service.dump_to_file(from_, output_, force_);
        if (context.json) {
            context.out.result() << config::dump_json(wire::migration_dump_json(text, output_));
        } else if (output_.empty()) {
            context.out.result() << text << std::flush;
        } else {
            context.out.note(fmt::format("wrote {}", strip_terminal_controls(output_)));
        }
        return 0;
    }

private:
    bool force_ = false;
    app::SchemaChoice choice_;
    std::string from_;
    std::string output_;
};

}  // namespace

std::unique_ptr<Command> make_migrate_dump_command() { return std::make_unique<MigrateDumpCommand>(); }

}  // namespace quarry::cli
