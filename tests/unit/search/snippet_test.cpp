#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/search/rank.h"
#include "core/search/search.h"

namespace quarry::search {
namespace {

/// The snippet with matches in brackets, and … where text was left out.
std::string shown(const std::string& text, const std::string& query, std::size_t max_chars) {
    const Snippet snippet = make_snippet(text, query_terms(query), max_chars);
    std::string result = snippet.start_byte > 0 ? "…" : "";
    std::size_t at = snippet.start_byte;
    for (const auto& [start, end] : snippet.matches) {
        result += text.substr(at, start - at) + "[" + text.substr(start, end - start) + "]";
        at = end;
    }
    return result + text.substr(at, snippet.end_byte - at) + (snippet.end_byte < text.size() ? "…" : "");
}

TEST(Snippet, ShowsAShortTextWhole) {
    EXPECT_EQ(shown("Undo the last migration.", "migrations", 100), "Undo the last [migration].");
    EXPECT_EQ(shown("Nothing here.", "migrations", 100), "Nothing here.");
    EXPECT_EQ(shown("", "migrations", 100), "");
}

TEST(Snippet, TakesTheWindowWithTheMostDistinctTerms) {
    const std::string text =
        "alpha alpha alpha alpha is all that stands at the beginning of this long text, and then after a while "
        "comes alpha with beta and gamma, before it goes on and on about things that do not matter to anyone.";
    EXPECT_EQ(shown(text, "gamma beta alpha", 50), "…comes [alpha] with [beta] and [gamma], before it goes…");
}

TEST(Snippet, HighlightsEveryMatchInsideAndTheWordAsItStands) {
    EXPECT_EQ(shown("Migrating: migrated, MIGRATION.", "migrate", 100), "[Migrating]: [migrated], [MIGRATION].");
    EXPECT_EQ(shown("call readConfigFile() now", "config", 100), "call read[Config]File() now");
    EXPECT_EQ(shown("call readConfigFile() now", "readConfigFile", 100), "call [readConfigFile]() now");
}

TEST(Snippet, CutsAtWordsAndNeverInACharacter) {
    EXPECT_EQ(shown("one two three four five six seven", "four", 22), "…three [four] five six…");
    const std::string text = "ääää öööö üüüü äöü wörter über alles größe maß";
    for (std::size_t limit = 0; limit < 50; ++limit) {
        const Snippet snippet = make_snippet(text, query_terms("wörter"), limit);
        const std::string part = text.substr(snippet.start_byte, snippet.end_byte - snippet.start_byte);
        EXPECT_FALSE(find_invalid_utf8(part)) << limit;
        EXPECT_LE(count_code_points(part), std::max<std::size_t>(limit, 6)) << limit;
    }
}

TEST(Snippet, StandsAWordThatIsLongerThanTheWindow) {
    const std::string word(500, 'x');
    EXPECT_EQ(make_snippet(word, query_terms(word), 100).matches.size(), 1U);
    EXPECT_EQ(make_snippet(word, {"other"}, 100).end_byte, 100U);
}

}  // namespace
}  // namespace quarry::search
