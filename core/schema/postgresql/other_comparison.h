#pragma once

#include "core/schema/postgresql/comparison.h"

namespace quarry::schema::postgresql {

/// Adds to `found` how default privileges differ, and which objects do that quarry writes no SQL for.
void compare_others(const Catalog& from, const Catalog& to, Comparison& found);

}  // namespace quarry::schema::postgresql
