#pragma once

#include <string>
#include <string_view>

#include "core/schema/postgresql/model.h"

namespace quarry::schema::postgresql {

/// A name, quoted where it must be.
[[nodiscard]] std::string quote(std::string_view name);
/// "schema.name", quoted where it must be.
[[nodiscard]] std::string qualified(std::string_view schema, std::string_view name);

/// The object's name as statements write it: "public.users", "public.f(integer)"; a trigger's alone.
[[nodiscard]] std::string sql_name(const Id& id);
/// The qualified name of the table that it is on.
[[nodiscard]] std::string sql_table(const Id& id);
/// "TRIGGER audit ON public.users": as COMMENT ON wants it.
[[nodiscard]] std::string comment_target(const Object& object);
/// "TABLE", "MATERIALIZED VIEW", ...: as DROP wants it; not for defaults.
[[nodiscard]] std::string_view sql_kind(const Object& object);

/// "table", "materialized_view", ...: in the kinds of changes.
[[nodiscard]] std::string_view kind_name(Kind kind);
/// The object for people: "users", "users.email"; with its schema unless that is public.
[[nodiscard]] std::string shown(const Id& id);
[[nodiscard]] std::string shown(const Id& table, std::string_view column);

[[nodiscard]] Id table_id(std::string_view schema, std::string_view name);
[[nodiscard]] Id default_id(const Id& table, std::string_view column);
[[nodiscard]] bool is_type(Kind kind);
/// The table that something is on; an empty name for what stands alone.
[[nodiscard]] Id table_of(const Object& object);

}  // namespace quarry::schema::postgresql
