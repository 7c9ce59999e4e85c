#pragma once

#include <vector>

#include "core/schema/postgresql/model.h"

namespace quarry::schema::postgresql {

/// The objects in an order in which they can be made: each after what it needs; where that leaves a choice, by kind and
/// name, so that the order depends on the schema alone. A table comes after what its defaults and constraints need,
/// too, unless these need the table.
[[nodiscard]] std::vector<Id> creation_order(const Catalog& catalog);

}  // namespace quarry::schema::postgresql
