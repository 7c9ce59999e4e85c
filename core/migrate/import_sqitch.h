#pragma once

#include "core/migrate/import_folder.h"

namespace quarry::migrate {

/// The changes of a folder with a sqitch.plan, in its order: deploy/NAME.sql, with revert/NAME.sql as the way back. Of
/// a change that is reworked, the earlier ones are deploy/NAME@TAG.sql. What a change requires becomes the parents of
/// its file; tags, conflicts and notes become comments. Throws Error: failed with file:line:column for a plan that
/// cannot be understood, usage (a file to be replaced or left out is not there).
[[nodiscard]] ForeignFiles list_sqitch_changes(const ImportSource& source);

}  // namespace quarry::migrate
