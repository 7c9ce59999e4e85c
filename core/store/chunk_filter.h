#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/document_store.h"
#include "core/store/path_pattern.h"

namespace quarry::store {

/// What a value of the metadata is compared with.
struct MetadataTest {
    enum class Operator {
        exists,
        absent,
        equal,
        not_equal,
        less,
        less_equal,
        greater,
        greater_equal,
        contains,  ///< Letters alike whatever their case (ASCII).
    };
    std::string path;  ///< Names with dots between, "author" or "review.score"; "title" is the document's title.
    Operator comparison = Operator::exists;
    std::string value;

    friend bool operator==(const MetadataTest&, const MetadataTest&) = default;
};

/// Which chunks a search looks at. Every condition that is given must hold; of alternatives in a list, one. An empty
/// filter holds for all.
struct ChunkFilter {
    /// Only sources of these, by name: none of an empty list. Nothing: of all collections. A document is in a
    /// collection when one of its sources is, and other sources of it are not seen.
    std::optional<std::vector<std::string>> collections;
    /// Of the source's path, name, id or address.
    std::vector<PathPattern> paths;
    /// Only sources with this path, or below it as a folder: found without looking at all others. "": all.
    std::string folder;
    std::vector<SourceKind> kinds;
    /// "text/markdown", or "text/*".
    std::vector<std::string> media_types;
    /// ISO 639-1: "de".
    std::vector<std::string> languages;
    /// Seconds since the epoch: [since, until) of the document's own date; of a file without one when it was changed,
    /// of anything else when it was read.
    std::optional<std::int64_t> since, until;
    /// All of them, each by what was given with the source, else by what the document says of itself. Of a list, one
    /// element is enough; numbers are compared as numbers, everything else as text.
    std::vector<MetadataTest> metadata;
    /// Words of "tags", "keywords" or "categories" of the metadata, in any case; all of them.
    std::vector<std::string> tags;
    /// Words, each with blanks between: of each, one heading above the chunk or within it has them all, as parts, in
    /// any order and any case (ASCII).
    std::vector<std::string> headings;

    [[nodiscard]] bool empty() const noexcept;
    friend bool operator==(const ChunkFilter&, const ChunkFilter&) = default;
};

/// What a filter looks at of a source and its document.
struct FilteredSource {
    std::string_view uri;
    std::string_view collection;  ///< By name; needed where the filter has collections.
    SourceKind kind = SourceKind::file;
    std::int64_t mtime_ns = 0;
    std::int64_t ingested_at = 0;
    std::string_view metadata_json;  ///< Given with the source.
    std::string_view title, media_type, language;
    std::string_view document_metadata_json;  ///< Of the document itself.
};

/// The same of a source as it is read. Borrows it.
[[nodiscard]] FilteredSource filtered_source(const Source& source);

/// A filter, made ready to be compared with many sources. Borrows the filter; may be used by several threads.
class SourceMatcher {
public:
    explicit SourceMatcher(const ChunkFilter& filter) : filter_(filter), paths_(filter.paths) {}

    /// Whether the filter's conditions hold for a source: all but those about headings.
    [[nodiscard]] bool holds(const FilteredSource& source) const;
    /// Whether those about its name alone hold.
    [[nodiscard]] bool holds_for_name(std::string_view uri) const;
    /// Whether the one about its collection alone holds.
    [[nodiscard]] bool holds_for_collection(std::string_view collection) const;

private:
    const ChunkFilter& filter_;
    PathMatcher paths_;
};

/// Whether the conditions about headings hold for a chunk with these above it and in it.
[[nodiscard]] bool holds_for_headings(const ChunkFilter& filter, const std::vector<std::string>& headings);

/// Whether `text` has `part`, letters alike whatever their case (ASCII).
[[nodiscard]] bool contains_any_case(std::string_view text, std::string_view part);

/// Whether `text` has each of the words, as a part and in any order, letters alike whatever their case (ASCII).
[[nodiscard]] bool has_words_any_case(std::string_view text, std::string_view words);

/// Seconds since the epoch of "2024", "2024-05", "2024-05-31" or "2024-05-31T12:30:00Z" (other zones and what follows
/// are passed over: the date in UTC); nothing for anything else.
[[nodiscard]] std::optional<std::int64_t> parse_date(std::string_view text);

/// A test as it is written: "year>=2020", "author=Ada", "status!=draft", "topic~locks", "isbn", "!isbn". Throws
/// Error(usage).
[[nodiscard]] MetadataTest parse_metadata_test(std::string_view text);

}  // namespace quarry::store
