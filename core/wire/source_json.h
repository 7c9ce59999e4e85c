#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

#include "core/store/store.h"

namespace quarry::wire {

/// A source as in `docs ls --json` and `docs show --json` (docs/ingest.md).
/// What is known of a source by name, as a filter sees it: what was given with it, else what its document says.
[[nodiscard]] nlohmann::ordered_json source_metadata(const store::Source& source);

[[nodiscard]] nlohmann::ordered_json source_json(const store::Source& source);

/// "file", "standard_input", "jsonl".
[[nodiscard]] std::string_view source_kind_name(store::SourceKind kind) noexcept;

/// Seconds since 1970 as "2026-11-21T10:30:00Z".
[[nodiscard]] std::string utc_time(std::int64_t seconds);

}  // namespace quarry::wire
