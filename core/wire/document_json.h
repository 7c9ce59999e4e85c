#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/store/store.h"

namespace quarry::wire {

/// What the base and its vector indexes take on disk, in bytes.
struct DiskUse {
    std::uint64_t base = 0, index = 0;
};

/// Schema quarry.docs.show/1: a source with its chunks.
[[nodiscard]] nlohmann::ordered_json document_json(const store::Source& source, std::span<const store::Chunk> chunks);
/// The same schema: a source with its text.
[[nodiscard]] nlohmann::ordered_json document_text_json(const store::Source& source, const std::string& text);
/// Schema quarry.docs.rm/1: how many of the URIs were removed.
[[nodiscard]] nlohmann::ordered_json removed_json(std::size_t removed, std::span<const std::string> uris);
/// Schema quarry.docs.stats/1. `base` is the path of the file.
[[nodiscard]] nlohmann::ordered_json stats_json(const std::string& base, const store::StoreStats& stats);
/// Schema quarry.docs.verify/1.
[[nodiscard]] nlohmann::ordered_json findings_json(const std::string& base,
                                                   std::span<const store::VerifyFinding> findings);
/// Schema quarry.docs.gc/1.
[[nodiscard]] nlohmann::ordered_json disk_use_json(const DiskUse& before, const DiskUse& after);

/// What `source_metadata` holds, as text: names with values as filters compare them.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> metadata_fields(const store::Source& source);

}  // namespace quarry::wire
