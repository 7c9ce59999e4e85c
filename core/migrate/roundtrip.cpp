#include "core/migrate/roundtrip.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "core/base/text.h"
#include "core/migrate/row_snapshot.h"
#include "core/migrate/sample_rows.h"

namespace quarry::migrate {
namespace {

using What = RoundtripProblem::What;

/// Whether a migration ran, and else why not.
using Failure = std::optional<Error>;

std::vector<std::string> lines_of(const Error& error) {
    std::vector<std::string> lines{error.message()};
    lines.insert(lines.end(), error.causes().begin(), error.causes().end());
    return lines;
}

/// "missing: index users_email"
std::string describe_change(const schema::Change& change) {
    const std::size_t underscore = change.kind.find('_');
    const std::string verb = change.kind.substr(0, underscore);
    std::string kind = underscore == std::string::npos ? "" : change.kind.substr(underscore + 1);
    std::replace(kind.begin(), kind.end(), '_', ' ');
    const char* word = verb == "drop" ? "missing" : verb == "add" ? "left over" : "different";
    return fmt::format("{}: {} {}{}", word, kind, change.object, change.detail.empty() ? "" : ", " + change.detail);
}

/// What up does to a schema, as far as rows are concerned.
struct Losses {
    std::set<std::string> objects;         ///< Tables and "table.column"s whose rows or values need not come back.
    std::vector<schema::Rename> renames;   ///< What may have been renamed: a rename loses nothing.
    std::optional<std::string> not_known;  ///< Why it cannot be told.
};

Losses losses_between(const schema::Schema& before, const schema::Schema& after) {
    Losses losses;
    schema::DiffOptions options;
    options.ask_rename = [&](const schema::Rename& rename) {
        losses.renames.push_back(rename);
        return false;
    };
    try {
        for (const schema::Change& change : before.diff(after, options).changes) {
            if (change.destructive) losses.objects.insert(change.object);
        }
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted) throw;
        losses.not_known = error.what();
    }
    return losses;
}

/// The table's name with its schema, for the new name that a rename gives.
std::string renamed_table(const schema::Rename& rename) {
    const std::size_t dot = rename.from.rfind('.');
    return dot == std::string::npos ? rename.to : rename.from.substr(0, dot + 1) + rename.to;
}

/// Takes out of the losses what was renamed: its values are still there after up, under another name.
void keep_renamed(Losses& losses, const RowSnapshot& before, const RowSnapshot& after) {
    for (const schema::Rename& rename : losses.renames) {
        if (const TableRows* table = before.find(rename.from)) {
            const std::string to = renamed_table(rename);
            const bool kept = std::all_of(table->columns.begin(), table->columns.end(), [&](const std::string& column) {
                return same_values(before, rename.from, column, after, to, column);
            });
            if (kept) losses.objects.erase(rename.from);
            continue;
        }
        const std::size_t dot = rename.from.rfind('.');
        if (dot == std::string::npos) continue;
        const std::string table = rename.from.substr(0, dot), column = rename.from.substr(dot + 1);
        if (same_values(before, table, column, after, table, rename.to)) losses.objects.erase(rename.from);
    }
}

class Roundtrip {
public:
    Roundtrip(const SchemaLoader& loader, const MigrationList& migrations)
        : loader_(loader), migrations_(migrations), options_(loader.migrator_options) {
        options_.order = Order::strict;
        options_.single_transaction = false;
        options_.on_done = nullptr;
    }

    RoundtripReport run() {
        make_scratch();
        for (const Migration& migration : migrations_.all()) {
            check_cancel();
            if (!try_migration(migration)) return std::move(report_);
        }
        if (!migrations_.repeatable().empty() && try_repeatable()) try_downs_behind_repeatable();
        return std::move(report_);
    }

private:
    /// Tries one; the database is at it afterwards. False when it cannot be brought there.
    bool try_migration(const Migration& migration) {
        const MigrationFile file = migrations_.load(migration, database_->dialect());
        left_out_before_ = database_->left_out();
        fill();
        const auto before = schema_ ? std::move(schema_) : read_schema();
        const RowSnapshot rows_before = read_tables_rows();
        if (const Failure failure = step(Direction::up)) return up_failed(migration, *failure);
        if (!file.down) {
            ++report_.without_way_back;
            note(migration, file.irreversible.empty()
                                ? "it has no down section, so only up was tried"
                                : "it is irreversible, so only up was tried: " + file.irreversible);
            return true;
        }
        auto after = read_schema();
        const RowSnapshot rows_after = read_tables_rows();
        const std::set<std::string> touched = fill_new_tables(rows_before, rows_after);
        if (const Failure failure = step(Direction::down)) {
            add(What::down_failed, migration, "down does not run on tables with rows", lines_of(*failure));
            return start_anew(migration);
        }
        const bool same_schema = compare_schema(migration, *before, "after down the schema is not what it was before");
        compare_rows(migration, rows_before, touched, [&] {
            Losses losses = losses_between(*before, *after);
            keep_renamed(losses, rows_before, rows_after);
            return losses;
        });
        if (const Failure failure = step(Direction::up)) {
            // Where down left another schema, that is what has to be mended.
            if (same_schema) add(What::up_failed, migration, "up does not run again after down", lines_of(*failure));
            return start_anew(migration);
        }
        const bool same_again = compare_schema(
            migration, *after, "the second up, after down, gives a different schema than the first", !same_schema);
        ++report_.tried;
        if (!same_again) return start_anew(migration);
        schema_ = std::move(after);
        return true;
    }

