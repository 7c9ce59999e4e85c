#pragma once

#include <string>
#include <vector>

#include "core/schema/postgresql/model.h"

namespace quarry::schema::postgresql {

/// Whether values of a type are in tables, or in other types.
[[nodiscard]] bool is_stored(const Catalog& catalog, const Id& type);

/// The attributes of a composite type that the second catalogue lacks.
[[nodiscard]] std::vector<std::string> lost_attributes(const Catalog& from, const Catalog& to, const Id& type);

/// Whether a type that is in both loses attributes, or values of an enum.
[[nodiscard]] bool loses_values(const Catalog& from, const Catalog& to, const Id& id);

/// Throws Error(failed) when columns have the collation in both catalogues: it can then neither change nor go.
void require_no_column_of_collation(const Catalog& from, const Catalog& to, const Id& collation);

/// Whether the second list has the values of the first, in the same order, and perhaps more.
[[nodiscard]] bool only_adds_values(const std::vector<std::string>& from, const std::vector<std::string>& to);

}  // namespace quarry::schema::postgresql
