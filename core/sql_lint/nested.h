#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "core/sql_lint/statement.h"

namespace quarry::sql_lint {

/// Finds the statements within statements of PostgreSQL: in DO, in WITH, and in functions and procedures that are
/// called and that a statement before defined. Borrows the texts of all scripts that it reads.
class NestedStatements {
public:
    /// Remembers what a statement defines.
    void define(const Statement& statement, const sql::SourceText& source);

    /// The statements within one, in their order, marked as nested; those of a function stand where it is called. Text
    /// that cannot be cut into statements has none. Bounded for code that calls itself.
    [[nodiscard]] std::vector<Statement> in(const Statement& statement, const sql::SourceText& source);

private:
    struct Code {
        sql::SourceText source;
        sql::Section body{};
        bool plpgsql = true;
    };
    struct Search {
        std::vector<Statement> found;
        std::size_t depth = 0;
    };

    void search(const Statement& statement, const sql::SourceText& source, Search& to);
    void search_code(const Code& code, Search& to);
    void search_literal(const sql::Lexeme& literal, const sql::SourceText& source, bool plpgsql, Search& to);
    void search_part(const sql::SourceText& source, sql::Section place, bool expression, Search& to);
    void search_with(const Statement& statement, const sql::SourceText& source, Search& to);
    void search_calls(const Statement& statement, Search& to);
    [[nodiscard]] Code code_in(const sql::Lexeme& literal, const sql::SourceText& source, bool plpgsql);

    std::map<std::string, Code, std::less<>> functions_;  ///< By name without schema.
    std::deque<std::string> texts_;                       ///< Code that is not written as it is; never moved.
    std::size_t bytes_left_ = std::size_t{1}
                              << 20;  ///< Of called code that is still read, for all statements together.
};

}  // namespace quarry::sql_lint
