#include "core/migrate/diff_text.h"

#include <algorithm>

#include "core/base/text.h"

namespace quarry::migrate {
namespace {

constexpr std::string_view destroys_mark = "-- destroys data";
constexpr std::string_view no_transaction = "-- quarry:no-transaction\n";

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

std::string section(std::string_view marker, const std::vector<const schema::Script*>& scripts) {
    std::string text(marker);
    text += '\n';
    if (std::any_of(scripts.begin(), scripts.end(), [](const auto* one) { return !one->transactional; })) {
        text += no_transaction;
    }
    for (const schema::Script* script : scripts) {
        for (const schema::Statement& one : script->statements) text += statement_text(one);
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

std::vector<std::string> migration_texts(const schema::Diff& diff) {
    std::vector<std::string> texts;
    const bool paired = diff.up.size() == diff.down.size();
    for (std::size_t i = 0; i < diff.up.size(); ++i) {
        std::vector<const schema::Script*> down;
        if (paired) {
            down.push_back(&diff.down[diff.down.size() - 1 - i]);
        } else if (i == 0) {
            for (const schema::Script& one : diff.down) down.push_back(&one);
        }
        std::string text = section("-- quarry:up", {&diff.up[i]}) + "\n" + section("-- quarry:down", down);
        if (down.empty()) text += "SELECT 1; -- undone by the migration before this one\n";
        texts.push_back(std::move(text));
    }
    return texts;
}

bool is_destructive(const schema::Diff& diff) {
    return std::any_of(diff.up.begin(), diff.up.end(), [](const schema::Script& script) {
        return std::any_of(script.statements.begin(), script.statements.end(),
                           [](const schema::Statement& one) { return one.destructive; });
    });
}

}  // namespace quarry::migrate
