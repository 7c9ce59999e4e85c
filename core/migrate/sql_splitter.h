#pragma once

#include <optional>

#include "core/migrate/source_text.h"
#include "core/migrate/sql_lexer.h"

namespace quarry::migrate {

/// Gives the statements of SQLite's SQL one after the other: the same boundaries as sqlite3_complete, so that
/// triggers with their semicolons and `CASE ... END` stay whole. Linear time, constant memory; borrows the text.
///
///     SqlSplitter splitter(source, section);
///     while (const auto statement = splitter.next()) run(source.text.substr(statement->start, ...));
class SqlSplitter {
public:
    SqlSplitter(const SourceText& source, Section section) noexcept
        : source_{source.name, source.text.substr(0, section.end)}, lexer_(source_.text, section.start) {}

    /// The next statement, from its first token to past its semicolon; comments and empty statements between are
    /// skipped. Throws Error with file, line and column for one that is not ended by a semicolon, and for a string,
    /// quoted name or comment that is never closed.
    [[nodiscard]] std::optional<Section> next();

private:
    SourceText source_;
    SqlLexer lexer_;
};

/// Throws the error for a token that the text's end cuts off.
void require_closed(const SourceText& source, const Token& token);

}  // namespace quarry::migrate
