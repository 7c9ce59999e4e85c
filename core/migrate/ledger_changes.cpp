#include "core/migrate/ledger_changes.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"

namespace quarry::migrate {
namespace {

bool is_broken(const MigrationStatus& status) {
    return status.state == MigrationState::edited || status.state == MigrationState::missing;
}

/// The text that a ledger's entry was made from, as the history has it.
std::optional<std::string> applied_text(const std::vector<HistoryEntry>& history, const LedgerEntry& entry) {
    for (auto line = history.rbegin(); line != history.rend(); ++line) {
        if (line->entry.version == entry.version && line->entry.checksum == entry.checksum && line->text) {
            return line->text;
        }
    }
    return std::nullopt;
}

bool is_named(const MigrationStatus& status, const std::string& typed) {
    return typed == status.version_text || typed == status.title() || typed == status.path;
}

}  // namespace

std::vector<Migrator::LedgerChange> stamp_changes(const MigrationList& migrations, const Ledger& ledger,
                                                  std::string_view place) {
    std::int64_t last = 0;
    if (place == "head") {
        last = migrations.all().empty() ? 0 : migrations.all().back().version;
    } else if (place != "base") {
        last = find_version(compare(migrations, ledger.applied), place).version;
    }
    std::vector<Migrator::LedgerChange> changes;
    for (const LedgerEntry& entry : ledger.applied) {
        if (entry.version > last) changes.push_back({Action::unstamp, entry, {}});
    }
    for (const Migration& migration : migrations.all()) {
        if (migration.version > last) break;
        const bool there = std::any_of(ledger.applied.begin(), ledger.applied.end(),
                                       [&](const LedgerEntry& entry) { return entry.version == migration.version; });
        if (there) continue;
        changes.push_back({Action::stamp,
                           {migration.version, migration.name, migration.checksum, {}, 0, {}},
                           kept_text(migrations.read(migration))});
    }
    return changes;
}

std::vector<Repair> find_repairs(Migrator& migrator, const std::vector<std::string>& named) {
    const std::vector<MigrationStatus> status = migrator.status();
    const std::vector<HistoryEntry> history = migrator.history();
    for (const std::string& typed : named) {
        const auto meant =
            std::find_if(status.begin(), status.end(), [&](const auto& one) { return is_named(one, typed); });
        if (meant == status.end()) {
            throw Error(ErrorCode::usage, fmt::format("there is no migration \"{}\"", typed),
                        "`quarry migrate status` lists them");
        }
        if (!is_broken(*meant)) {
            throw Error(ErrorCode::usage,
                        fmt::format("{}_{} is neither edited nor missing", meant->version_text, meant->name),
                        "`quarry migrate status` lists the states");
        }
    }
    std::vector<Repair> repairs;
    for (const MigrationStatus& one : status) {
        const bool wanted = named.empty() || std::any_of(named.begin(), named.end(), [&](const std::string& typed) {
                                return is_named(one, typed);
                            });
        if (!is_broken(one) || !wanted) continue;
        Repair repair{one, applied_text(history, *one.entry), {}};
        if (one.state == MigrationState::edited) {
            repair.file_text = kept_text(migrator.migrations().read(*migrator.migrations().find(one.version)));
        }
        repairs.push_back(std::move(repair));
    }
    return repairs;
}

Migrator::LedgerChange accept(const MigrationList& migrations, const Repair& repair) {
    LedgerEntry entry = *repair.status.entry;
    if (repair.status.state == MigrationState::missing) return {Action::unstamp, entry, {}};
    const Migration& migration = *migrations.find(repair.status.version);
    entry.name = migration.name;
    entry.checksum = migration.checksum;
    return {Action::repair, entry, repair.file_text};
}

std::filesystem::path path_of_missing(const std::filesystem::path& folder, const MigrationStatus& status,
                                      const MigrationList& migrations) {
    // The ledger keeps the number, not how it was written: as wide as its neighbours.
    const std::size_t width =
        migrations.all().empty() ? status.version_text.size() : migrations.all().front().version_text.size();
    return folder / fmt::format("{:0{}}_{}.sql", status.version, width, status.name);
}

}  // namespace quarry::migrate
