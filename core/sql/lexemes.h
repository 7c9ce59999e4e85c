#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/lexer.h"

namespace quarry::sql {

/// A token that means something: no white space, no comment. The text is a view into what was cut.
struct Lexeme {
    TokenKind kind = TokenKind::other;
    std::string_view text;
    std::size_t start = 0;  ///< Byte in the text that was cut.

    [[nodiscard]] std::size_t end() const noexcept { return start + text.size(); }
    /// Whether it is this keyword or plain name, or this operator; letter case does not count. `lower` is lower case.
    [[nodiscard]] bool is(std::string_view lower) const noexcept;
    /// Whether it can be a name: a word or a quoted name.
    [[nodiscard]] bool is_name() const noexcept { return kind == TokenKind::word || kind == TokenKind::quoted_name; }
};

/// The tokens of a text that mean something, in order. Borrows the text.
[[nodiscard]] std::vector<Lexeme> lexemes(Dialect dialect, std::string_view text);

/// The name that a lexeme writes: without quotes; a plain one in lower case on PostgreSQL, as written on SQLite.
[[nodiscard]] std::string name_of(Dialect dialect, const Lexeme& lexeme);

/// The value of a plain string literal: 'it''s' is it's. Other kinds of strings come back as they are written.
[[nodiscard]] std::string string_value(std::string_view literal);

/// A name as SQL: quoted only when it must be (other than lower case letters, digits and "_", or a keyword of the
/// dialect).
[[nodiscard]] std::string quote_name(Dialect dialect, std::string_view name);

/// A text as a string literal, understood by both dialects.
[[nodiscard]] std::string quote_string(std::string_view text);

}  // namespace quarry::sql
