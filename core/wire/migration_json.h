#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/migrate/check_report.h"
#include "core/migrate/import_report.h"
#include "core/migrate/plan.h"
#include "core/migrate/plan_report.h"
#include "core/migrate/repair.h"
#include "core/migrate/repeatable_change.h"
#include "core/migrate/squash_report.h"
#include "core/migrate/step.h"
#include "core/schema/schema.h"

namespace quarry::wire {

// The documents of migrations. `database` is its name without a password. Pure functions, callable from any thread.

/// quarry.migrate.status/1: each migration, and what is wrong if anything is. `named_by`: who named the database; empty
/// for the knowledge base.
[[nodiscard]] nlohmann::ordered_json migration_status_json(std::string_view database, std::string_view named_by,
                                                           std::span<const migrate::MigrationStatus> status);
/// quarry.migrate.check/1: the same, with what the check found and what it compared. `folder`: of the migrations; empty
/// for the knowledge base's.
[[nodiscard]] nlohmann::ordered_json migration_check_json(std::string_view database, std::string_view folder,
                                                          const migrate::CheckReport& report);
/// quarry.migrate.NAME/1 of up, down, to and redo: what would be run, as a dry run says it.
[[nodiscard]] nlohmann::ordered_json planned_run_json(std::string_view name, std::string_view database,
                                                      std::span<const migrate::Step> steps);
/// The same of what was run, here and by another process meanwhile.
[[nodiscard]] nlohmann::ordered_json finished_run_json(std::string_view name, std::string_view database,
                                                       std::span<const migrate::Done> done,
                                                       std::span<const migrate::Migration> done_by_others);
/// quarry.migrate.plan/1: every statement with its locks and hazards.
[[nodiscard]] nlohmann::ordered_json migration_plan_json(sql::Dialect dialect,
                                                         std::span<const migrate::PlannedMigration> plan);
/// quarry.migrate.history/1, without the oldest `skipped` lines.
[[nodiscard]] nlohmann::ordered_json migration_history_json(std::string_view database,
                                                            std::span<const migrate::HistoryEntry> history,
                                                            std::size_t skipped);
/// quarry.migrate.stamp/1
[[nodiscard]] nlohmann::ordered_json migration_stamp_json(std::string_view database,
                                                          std::span<const migrate::LedgerChange> changes, bool dry_run);
/// quarry.migrate.repair/1, each with the difference between what was applied and its file.
[[nodiscard]] nlohmann::ordered_json migration_repair_json(std::string_view database,
                                                           std::span<const migrate::Repair> repairs, bool repaired);
/// quarry.migrate.new/1; `left` is what repeatable migrations make.
[[nodiscard]] nlohmann::ordered_json new_migration_json(const std::vector<std::filesystem::path>& paths,
                                                        const std::vector<migrate::RepeatableChange>& left);
/// quarry.migrate.diff/1, of two schemas as they were named.
[[nodiscard]] nlohmann::ordered_json schema_diff_json(std::string_view from, std::string_view to, sql::Dialect dialect,
                                                      const schema::Diff& diff,
                                                      const std::vector<migrate::RepeatableChange>& left);
/// quarry.migrate.squash/1: `ledger` says whether the database's ledger is brought along.
[[nodiscard]] nlohmann::ordered_json migration_squash_json(const migrate::Squash& squash,
                                                           const std::optional<std::string>& database, bool ledger,
                                                           bool dry_run);
/// The same document of a ledger alone.
[[nodiscard]] nlohmann::ordered_json ledger_squash_json(std::string_view database, const migrate::LedgerSquash& squash,
                                                        bool dry_run);
/// quarry.migrate.create/1 and quarry.migrate.drop/1: `changed` is "created" or "dropped".
[[nodiscard]] nlohmann::ordered_json database_change_json(std::string_view name, std::string_view database,
                                                          std::string_view changed, bool has_changed);
/// SQL as text: quarry.migrate.dump/1, with the file that it was written to or null; quarry.migrate.plan.sql/1.
[[nodiscard]] nlohmann::ordered_json migration_dump_json(std::string_view sql, std::string_view file);
[[nodiscard]] nlohmann::ordered_json migration_script_json(std::string_view sql);
/// quarry.migrate.history.text/1: what one line of the history ran.
[[nodiscard]] nlohmann::ordered_json migration_text_json(std::size_t number, const migrate::HistoryEntry& line,
                                                         std::string_view text);
/// quarry.migrate.wait/1
[[nodiscard]] nlohmann::ordered_json database_wait_json(std::string_view database, bool exists,
                                                        std::chrono::milliseconds waited);
/// quarry.migrate.import/1
[[nodiscard]] nlohmann::ordered_json migration_import_json(const migrate::ImportReport& report);
/// quarry.migrate.lint.rules/1: every rule of the linter.
[[nodiscard]] nlohmann::ordered_json lint_rules_json();

}  // namespace quarry::wire
