#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/lexemes.h"

namespace quarry::schema::sqlite {

/// Reads a statement's lexemes one after the other. Borrows the statement and the object's name, which is for errors.
class Cursor {
public:
    Cursor(std::string_view object, std::string_view statement)
        : object_(object), lexemes_(sql::lexemes(sql::Dialect::sqlite, statement)) {}

    [[nodiscard]] bool at_end() const noexcept { return at_ >= lexemes_.size(); }
    [[nodiscard]] bool at(std::string_view lower, std::size_t ahead = 0) const;
    /// Whether the next is a name in this place: a word, a quoted name, or a string.
    [[nodiscard]] bool at_name(std::size_t ahead = 0) const;
    [[nodiscard]] std::size_t position() const noexcept { return at_; }
    [[nodiscard]] const sql::Lexeme& peek() const;
    [[nodiscard]] const sql::Lexeme& take();
    /// Skips the words if they come next, all of them.
    bool skip(std::initializer_list<std::string_view> words);
    /// Skips the words, or throws.
    void require(std::initializer_list<std::string_view> words);
    [[nodiscard]] std::string take_name();
    /// What is between the "(" that comes next and its ")", which are skipped.
    [[nodiscard]] std::span<const sql::Lexeme> take_parentheses();
    /// All that is left.
    [[nodiscard]] std::span<const sql::Lexeme> rest() const { return std::span(lexemes_).subspan(at_); }
    [[nodiscard]] std::span<const sql::Lexeme> since(std::size_t start) const {
        return std::span(lexemes_).subspan(start, at_ - start);
    }
    [[noreturn]] void fail() const;

private:
    std::string_view object_;
    std::vector<sql::Lexeme> lexemes_;
    std::size_t at_ = 0;
};

/// The parts between commas outside of parentheses; none for nothing.
[[nodiscard]] std::vector<std::span<const sql::Lexeme>> split_at_commas(std::span<const sql::Lexeme> lexemes);

}  // namespace quarry::schema::sqlite
