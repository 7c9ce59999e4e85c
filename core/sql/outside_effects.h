#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::sql {

/// What a statement reaches for beyond the database that it runs in, or as somebody else.
enum class OutsideKind : std::uint8_t {
    database,  ///< Another database, or what the cluster keeps about this one.
    role,      ///< Roles, their memberships and settings.
    tablespace,
    setting,      ///< ALTER SYSTEM, and functions that act on the whole server.
    transaction,  ///< Prepared transactions, which outlive the session.
    subscription,
    replication,  ///< Replication slots and origins.
    large_object,
    file,          ///< Files of the server, libraries that it loads.
    program,       ///< COPY ... PROGRAM.
    connection,    ///< Connections that the server makes, work that it does later in other sessions.
    session_role,  ///< SET ROLE, SET SESSION AUTHORIZATION: what follows runs as somebody else.
    catalogue,     ///< Writes to catalogues that all databases share.
};

/// "role", "large object"
[[nodiscard]] std::string_view outside_kind_name(OutsideKind kind) noexcept;

struct OutsideEffect {
    OutsideKind kind = OutsideKind::database;
    std::size_t offset = 0;   ///< Byte in the statement: the clause or function, or where the statement begins.
    std::string description;  ///< "CREATE ROLE", "the function lo_import"
};

struct OutsideEffects {
    std::vector<OutsideEffect> effects;  ///< In no order; none twice at one place.
    /// Whether it may do more than `effects`: it runs SQL that is put together at run time, code in a language that
    /// cannot be read, or is not understood.
    bool dynamic = false;
    std::size_t dynamic_offset = 0;  ///< Of the first such place.
    std::string dynamic_reason;      ///< "EXECUTE of SQL that is put together at run time"
};

/// Finds what one statement of PostgreSQL reaches for outside of its database, with PostgreSQL's own parser: anywhere
/// in it, in the bodies of DO, functions and procedures (SQL and PL/pgSQL), and in constant SQL that these execute. It
/// looks at what is written, not at functions and views that are called: look at their definitions too. Never throws
/// but std::bad_alloc; what is too long or too deep is dynamic.
[[nodiscard]] OutsideEffects outside_effects(std::string_view statement);

}  // namespace quarry::sql
