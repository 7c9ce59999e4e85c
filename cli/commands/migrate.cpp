// quarry migrate: the group.
#include "cli/line/command.h"

namespace quarry::cli {
namespace {

class MigrateCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate",
            .summary = "manage a database's schema with migrations",
            .description =
                "A migration is a small SQL file that changes the tables of a database, for example adds a column. "
                "A project keeps its migrations in a folder, in order of their versions: 0001_create_users.sql, "
                "0002_add_status_to_users.sql. Each file has a section that makes the change, below the line "
                "\"-- quarry:up\", and one that undoes it, below \"-- quarry:down\".\n\n"
                "quarry applies those that a database does not have yet. Which ones it has is written in the database "
                "itself, in the table quarry_migrations, each with a checksum of its file. A migration is applied "
                "completely or not at all, even if the process is killed, and two processes at once never apply one "
                "twice.\n\n"
                "The databases are SQLite files and PostgreSQL servers (12 or newer). Folders of dbmate, goose and "
                "golang-migrate are read as they stand; quarry migrate import converts them.\n\n"
                "Migrations need not be written by hand: from a file with the CREATE statements of the tables that you "
                "want, quarry migrate new --autogenerate writes what is missing, both ways. In CI, quarry migrate "
                "check and quarry migrate lint say what is wrong before it happens.\n\n"
                "The database is that of --url, of the setting migrate.url, or of the variable DATABASE_URL in the "
                "environment or in the project's file .env. quarry's own knowledge base, the file that holds the "
                "documents you ingested, is --database base.",
            .examples = {
                {"quarry migrate new create_users_table --dir migrations", "write the first migration"},
                {"quarry migrate up --dir migrations --url sqlite:app.db", "apply what app.db does not have yet"},
                {"quarry migrate status --dir migrations --url sqlite:app.db", "show what it has"},
                {"quarry migrate new sync --autogenerate --schema schema.sql",
                 "write what schema.sql has and they lack"},
                {"quarry migrate check --dir migrations --url sqlite:app.db", "fail in CI when it is not complete"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] int run(Context&) override { return 0; }
};

}  // namespace

std::unique_ptr<Command> make_migrate_command() { return std::make_unique<MigrateCommand>(); }

}  // namespace quarry::cli
