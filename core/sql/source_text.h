#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace quarry::sql {

/// A place in a text for people: 1-based line, 1-based column in code points.
struct Place {
    std::size_t line = 1;
    std::size_t column = 1;
};

/// A migration's text with the name it is reported under. Borrows both: they must outlive it.
struct SourceText {
    std::string_view name;  ///< "migrations/0001_create_users.sql"
    std::string_view text;

    [[nodiscard]] Place place(std::size_t offset) const noexcept;
    /// "name:line:column: problem", for an error in the text at a byte offset.
    [[nodiscard]] Error error_at(std::size_t offset, std::string_view problem, std::string hint = {},
                                 ErrorCode code = ErrorCode::failed) const;
    /// Throws the error for what no SQL may hold: invalid UTF-8, a NUL byte.
    void require_text() const;
    /// "name:line:column".
    [[nodiscard]] std::string location(std::size_t offset) const;
};

/// A half-open range of bytes of a source text.
struct Section {
    std::size_t start = 0;
    std::size_t end = 0;
};

}  // namespace quarry::sql