    /// Runs the repeatable ones, and then again over themselves. False when they do not run.
    bool try_repeatable() {
        left_out_before_ = database_->left_out();
        fill();
        if (const Failure failure = run_all()) {
            add(What::up_failed, migrations_.repeatable().front(), "a repeatable migration does not run",
                lines_of(*failure));
            return false;
        }
        const auto once = read_schema();
        if (const auto refusal = database_->attempt("UPDATE quarry_migration_repeatables SET checksum = ''")) {
            throw Error(ErrorCode::failed, "cannot run the repeatable migrations again").because(*refusal);
        }
        if (const Failure failure = run_all()) {
            add(What::up_failed, migrations_.repeatable().front(),
                "a repeatable migration does not run a second time, as it will when its text is changed",
                lines_of(*failure));
            return false;
        }
        (void)compare_schema(migrations_.repeatable().front(), *once,
                             "the repeatable migrations give a different schema when run twice");
        report_.repeatable = migrations_.repeatable().size();
        return true;
    }

    /// Undoes all of them, the newest first, with what the repeatable ones made in place, as on every database that is
    /// there. The first that fails keeps those before it from being tried.
    void try_downs_behind_repeatable() {
        const auto all = migrations_.all();
        for (auto migration = all.rbegin(); migration != all.rend(); ++migration) {
            const bool known = std::any_of(report_.problems.begin(), report_.problems.end(),
                                           [&](const auto& one) { return one.path == migration->path; });
            if (known || !migrations_.load(*migration, database_->dialect()).down) return;
            left_out_before_ = database_->left_out();
            if (const Failure failure = step(Direction::down)) {
                const std::size_t before = report_.problems.size();
                add(What::down_failed, *migration, "down does not run after the repeatable migrations",
                    lines_of(*failure));
                if (report_.problems.size() > before) report_.problems.back().behind_repeatable = true;
                return;
            }
        }
    }

    [[nodiscard]] Failure run_all() {
        return attempt([](Migrator& migrator) { migrator.up(); });
    }
    [[nodiscard]] Failure step(Direction direction) {
        return attempt([direction](Migrator& migrator) {
            const Goal one{Goal::Kind::steps, 1, {}};
            if (direction == Direction::up) {
                migrator.up(one);
            } else {
                migrator.down(one);
            }
        });
    }
    template <typename Work>
    [[nodiscard]] Failure attempt(Work work) {
        check_cancel();
        try {
            Migrator migrator(database_->session(), migrations_, options_);
            work(migrator);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::interrupted) throw;
            return error;
        }
        return std::nullopt;
    }

    /// Tells apart an up that fails because of rows from one that fails anyway.
    bool up_failed(const Migration& migration, const Error& failure) {
        const std::size_t place = report_.problems.size();
        add(What::up_failed, migration, "up does not run on tables with rows, only on empty tables", lines_of(failure));
        if (start_anew(migration)) return true;
        if (place < report_.problems.size()) report_.problems[place].message = "up does not run";
        return false;
    }

    /// Makes another scratch database and brings it to this migration, the tables empty.
    bool start_anew(const Migration& last) {
        make_scratch();
        const Failure failure = attempt([&](Migrator& migrator) {
            migrator.up({Goal::Kind::version, 0, last.title()});
        });
        if (failure && &last != &migrations_.all().back()) {
            note(last, "it does not run, so those after it were not tried");
        }
        return !failure;
    }

    void make_scratch() {
        schema_.reset();
        database_.reset();  // First: there may be only one to try things out in.
        database_ = loader_.scratch();
        trust_schema(*database_);
    }

    void fill() { (void)fill_tables(read_tables(*database_, loader_.ignored_tables)); }

    void fill_tables(const std::vector<Table>& tables) {
        const SampleRows samples = fill_empty_tables(*database_, tables);
        report_.sample_rows += samples.rows;
        for (const auto& [table, why] : samples.unfilled) {
            if (!unfilled_.insert(table).second) continue;
            report_.notes.push_back(fmt::format("{} was tried without rows: {}", table,
                                                why.empty() ? "no values are known for it" : one_line(why, 200)));
        }
    }

