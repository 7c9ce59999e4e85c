#include "core/migrate/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "core/base/text.h"
#include "core/migrate/dump_file.h"
#include "core/migrate/repeatable_objects.h"
#include "core/migrate/roundtrip.h"

namespace quarry::migrate {
namespace {

constexpr std::size_t named_differences = 20;

/// The worst first; what is not here is worst of all.
constexpr std::array<ErrorCode, 6> severity = {ErrorCode::schema_newer,     ErrorCode::failed,
                                               ErrorCode::migration_edited, ErrorCode::migration_order,
                                               ErrorCode::schema_drift,     ErrorCode::migrations_pending};

std::size_t rank(ErrorCode code) {
    return static_cast<std::size_t>(std::find(severity.begin(), severity.end(), code) - severity.begin());
}

std::string message_of(const Error& error) {
    std::string message = error.message();
    for (const std::string& cause : error.causes()) message += ": " + cause;
    return message;
}

std::vector<std::string> describe(const std::vector<schema::Change>& changes) {
    std::vector<std::string> lines;
    for (const schema::Change& one : changes) {
        if (lines.size() == named_differences) {
            lines.push_back(fmt::format("{} more", changes.size() - named_differences));
            break;
        }
        lines.push_back(one.text());
    }
    return lines;
}

MigrationList applied_of(const MigrationList& migrations, std::span<const MigrationStatus> status) {
    return migrations.filtered([&](const Migration& migration) {
        return std::any_of(status.begin(), status.end(), [&](const MigrationStatus& one) {
            return one.entry && one.path == migration.path && one.state == MigrationState::applied;
        });
    });
}

class Checker {
public:
    Checker(Database& database, const MigrationList& migrations, const SchemaLoader& loader,
            const CheckOptions& options)
        : database_(database), migrations_(migrations), loader_(loader), options_(options) {}

    CheckReport run() {
        check_files();
        check_states();
        const bool runnable = std::none_of(report_.findings.begin(), report_.findings.end(),
                                           [](const auto& one) { return one.code != ErrorCode::migrations_pending; });
        if (options_.drift && runnable && has_changed_repeatable()) {
            report_.notes.push_back("drift was not checked: a repeatable migration has changed; apply it first");
        } else if (options_.drift) {
            tried(runnable, "drift was not checked", [&] { check_drift(); });
        }
        if (options_.wanted) tried(files_ok_, "the wanted schema was not compared", [&] { check_wanted(); });
        if (options_.roundtrip) tried(files_ok_, "the down sections were not tried", [&] { try_roundtrip(); });
        std::stable_sort(report_.findings.begin(), report_.findings.end(),
                         [](const auto& a, const auto& b) { return rank(a.code) < rank(b.code); });
        return std::move(report_);
    }

private:
    void check_files() {
        for (const auto& list : {migrations_.all(), migrations_.repeatable()}) {
            for (const Migration& migration : list) {
                try {
                    (void)migrations_.load(migration, database_.dialect());
                } catch (const Error& error) {
                    files_ok_ = false;
                    report_.findings.push_back(
                        {"migration-malformed", error.code(), message_of(error), migration.path, {}, error.hint()});
                }
            }
        }
    }

    void check_states() {
        report_.status = Migrator(database_.session(), migrations_, loader_.migrator_options).status();
        const auto overall = first_problem(report_.status);
        for (const MigrationStatus& one : report_.status) {
            const std::vector<MigrationStatus> alone{one};
            const auto problem = first_problem(alone);
            if (!problem) continue;
            const std::string what = problem->causes().empty() ? problem->message() : problem->causes().front();
            report_.findings.push_back({rule_of(one.state),
                                        problem->code(),
                                        one.state == MigrationState::pending ? what + " is pending" : what,
                                        one.path,
                                        {},
                                        problem->code() == overall->code() ? overall->hint() : problem->hint()});
        }
    }

    static std::string rule_of(MigrationState state) {
        std::string rule = "migration-" + std::string(state_name(state));
        std::replace(rule.begin(), rule.end(), '_', '-');
        return rule;
    }

