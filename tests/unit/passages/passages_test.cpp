#include "core/passages/passages.h"

#include <gtest/gtest.h>

#include <string>

namespace quarry::passages {
namespace {

TEST(TextBetween, ReachesIntoSentencesThatThePassageCuts) {
    const std::string document = "Before. One is long. Two is short. Three is long. Behind.";
    Passage passage;
    passage.start = document.find("long.");
    passage.end = document.rfind("is long");
    passage.text = document.substr(passage.start, passage.end - passage.start);
    for (const SentenceSpan& span : find_sentences(document, passage.start, passage.end, TextForm::prose)) {
        passage.sentences.push_back({span, 1, 1, 0, document.substr(span.start, span.end - span.start)});
    }
    ASSERT_EQ(passage.sentences.size(), 3U);
    const std::size_t first = passage.sentences.front().span.start, last = passage.sentences.back().span.end;
    for (std::size_t start = first; start <= last; ++start) {
        for (std::size_t end = start; end <= last; ++end) {
            EXPECT_EQ(text_between(passage, start, end), document.substr(start, end - start));
        }
    }
}

}  // namespace
}  // namespace quarry::passages
