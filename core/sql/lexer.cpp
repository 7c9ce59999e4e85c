#include "core/sql/lexer.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace quarry::sql {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // SQLite takes it for white space between tokens.

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

/// SQLite's IdChar: what names go on with.
bool is_name(char c) noexcept {
    return is_ascii_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_parameter_start(char c) noexcept { return c == '$' || c == '@' || c == ':' || c == '#'; }

}  // namespace

std::optional<Token> Lexer::next() noexcept {
    if (position_ >= text_.size()) return std::nullopt;
    const char c = text_[position_];
    if (is_space(c) || looking_at(byte_order_mark)) return take_space();
    if (looking_at("--")) return take_line_comment();
    if (looking_at("/*")) return take_block_comment();
    if (c == '\'') return take_quoted(TokenKind::string, '\'', position_);
    if (c == '"') return take_quoted(TokenKind::quoted_name, c, position_);
    if (c == ';') return take(TokenKind::semicolon, position_ + 1);
    return dialect_ == Dialect::sqlite ? next_sqlite(c) : next_postgresql(c);
}

Token Lexer::next_sqlite(char c) noexcept {
    if (c == '`') return take_quoted(TokenKind::quoted_name, c, position_);
    if (c == '[') return take_quoted(TokenKind::quoted_name, ']', position_);
    if (is_parameter_start(c)) return take_parameter();
    if (is_name(c)) return take_while_name(is_ascii_digit(c) ? TokenKind::other : TokenKind::word);
    return take(TokenKind::other, position_ + 1);
}

Token Lexer::next_postgresql(char c) noexcept {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (at(position_ + 1) == '\'') {
        if (lower == 'e') return take_escape_string(position_ + 1);
        if (lower == 'b' || lower == 'x' || lower == 'n') return take_quoted(TokenKind::string, '\'', position_ + 1);
    }
    if (lower == 'u' && at(position_ + 1) == '&') {
        const char quote = at(position_ + 2);
        if (quote == '\'') return take_quoted(TokenKind::string, quote, position_ + 2);
        if (quote == '"') return take_quoted(TokenKind::quoted_name, quote, position_ + 2);
    }
    if (c == '$') return take_dollar();
    if (is_name(c)) return take_while_name(is_ascii_digit(c) ? TokenKind::other : TokenKind::word);
    return take(TokenKind::other, position_ + 1);
}

Token Lexer::take(TokenKind kind, std::size_t end, bool closed) noexcept {
    const Token token{kind, position_, end, closed};
    position_ = end;
    return token;
}

Token Lexer::take_space() noexcept {
    std::size_t end = position_;
    for (;;) {
        // Both databases let a vertical tab go on with white space; SQLite lets it begin none.
        if (end < text_.size() && (is_space(text_[end]) || text_[end] == '\v')) {
            ++end;
        } else if (text_.substr(end, byte_order_mark.size()) == byte_order_mark) {
            end += byte_order_mark.size();
        } else {
            return take(TokenKind::space, end);
        }
    }
}

Token Lexer::take_line_comment() noexcept {
    const char* const ends = dialect_ == Dialect::postgresql ? "\n\r" : "\n";
    return take(TokenKind::line_comment, std::min(text_.find_first_of(ends, position_), text_.size()));
}

/// SQLite's end at the first "*/", PostgreSQL's nest.
Token Lexer::take_block_comment() noexcept {
    std::size_t depth = 1;
    std::size_t end = position_ + 2;
    while (depth > 0) {
        end = text_.find_first_of("/*", end);
        if (end == std::string_view::npos) return take(TokenKind::block_comment, text_.size(), false);
        const std::string_view pair = text_.substr(end, 2);
        if (pair == "*/") {
            --depth;
            end += 2;
        } else if (pair == "/*" && dialect_ == Dialect::postgresql) {
            ++depth;
            end += 2;
        } else {
            ++end;
        }
    }
    return take(TokenKind::block_comment, end);
}

/// From the opening quote at `quote`; a doubled closing one is part of the text.
Token Lexer::take_quoted(TokenKind kind, char closing, std::size_t quote) noexcept {
    std::size_t from = quote + 1;
    for (;;) {
        const std::size_t found = text_.find(closing, from);
        if (found == std::string_view::npos) return take(kind, text_.size(), false);
        const bool doubled = closing != ']' && at(found + 1) == closing;
        if (!doubled) return take(kind, found + 1);
        from = found + 2;
    }
}

/// E'...', in which a backslash takes the next character with it. After white space with a line's end another '...' is
/// more of the same string.
Token Lexer::take_escape_string(std::size_t quote) noexcept {
    std::size_t from = quote + 1;
    for (;;) {
        const std::size_t found = text_.find_first_of("'\\", from);
        if (found == std::string_view::npos) return take(TokenKind::string, text_.size(), false);
        from = std::min(found + 2, text_.size());
        if (text_[found] == '\\' || at(found + 1) == '\'') continue;
        std::size_t next = found + 1;
        bool new_line = false;
        for (; is_space(at(next)); ++next) new_line |= at(next) == '\n' || at(next) == '\r';
        if (!new_line || at(next) != '\'') return take(TokenKind::string, found + 1);
        from = next + 1;
    }
}

/// $tag$...$tag$, whose tag is a name without "$" or nothing; else a parameter such as $1.
Token Lexer::take_dollar() noexcept {
    std::size_t end = position_ + 1;
    if (!is_ascii_digit(at(end))) {
        while (end < text_.size() && is_name(text_[end]) && text_[end] != '$') ++end;
        if (at(end) == '$') {
            const std::string_view tag = text_.substr(position_, end + 1 - position_);
            const std::size_t closing = text_.find(tag, end + 1);
            if (closing == std::string_view::npos) return take(TokenKind::string, text_.size(), false);
            return take(TokenKind::string, closing + tag.size());
        }
    }
    end = position_ + 1;
    while (end < text_.size() && is_ascii_digit(text_[end])) ++end;
    return take(TokenKind::other, end);
}

/// $name, @name, :name with Tcl's $a::b(c), whose parentheses may hold anything but white space.
Token Lexer::take_parameter() noexcept {
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

Token Lexer::take_while_name(TokenKind kind) noexcept {
    std::size_t end = position_;
    while (end < text_.size() && is_name(text_[end])) ++end;
    return take(kind, end);
}

}  // namespace quarry::sql
