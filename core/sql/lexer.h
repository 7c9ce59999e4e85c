#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/sql/dialect.h"

namespace quarry::sql {

enum class TokenKind {
    space,
    line_comment,  ///< From "--" up to, not including, the line feed (PostgreSQL: or carriage return).
    block_comment,
    word,         ///< A keyword or plain name.
    string,       ///< '...'; PostgreSQL's E'...', B'...', U&'...' and $tag$...$tag$ too.
    quoted_name,  ///< "...", SQLite's `...` and [...], PostgreSQL's U&"..."
    semicolon,
    other,  ///< Numbers, operators, parameters.
};

struct Token {
    TokenKind kind = TokenKind::other;
    std::size_t start = 0;
    std::size_t end = 0;
    bool closed = true;  ///< False for a string, quoted name or comment that the text's end cuts off.
};

/// Cuts SQL into tokens just as the database does (SQLite's tokenize.c; PostgreSQL's scan.l with
/// standard_conforming_strings on), in linear time and constant memory; every byte belongs to one token. Borrows the
/// text.
class Lexer {
public:
    Lexer(Dialect dialect, std::string_view text, std::size_t start = 0) noexcept
        : dialect_(dialect), text_(text), position_(start) {}

    /// The next token, or nothing at the end.
    [[nodiscard]] std::optional<Token> next() noexcept;

private:
    [[nodiscard]] bool looking_at(std::string_view what) const noexcept {
        return text_.substr(position_, what.size()) == what;
    }
    [[nodiscard]] char at(std::size_t position) const noexcept {
        return position < text_.size() ? text_[position] : '\0';
    }
    Token next_sqlite(char c) noexcept;
    Token next_postgresql(char c) noexcept;
    Token take(TokenKind kind, std::size_t end, bool closed = true) noexcept;
    Token take_line_comment() noexcept;
    Token take_block_comment() noexcept;
    Token take_quoted(TokenKind kind, char closing, std::size_t quote) noexcept;
    Token take_escape_string(std::size_t quote) noexcept;
    Token take_dollar() noexcept;
    Token take_parameter() noexcept;
    Token take_while_name(TokenKind kind) noexcept;
    Token take_space() noexcept;

    Dialect dialect_;
    std::string_view text_;
    std::size_t position_;
};

}  // namespace quarry::sql
