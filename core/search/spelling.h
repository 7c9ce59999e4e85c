#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/search/query.h"
#include "core/store/store.h"

namespace quarry::search {

/// The spellings one slip away from a word: a letter left out, added or mistaken, or two neighbours swapped. In small
/// letters of the word's script (Latin, Cyrillic, Greek) and those of the word itself; without the word; may repeat.
[[nodiscard]] std::vector<std::string> one_slip_away(std::string_view word);

/// How the words of a query compare with those of a base.
struct Spelling {
    std::vector<std::string> missing_words;  ///< Words of the query that no chunk has, but for function words.
    /// The query with them replaced by the most frequent words one slip away ("did you mean"); empty when none has such
    /// a neighbour. Words with digits or of fewer than four letters are left.
    std::string suggestion;
};

/// The index holds stems, so each spelling is looked up by its stem; nothing beside the index is needed. With a filter
/// by collections, all of this is about the chunks that the filter lets through.
[[nodiscard]] Spelling check_spelling(const store::Store& store, std::string_view query, const SearchQuery& parsed,
                                      const store::ChunkFilter& filter);

}  // namespace quarry::search
