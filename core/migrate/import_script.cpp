#include "core/migrate/import_script.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/sql/splitter.h"

namespace quarry::migrate {
namespace {

/// What was taken out of a script.
struct TakenOut {
    bool transaction = false;
    bool foreign_keys = false;
};

/// Takes out what stands between two statements, and is no comment.
void erase_between(sql::Dialect dialect, std::string_view text, sql::Section gap, TextEdits& edits, TakenOut& taken) {
    sql::Lexer lexer(dialect, text.substr(0, gap.end), gap.start);
    std::optional<sql::Section> group;
    bool words = false;
    const auto flush = [&] {
        if (group && words) edits.erase(*group);
        group.reset();
        words = false;
    };
    while (const auto token = lexer.next()) {
        if (token->kind == sql::TokenKind::space) continue;
        if (sql::is_filler(token->kind)) {
            flush();
            continue;
        }
        if (token->kind == sql::TokenKind::word) {
            const std::string word = ascii_lower(text.substr(token->start, token->end - token->start));
            words = true;
            taken.foreign_keys = taken.foreign_keys || word == "foreign_keys";
            taken.transaction =
                taken.transaction || word == "begin" || word == "start" || word == "commit" || word == "end";
        }
        group = {group ? group->start : token->start, token->end};
    }
    flush();
}

std::string_view without_semicolon(std::string_view statement) noexcept {
    if (statement.ends_with(';')) statement.remove_suffix(1);
    return statement.substr(0, statement.find_last_not_of(" \t\r\n") + 1);
}

}  // namespace

void adopt_script(sql::Dialect dialect, const Script& script, sql::Section range, TextEdits& edits,
                  std::vector<std::string>& changes) {
    TakenOut taken;
    std::size_t from = range.start;
    bool no_semicolon = false;
    for (const sql::Section& statement : script.statements) {
        erase_between(dialect, *script.text, {from, statement.start}, edits, taken);
        from = statement.end;
        if (script.sql_of(statement).ends_with(';')) continue;
        edits.insert(statement.end, ";");
        no_semicolon = true;
    }
    erase_between(dialect, *script.text, {from, range.end}, edits, taken);
    if (taken.transaction && script.transactional) {
        changes.emplace_back("BEGIN and COMMIT were removed: quarry runs each migration in a transaction");
    } else if (taken.transaction) {
        changes.emplace_back(
            "BEGIN and COMMIT were removed: each statement is kept at once, and a run continues where one stopped");
    }
    if (taken.foreign_keys) changes.emplace_back("PRAGMA foreign_keys is gone: quarry sets it");
    if (no_semicolon) changes.emplace_back("the last statement got its semicolon");
}

std::string section_opening(std::string_view marker, const Script& script, const std::vector<std::string>& variables) {
    std::string lines = fmt::format("-- quarry:{}", marker);
    if (!script.transactional) lines += "\n-- quarry:no-transaction";
    if (!variables.empty()) lines += fmt::format("\n-- quarry:env: {}", fmt::join(variables, ", "));
    return lines;
}

std::string two_sections(const std::string& up_opening, std::string_view up, const std::string& down_opening,
                         const std::optional<std::string>& down) {
    std::string text = fmt::format("{}\n{}", up_opening, up);
    if (!text.ends_with('\n')) text += '\n';
    if (!down) return text;
    text += fmt::format("{}{}\n{}", text.ends_with("\n\n") ? "" : "\n", down_opening, *down);
    if (!text.ends_with('\n')) text += '\n';
    return text;
}

void require_same_script(const Script& before, const Script& after) {
    const bool was_empty = before.statements.empty() && after.statements.size() == 1;
    const bool same =
        was_empty || std::equal(before.statements.begin(), before.statements.end(), after.statements.begin(),
                                after.statements.end(), [&](const sql::Section& a, const sql::Section& b) {
                                    return without_semicolon(before.sql_of(a)) == without_semicolon(after.sql_of(b));
                                });
    if (same && before.transactional == after.transactional) return;
    throw Error(ErrorCode::failed, fmt::format("{} cannot be written in quarry's format", before.path),
                "its sections may be in an unusual place: put each section marker on a line of its own, the up section "
                "first");
}

}  // namespace quarry::migrate
