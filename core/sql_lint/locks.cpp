#include "core/sql_lint/locks.h"

#include <algorithm>
#include <array>

namespace quarry::sql_lint {
namespace {

constexpr std::string_view access_exclusive = "ACCESS EXCLUSIVE";
constexpr std::string_view exclusive = "EXCLUSIVE";
constexpr std::string_view share_row_exclusive = "SHARE ROW EXCLUSIVE";
constexpr std::string_view share = "SHARE";
constexpr std::string_view share_update_exclusive = "SHARE UPDATE EXCLUSIVE";
constexpr std::string_view row_exclusive = "ROW EXCLUSIVE";

/// The strongest first.
constexpr std::array<std::string_view, 6> modes = {access_exclusive,       exclusive,    share_row_exclusive, share,
                                                   share_update_exclusive, row_exclusive};

std::size_t strength_rank(std::string_view mode) {
    return static_cast<std::size_t>(std::find(modes.begin(), modes.end(), mode) - modes.begin());
}

void add_lock(std::vector<TableLock>& locks, const Name& table, std::string_view mode) {
    if (table.empty()) return;
    const std::string name = table.text();
    const auto at = std::find_if(locks.begin(), locks.end(), [&](const TableLock& one) { return one.table == name; });
    if (at == locks.end()) {
        locks.push_back({name, mode});
    } else if (strength_rank(mode) < strength_rank(at->mode)) {
        at->mode = mode;
    }
}

std::string_view mode_of_action(const Action& action) {
    switch (action.kind) {
        case Action::Kind::attach_partition:
        case Action::Kind::validate_constraint: return share_update_exclusive;
        case Action::Kind::disable_trigger: return share_row_exclusive;
        case Action::Kind::detach_partition: return action.concurrently ? share_update_exclusive : access_exclusive;
        case Action::Kind::add_constraint:
            return action.constraint.kind == Constraint::Kind::foreign_key ? share_row_exclusive : access_exclusive;
        default: return access_exclusive;
    }
}

void add_alter_locks(std::vector<TableLock>& locks, const Statement& statement) {
    if (statement.object != ObjectKind::table) return;
    for (const Action& action : statement.actions) {
        add_lock(locks, statement.name(), mode_of_action(action));
        if (action.kind == Action::Kind::add_constraint) {
            add_lock(locks, action.constraint.references.table, share_row_exclusive);
        }
        if (action.kind == Action::Kind::attach_partition) add_lock(locks, action.new_name, access_exclusive);
        if (action.column.references) add_lock(locks, action.column.references->table, share_row_exclusive);
    }
    if (statement.actions.empty()) add_lock(locks, statement.name(), access_exclusive);
}

void add_create_locks(std::vector<TableLock>& locks, const Statement& statement) {
    switch (statement.object) {
        case ObjectKind::table:
            for (const Column& column : statement.columns) {
                if (column.references) add_lock(locks, column.references->table, share_row_exclusive);
            }
            for (const Constraint& one : statement.constraints)
                add_lock(locks, one.references.table, share_row_exclusive);
            break;
        case ObjectKind::index:
            add_lock(locks, statement.table, statement.concurrently ? share_update_exclusive : share);
            break;
        case ObjectKind::trigger: add_lock(locks, statement.table, share_row_exclusive); break;
        case ObjectKind::policy: add_lock(locks, statement.table, access_exclusive); break;
        default: break;
    }
}

void add_drop_locks(std::vector<TableLock>& locks, const Statement& statement) {
    if (statement.object == ObjectKind::table || statement.object == ObjectKind::view ||
        statement.object == ObjectKind::materialized_view) {
        for (const Name& name : statement.names) add_lock(locks, name, access_exclusive);
    } else if (statement.object == ObjectKind::trigger || statement.object == ObjectKind::policy) {
        add_lock(locks, statement.table, access_exclusive);
    } else if (statement.object == ObjectKind::index) {
        for (const Name& name : statement.names) {
            add_lock(locks, name, statement.concurrently ? share_update_exclusive : access_exclusive);
        }
    }
}

}  // namespace

std::vector<TableLock> locks_of(const Statement& statement) {
    std::vector<TableLock> locks;
    const auto on_names = [&](std::string_view mode) {
        for (const Name& name : statement.names) add_lock(locks, name, mode);
    };
    switch (statement.verb) {
        case Verb::create: add_create_locks(locks, statement); break;
        case Verb::alter: add_alter_locks(locks, statement); break;
        case Verb::drop: add_drop_locks(locks, statement); break;
        case Verb::insert:
        case Verb::update:
        case Verb::merge:
        case Verb::remove: on_names(row_exclusive); break;
        case Verb::truncate:
        case Verb::cluster:
        case Verb::lock: on_names(access_exclusive); break;
        case Verb::refresh: on_names(statement.concurrently ? exclusive : access_exclusive); break;
        case Verb::reindex: on_names(statement.concurrently ? share_update_exclusive : share); break;
        case Verb::vacuum: on_names(statement.full ? access_exclusive : share_update_exclusive); break;
        default: break;
    }
    return locks;
}

std::string_view lock_effect(std::string_view mode) noexcept {
    if (mode == access_exclusive) return "blocks reads and writes";
    if (mode == share_update_exclusive || mode == row_exclusive) return "blocks neither reads nor writes";
    return "blocks writes";
}

}  // namespace quarry::sql_lint
