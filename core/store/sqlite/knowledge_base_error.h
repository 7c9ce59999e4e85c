#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string_view>

#include "core/base/error.h"

namespace quarry::store {

/// What helps when a base holds what no quarry has written.
inline constexpr std::string_view damaged_base_hint =
    "the base is damaged: quarry docs verify reports details; restore it from a backup, or move it away and run quarry "
    "ingest to rebuild it";

/// `sqlite_error` for a knowledge base: a table or column that is not there has its hint too, since the base's schema
/// was checked when it was opened.
[[nodiscard]] Error knowledge_base_error(const SQLite::Exception& exception, std::string_view doing);

}  // namespace quarry::store
