#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/search/query.h"
#include "core/store/store.h"

namespace quarry::search {

/// The spellings one slip away from a word: a letter left out, added or mistaken, or two neighbours swapped. In small
/// letters of the word's script (Latin, Cyrillic, Greek) and those of the word itself; without the word; may repeat.
[[nodiscard]] std::vector<std::string> one_slip_away(std::string_view word);

/// The query with words that no chunk has replaced by the most frequent words of the base one slip away ("did you
/// mean"); nothing when all are known, or none has such a neighbour. Words with digits or of fewer than four letters
/// are left. The index holds stems, so each spelling is looked up by its stem; nothing beside the index is needed.
/// With a filter by collections, all of this is about the chunks that the filter lets through.
[[nodiscard]] std::optional<std::string> suggest_query(const store::Store& store, std::string_view query,
                                                       const SearchQuery& parsed, const store::ChunkFilter& filter);

}  // namespace quarry::search