    /// Fills the tables that up has made, and tells which others that changed, by triggers.
    std::set<std::string> fill_new_tables(const RowSnapshot& before, const RowSnapshot& after) {
        std::vector<Table> tables = read_tables(*database_, loader_.ignored_tables);
        const bool has_new = std::any_of(tables.begin(), tables.end(),
                                         [&](const Table& table) { return before.find(table.name) == nullptr; });
        if (!has_new) return {};
        const std::size_t rows = report_.sample_rows;
        fill_tables(tables_to_fill(tables, before));
        std::set<std::string> touched;
        if (rows == report_.sample_rows) return touched;
        const RowSnapshot filled = read_rows(*database_, tables);
        for (const auto& [name, then] : after.tables) {
            const TableRows* now = filled.find(name);
            if (now == nullptr || now->count != then.count || now->rows != then.rows) touched.insert(name);
        }
        return touched;
    }

    /// The new tables, and those that have rows, to which the new ones may refer.
    static std::vector<Table> tables_to_fill(std::vector<Table> tables, const RowSnapshot& before) {
        std::erase_if(tables, [&](const Table& table) {
            const TableRows* old = before.find(table.name);
            return old != nullptr && old->count == 0;
        });
        return tables;
    }

    [[nodiscard]] std::unique_ptr<schema::Schema> read_schema() {
        return database_->read_schema(loader_.ignored_tables);
    }
    [[nodiscard]] RowSnapshot read_tables_rows() {
        return read_rows(*database_, read_tables(*database_, loader_.ignored_tables));
    }

    /// Whether the schema is the wanted one now; adds a problem when it is not, unless it is a known one's consequence.
    bool compare_schema(const Migration& migration, const schema::Schema& wanted, const char* message,
                        bool known = false) {
        std::vector<std::string> details;
        try {
            const schema::Diff diff = wanted.diff(*read_schema(), schema::DiffOptions::without_renames());
            for (const schema::Change& change : diff.changes) {
                details.push_back(describe_change(change));
            }
        } catch (const Error& error) {
            if (error.code() == ErrorCode::interrupted) throw;
            details = lines_of(error);
        }
        if (details.empty()) return true;
        if (!known) add(What::schema, migration, message, std::move(details));
        return false;
    }

    /// What up destroys by itself is found out only where rows differ: comparing two schemas is the longest part.
    template <typename FindLosses>
    void compare_rows(const Migration& migration, const RowSnapshot& before, const std::set<std::string>& touched,
                      FindLosses find_losses) {
        const RowSnapshot now = read_tables_rows();
        const auto untouched = [&](const std::string& table, const std::string&) { return !touched.contains(table); };
        if (row_differences(before, now, untouched).empty()) return;
        const Losses losses = find_losses();
        if (losses.not_known) {
            note(migration, "the rows were not compared: " + *losses.not_known);
            return;
        }
        const auto survives = [&](const std::string& table, const std::string& column) {
            return !touched.contains(table) && !losses.objects.contains(column.empty() ? table : table + "." + column);
        };
        std::vector<std::string> details = row_differences(before, now, survives);
        if (details.empty()) return;
        add(What::rows, migration, "after down the rows are not what they were before", std::move(details));
    }

    void add(What what, const Migration& migration, const char* message, std::vector<std::string> details) {
        if (database_->left_out() > left_out_before_) {
            note(migration, fmt::format("not compared, because one of its statements could not be tried: {}", message));
            return;
        }
        report_.problems.push_back({what, migration.path, message, std::move(details)});
    }
    void note(const Migration& migration, const std::string& text) {
        report_.notes.push_back(fmt::format("{}: {}", migration.path, text));
    }
    void check_cancel() const {
        if (options_.cancel != nullptr) options_.cancel->check();
    }

    const SchemaLoader& loader_;
    const MigrationList& migrations_;
    MigratorOptions options_;
    std::unique_ptr<Database> database_;
    std::unique_ptr<schema::Schema> schema_;  ///< The database's, when it is known.
    RoundtripReport report_;
    std::set<std::string> unfilled_;  ///< Told already.
    std::size_t left_out_before_ = 0;  ///< Statements that could not be tried, before this migration.
};

}  // namespace

std::string_view roundtrip_problem_name(RoundtripProblem::What what) noexcept {
    switch (what) {
        case What::up_failed: return "up_failed";
        case What::down_failed: return "down_failed";
        case What::schema: return "schema";
        case What::rows: return "rows";
    }
    return "schema";
}

RoundtripReport check_roundtrip(const SchemaLoader& loader, const MigrationList& migrations) {
    return Roundtrip(loader, migrations).run();
}

}  // namespace quarry::migrate
