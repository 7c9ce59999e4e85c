#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql_lint/statement.h"

namespace quarry::sql_lint {

/// Reads a statement's lexemes from left to right. Past the end it stands on an empty lexeme. Borrows them.
class Cursor {
public:
    Cursor(sql::Dialect dialect, const std::vector<sql::Lexeme>& words);

    [[nodiscard]] bool done() const noexcept { return at_ >= words_.size(); }
    [[nodiscard]] std::size_t position() const noexcept { return at_; }
    void go_to(std::size_t position) noexcept { at_ = position; }
    [[nodiscard]] const sql::Lexeme& peek(std::size_t ahead = 0) const noexcept;
    [[nodiscard]] bool is(std::string_view lower) const noexcept { return peek().is(lower); }
    [[nodiscard]] bool is_any(std::initializer_list<std::string_view> words) const noexcept;
    [[nodiscard]] sql::Dialect dialect() const noexcept { return dialect_; }

    /// Steps over one lexeme.
    void skip() noexcept { ++at_; }
    /// Steps over one lexeme, or over a whole "( ... )".
    void skip_whole() noexcept { at_ = is("(") ? close_[at_] + 1 : at_ + 1; }
    /// Steps up to, not over, one of these outside of parentheses; false, and at the end, when there is none.
    bool skip_to(std::initializer_list<std::string_view> words) noexcept;
    /// Steps over these words when all of them come next.
    bool take(std::initializer_list<std::string_view> words) noexcept;
    bool take(std::string_view lower) noexcept { return take({lower}); }
    /// Where the "(" that it stands on is closed; the end when it is not.
    [[nodiscard]] std::size_t closing() const noexcept { return close_[at_]; }
    [[nodiscard]] bool ends_at(std::size_t position) const noexcept { return at_ >= position || done(); }

    /// "schema"."name" and the like; empty, and nothing is stepped over, when no name comes next.
    Name take_name();
    /// One plain name in lower case; "" when none comes next.
    std::string take_plain_name();
    /// "(a, b COLLATE x, c DESC)": the names in lower case, those of expressions as "". Nothing when no "(" comes next.
    std::vector<std::string> take_column_list();
    /// From the lexeme at `begin` up to where it stands.
    [[nodiscard]] sql::Section place_from(std::size_t begin) const noexcept;

private:
    sql::Dialect dialect_;
    const std::vector<sql::Lexeme>& words_;
    std::vector<std::size_t> close_;  ///< For each "(" its ")", or the number of lexemes.
    std::size_t at_ = 0;
};

/// "name type constraints", up to a "," outside of parentheses or to `end`.
[[nodiscard]] Column read_column(Cursor& cursor, std::size_t end);
/// A type, up to what cannot be part of one.
[[nodiscard]] Type read_type(Cursor& cursor, std::size_t end);
/// Whether a table's constraint comes next, and no column.
[[nodiscard]] bool at_constraint(const Cursor& cursor) noexcept;
/// A constraint with all that belongs to it, up to a "," outside of parentheses or to `end`.
[[nodiscard]] Constraint read_constraint(Cursor& cursor, std::size_t end);
/// What comes behind CREATE ... TABLE.
void read_create_table(Cursor& cursor, Statement& statement);
/// What comes behind ALTER TABLE.
void read_alter_table(Cursor& cursor, Statement& statement);
/// What comes behind ALTER TYPE.
void read_alter_type(Cursor& cursor, Statement& statement);

}  // namespace quarry::sql_lint
