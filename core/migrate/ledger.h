#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace quarry::migrate {

/// One applied migration, as the database's ledger has it.
struct LedgerEntry {
    std::int64_t version = 0;  ///< 0 for a repeatable one.
    std::string name;          ///< "create_users".
    std::string checksum;      ///< SHA-256 of the file's text when it was applied.
    std::string applied_at;    ///< UTC: "2026-11-21T10:30:00Z".
    std::int64_t duration_ms = 0;
    std::string quarry_version;

    friend bool operator==(const LedgerEntry&, const LedgerEntry&) = default;
};

/// Which way a migration is run.
enum class Direction { up, down };

/// A migration without a transaction of which some statements have been run.
struct Progress {
    std::int64_t version = 0;
    std::string name;
    Direction direction = Direction::up;
    std::size_t statements_done = 0;
    /// Of the statements that were run, which must stay as they are: each one's SHA-256 goes over the hexadecimal one
    /// of those before it, and its text.
    std::string done_checksum;
    /// A statement that no transaction can hold was begun, and nobody knows whether it was finished.
    bool running = false;
};

/// What a database knows of the migrations that were run on it.
struct Ledger {
    std::vector<LedgerEntry> applied;     ///< In order of version.
    std::vector<LedgerEntry> repeatable;  ///< In order of name; the last run of each.
    std::optional<Progress> progress;
};

/// What was done to the ledger. The names are in the database: never rename.
enum class Action {
    up,       ///< Applied.
    down,     ///< Undone.
    repeat,   ///< A repeatable migration was run.
    stamp,    ///< Written down as applied without being run.
    unstamp,  ///< Taken out without being undone.
    repair,   ///< Its checksum was brought up to date.
};

[[nodiscard]] std::string_view action_name(Action action) noexcept;

/// One line of the history, which is only ever added to.
struct HistoryEntry {
    std::string action;
    LedgerEntry entry;
    std::optional<std::string> text;  ///< The migration's text as it was run; absent when it was not kept.
};

/// The text of a line of the history, counted from 0. A down has none of its own: it ran a part of what was kept when
/// the same file was applied. Null when no text was kept.
[[nodiscard]] const std::string* text_of(std::span<const HistoryEntry> history, std::size_t line);

/// The error of a migration that changes the ledger's own tables.
[[nodiscard]] Error ledger_changed();

/// Throws Error unless the ledger has the entry as it was written, or no longer where `action` took it out: a trigger
/// may have changed it.
void check_kept(Action action, const LedgerEntry& written, const std::optional<LedgerEntry>& kept);

}  // namespace quarry::migrate
