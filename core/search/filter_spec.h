#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/store/chunk_filter.h"

namespace quarry::search {

/// Which documents a search looks at, as a caller writes it: the fields of a command line, of a request or of a tool
/// call. Every condition that is given must hold.
struct FilterSpec {
    std::vector<std::string> collections{};  ///< Names, or lists of names with commas between; one of them.
    std::vector<std::string> paths{};      ///< Files, folders, web addresses and patterns; one of them.
    std::vector<std::string> kinds{};      ///< "file", "stdin", "jsonl", "url"; one of them.
    std::vector<std::string> types{};      ///< "markdown", "pdf", "text/html", "text/*"; one of them.
    std::vector<std::string> languages{};  ///< ISO 639-1: "de"; one of them.
    std::optional<std::string> since{};    ///< This date or later: "2024", "2024-05", "2024-05-31".
    std::optional<std::string> until{};    ///< Before this date.
    std::vector<std::string> tests{};      ///< Of metadata, as parse_metadata_test reads them; all of them.
    std::vector<std::string> tags{};       ///< All of them.
    std::vector<std::string> headings{};   ///< Words of one heading each; all of them.
};

/// The names of kinds of sources, as FilterSpec::kinds has them.
[[nodiscard]] std::vector<std::string> filter_kind_names();

/// The names in lists with commas between; nothing without any. Throws Error(usage) for an empty one.
[[nodiscard]] std::optional<std::vector<std::string>> collection_list(const std::vector<std::string>& lists);

/// The filter that is meant. Throws Error(usage) for a path, kind, type, date or test that is none.
[[nodiscard]] store::ChunkFilter chunk_filter(const FilterSpec& spec);

}  // namespace quarry::search
