#include "core/migrate/sql_lexer.h"

#include <algorithm>

namespace quarry::migrate {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // SQLite takes it for white space between tokens.

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// SQLite's IdChar: what names go on with.
bool is_name(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_parameter_start(char c) noexcept { return c == '$' || c == '@' || c == ':' || c == '#'; }

}  // namespace

std::optional<Token> SqlLexer::next() noexcept {
    if (position_ >= text_.size()) return std::nullopt;
    const char c = text_[position_];
    if (is_space(c) || looking_at(byte_order_mark)) return take_space();
    if (looking_at("--")) return take_line_comment();
    if (looking_at("/*")) return take_block_comment();
    if (c == '\'') return take_quoted(TokenKind::string, '\'');
    if (c == '"' || c == '`') return take_quoted(TokenKind::quoted_name, c);
    if (c == '[') return take_quoted(TokenKind::quoted_name, ']');
    if (c == ';') return take(TokenKind::semicolon, position_ + 1);
    if (is_parameter_start(c)) return take_parameter();
    if (is_name(c)) return take_while_name(is_digit(c) ? TokenKind::other : TokenKind::word);
    return take(TokenKind::other, position_ + 1);
}

Token SqlLexer::take(TokenKind kind, std::size_t end, bool closed) noexcept {
    const Token token{kind, position_, end, closed};
    position_ = end;
    return token;
}

Token SqlLexer::take_space() noexcept {
    std::size_t end = position_;
    for (;;) {
        if (end < text_.size() && is_space(text_[end])) {
            ++end;
        } else if (text_.substr(end, byte_order_mark.size()) == byte_order_mark) {
            end += byte_order_mark.size();
        } else {
            return take(TokenKind::space, end);
        }
    }
}

Token SqlLexer::take_line_comment() noexcept {
    return take(TokenKind::line_comment, std::min(text_.find('\n', position_), text_.size()));
}

Token SqlLexer::take_block_comment() noexcept {
    const std::size_t closing = text_.find("*/", position_ + 2);
    if (closing == std::string_view::npos) return take(TokenKind::block_comment, text_.size(), false);
    return take(TokenKind::block_comment, closing + 2);
}

Token SqlLexer::take_quoted(TokenKind kind, char closing) noexcept {
    std::size_t from = position_ + 1;
    for (;;) {
        const std::size_t at = text_.find(closing, from);
        if (at == std::string_view::npos) return take(kind, text_.size(), false);
        const bool doubled = closing != ']' && at + 1 < text_.size() && text_[at + 1] == closing;
        if (!doubled) return take(kind, at + 1);
        from = at + 2;
    }
}

/// $name, @name, :name with Tcl's $a::b(c), whose parentheses may hold anything but white space.
Token SqlLexer::take_parameter() noexcept {
    std::size_t end = position_ + 1;
    bool named = false;
    while (end < text_.size()) {
        if (is_name(text_[end])) {
            named = true;
            ++end;
        } else if (text_[end] == '(' && named) {
            std::size_t closing = end + 1;
            while (closing < text_.size() && !is_space(text_[closing]) && text_[closing] != ')') ++closing;
            // Without the closing one it is an illegal token, which SQLite takes up to the same place.
            end = closing < text_.size() && text_[closing] == ')' ? closing + 1 : closing;
            break;
        } else if (text_.substr(end, 2) == "::") {
            end += 2;
        } else {
            break;
        }
    }
    return take(TokenKind::other, end);
}

Token SqlLexer::take_while_name(TokenKind kind) noexcept {
    std::size_t end = position_;
    while (end < text_.size() && is_name(text_[end])) ++end;
    return take(kind, end);
}

}  // namespace quarry::migrate