    /// What the database has of such a migration is its older text, which no file holds.
    [[nodiscard]] bool has_changed_repeatable() const {
        return std::any_of(report_.status.begin(), report_.status.end(), [](const MigrationStatus& one) {
            return one.repeatable && one.entry && one.state == MigrationState::pending;
        });
    }

    /// Runs a check that may not be possible; what is wrong with the trial itself is said, and not hidden.
    template <typename Work>
    void tried(bool possible, std::string_view otherwise, Work work) {
        if (!possible) {
            report_.notes.push_back(fmt::format("{}: correct the other findings first", otherwise));
            return;
        }
        try {
            work();
        } catch (const Error& error) {
            if (error.code() == ErrorCode::interrupted) throw;
            if (!trial_failed_ && loader_.must_try) throw;
            if (trial_failed_) {
                report_.findings.push_back(
                    {"migrations-do-not-run", ErrorCode::failed, message_of(error), {}, {}, error.hint()});
                return;
            }
            report_.notes.push_back(fmt::format("{}: {}", otherwise, message_of(error)));
        }
    }

    /// A scratch database with the migrations run in it. From then on a failure is the migrations' own.
    std::unique_ptr<Database> replayed(const MigrationList& migrations) {
        std::unique_ptr<Database> scratch = loader_.scratch();
        trial_failed_ = true;
        replay(*scratch, migrations, loader_.migrator_options);
        trial_failed_ = false;
        return scratch;
    }

    void check_drift() {
        const MigrationList applied = applied_of(migrations_, report_.status);
        const auto wanted = replayed(applied)->read_schema(loader_.ignored_tables);
        report_.compared_schema = true;
        auto changes = differences(*wanted, *database_.read_schema(loader_.ignored_tables));
        if (const auto repeatable = objects_of_repeatable(applied, changes)) {
            add_repeatable("schema-drift", repeatable->take(changes),
                           "the database differs from what this file creates: a later migration changed what it "
                           "depends on, or someone changed it by hand",
                           "run the file again: edit it (a changed comment is enough), then quarry migrate up");
        }
        if (changes.empty()) return;
        report_.findings.push_back(
            {"schema-drift",
             ErrorCode::schema_drift,
             "the database's schema differs from what its applied migrations give: someone changed it by hand",
             {},
             describe(changes),
             "quarry migrate diff --drift shows the SQL; write it as a migration, or undo it"});
    }

    void check_wanted() {
        const auto have = replayed(migrations_)->read_schema(loader_.ignored_tables);
        std::unique_ptr<schema::Schema> wanted;
        try {
            wanted = loader_.load(*options_.wanted);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::interrupted) throw;
            report_.findings.push_back({"schema-file", error.code(),
                                        fmt::format("the wanted schema cannot be read: {}", message_of(error)),
                                        options_.wanted->path.string(), {}, error.hint()});
            return;
        }
        report_.compared_wanted = options_.wanted->text;
        auto changes = differences(*have, *wanted);
        if (const auto repeatable = objects_of_repeatable(migrations_, changes)) {
            add_repeatable("schema-file", repeatable->take_wanted(changes),
                           "this file differs from " + options_.wanted->text + " has",
                           "edit that file, which then runs again, or the wanted schema");
        }
        if (changes.empty()) return;
        report_.findings.push_back({"schema-file", ErrorCode::schema_drift,
                                    fmt::format("the migrations do not give the schema of {}", options_.wanted->text),
                                    options_.wanted->path.string(), describe(changes), wanted_hint(changes)});
    }

    /// Either side may be the older one. Where the wanted schema lacks something, a migration to it would drop that:
    /// the other way is named first.
    [[nodiscard]] std::string wanted_hint(const std::vector<schema::Change>& changes) const {
        const std::string wanted = shell_quoted(options_.wanted->text);
        const bool drops = std::any_of(changes.begin(), changes.end(), [](const schema::Change& one) {
            return one.destructive || one.kind.starts_with("drop_");
        });
        const std::string migration =
            fmt::format("{}quarry migrate new sync_schema --autogenerate --schema {} writes the migration{}",
                        drops ? "if the migrations are at fault: " : "", wanted,
                        drops ? ", which may drop data: read it first" : "");
        const std::string update = update_hint(wanted);
        if (update.empty()) return migration;
        return drops ? fmt::format("if {} is out of date: {}; {}", options_.wanted->text, update, migration)
                     : fmt::format("{}; if {} is out of date instead: {}", migration, options_.wanted->text, update);
    }

