#pragma once

#include <string>
#include <vector>

#include "core/schema/schema.h"

namespace quarry::migrate {

/// One direction of a diff as SQL for people: a statement a paragraph, its comment above it, what destroys data marked.
[[nodiscard]] std::string diff_sql(const std::vector<schema::Script>& scripts);

/// A diff as the texts of migration files, one for each script of its up, in order. Where the way back has another
/// number of scripts, it is the first file's, and undoing the later ones does nothing by itself.
[[nodiscard]] std::vector<std::string> migration_texts(const schema::Diff& diff);

/// Whether any statement of the way up destroys data.
[[nodiscard]] bool is_destructive(const schema::Diff& diff);

}  // namespace quarry::migrate
