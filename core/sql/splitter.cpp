#include "core/sql/splitter.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "core/base/text.h"

namespace quarry::sql {
namespace {

/// The states and token classes of sqlite3_complete (SQLite's complete.c).
enum State : unsigned char { start, normal, explain, create, trigger, trigger_semicolon, trigger_end };
enum Class : unsigned char { semicolon, other, explain_word, create_word, temp_word, trigger_word, end_word };

constexpr std::array<std::array<State, 7>, 7> transitions = {{
    // semicolon      other    EXPLAIN  CREATE   TEMP     TRIGGER  END
    {start, normal, explain, create, normal, normal, normal},                       // start
    {start, normal, normal, normal, normal, normal, normal},                        // normal
    {start, explain, normal, create, normal, normal, normal},                       // explain
    {start, normal, normal, normal, create, trigger, normal},                       // create
    {trigger_semicolon, trigger, trigger, trigger, trigger, trigger, trigger},      // trigger
    {trigger_semicolon, trigger, trigger, trigger, trigger, trigger, trigger_end},  // trigger_semicolon
    {start, trigger, trigger, trigger, trigger, trigger, trigger},                  // trigger_end
}};

Class classify(TokenKind kind, std::string_view token) {
    if (kind == TokenKind::semicolon) return semicolon;
    if (kind != TokenKind::word || token.size() > 9) return other;  // The longest keyword here is TEMPORARY.
    const std::string word = ascii_lower(token);
    if (word == "end") return end_word;
    if (word == "create") return create_word;
    if (word == "trigger") return trigger_word;
    if (word == "temp" || word == "temporary") return temp_word;
    if (word == "explain") return explain_word;
    return other;
}

/// What decides where a SQLite statement ends.
class SqliteEnd {
public:
    bool ends(TokenKind kind, std::string_view token) {
        state_ = transitions[state_][classify(kind, token)];
        return state_ == start;
    }
    [[nodiscard]] bool in_body() const noexcept {
        return state_ == trigger || state_ == trigger_semicolon || state_ == trigger_end;
    }
    /// Whether the statement may be whole as it stands.
    [[nodiscard]] bool may_end() const noexcept { return state_ == trigger_end || !in_body(); }

private:
    State state_ = start;
};

/// What decides where a PostgreSQL statement ends, as psql does (psqlscan.l): not within parentheses, nor within the
/// BEGIN ... END of a function or procedure.
class PostgresqlEnd {
public:
    bool ends(TokenKind kind, std::string_view token) {
        if (kind == TokenKind::word) {
            take_word(ascii_lower(token.substr(0, 10)));
        } else if (token == "(") {
            ++parentheses_;
        } else if (token == ")" && parentheses_ > 0) {
            --parentheses_;
        }
        return kind == TokenKind::semicolon && parentheses_ == 0 && blocks_ == 0;
    }
    [[nodiscard]] bool in_body() const noexcept { return blocks_ > 0; }
    [[nodiscard]] bool may_end() const noexcept { return blocks_ == 0 && parentheses_ == 0; }

private:
    /// CREATE [OR REPLACE] {FUNCTION | PROCEDURE} may have a body; nothing else does.
    enum class Heading { none, created, body, other };

    void take_word(const std::string& word) {
        if (heading_ == Heading::none) {
            heading_ = word == "create" ? Heading::created : Heading::other;
        } else if (heading_ == Heading::created && word != "or" && word != "replace") {
            heading_ = word == "function" || word == "procedure" ? Heading::body : Heading::other;
        }
        if (heading_ != Heading::body || parentheses_ > 0) return;
        if (word == "begin" || (word == "case" && blocks_ > 0)) {
            ++blocks_;
        } else if (word == "end" && blocks_ > 0) {
            --blocks_;
        }
    }

    std::size_t parentheses_ = 0;
    std::size_t blocks_ = 0;
    Heading heading_ = Heading::none;
};

}  // namespace

bool is_filler(TokenKind kind) noexcept {
    return kind == TokenKind::space || kind == TokenKind::line_comment || kind == TokenKind::block_comment;
}

void require_closed(const SourceText& source, const Token& token) {
    if (token.closed) return;
    const bool comment = token.kind == TokenKind::block_comment;
    const bool string = token.kind == TokenKind::string;
    const std::string_view text = source.text.substr(token.start, token.end - token.start);
    if (string && text.starts_with('$')) {
        const std::string_view tag = text.substr(0, text.find('$', 1) + 1);
        throw source.error_at(token.start, fmt::format("the string that {} begins is never closed", tag),
                              fmt::format("end it with {}", tag));
    }
    throw source.error_at(token.start,
                          comment  ? "this comment is never closed"
                          : string ? "this string is never closed"
                                   : "this quoted name is never closed",
                          comment  ? "end it with */"
                          : string ? "end it with ' and write a ' inside it as ''"
                                   : "end it with the quote that it began with");
}

std::optional<Section> Splitter::next() {
    return dialect_ == Dialect::sqlite ? next_ended_by(SqliteEnd()) : next_ended_by(PostgresqlEnd());
}

template <typename End>
std::optional<Section> Splitter::next_ended_by(End end) {
    std::size_t first = 0;
    std::size_t last = 0;
    bool begun = false;
    while (const auto token = lexer_.next()) {
        require_closed(source_, *token);
        if (is_filler(token->kind)) continue;
        if (!begun && token->kind == TokenKind::semicolon) continue;
        const std::string_view text = source_.text.substr(token->start, token->end - token->start);
        if (!begun) require_sql(*token, text);
        if (!begun) first = token->start;
        begun = true;
        last = token->end;
        if (end.ends(token->kind, text)) return Section{first, token->end};
    }
    if (!begun) return std::nullopt;
    if (last_semicolon_ == LastSemicolon::optional && end.may_end()) return Section{first, last};
    const bool trigger = dialect_ == Dialect::sqlite;
    if (!end.in_body()) throw source_.error_at(first, "this statement is never ended", "end it with \";\"");
    throw source_.error_at(first, trigger ? "this trigger is never ended" : "this function's body is never ended",
                           trigger ? "end its last statement with \";\" and the trigger with \"END;\""
                                   : "end the body that BEGIN ATOMIC began with \"END;\"");
}

/// Throws for what is a command of a shell and no SQL: "\connect", ".read".
void Splitter::require_sql(const Token& token, std::string_view text) const {
    const bool psql = dialect_ == Dialect::postgresql && text == "\\";
    const bool shell = dialect_ == Dialect::sqlite && text == ".";
    if (!psql && !shell) return;
    const std::string_view rest = source_.text.substr(token.start);
    const std::string_view line = rest.substr(0, rest.find('\n'));
    throw source_.error_at(
        token.start,
        fmt::format("\"{}\" is a command of {}, not SQL", one_line(line, 40), psql ? "psql" : "the sqlite3 shell"),
        "write it as SQL, or leave it out");
}

}  // namespace quarry::sql
