#include "core/migrate/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/text.h"

namespace quarry::migrate {
namespace {

constexpr std::size_t named_in_errors = 10;

struct Problem {
    ErrorCode code;
    std::array<MigrationState, 2> states;
    std::string_view says;
    std::string_view hint;
};

/// The worst first.
constexpr std::array<Problem, 4> problems = {{
    {ErrorCode::schema_newer,
     {MigrationState::newer, MigrationState::newer},
     "the database was migrated by a newer quarry",
     "install the newer quarry; this one would not understand the database"},
    {ErrorCode::migration_edited,
     {MigrationState::edited, MigrationState::missing},
     "applied migrations were edited or are missing",
     "restore the files as they were applied (quarry migrate repair --restore, or git log -- FILE), and make the "
     "change in a new migration"},
    {ErrorCode::migration_order,
     {MigrationState::out_of_order, MigrationState::out_of_order},
     "migrations are out of order: newer ones are applied already",
     "give each of them a version above all applied ones by renaming its file; or apply them all the same: quarry "
     "migrate up --out-of-order"},
    {ErrorCode::migrations_pending,
     {MigrationState::pending, MigrationState::half_applied},
     "migrations are pending",
     "apply them with: quarry migrate up"},
}};

constexpr std::string_view squashed_hint =
    "if the files were folded into a baseline, bring this database along: quarry migrate squash --ledger-only";

std::string describe(const MigrationStatus& status) {
    const std::string title = status.title();
    switch (status.state) {
        case MigrationState::edited: return fmt::format("{} was edited after it was applied", status.path);
        case MigrationState::missing:
            return fmt::format("{} was applied at {}, and its file is missing", title, status.entry->applied_at);
        case MigrationState::newer:
            return fmt::format("{} was applied at {} by quarry {}", title, status.entry->applied_at,
                               status.entry->quarry_version);
        case MigrationState::out_of_order: return fmt::format("{} is not applied, but newer ones are", status.path);
        case MigrationState::half_applied:
            if (status.path.empty()) return fmt::format("{} is half applied, and its file is missing", title);
            return fmt::format("{} is half applied: it runs outside a transaction, and failed or was stopped",
                               status.path);
        case MigrationState::applied:
        case MigrationState::pending: break;
    }
    return title;
}

std::optional<Error> as_error(const Problem& problem, std::span<const MigrationStatus> status) {
    std::optional<Error> error;
    std::size_t found = 0;
    const bool squashed = problem.code == ErrorCode::migration_edited && looks_squashed(status);
    const std::string_view hint = squashed ? squashed_hint : problem.hint;
    for (const MigrationStatus& one : status) {
        if (std::find(problem.states.begin(), problem.states.end(), one.state) == problem.states.end()) continue;
        if (found == 0) error.emplace(problem.code, std::string(problem.says), std::string(hint));
        if (found < named_in_errors) error = std::move(*error).because(describe(one));
        ++found;
    }
    if (found > named_in_errors) error = std::move(*error).because(fmt::format("{} more", found - named_in_errors));
    return error;
}

MigrationStatus of_file(const Migration& migration, MigrationState state, std::optional<LedgerEntry> entry) {
    return {state,           migration.version, migration.version_text,
            migration.name,  migration.path,    migration.part == FilePart::repeatable,
            std::move(entry)};
}

MigrationStatus of_entry(const LedgerEntry& entry, const MigrationList& migrations) {
    const bool above_all = migrations.all().empty() || entry.version > migrations.all().back().version;
    return {migrations.embedded() && above_all ? MigrationState::newer : MigrationState::missing,
            entry.version,
            format_version(entry.version),
            entry.name,
            {},
            false,
            entry};
}

bool is_count(std::string_view text) {
    return !text.empty() && text.size() <= 9 && text.front() != '0' &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Whether a version as typed means this migration: "0003", "0003_name" or "0003_name.sql".
bool is_meant(const MigrationStatus& status, std::string_view typed) {
    if (typed.ends_with(".sql")) typed.remove_suffix(4);
    return typed == status.version_text || typed == status.title();
}

}  // namespace

const MigrationStatus& find_version(std::span<const MigrationStatus> status, std::string_view typed) {
    const auto at = std::find_if(status.begin(), status.end(), [&](const auto& one) { return is_meant(one, typed); });
    if (at == status.end()) {
        throw Error(ErrorCode::usage, fmt::format("there is no migration \"{}\"", typed),
                    "`quarry migrate status` lists them; a plain number such as 2 counts steps, a version is written "
                    "as in the file's name, such as 0002");
    }
    return *at;
}

namespace {

Error too_many(std::size_t wanted, std::size_t there, std::string_view what, std::string_view all) {
    if (there == 0) {
        return Error(ErrorCode::usage, fmt::format("there is no migration {}", what),
                     "quarry migrate status lists them, and which are applied");
    }
    return Error(ErrorCode::usage,
                 fmt::format("there {} only {} migration{} {}, not {}", there == 1 ? "is" : "are", there,
                             there == 1 ? "" : "s", what, wanted),
                 fmt::format("for all of them write: {}", all));
}

}  // namespace

bool looks_squashed(std::span<const MigrationStatus> status) {
    const auto file = std::find_if(status.begin(), status.end(), [](const auto& one) { return !one.path.empty(); });
    if (file == status.end() || file == status.begin() || !file->entry) return false;
    return file->state == MigrationState::edited && file->entry->name != file->name;
}

std::string_view state_name(MigrationState state) noexcept {
    switch (state) {
        case MigrationState::applied: return "applied";
        case MigrationState::pending: return "pending";
        case MigrationState::edited: return "edited";
        case MigrationState::missing: return "missing";
        case MigrationState::out_of_order: return "out_of_order";
        case MigrationState::newer: return "newer";
        case MigrationState::half_applied: return "half_applied";
    }
    return "pending";
}

std::vector<MigrationStatus> compare(const MigrationList& migrations, std::span<const LedgerEntry> applied) {
    std::vector<MigrationStatus> status;
    status.reserve(std::max(migrations.all().size(), applied.size()));
    const std::int64_t newest = applied.empty() ? 0 : applied.back().version;
    auto entry = applied.begin();
    for (const Migration& migration : migrations.all()) {
        for (; entry != applied.end() && entry->version < migration.version; ++entry) {
            status.push_back(of_entry(*entry, migrations));
        }
        if (entry != applied.end() && entry->version == migration.version) {
            const bool same = entry->checksum == migration.checksum && entry->name == migration.name;
            status.push_back(of_file(migration, same ? MigrationState::applied : MigrationState::edited, *entry));
            ++entry;
        } else {
            const bool late = migration.version < newest;
            status.push_back(
                of_file(migration, late ? MigrationState::out_of_order : MigrationState::pending, std::nullopt));
        }
    }
    for (; entry != applied.end(); ++entry) status.push_back(of_entry(*entry, migrations));
    return status;
}

std::vector<MigrationStatus> compare(const MigrationList& migrations, const Ledger& ledger) {
    std::vector<MigrationStatus> status = compare(migrations, ledger.applied);
    if (ledger.progress) {
        const Progress& half = *ledger.progress;
        const auto at =
            std::find_if(status.begin(), status.end(), [&](const auto& one) { return one.version == half.version; });
        if (at != status.end()) {
            at->state = MigrationState::half_applied;
        } else {  // Its file is gone.
            status.push_back({MigrationState::half_applied,
                              half.version,
                              format_version(half.version),
                              half.name,
                              {},
                              false,
                              std::nullopt});
        }
    }
    for (const Migration& migration : migrations.repeatable()) {
        const auto at = std::find_if(ledger.repeatable.begin(), ledger.repeatable.end(),
                                     [&](const LedgerEntry& entry) { return entry.name == migration.name; });
        const bool run = at != ledger.repeatable.end();
        const bool same = run && at->checksum == migration.checksum;
        status.push_back(of_file(migration, same ? MigrationState::applied : MigrationState::pending,
                                 run ? std::optional(*at) : std::nullopt));
    }
    return status;
}

std::optional<Error> first_problem(std::span<const MigrationStatus> status) {
    for (const Problem& problem : problems) {
        if (auto error = as_error(problem, status)) return error;
    }
    return std::nullopt;
}

Goal Goal::parse(std::string_view text, Direction direction) {
    if (text == (direction == Direction::up ? "head" : "base")) return {};
    const std::string_view typed = text;
    if (text.starts_with(direction == Direction::up ? '+' : '-')) text.remove_prefix(1);
    if (is_count(text)) {
        Goal goal{Kind::steps, 0, {}};
        std::from_chars(text.data(), text.data() + text.size(), goal.steps);
        return goal;
    }
    if (typed.empty() || text != typed || text.front() < '0' || text.front() > '9' || text == "0") {
        throw Error(ErrorCode::usage, fmt::format("\"{}\" is not a place to migrate to", one_line(typed, 60)),
                    direction == Direction::up
                        ? "write a count of steps (2), a version as in the file's name (0002), or head for all"
                        : "write a count of steps (2), a version as in the file's name (0002), or base for all");
    }
    return {Kind::version, 0, std::string(text)};
}

std::vector<Migration> plan_up(const MigrationList& migrations, std::span<const LedgerEntry> applied, const Goal& goal,
                               Order order) {
    const std::vector<MigrationStatus> status = compare(migrations, applied);
    if (const auto problem = first_problem(status)) {
        const bool late = problem->code() == ErrorCode::migration_order && order == Order::any;
        if (problem->code() != ErrorCode::migrations_pending && !late) throw *problem;
    }
    std::vector<Migration> plan;
    for (const MigrationStatus& one : status) {
        if (!one.entry) plan.push_back(*migrations.find(one.version));
    }
    if (goal.kind == Goal::Kind::steps) {
        if (goal.steps > plan.size()) throw too_many(goal.steps, plan.size(), "to apply", "quarry migrate up");
        plan.resize(goal.steps);
    } else if (goal.kind == Goal::Kind::version) {
        const std::int64_t last = find_version(status, goal.version).version;
        std::erase_if(plan, [&](const Migration& one) { return one.version > last; });
    }
    return plan;
}

std::vector<Migration> plan_down(const MigrationList& migrations, std::span<const LedgerEntry> applied,
                                 const Goal& goal) {
    std::vector<MigrationStatus> undone = compare(migrations, applied);
    std::int64_t keep = 0;
    if (goal.kind == Goal::Kind::version) {
        const MigrationStatus& last = find_version(undone, goal.version);
        if (!last.entry) {
            throw Error(ErrorCode::usage, fmt::format("{}_{} is not applied", last.version_text, last.name),
                        "name the migration that is to be the newest one applied afterwards");
        }
        keep = last.version;
    }
    std::erase_if(undone, [&](const MigrationStatus& one) { return !one.entry || one.version <= keep; });
    std::reverse(undone.begin(), undone.end());
    if (goal.kind == Goal::Kind::steps) {
        if (goal.steps > undone.size()) {
            throw too_many(goal.steps, undone.size(), "to undo", "quarry migrate down base");
        }
        undone.resize(goal.steps);
    }
    if (const auto problem = first_problem(undone)) throw *problem;
    std::vector<Migration> plan;
    for (const MigrationStatus& one : undone) plan.push_back(*migrations.find(one.version));
    return plan;
}

std::vector<Migration> plan_repeatable(const MigrationList& migrations, const Ledger& ledger) {
    std::vector<Migration> plan;
    for (const Migration& migration : migrations.repeatable()) {
        const bool same = std::any_of(ledger.repeatable.begin(), ledger.repeatable.end(), [&](const auto& entry) {
            return entry.name == migration.name && entry.checksum == migration.checksum;
        });
        if (!same) plan.push_back(migration);
    }
    return plan;
}

Course course_to(const MigrationList& migrations, std::span<const LedgerEntry> applied, std::string_view place) {
    if (place == "head" || place.starts_with('+')) return {Direction::up, Goal::parse(place, Direction::up)};
    if (place == "base" || place.starts_with('-')) return {Direction::down, Goal::parse(place, Direction::down)};
    const std::vector<MigrationStatus> status = compare(migrations, applied);
    const MigrationStatus& meant = find_version(status, place);
    return {meant.entry ? Direction::down : Direction::up, {Goal::Kind::version, 0, std::string(place)}};
}

}  // namespace quarry::migrate
