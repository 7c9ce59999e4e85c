#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/sql/source_text.h"

namespace quarry::sql {

/// A part of a PL/pgSQL body that the database hands to its SQL parser.
struct PlpgsqlPart {
    enum class Kind : std::uint8_t {
        statement,   ///< A whole SQL statement, without its semicolon.
        expression,  ///< What stands behind SELECT: "a > 1", "f(x)", "count(*) FROM t".
        executed,    ///< An expression whose value is run as SQL (EXECUTE).
        unknown,     ///< Nobody can say.
    };
    Kind kind = Kind::statement;
    Section place{};  ///< In the body.
    Section
        targets{};  ///< The variables that INTO writes to, with the INTO; within `place`, empty when there are none.
};

/// The SQL of a PL/pgSQL body (what stands between the quotes of DO or CREATE FUNCTION), in its order. Reads control
/// structures and declarations as PL/pgSQL does, whatever the types of its variables. Never throws; linear time.
[[nodiscard]] std::vector<PlpgsqlPart> plpgsql_parts(std::string_view body);

}  // namespace quarry::sql
