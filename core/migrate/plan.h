#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/migrate/ledger.h"
#include "core/migrate/migration_list.h"

namespace quarry::migrate {

enum class MigrationState {
    applied,
    pending,
    edited,        ///< Applied, and its file is another one now.
    missing,       ///< Applied, and its file is missing.
    out_of_order,  ///< Pending, with a version below one that is applied.
    newer,         ///< Applied by a newer program: above every migration compiled into this one.
    half_applied,  ///< Without a transaction, and only some of its statements were run.
};

/// The stable name of a state, as in JSON: "out_of_order".
[[nodiscard]] std::string_view state_name(MigrationState state) noexcept;

/// One migration, from the files, the ledger, or both.
struct MigrationStatus {
    MigrationState state = MigrationState::pending;
    std::int64_t version = 0;
    std::string version_text;
    std::string name;
    std::string path;                  ///< Empty when there is no file.
    bool repeatable = false;           ///< "R" in place of a version; pending when its text has changed.
    std::optional<LedgerEntry> entry;  ///< Empty when it is not applied.

    /// "0001_create_users"
    [[nodiscard]] std::string title() const { return version_text + "_" + name; }
};

/// Files against ledger, in order of version. A migration that is gone from a folder is `missing`; in a program, where
/// none can go, one above all that it knows is `newer`.
[[nodiscard]] std::vector<MigrationStatus> compare(const MigrationList& migrations,
                                                   std::span<const LedgerEntry> applied);
/// The same with the repeatable ones behind, and the one that is half applied.
[[nodiscard]] std::vector<MigrationStatus> compare(const MigrationList& migrations, const Ledger& ledger);

/// What keeps the database from being exactly at the newest migration, the worst first: schema_newer,
/// migration_edited, migration_order, migrations_pending. Nothing when all is applied. The causes name up to ten
/// migrations.
[[nodiscard]] std::optional<Error> first_problem(std::span<const MigrationStatus> status);

/// Whether what is missing was folded into a baseline: the first file is applied under another name, and all older
/// migrations are gone.
[[nodiscard]] bool looks_squashed(std::span<const MigrationStatus> status);

/// How far `up` and `down` go.
struct Goal {
    enum class Kind {
        everything,  ///< up: head, down: base.
        steps,
        version,  ///< up: including it; down: back to it, so that it is the newest one applied.
    };
    Kind kind = Kind::everything;
    std::size_t steps = 0;
    std::string version;  ///< As typed: "0003", "0003_create_users" or the file's name.

    /// Reads "head" (up), "base" (down), a count of at most 9 digits without leading zeros ("2"; "+2" for up, "-2" for
    /// down mean the same), or a version. Throws Error(usage).
    [[nodiscard]] static Goal parse(std::string_view text, Direction direction);
};

/// A way through the migrations.
struct Course {
    Direction direction = Direction::up;
    Goal goal;
};

/// The way from what is applied to a place: a version, "head", "base", "+N" or "-N". Throws Error(usage).
[[nodiscard]] Course course_to(const MigrationList& migrations, std::span<const LedgerEntry> applied,
                               std::string_view place);

/// What `up` may pass over.
enum class Order {
    strict,  ///< A pending migration below an applied one is an error.
    any,     ///< It is applied all the same.
};

/// Which migrations `up` would apply, in order; not the repeatable ones. Throws Error: what is wrong with applied ones
/// or the order (`first_problem`, pending ones aside), usage for a goal that does not exist.
[[nodiscard]] std::vector<Migration> plan_up(const MigrationList& migrations, std::span<const LedgerEntry> applied,
                                             const Goal& goal, Order order = Order::strict);
/// Which migrations `down` would undo, newest first. Only those it undoes must have unedited files.
[[nodiscard]] std::vector<Migration> plan_down(const MigrationList& migrations, std::span<const LedgerEntry> applied,
                                               const Goal& goal);
/// Which repeatable migrations have a text that was not run yet.
[[nodiscard]] std::vector<Migration> plan_repeatable(const MigrationList& migrations, const Ledger& ledger);

/// The migration with a version as typed: "0003", "0003_create_users" or the file's name. Throws Error(usage).
[[nodiscard]] const MigrationStatus& find_version(std::span<const MigrationStatus> status, std::string_view typed);

}  // namespace quarry::migrate
