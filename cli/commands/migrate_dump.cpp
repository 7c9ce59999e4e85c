// quarry migrate dump: a schema as SQL that loads again.
#include <fmt/format.h>

#include <ostream>

#include "cli/line/command.h"
#include "cli/line/migrate_options.h"
#include "cli/ui/output.h"
#include "core/app/migration_service.h"
#include "core/base/file.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

class MigrateDumpCommand final : public MigrationCommand {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "migrate dump",
                .summary = "print a database's schema as SQL that loads again",
                .description = fmt::format(
                    "Prints the CREATE statements of everything in the database, in an order in which they load, and "
                    "in one form whatever the way in which the database came to be: two databases with the same schema "
                    "give the same text, so that a committed dump shows in review what a migration changes. quarry's "
                    "own tables are left out, and no rows are dumped.\n\n"
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
        declare_schema_choice(options, choice_, false);
        declare_migration_target(options, target_);
    }

    [[nodiscard]] int run(Context& context) override {
        const std::string text = app::MigrationService(context, target_, choice_).dump(from_);
        if (output_.empty()) {
            context.out.result() << text << std::flush;
            return 0;
        }
        write_file_atomically(output_, text);
        context.out.note(fmt::format("wrote {}", strip_terminal_controls(output_)));
        return 0;
    }

private:
    app::SchemaChoice choice_;
    std::string from_;
    std::string output_;
};

}  // namespace

std::unique_ptr<Command> make_migrate_dump_command() { return std::make_unique<MigrateDumpCommand>(); }

}  // namespace quarry::cli
