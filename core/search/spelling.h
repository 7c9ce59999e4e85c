#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/search/query.h"
#include "core/store/store.h"

namespace quarry::search {

/// The spellings one slip away from a word: a letter left out, added, mistaken, or written at another place. In small
/// letters of the word's script (Latin, Cyrillic, Greek) and those of the word itself; without the word; may repeat.
[[nodiscard]] std::vector<std::string> one_slip_away(std::string_view word);

/// A word that no chunk has, and the most frequent one that is a slip away from it; or the words that it is made of,
/// in languages that write those as one ("Parkgebühr").
struct MendedWord {
    std::string word;  ///< As the query has it, without a possessive ending.
    std::string meant;  ///< As a document has it; of a long word, another form of a word of the documents.
    /// Of each word that is meant its stems, by the rules of all languages of the index; distinct.
    std::vector<std::vector<std::string>> stems;
};

/// How the words of a query compare with those of a base.
struct Spelling {
    std::vector<std::string> missing_words;  ///< Words of the query that no chunk has, but for function words.
    /// The query with them replaced by the most frequent words one slip away ("did you mean"), or by the words that
    /// they are made of; empty when there are none. Words with digits or of fewer than four letters are left.
    std::string suggestion;
    std::string respelt;             ///< The same with only misspelt words replaced; compounds stay as they are.
    std::vector<MendedWord> mended;  ///< What was replaced.
};

/// The index holds stems, so each spelling is looked up by its stem; nothing beside the index is needed. With a filter
/// by collections, all of this is about the chunks that the filter lets through.
[[nodiscard]] Spelling check_spelling(const store::Store& store, std::string_view query, const SearchQuery& parsed,
                                      const store::ChunkFilter& filter);

/// Lets a query look for what is meant as well, for less than a word of its own.
void add_meant_words(const std::vector<MendedWord>& mended, SearchQuery& query);

/// For people: what a search by words looked for as well; empty where that was nothing.
[[nodiscard]] std::string also_searched_note(const std::vector<std::string>& missing_words,
                                             std::string_view suggestion);

}  // namespace quarry::search
