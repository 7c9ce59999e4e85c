#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/sql/lexemes.h"

namespace quarry::schema::sqlite {

/// A piece of SQL (an expression, a trigger's body) in one spelling. Equal when they mean the same: letter case of
/// keywords and names, quotes of names, white space and comments do not count.
struct Expression {
    std::string text;  ///< To be written: keywords in upper case, names as they were defined.
    std::string key;   ///< To be compared.

    [[nodiscard]] bool empty() const noexcept { return text.empty(); }
    friend bool operator==(const Expression& a, const Expression& b) noexcept { return a.key == b.key; }
};

/// Names that may occur in a phrase, in lower case, and how they were defined.
using Names = std::map<std::string, std::string>;

/// What a phrase is read with. Borrows the names: a schema's are many.
struct PhraseContext {
    const Names& names;
    /// A table in lower case whose name before a column is left out: its own expressions need none.
    std::string own_table;
    /// Whether words such as KEY are names where the context knows them as one: true outside of statements.
    bool soft_keywords = false;
    /// Whether the letter case of other names counts: a view's users see "AS Total".
    bool case_counts = false;
};

/// "x" of a name that SQLite knows as X: ASCII letters in lower case.
[[nodiscard]] std::string fold_name(std::string_view name);
/// Below, at or above 0 as the first name so folded comes before the second, by their bytes.
[[nodiscard]] int compare_names(std::string_view a, std::string_view b) noexcept;

/// A name in quotes where it needs them, for SQL.
[[nodiscard]] std::string quoted_name(std::string_view name);

/// The phrase that some lexemes are. A name in double quotes that the context does not know may be a string to SQLite,
/// so that its letter case counts.
[[nodiscard]] Expression make_phrase(std::span<const sql::Lexeme> lexemes, const PhraseContext& context);

}  // namespace quarry::schema::sqlite
