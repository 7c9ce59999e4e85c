#include "core/migrate/sql_splitter.h"

#include <array>
#include <string>

#include "core/base/text.h"

namespace quarry::migrate {
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

bool is_filler(TokenKind kind) noexcept {
    return kind == TokenKind::space || kind == TokenKind::line_comment || kind == TokenKind::block_comment;
}

}  // namespace

void require_closed(const SourceText& source, const Token& token) {
    if (token.closed) return;
    const bool comment = token.kind == TokenKind::block_comment;
    const bool string = token.kind == TokenKind::string;
    throw source.error_at(token.start,
                          comment  ? "this comment is never closed"
                          : string ? "this string is never closed"
                                   : "this quoted name is never closed",
                          comment  ? "end it with */"
                          : string ? "end it with ' and write a ' inside it as ''"
                                   : "end it with the quote that it began with");
}

std::optional<Section> SqlSplitter::next() {
    State state = start;
    std::size_t first = 0;
    bool begun = false;
    while (const auto token = lexer_.next()) {
        require_closed(source_, *token);
        if (is_filler(token->kind)) continue;
        if (!begun && token->kind == TokenKind::semicolon) continue;
        if (!begun) first = token->start;
        begun = true;
        const std::string_view text = source_.text.substr(token->start, token->end - token->start);
        state = transitions[state][classify(token->kind, text)];
        if (state == start) return Section{first, token->end};
    }
    if (!begun) return std::nullopt;
    const bool in_trigger = state == trigger || state == trigger_semicolon || state == trigger_end;
    throw source_.error_at(
        first, in_trigger ? "this trigger is never ended" : "this statement is never ended",
        in_trigger ? "end its last statement with \";\" and the trigger with \"END;\"" : "end it with \";\"");
}

}  // namespace quarry::migrate
