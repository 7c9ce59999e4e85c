// quarry migrate diff: the SQL that turns one schema into another.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/migrate_schema.h"
#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/migrate/diff_text.h"

namespace quarry::cli {
namespace {

using migrate::SchemaSource;

nlohmann::ordered_json scripts_json(const std::vector<schema::Script>& scripts) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const schema::Script& script : scripts) {
        nlohmann::ordered_json statements = nlohmann::ordered_json::array();
        for (const schema::Statement& one : script.statements) {
            statements.push_back({{"sql", one.sql}, {"comment", one.comment}, {"destructive", one.destructive}});
        }
        list.push_back({{"transactional", script.transactional}, {"statements", statements}});
    }
    return list;
}

class MigrateDiffCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "migrate diff",
            .summary = "print the SQL that turns one schema into another",
            .description =
                "A schema is what a database is made of: its tables, columns, keys, indexes, views, triggers and so "
                "on. The command compares two of them by their meaning, not by their text, and prints the SQL that "
                "turns the first into the second; with --down the way back. Nothing is changed; quarry migrate new "
                "--autogenerate writes the same as a migration.\n\n"
                "Each of --from and --to is a database (sqlite:app.db, postgresql://USER@HOST/DATABASE), a folder of "
                "migrations, or a file of SQL or a folder of them. Without them the migrations are compared with the "
                "wanted schema (--schema, or schema.sql). Files are run in a scratch database: in memory for SQLite, a "
                "temporary database on the server for PostgreSQL.\n\n"
                "When something was dropped and something like it added, it may have been renamed: the command then "
                "stops and says which options decide it, or asks on a terminal. A comment -- quarry:renamed from=OLD "
                "in the wanted schema decides it, too. What destroys data is marked.",
            .examples = {{"quarry migrate diff --dir migrations --schema schema.sql", "what the migrations lack"},
                         {"quarry migrate diff --from sqlite:app.db --to schema.sql", "what a database lacks"},
                         {"quarry migrate diff --from a.db --to b.db --json", "the differences as data"},
                         {"quarry migrate diff --rename users.name:full_name", "a column was renamed"}},
            .exit_codes = {{4, "the schemas differ"}}};
    }

    void setup(OptionTable& options) override {
        options.add("--from", from_, "The schema to start with (default: the migrations)").value("SCHEMA");
        options.add("--to", to_, "The schema to arrive at (default: the wanted schema)").value("SCHEMA");
        options.flag("--down", down_, "Print the way back");
        schema_options_.add_to(options, true);
        options_.add_to(options);
    }

    [[nodiscard]] int run(Context& context) override {
        const migrate::SchemaSource from = source_or(from_, [&] { return schema_options_.migrations(context); });
        const migrate::SchemaSource to = source_or(to_, [&] { return schema_options_.require_wanted(context); });
        const sql::Dialect dialect = schema_options_.dialect(context, {from, to});
        const migrate::SchemaLoader loader = schema_options_.loader(context, {from, to});
        const auto before = loader.load(from);
        const schema::Diff diff = before->diff(*loader.load(to), schema_options_.diff_options(context, to, dialect));
        if (context.json) {
            print_json(context, from, to, dialect, diff);
        } else {
            context.out.result() << migrate::diff_sql(down_ ? diff.down : diff.up) << std::flush;
            context.out.note(diff.empty() ? "the schemas are equal"
                                          : fmt::format("{} difference{}{}", diff.changes.size(),
                                                        diff.changes.size() == 1 ? "" : "s",
                                                        migrate::is_destructive(diff) ? ", some destroy data" : ""));
        }
        return diff.empty() ? 0 : static_cast<int>(ErrorCode::schema_drift);
    }

private:
    template <typename Default>
    static migrate::SchemaSource source_or(const std::string& text, Default fallback) {
        return text.empty() ? fallback() : migrate::SchemaSource::parse(text);
    }

    void print_json(Context& context, const migrate::SchemaSource& from, const migrate::SchemaSource& to,
                    sql::Dialect dialect, const schema::Diff& diff) const {
        nlohmann::ordered_json changes = nlohmann::ordered_json::array();
        for (const schema::Change& one : diff.changes) {
            changes.push_back(
                {{"kind", one.kind}, {"object", one.object}, {"detail", one.detail}, {"destructive", one.destructive}});
        }
        context.out.result() << config::dump_json({{"schema", "quarry.migrate.diff/1"},
                                                   {"from", db::redact_url(from.text)},
                                                   {"to", db::redact_url(to.text)},
                                                   {"dialect", sql::dialect_name(dialect)},
                                                   {"equal", diff.empty()},
                                                   {"changes", changes},
                                                   {"up", scripts_json(diff.up)},
                                                   {"down", scripts_json(diff.down)}});
    }

    MigrateOptions options_;
    SchemaOptions schema_options_{options_};
    std::string from_;
    std::string to_;
    bool down_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_diff_command() { return std::make_unique<MigrateDiffCommand>(); }

}  // namespace quarry::cli
