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

/// A part of a document's text: whole lines, but where a page or a limit ends within one.
struct DocumentPart {
    store::Source source;
    std::string text{};
    std::size_t start_byte = 0, end_byte = 0;  ///< [start, end) in the document's text.
    std::size_t start_line = 1, end_line = 1;  ///< Counted from 1, both included.
    std::size_t lines = 1, pages = 0;          ///< Of the whole document; 0 for a text without pages.
    bool is_cut = false;                       ///< A limit left out the end of what was wanted.
};

/// Schema quarry.docs.show/1: a source with its chunks.
[[nodiscard]] nlohmann::ordered_json document_json(const store::Source& source, std::span<const store::Chunk> chunks);
/// The same schema: a source with its text.
[[nodiscard]] nlohmann::ordered_json document_text_json(const store::Source& source, const std::string& text);
/// The same schema: a source with a part of its text, and where that is.
[[nodiscard]] nlohmann::ordered_json document_part_json(const DocumentPart& part);
/// Schema quarry.docs.rm/1: how many of the URIs were removed, what `ingest` brings back, and what nothing does.
[[nodiscard]] nlohmann::ordered_json removed_json(std::size_t removed, std::span<const std::string> uris,
                                                  std::span<const std::string> again,
                                                  std::span<const std::string> collections,
                                                  std::span<const std::string> lost);
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
