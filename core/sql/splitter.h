#pragma once

#include <cstdint>
#include <optional>

#include "core/sql/lexer.h"
#include "core/sql/source_text.h"

namespace quarry::sql {

/// Gives the statements of a text one after the other. SQLite's end where sqlite3_complete says, so that triggers with
/// their semicolons and `CASE ... END` stay whole; PostgreSQL's where psql says, so that dollar quotes, rules and
/// `BEGIN ATOMIC ... END` do. Linear time, constant memory; borrows the text.
///
///     Splitter splitter(dialect, source, section);
///     while (const auto statement = splitter.next()) run(source.text.substr(statement->start, ...));
class Splitter {
public:
    /// Whether the text's end may end the last statement in place of a semicolon.
    enum class LastSemicolon : std::uint8_t { required, optional };

    Splitter(Dialect dialect, const SourceText& source, Section section,
             LastSemicolon last_semicolon = LastSemicolon::required) noexcept
        : dialect_(dialect),
          last_semicolon_(last_semicolon),
          source_{source.name, source.text.substr(0, section.end)},
          lexer_(dialect, source_.text, section.start) {}

    /// The next statement, from its first token to past its semicolon; comments and empty statements between are
    /// skipped. Throws Error with file, line and column for one that is not ended by a semicolon, for a string,
    /// quoted name or comment that is never closed, and for a command of psql or of the sqlite3 shell.
    [[nodiscard]] std::optional<Section> next();

private:
    template <typename End>
    std::optional<Section> next_ended_by(End end);
    void require_sql(const Token& token, std::string_view text) const;

    Dialect dialect_;
    LastSemicolon last_semicolon_;
    SourceText source_;
    Lexer lexer_;
};

/// White space and comments.
[[nodiscard]] bool is_filler(TokenKind kind) noexcept;

/// Throws the error for a token that the text's end cuts off.
void require_closed(const SourceText& source, const Token& token);

}  // namespace quarry::sql
