#include "core/sql_lint/cursor.h"

#include <algorithm>

#include "core/base/text.h"

namespace quarry::sql_lint {

Cursor::Cursor(sql::Dialect dialect, const std::vector<sql::Lexeme>& words)
    : dialect_(dialect), words_(words), close_(words.size(), words.size()) {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i].is("(")) open.push_back(i);
        if (!words[i].is(")") || open.empty()) continue;
        close_[open.back()] = i;
        open.pop_back();
    }
}

const sql::Lexeme& Cursor::peek(std::size_t ahead) const noexcept {
    static const sql::Lexeme nothing;
    return at_ + ahead < words_.size() ? words_[at_ + ahead] : nothing;
}

bool Cursor::is_any(std::initializer_list<std::string_view> words) const noexcept {
    return std::any_of(words.begin(), words.end(), [this](std::string_view word) { return is(word); });
}

bool Cursor::skip_to(std::initializer_list<std::string_view> words) noexcept {
    while (!done()) {
        if (is_any(words)) return true;
        skip_whole();
    }
    return false;
}

bool Cursor::take(std::initializer_list<std::string_view> words) noexcept {
    std::size_t ahead = 0;
    for (const std::string_view word : words) {
        if (!peek(ahead++).is(word)) return false;
    }
    at_ += words.size();
    return true;
}

Name Cursor::take_name() {
    // SQLite takes a string for a name where only a name can stand.
    const auto named = [this](const sql::Lexeme& word) {
        return word.is_name() || (dialect_ == sql::Dialect::sqlite && word.kind == sql::TokenKind::string);
    };
    Name name;
    const std::size_t begin = at_;
    while (named(peek())) {
        name.schema = name.name;
        name.name = sql::name_of(dialect_, peek());
        name.quoted = peek().kind != sql::TokenKind::word;
        skip();
        if (!is(".") || !named(peek(1))) break;
        skip();
    }
    name.place = place_from(begin);
    const std::string schema = ascii_lower(name.schema);
    if (schema == (dialect_ == sql::Dialect::sqlite ? "main" : "public")) name.schema.clear();
    return name;
}

std::string Cursor::take_plain_name() {
    if (!peek().is_name()) return {};
    std::string name = ascii_lower(sql::name_of(dialect_, peek()));
    skip();
    return name;
}

std::vector<std::string> Cursor::take_column_list() {
    std::vector<std::string> columns;
    if (!is("(")) return columns;
    const std::size_t end = closing();
    skip();
    while (!ends_at(end)) {
        std::string name = take_plain_name();
        if (is("(") || is(".")) name.clear();
        columns.push_back(std::move(name));
        while (!ends_at(end) && !is(",")) skip_whole();
        if (!ends_at(end)) skip();
    }
    go_to(std::min(end + 1, words_.size()));
    return columns;
}

sql::Section Cursor::place_from(std::size_t begin) const noexcept {
    if (words_.empty()) return {};
    const std::size_t first = std::min(begin, words_.size() - 1);
    const std::size_t last = std::min(std::max(at_, first + 1), words_.size()) - 1;
    return {words_[first].start, words_[last].end()};
}

}  // namespace quarry::sql_lint