    /// How the wanted schema is brought up to date with the migrations; empty for migrations of another folder.
    [[nodiscard]] std::string update_hint(const std::string& wanted) const {
        const std::string folder = shell_quoted(options_.folder.string());
        const SchemaSource& source = *options_.wanted;
        if (options_.folder.empty() || source.kind == SchemaSource::Kind::migrations) return {};
        if (source.kind == SchemaSource::Kind::database) return "apply the migrations to it";
        if (std::filesystem::is_regular_file(source.path) && is_dump_file(source.path)) {
            return fmt::format("quarry migrate dump --from {} --output {} writes it again", folder, wanted);
        }
        return fmt::format("quarry migrate diff --from {} --to {} shows what to change in it", wanted, folder);
    }

    static std::vector<schema::Change> differences(const schema::Schema& from, const schema::Schema& to) {
        return from.diff(to, schema::DiffOptions::without_renames()).changes;
    }

    /// Looked for only where something differs.
    [[nodiscard]] std::optional<RepeatableObjects> objects_of_repeatable(
        const MigrationList& migrations, const std::vector<schema::Change>& changes) const {
        if (changes.empty() || migrations.repeatable().empty()) return std::nullopt;
        return RepeatableObjects(loader_, migrations);
    }

    /// A finding for each file.
    void add_repeatable(const char* rule, const std::vector<RepeatableChange>& changes, const std::string& message,
                        const char* hint) {
        std::map<std::string, std::vector<schema::Change>> by_file;
        for (const RepeatableChange& one : changes) by_file[one.path].push_back(one.change);
        for (const auto& [path, differing] : by_file) {
            report_.findings.push_back(
                {rule, ErrorCode::schema_drift, fmt::format("{}: {}", path, message), path, describe(differing), hint});
        }
    }

    void try_roundtrip() {
        const RoundtripReport trip = check_roundtrip(loader_, migrations_);
        report_.tried_roundtrip = true;
        for (const RoundtripProblem& one : trip.problems) {
            std::string rule = "roundtrip-" + std::string(roundtrip_problem_name(one.what));
            std::replace(rule.begin(), rule.end(), '_', '-');
            const bool up = one.what == RoundtripProblem::What::up_failed;
            report_.findings.push_back(
                {std::move(rule), ErrorCode::failed, fmt::format("{}: {}", one.path, one.message), one.path,
                 one.details,
                 one.behind_repeatable ? "begin the down section with DROP ... IF EXISTS of what blocks it; after each "
                                         "down, edit the R_ file that creates it, so that it runs again"
                 : up                  ? "correct the migration so that it runs on tables with rows"
                      : "correct the migration's down section, or say -- quarry:irreversible: reason"});
        }
        report_.notes.insert(report_.notes.end(), trip.notes.begin(), trip.notes.end());
    }

    Database& database_;
    const MigrationList& migrations_;
    const SchemaLoader& loader_;
    const CheckOptions& options_;
    CheckReport report_;
    bool files_ok_ = true;
    bool trial_failed_ = false;
};

}  // namespace

MigrationList applied_migrations(Database& database, const MigrationList& migrations, const SchemaLoader& loader) {
    return applied_of(migrations, Migrator(database.session(), migrations, loader.migrator_options).status());
}

std::optional<Error> CheckReport::error() const {
    if (findings.empty()) return std::nullopt;
    const CheckFinding& worst = findings.front();
    Error error(worst.code, worst.message, worst.hint);
    for (const std::string& detail : worst.details) error = std::move(error).because(detail);
    for (std::size_t i = 1; i < findings.size(); ++i) {
        error = std::move(error).because(findings[i].message);
        for (const std::string& detail : findings[i].details) error = std::move(error).because("  " + detail);
    }
    return error;
}

CheckReport check(Database& database, const MigrationList& migrations, const SchemaLoader& loader,
                  const CheckOptions& options) {
    return Checker(database, migrations, loader, options).run();
}

}  // namespace quarry::migrate
