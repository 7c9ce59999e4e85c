#include "core/schema/sqlite/cursor.h"

#include <fmt/format.h>

#include "core/base/error.h"

namespace quarry::schema::sqlite {

bool Cursor::at(std::string_view lower, std::size_t ahead) const {
    return at_ + ahead < lexemes_.size() && lexemes_[at_ + ahead].is(lower);
}

bool Cursor::at_name(std::size_t ahead) const {
    if (at_ + ahead >= lexemes_.size()) return false;
    const sql::Lexeme& lexeme = lexemes_[at_ + ahead];
    return lexeme.is_name() || lexeme.kind == sql::TokenKind::string;
}

const sql::Lexeme& Cursor::peek() const {
    if (at_end()) fail();
    return lexemes_[at_];
}

const sql::Lexeme& Cursor::take() {
    const sql::Lexeme& lexeme = peek();
    ++at_;
    return lexeme;
}

bool Cursor::skip(std::initializer_list<std::string_view> words) {
    std::size_t ahead = 0;
    for (const std::string_view word : words) {
        if (!at(word, ahead++)) return false;
    }
    at_ += words.size();
    return true;
}

void Cursor::require(std::initializer_list<std::string_view> words) {
    if (!skip(words)) fail();
}

std::string Cursor::take_name() {
    if (!at_name()) fail();
    return sql::name_of(sql::Dialect::sqlite, take());
}

std::span<const sql::Lexeme> Cursor::take_parentheses() {
    require({"("});
    const std::size_t start = at_;
    for (std::size_t depth = 1; depth > 0;) {
        const sql::Lexeme& lexeme = take();
        if (lexeme.text == "(") ++depth;
        if (lexeme.text == ")") --depth;
    }
    return std::span(lexemes_).subspan(start, at_ - 1 - start);
}

void Cursor::fail() const {
    const std::string where = at_end() ? std::string("its end") : fmt::format("\"{}\"", lexemes_[at_].text);
    throw Error(ErrorCode::failed, fmt::format("cannot understand how {} was created", object_),
                "please report this with the statement: sqlite3 FILE .schema")
        .because(fmt::format("near {}", where));
}

std::vector<std::span<const sql::Lexeme>> split_at_commas(std::span<const sql::Lexeme> lexemes) {
    std::vector<std::span<const sql::Lexeme>> parts;
    if (lexemes.empty()) return parts;
    std::size_t start = 0, depth = 0;
    for (std::size_t i = 0; i < lexemes.size(); ++i) {
        if (lexemes[i].text == "(") ++depth;
        if (lexemes[i].text == ")" && depth > 0) --depth;
        if (lexemes[i].text != "," || depth > 0) continue;
        parts.push_back(lexemes.subspan(start, i - start));
        start = i + 1;
    }
    parts.push_back(lexemes.subspan(start));
    return parts;
}

}  // namespace quarry::schema::sqlite
