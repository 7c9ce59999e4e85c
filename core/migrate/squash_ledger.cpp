#include "core/migrate/squash_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace quarry::migrate {
namespace {

constexpr std::size_t drift_shown = 20;

void require_not_half_applied(const Ledger& ledger) {
    if (!ledger.progress) return;
    throw Error(ErrorCode::failed,
                fmt::format("{}_{} is half applied", format_version(ledger.progress->version), ledger.progress->name),
                "finish it first: quarry migrate up");
}

/// Throws for what is wrong with migrations, pending ones aside.
void require_in_order(std::vector<MigrationStatus> status) {
    std::erase_if(status, [](const MigrationStatus& one) { return one.state == MigrationState::pending; });
    if (auto problem = first_problem(status)) throw Error(*std::move(problem));
}

bool has_folded(const Ledger& ledger, const MigrationList& migrations, const Squash& squash) {
    require_not_half_applied(ledger);
    const std::vector<MigrationStatus> status = compare(migrations, ledger.applied);
    if (ledger.applied.empty()) return false;
    require_in_order(status);
    std::vector<MigrationStatus> folded;
    for (const MigrationStatus& one : status) {
        if (one.version <= squash.version) folded.push_back(one);
    }
    if (auto problem = first_problem(folded)) {
        throw Error(*std::move(problem))
            .while_doing(
                fmt::format("cannot fold the migrations up to {}: not all of them are applied", squash.version_text));
    }
    return true;
}

LedgerEntry entry_for(std::int64_t version, const std::string& name, const std::string& checksum) {
    return {version, name, checksum, {}, 0, {}};
}

/// Takes out the old ones, then writes down the baseline, which has the version of the last of them.
std::vector<Migrator::LedgerChange> ledger_changes(const std::vector<LedgerEntry>& folded, const LedgerEntry& baseline,
                                                   const std::string& text) {
    std::vector<Migrator::LedgerChange> changes;
    for (const LedgerEntry& entry : folded) changes.push_back({Action::unstamp, entry, {}});
    changes.push_back({Action::stamp, baseline, text});
    return changes;
}

/// The migrations that a database has, and the repeatable ones if it has any of those.
MigrationList applied_part(const MigrationList& migrations, const Ledger& ledger) {
    const std::int64_t newest = ledger.applied.back().version;
    return migrations.filtered([&](const Migration& migration) {
        if (migration.part != FilePart::repeatable) return migration.version <= newest;
        return std::any_of(ledger.repeatable.begin(), ledger.repeatable.end(),
                           [&](const LedgerEntry& entry) { return entry.name == migration.name; });
    });
}

void require_no_drift(const SchemaLoader& loader, const MigrationList& applied, Database& database) {
    const auto wanted = loader.load(applied);
    const schema::Diff diff =
        wanted->diff(*database.read_schema(loader.ignored_tables), schema::DiffOptions::without_renames());
    if (diff.empty()) return;
    Error error(ErrorCode::schema_drift,
                fmt::format("the schema of {} is not what the migrations up to {} give; its ledger was not changed",
                            database.name(), applied.all().back().version_text),
                "it was changed by hand; quarry migrate diff --drift shows the SQL between the two");
    for (std::size_t i = 0; i < std::min(diff.changes.size(), drift_shown); ++i) {
        error = std::move(error).because(diff.changes[i].text());
    }
    throw Error(std::move(error));
}

}  // namespace

bool ledger_has_folded(Database& database, const MigrationList& migrations, const Squash& squash) {
    return has_folded(database.session()->read_ledger(), migrations, squash);
}

bool apply_squash(const Squash& squash, const MigrationList& migrations, Database* database,
                  const MigratorOptions& options) {
    std::unique_ptr<Session> session;
    std::vector<LedgerEntry> folded;
    if (database != nullptr) {
        session = database->session();
        session->lock();
        const Ledger ledger = session->read_ledger();
        if (has_folded(ledger, migrations, squash)) folded = ledger.applied;
        std::erase_if(folded, [&](const LedgerEntry& entry) { return entry.version > squash.version; });
    }
    SquashedFiles files(squash);
    if (!folded.empty()) {
        Migrator(std::move(session), MigrationList(), options)
            .change_ledger(
                ledger_changes(folded, entry_for(squash.version, squash.name, squash.checksum), squash.text));
    }
    files.keep();
    return !folded.empty();
}

LedgerSquash plan_ledger_squash(const SchemaLoader& loader, const MigrationList& migrations, Database& database) {
    LedgerSquash squash;
    squash.seen = database.session()->read_ledger();
    require_not_half_applied(squash.seen);
    if (migrations.all().empty() || squash.seen.applied.empty()) return squash;
    squash.baseline = migrations.all().front();
    const Migration& baseline = squash.baseline;
    for (const LedgerEntry& entry : squash.seen.applied) {
        if (entry.version <= baseline.version) squash.folded.push_back(entry);
    }
    const bool one = squash.folded.size() == 1 && squash.folded.front().version == baseline.version;
    if (one && squash.folded.front().checksum == baseline.checksum && squash.folded.front().name == baseline.name) {
        squash.folded.clear();
        return squash;
    }
    if (squash.folded.empty() || (one && squash.folded.front().name == baseline.name)) {
        throw Error(ErrorCode::migration_edited,
                    fmt::format("{} is not a baseline for what the database's ledger has", baseline.path),
                    "restore the file as it was applied (git log -- FILE)");
    }
    if (squash.folded.back().version != baseline.version) {
        throw Error(ErrorCode::failed,
                    fmt::format("the database is at {}_{}, before the baseline {}",
                                format_version(squash.folded.back().version), squash.folded.back().name, baseline.path),
                    "restore the files from before the squash (git checkout), apply them with quarry migrate up, then "
                    "try again");
    }
    std::vector<MigrationStatus> newer = compare(migrations, squash.seen.applied);
    std::erase_if(newer, [&](const MigrationStatus& status) { return status.version <= baseline.version; });
    require_in_order(std::move(newer));
    require_no_drift(loader, applied_part(migrations, squash.seen), database);
    return squash;
}

void apply_ledger_squash(const LedgerSquash& squash, const MigrationList& migrations, Database& database,
                         const MigratorOptions& options) {
    if (squash.folded.empty()) return;
    std::unique_ptr<Session> session = database.session();
    session->lock();
    if (session->read_ledger().applied != squash.seen.applied) {
        throw Error(ErrorCode::failed, "another process changed the ledger in the meantime; it was not changed",
                    "run the command again");
    }
    const LedgerEntry baseline = entry_for(squash.baseline.version, squash.baseline.name, squash.baseline.checksum);
    Migrator(std::move(session), MigrationList(), options)
        .change_ledger(ledger_changes(squash.folded, baseline, kept_text(migrations.read(squash.baseline))));
}

}  // namespace quarry::migrate
