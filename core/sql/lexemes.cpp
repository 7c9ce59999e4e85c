#include "core/sql/lexemes.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/sql/splitter.h"

namespace quarry::sql {
namespace {

/// SQLite 3.40's keywords (sqlite3_keyword_name), sorted.
constexpr std::array<std::string_view, 147> sqlite_keywords = {"abort",
                                                               "action",
                                                               "add",
                                                               "after",
                                                               "all",
                                                               "alter",
                                                               "always",
                                                               "analyze",
                                                               "and",
                                                               "as",
                                                               "asc",
                                                               "attach",
                                                               "autoincrement",
                                                               "before",
                                                               "begin",
                                                               "between",
                                                               "by",
                                                               "cascade",
                                                               "case",
                                                               "cast",
                                                               "check",
                                                               "collate",
                                                               "column",
                                                               "commit",
                                                               "conflict",
                                                               "constraint",
                                                               "create",
                                                               "cross",
                                                               "current",
                                                               "current_date",
                                                               "current_time",
                                                               "current_timestamp",
                                                               "database",
                                                               "default",
                                                               "deferrable",
                                                               "deferred",
                                                               "delete",
                                                               "desc",
                                                               "detach",
                                                               "distinct",
                                                               "do",
                                                               "drop",
                                                               "each",
                                                               "else",
                                                               "end",
                                                               "escape",
                                                               "except",
                                                               "exclude",
                                                               "exclusive",
                                                               "exists",
                                                               "explain",
                                                               "fail",
                                                               "filter",
                                                               "first",
                                                               "following",
                                                               "for",
                                                               "foreign",
                                                               "from",
                                                               "full",
                                                               "generated",
                                                               "glob",
                                                               "group",
                                                               "groups",
                                                               "having",
                                                               "if",
                                                               "ignore",
                                                               "immediate",
                                                               "in",
                                                               "index",
                                                               "indexed",
                                                               "initially",
                                                               "inner",
                                                               "insert",
                                                               "instead",
                                                               "intersect",
                                                               "into",
                                                               "is",
                                                               "isnull",
                                                               "join",
                                                               "key",
                                                               "last",
                                                               "left",
                                                               "like",
                                                               "limit",
                                                               "match",
                                                               "materialized",
                                                               "natural",
                                                               "no",
                                                               "not",
                                                               "nothing",
                                                               "notnull",
                                                               "null",
                                                               "nulls",
                                                               "of",
                                                               "offset",
                                                               "on",
                                                               "or",
                                                               "order",
                                                               "others",
                                                               "outer",
                                                               "over",
                                                               "partition",
                                                               "plan",
                                                               "pragma",
                                                               "preceding",
                                                               "primary",
                                                               "query",
                                                               "raise",
                                                               "range",
                                                               "recursive",
                                                               "references",
                                                               "regexp",
                                                               "reindex",
                                                               "release",
                                                               "rename",
                                                               "replace",
                                                               "restrict",
                                                               "returning",
                                                               "right",
                                                               "rollback",
                                                               "row",
                                                               "rows",
                                                               "savepoint",
                                                               "select",
                                                               "set",
                                                               "table",
                                                               "temp",
                                                               "temporary",
                                                               "then",
                                                               "ties",
                                                               "to",
                                                               "transaction",
                                                               "trigger",
                                                               "unbounded",
                                                               "union",
                                                               "unique",
                                                               "update",
                                                               "using",
                                                               "vacuum",
                                                               "values",
                                                               "view",
                                                               "virtual",
                                                               "when",
                                                               "where",
                                                               "window",
                                                               "with",
                                                               "without"};

/// PostgreSQL 15's keywords that are not unreserved (pg_get_keywords), sorted: quote_ident quotes these.
constexpr std::array<std::string_view, 151> postgresql_keywords = {"all",
                                                                   "analyse",
                                                                   "analyze",
                                                                   "and",
                                                                   "any",
                                                                   "array",
                                                                   "as",
                                                                   "asc",
                                                                   "asymmetric",
                                                                   "authorization",
                                                                   "between",
                                                                   "bigint",
                                                                   "binary",
                                                                   "bit",
                                                                   "boolean",
                                                                   "both",
                                                                   "case",
                                                                   "cast",
                                                                   "char",
                                                                   "character",
                                                                   "check",
                                                                   "coalesce",
                                                                   "collate",
                                                                   "collation",
                                                                   "column",
                                                                   "concurrently",
                                                                   "constraint",
                                                                   "create",
                                                                   "cross",
                                                                   "current_catalog",
                                                                   "current_date",
                                                                   "current_role",
                                                                   "current_schema",
                                                                   "current_time",
                                                                   "current_timestamp",
                                                                   "current_user",
                                                                   "dec",
                                                                   "decimal",
                                                                   "default",
                                                                   "deferrable",
                                                                   "desc",
                                                                   "distinct",
                                                                   "do",
                                                                   "else",
                                                                   "end",
                                                                   "except",
                                                                   "exists",
                                                                   "extract",
                                                                   "false",
                                                                   "fetch",
                                                                   "float",
                                                                   "for",
                                                                   "foreign",
                                                                   "freeze",
                                                                   "from",
                                                                   "full",
                                                                   "grant",
                                                                   "greatest",
                                                                   "group",
                                                                   "grouping",
                                                                   "having",
                                                                   "ilike",
                                                                   "in",
                                                                   "initially",
                                                                   "inner",
                                                                   "inout",
                                                                   "int",
                                                                   "integer",
                                                                   "intersect",
                                                                   "interval",
                                                                   "into",
                                                                   "is",
                                                                   "isnull",
                                                                   "join",
                                                                   "lateral",
                                                                   "leading",
                                                                   "least",
                                                                   "left",
                                                                   "like",
                                                                   "limit",
                                                                   "localtime",
                                                                   "localtimestamp",
                                                                   "national",
                                                                   "natural",
                                                                   "nchar",
                                                                   "none",
                                                                   "normalize",
                                                                   "not",
                                                                   "notnull",
                                                                   "null",
                                                                   "nullif",
                                                                   "numeric",
                                                                   "offset",
                                                                   "on",
                                                                   "only",
                                                                   "or",
                                                                   "order",
                                                                   "out",
                                                                   "outer",
                                                                   "overlaps",
                                                                   "overlay",
                                                                   "placing",
                                                                   "position",
                                                                   "precision",
                                                                   "primary",
                                                                   "real",
                                                                   "references",
                                                                   "returning",
                                                                   "right",
                                                                   "row",
                                                                   "select",
                                                                   "session_user",
                                                                   "setof",
                                                                   "similar",
                                                                   "smallint",
                                                                   "some",
                                                                   "substring",
                                                                   "symmetric",
                                                                   "table",
                                                                   "tablesample",
                                                                   "then",
                                                                   "time",
                                                                   "timestamp",
                                                                   "to",
                                                                   "trailing",
                                                                   "treat",
                                                                   "trim",
                                                                   "true",
                                                                   "union",
                                                                   "unique",
                                                                   "user",
                                                                   "using",
                                                                   "values",
                                                                   "varchar",
                                                                   "variadic",
                                                                   "verbose",
                                                                   "when",
                                                                   "where",
                                                                   "window",
                                                                   "with",
                                                                   "xmlattributes",
                                                                   "xmlconcat",
                                                                   "xmlelement",
                                                                   "xmlexists",
                                                                   "xmlforest",
                                                                   "xmlnamespaces",
                                                                   "xmlparse",
                                                                   "xmlpi",
                                                                   "xmlroot",
                                                                   "xmlserialize",
                                                                   "xmltable"};

bool is_keyword(Dialect dialect, std::string_view word) {
    return dialect == Dialect::sqlite
               ? std::binary_search(sqlite_keywords.begin(), sqlite_keywords.end(), word)
               : std::binary_search(postgresql_keywords.begin(), postgresql_keywords.end(), word);
}

/// `text` in quotes, each quote inside it doubled.
std::string quoted(std::string_view text, char quote) {
    std::string result(1, quote);
    for (const char c : text) {
        if (c == quote) result += quote;
        result += c;
    }
    return result += quote;
}

/// What is between the first and the last byte, doubled quotes as one.
std::string unquoted(std::string_view text) {
    const char quote = text.back();
    std::string result;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        result += text[i];
        if (text[i] == quote && quote != ']') ++i;
    }
    return result;
}

}  // namespace

