#pragma once

#include <optional>
#include <string_view>

#include "core/sql/outside_effects.h"

namespace quarry::sql {

/// A statement's node in PostgreSQL's parse tree.
struct OutsideStatement {
    std::string_view node;  ///< "CreateRoleStmt"
    OutsideKind kind;
    std::string_view description;  ///< "CREATE ROLE"
};

/// Nothing when such statements stay within the database, or may.
[[nodiscard]] const OutsideStatement* outside_statement(std::string_view node) noexcept;

/// What a function reaches for, by its name without schema.
[[nodiscard]] std::optional<OutsideKind> outside_function(std::string_view name) noexcept;

/// Whether a function runs its text arguments as SQL.
[[nodiscard]] bool runs_sql(std::string_view function) noexcept;

/// Catalogues that all databases of a cluster share, and the view that sets settings.
[[nodiscard]] bool is_shared_catalogue(std::string_view relation) noexcept;

/// What is shared, by the parse tree's name of an object's type: "OBJECT_ROLE".
[[nodiscard]] std::optional<OutsideKind> shared_object(std::string_view type) noexcept;

}  // namespace quarry::sql
