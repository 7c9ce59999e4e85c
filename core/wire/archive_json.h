#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/store.h"

namespace quarry::wire {

/// An embedder whose vectors an archive has.
struct ArchivedEmbedder {
    std::string fingerprint;
    std::size_t dimensions = 0;
    std::string name{};    ///< What people call it; may be empty.
    std::string server{};  ///< Where it is asked, unless at the provider's own address.
};

/// What stands at the beginning of an archive: under which settings its content was made.
struct ArchiveHead {
    std::string chunking{}, redaction{};
    std::string embedder{};  ///< The fingerprint that searches use; empty for none.
    std::vector<store::Collection> collections{};  ///< Name, description and when it was made.
    std::vector<ArchivedEmbedder> embedders{};
};

/// A piece of an embedder's own table.
struct ArchivedModelPart {
    std::string fingerprint;
    std::size_t part = 0, parts = 1;  ///< From 0.
    std::string bytes;
};

/// A source with its document, and the vectors of its chunks: for each embedder of the head one a chunk, empty where
/// there is none.
struct ArchivedSource {
    store::PreparedSource source;
    std::vector<std::vector<std::vector<float>>> vectors{};
};

/// What an import did, in sources.
struct ImportReport {
    std::uint64_t added = 0, updated = 0, unchanged = 0;
    std::uint64_t without_vectors = 0;  ///< Passages that searches by vector do not find.
};
/// Schema quarry.docs.import/1.
[[nodiscard]] nlohmann::ordered_json import_json(const ImportReport& report);

/// A line of an archive (docs/ingest.md); schema quarry.export/1. None has a line feed at its end.
[[nodiscard]] std::string archive_line(const ArchiveHead& head);
[[nodiscard]] std::string archive_line(const ArchivedModelPart& part);
[[nodiscard]] std::string archive_line(const ArchivedSource& source);
/// The last one, with the number of sources.
[[nodiscard]] std::string archive_end(std::uint64_t sources);

/// What a line of an archive holds; the one that is set. All of it has been checked against itself and the head, so
/// that it can be stored.
struct ArchiveEntry {
    std::optional<ArchivedModelPart> model{};
    std::optional<ArchivedSource> source{};
    std::optional<std::uint64_t> end{};
};

/// Throw Error(failed) that says what is wrong with the line; the caller adds which one it is.
[[nodiscard]] ArchiveHead parse_archive_head(std::string_view line);
[[nodiscard]] ArchiveEntry parse_archive_line(std::string_view line, const ArchiveHead& head);

}  // namespace quarry::wire
