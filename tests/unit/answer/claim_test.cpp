// How texts are cut into clauses, and what denials, bounds and comparisons in them say.
#include "core/answer/claim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "core/answer/support.h"

namespace quarry::answer {
namespace {

using ::testing::Eq;

/// What is wrong with a statement; empty for one that its source bears out.
std::string fault(std::string_view statement, std::string_view source) {
    const Cancellation never;
    const Support support = SupportScorer().score(statement, std::span(&source, 1), never);
    return support.whole ? "" : ::testing::PrintToString(support.problems);
}

struct Pair {
    const char* statement;
    const char* source;
};

void expect_right(const std::vector<Pair>& pairs) {
    for (const auto& [statement, source] : pairs) EXPECT_THAT(fault(statement, source), Eq("")) << statement;
}

void expect_wrong(const std::vector<Pair>& pairs) {
    for (const auto& [statement, source] : pairs) EXPECT_THAT(fault(statement, source), ::testing::Ne("")) << statement;
}

TEST(Claims, GoOnOverLineEnds) {
    expect_right({
        {"Bags must weigh no more than 23 kg.", "Bags must weigh no\nmore than 23 kg."},
        {"The second run repeats nothing of the first.", "The second run repeats\nnothing of the first."},
        {"Murió el 5 de octubre de 1932 en Madrid.", "Murió el 5\nde octubre de 1932 en Madrid."},
        {"The release of 3 March 2019 is stable.", "The release of 3\nMarch 2019 is stable."},
        {"The house has one thousand two hundred rooms.", "The house has one thousand\ntwo hundred rooms."},
        {"Die Messe beginnt am 3. März 2019 in Bonn.", "Die Messe beginnt am\n3. März 2019 in Bonn."},
        {"The lift takes no more than 5 people.", "> The lift takes no\n> more than 5 people."},
    });
}

TEST(Claims, EndWithEntriesAndRows) {
    expect_right({
        {"A file is stored in the base.", "- Nothing is lost\n- A file is stored in the base"},
        {"A file is stored in the base.", "1. Nothing is lost\n2. A file is stored in the base"},
        {"A file is stored in the base.", "# Nothing is lost\nA file is stored in the base."},
        {"A file is stored in the base.", "Nothing is lost\n\nA file is stored in the base."},
        {"The index is rebuilt at night.", "| the index is not found | the index is rebuilt at night |"},
        {"The index is rebuilt at night.", "| not known | the index is rebuilt at night |"},
        {"The index is rebuilt at night.", "| the index is rebuilt at night | none |"},
    });
    expect_wrong({{"The first box holds 5300 pens.", "The first box holds 5\n300 pens are in the second."}});
}

TEST(Claims, EndWithMarksBehindFullStops) {
    for (const char* const source :
         {"(Nothing is lost.) A file is stored in the base.", "Nothing is lost.[1] A file is stored in the base.",
          "Nothing is lost… A file is stored in the base.", "**Nothing is lost.** A file is stored in the base.",
          "“Nothing is lost.” A file is stored in the base.", "Nothing is lost.[12][3] A file is stored in the base."}) {
        expect_right({{"A file is stored in the base.", source}, {source, source}});
    }
    expect_wrong({{"A file is lost in the base.", "(No file is lost.) A file is stored in the base."},
                  {"Files (logs etc.) are kept in the base.", "Files (logs etc.) are never kept in the base."}});
}

TEST(Support, IsWholeForASentenceOfTheSource) {
    for (const char* const sentence :
         {"Without a key, 5 requests are open, and with a key 50 are not closed.", "Nothing is lost: no file is open.",
          "Er arbeitete lange als Lehrer in Bonn, und nicht in Ulm."}) {
        const std::string source = "A file is stored. " + std::string(sentence) + " No key is needed.";
        EXPECT_THAT(fault(sentence, source), Eq(""));
    }
    expect_wrong({{"No key is needed for 5 km.", "No key is needed for 5 miles."},
                  {"Users get 5 requests.", "Without a key, users get 5 requests."}});
}

}  // namespace
}  // namespace quarry::answer
