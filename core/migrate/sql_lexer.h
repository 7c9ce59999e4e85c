#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace quarry::migrate {

enum class TokenKind {
    space,
    line_comment,  ///< From "--" up to, not including, the line feed.
    block_comment,
    word,         ///< A keyword or plain name.
    string,       ///< '...'
    quoted_name,  ///< "...", `...` or [...]
    semicolon,
    other,  ///< Numbers, operators, parameters.
};

struct Token {
    TokenKind kind = TokenKind::other;
    std::size_t start = 0;
    std::size_t end = 0;
    bool closed = true;  ///< False for a string, quoted name or comment that the text's end cuts off.
};

/// Cuts SQL into tokens just as SQLite does (tokenize.c), in linear time and constant memory; every byte belongs to
/// one token. Borrows the text.
class SqlLexer {
public:
    explicit SqlLexer(std::string_view text, std::size_t start = 0) noexcept : text_(text), position_(start) {}

    /// The next token, or nothing at the end.
    [[nodiscard]] std::optional<Token> next() noexcept;

private:
    [[nodiscard]] bool looking_at(std::string_view what) const noexcept {
        return text_.substr(position_, what.size()) == what;
    }
    Token take(TokenKind kind, std::size_t end, bool closed = true) noexcept;
    Token take_line_comment() noexcept;
    Token take_block_comment() noexcept;
    Token take_quoted(TokenKind kind, char closing) noexcept;
    Token take_parameter() noexcept;
    Token take_while_name(TokenKind kind) noexcept;
    Token take_space() noexcept;

    std::string_view text_;
    std::size_t position_;
};

}  // namespace quarry::migrate
