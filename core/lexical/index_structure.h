#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::lexical {

/// Which segments the FTS5 table `chunk_terms` has: its structure record.
struct IndexStructure {
    /// A run of leaf pages, sorted by term; its number is unique while it exists.
    struct Segment {
        std::int64_t id = 0;
        std::int64_t first_page = 0;  ///< What is before was merged into another segment already.
        std::int64_t last_page = 0;   ///< 0 when all of it was.
    };
    /// Segments that are merged together; new ones come into the first level, and merged ones into the next.
    struct Level {
        std::uint64_t merging = 0;      ///< How many, from the oldest on, are being merged now.
        std::vector<Segment> segments;  ///< Oldest first.
    };

    /// Throws DamagedTermIndex.
    [[nodiscard]] static IndexStructure parse(std::string_view record);
    [[nodiscard]] std::string record() const;

    /// The least number that no segment has; 0 when FTS5 takes no more of them.
    [[nodiscard]] std::int64_t unused_id() const;
    /// Adds the newest segment, with that many leaf pages.
    void add_segment(std::int64_t id, std::int64_t pages);
    /// How many leaf pages FTS5 should merge now that one of so many pages was added, at its own pace: each page is
    /// merged once a level, when as many segments have come together as `automerge` of the table says.
    [[nodiscard]] std::int64_t pages_to_merge(std::int64_t added_pages) const;

    std::string cookie = std::string(4, '\0');  ///< Of the table's configuration; handed on as it is.
    std::uint64_t written_pages = 0;            ///< Ever added.
    std::vector<Level> levels;                  ///< Newest first.
};

}  // namespace quarry::lexical
