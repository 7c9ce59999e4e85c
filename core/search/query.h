#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/lexical/lexical_query.h"

namespace quarry::store {
class Retriever;
}  // namespace quarry::store

namespace quarry::search {

/// A query as it is searched for. Nothing is a syntax error: what is no operator is a word.
///
///     undo a migration        words: passages need not have all of them
///     "undo the last"         these words, next to each other
///     title:sqlite            in this field; title, heading, body; also before a "phrase"
///     migrat*                 words that begin so
///     -oracle -"red hat"      not these; also before a field
///
/// Plain words are wishes, and decide about the order. What has an operator must hold. Operators stand at the
/// beginning of a word (the star at its end), so that C++, a-b, -1, http://x and 5" are plain.
struct SearchQuery {
    std::string text;                       ///< The wanted words without operators: what is embedded.
    std::vector<lexical::LexicalTerm> terms;         ///< Distinct, in order of the query, with their weights.
    std::vector<lexical::TermCondition> conditions;  ///< All of them must hold.

    /// A word of the query as it stands there, with the terms that it became.
    struct Word {
        std::string text;
        std::vector<std::string> terms;  ///< By the rules of the first language.
        std::vector<std::string> stems;  ///< Of the whole word, by those of all languages; distinct.
        bool function_word = false;
    };
    std::vector<Word> words;  ///< Of `text`.
};

enum class QuerySyntax {
    operators,  ///< As above.
    plain,      ///< Everything is a word: for questions to a model, and for those of test collections.
};

/// Of a query, this much is read. A longer one is a document; its beginning says what it is about.
inline constexpr std::size_t max_query_bytes = 16'384;
inline constexpr std::size_t max_query_terms = 256;
/// Further operators are not looked for.
inline constexpr std::size_t max_query_conditions = 64;

/// Reads valid UTF-8. `languages` are those by whose rules the base's terms were made (index_languages): in an index
/// with several, a word is looked for under its stem in each.
[[nodiscard]] SearchQuery parse_query(std::string_view query, QuerySyntax syntax = QuerySyntax::operators,
                                      std::span<const std::string> languages = {});

/// The languages by whose rules the terms in a base's index were made, "en" first; never none.
[[nodiscard]] std::vector<std::string> index_languages(const store::Retriever& store);

}  // namespace quarry::search