bool Lexeme::is(std::string_view lower) const noexcept {
    if (kind == TokenKind::quoted_name || kind == TokenKind::string || text.size() != lower.size()) return false;
    return std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
}

std::vector<Lexeme> lexemes(Dialect dialect, std::string_view text) {
    std::vector<Lexeme> result;
    Lexer lexer(dialect, text);
    while (const auto token = lexer.next()) {
        if (is_filler(token->kind)) continue;
        result.push_back({token->kind, text.substr(token->start, token->end - token->start), token->start});
    }
    return result;
}

std::string name_of(Dialect dialect, const Lexeme& lexeme) {
    const bool plain_quotes = lexeme.text.size() >= 2 && lexeme.text.front() != 'U' && lexeme.text.front() != 'u';
    if (lexeme.kind == TokenKind::quoted_name && plain_quotes) return unquoted(lexeme.text);
    if (lexeme.kind == TokenKind::string && dialect == Dialect::sqlite && plain_quotes) return unquoted(lexeme.text);
    return dialect == Dialect::postgresql ? ascii_lower(lexeme.text) : std::string(lexeme.text);
}

std::string string_value(std::string_view literal) {
    return literal.size() >= 2 && literal.front() == '\'' ? unquoted(literal) : std::string(literal);
}

std::string quote_name(Dialect dialect, std::string_view name) {
    const auto is_start = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    const auto is_plain = [&](char c) { return is_start(c) || (c >= '0' && c <= '9'); };
    const bool plain = !name.empty() && is_start(name.front()) && std::all_of(name.begin(), name.end(), is_plain);
    return plain && !is_keyword(dialect, name) ? std::string(name) : quoted(name, '"');
}

std::string quote_string(std::string_view text) { return quoted(text, '\''); }

}  // namespace quarry::sql
