#pragma once

#include "core/schema/postgresql/comparison.h"

namespace quarry::schema::postgresql {

/// Adds to `found` how default privileges differ, and which objects do that quarry writes no SQL for.
void compare_others(const Catalog& from, const Catalog& to, Comparison& found);

/// What differs in the settings of something that is in both, a few words for each: "replica identity".
[[nodiscard]] std::vector<std::string> differing_settings(const Object& before, const Object& after);

}  // namespace quarry::schema::postgresql
