#pragma once

#include <string>
#include <vector>

#include "core/schema/schema.h"

namespace quarry::migrate {

/// One direction of a diff as SQL for people: a statement a paragraph, its comment above it, what destroys data marked.
[[nodiscard]] std::string diff_sql(const std::vector<schema::Script>& scripts);

/// Comments on the differences that quarry writes no SQL for; empty for none.
[[nodiscard]] std::string by_hand_text(const schema::Diff& diff);

/// The text of one migration file: a way up, and the scripts of its way back, which may be none at all.
[[nodiscard]] std::string migration_text(const schema::Script& up, const std::vector<schema::Script>& down);

/// Whether any statement of the way up destroys data.
[[nodiscard]] bool is_destructive(const schema::Diff& diff);

}  // namespace quarry::migrate
