// Rules about conditions and literals that do not mean what they seem to.
#include <fmt/format.h>

#include <array>

#include "core/sql_lint/rule.h"

namespace quarry::sql_lint {
namespace {

/// "= NULL" behind WHERE, ON, CHECK or HAVING; behind SET it gives a value.
void check_null_comparison(const Inspection& at) {
    const std::vector<sql::Lexeme>& words = at.statement().words;
    bool condition = false;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const sql::Lexeme& word = words[i];
        if (word.is("where") || word.is("check") || word.is("having") || word.is("when")) condition = true;
        if (word.is("set") || word.is("values") || word.kind == sql::TokenKind::semicolon) condition = false;
        const bool equal = word.is("=") || (word.is(">") && i > 0 && words[i - 1].is("<"));
        if (!condition || !equal || !words[i + 1].is("null")) continue;
        const bool negated = word.is(">") || (i > 0 && words[i - 1].is("!"));
        at.report({word.start, words[i + 1].end()}, "a comparison with NULL is never true",
                  negated ? "IS NOT NULL" : "IS NULL");
    }
}

/// Where only a value can stand: behind DEFAULT, and in the rows of INSERT ... VALUES.
void check_double_quotes(const Inspection& at) {
    const std::vector<sql::Lexeme>& words = at.statement().words;
    bool values = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const sql::Lexeme& word = words[i];
        if (at.statement().verb == Verb::insert && word.is("values")) values = true;
        if (word.is("on") || word.is("returning") || word.is("select")) values = false;
        if (word.kind != sql::TokenKind::quoted_name || word.text.front() != '"' || i == 0) continue;
        const bool in_row = values && (words[i - 1].is("(") || words[i - 1].is(","));
        if (!in_row && !words[i - 1].is("default")) continue;
        at.report(
            {word.start, word.end()},
            fmt::format("{} is a name; SQLite takes it for a string only because nothing has that name", word.text),
            "write a string in single quotes");
    }
}

constexpr std::array<Rule, 2> query_table = {{
    {.id = "comparison-with-null",
     .scope = Scope::any_statement,
     .summary = "a comparison with NULL is never true",
     .why =
         "column = NULL is neither true nor false, for every row, so that the statement changes nothing. In a CHECK it "
         "lets everything pass.",
     .instead = "IS NULL, IS NOT NULL, or IS [NOT] DISTINCT FROM.",
     .bad = "-- quarry:up\nUPDATE users SET locale = 'en' WHERE locale = NULL;\n\n"
            "-- quarry:irreversible: which were missing is not known any more\n",
     .good = "-- quarry:up\nUPDATE users SET locale = 'en' WHERE locale IS NULL;\n\n"
             "-- quarry:irreversible: which were missing is not known any more\n",
     .sources = "PostgreSQL documentation: Comparison Functions and Operators; SQLite documentation: NULL Handling",
     .check = check_null_comparison},
    {.id = "double-quoted-string",
     .engines = Engines::sqlite,
     .scope = Scope::any_statement,
     .summary = "a string in double quotes",
     .why = "Double quotes are for names. SQLite takes an unknown name for a string, for the sake of old programs: a "
            "mistyped column is not an error, and a build with SQLITE_DQS=0 refuses the statement.",
     .instead = "Single quotes.",
     .bad = "-- quarry:up\nALTER TABLE users ADD COLUMN locale TEXT NOT NULL DEFAULT \"en\";\n\n-- quarry:down\n"
            "ALTER TABLE users DROP COLUMN locale;\n",
     .good = "-- quarry:up\nALTER TABLE users ADD COLUMN locale TEXT NOT NULL DEFAULT 'en';\n\n-- quarry:down\n"
             "ALTER TABLE users DROP COLUMN locale;\n",
     .sources = "SQLite documentation: Quirks, Caveats, and Gotchas In SQLite",
     .check = check_double_quotes},
}};

}  // namespace

std::span<const Rule> query_rules() { return query_table; }

}  // namespace quarry::sql_lint
