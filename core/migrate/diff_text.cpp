#include "core/migrate/diff_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace quarry::migrate {
namespace {

constexpr std::string_view destroys_mark = "-- destroys data";
constexpr std::string_view no_transaction = "-- quarry:no-transaction\n";

/// What lint would have in a migration of its own, with the reason why it is not.
std::string exceptions_of(const schema::Script& script) {
    std::string text;
    if (!script.transactional) return text;
    bool changed = false, backfills = false, validates = false;
    for (const schema::Statement& one : script.statements) {
        const bool update = one.sql.starts_with("UPDATE ");
        backfills |= update && changed;
        validates |= one.sql.find(" VALIDATE CONSTRAINT ") != std::string::npos;
        changed |= !update && !one.sql.starts_with("SET ");
    }
    if (backfills) {
        text += "-- quarry:allow backfill-in-transaction: the values and NOT NULL come together, or neither does\n";
    }
    if (validates) {
        text += "-- quarry:allow validate-in-same-transaction: the constraint comes whole, or not at all\n";
    }
    return text;
}

std::string statement_text(const schema::Statement& statement) {
    std::string text;
    if (statement.destructive) text.append(destroys_mark).push_back('\n');
    if (!statement.comment.empty()) {
        for (const std::string_view line : split(statement.comment, '\n')) {
            text.append("-- ").append(line).push_back('\n');
        }
    }
    return text.append(statement.sql).append("\n");
}

std::string section(std::string_view marker, const std::vector<schema::Script>& scripts) {
    std::string text(marker);
    text += '\n';
    // Several scripts cannot share a transaction, or they would be one.
    const bool transactional = scripts.size() == 1 && scripts.front().transactional;
    if (!transactional) text += no_transaction;
    for (const schema::Script& script : scripts) {
        for (const schema::Statement& one : script.statements) text += statement_text(one);
    }
    return text;
}

}  // namespace

std::string diff_sql(const std::vector<schema::Script>& scripts) {
    std::string text;
    for (const schema::Script& script : scripts) {
        if (&script != &scripts.front()) text += "\n-- a migration of its own from here on\n";
        if (!script.transactional) text += no_transaction;
        for (const schema::Statement& one : script.statements) text += statement_text(one);
    }
    return text;
}

std::string by_hand_text(const schema::Diff& diff) {
    std::string text;
    for (const schema::Change& change : diff.changes) {
        if (change.by_hand)
            text += fmt::format("-- quarry cannot write SQL for this: {}\n", one_line(change.text(), 200));
    }
    return text;
}

std::string migration_text(const schema::Script& up, const std::vector<schema::Script>& down) {
    const std::string text = exceptions_of(up) + section("-- quarry:up", {up}) + "\n";
    // What differs on the way up and not on the way back, such as an order that does not count.
    if (down.empty()) return text + "-- quarry:irreversible: there is nothing to undo\n";
    return text + section("-- quarry:down", down);
}

bool is_destructive(const schema::Diff& diff) {
    return std::any_of(diff.up.begin(), diff.up.end(), [](const schema::Script& script) {
        return std::any_of(script.statements.begin(), script.statements.end(),
                           [](const schema::Statement& one) { return one.destructive; });
    });
}

}  // namespace quarry::migrate
