// What an excerpt of Markdown is in a file of Markdown.
#include "cli/text/answer_markdown.h"

#include <gtest/gtest.h>

namespace quarry::cli {
namespace {

std::string markdown_of(const std::string& markdown) {
    answer::Answer answer;
    answer.kind = answer::AnswerKind::extractive;
    answer.citations.emplace_back();
    answer.citations.back().number = 1;
    answer.citations.back().uri = "a.md";
    answer.citations.back().markdown = markdown;
    const std::string text = markdown_answer(answer, false);
    return text.substr(0, text.find("\n[^1]:"));
}

TEST(AnswerMarkdown, AMarkIsBehindTheFenceOfCode) {
    EXPECT_EQ(markdown_of("Run it:\n\n```console\n$ a\n```"), "Run it:\n\n```console\n$ a\n```\n[^1]\n");
    EXPECT_EQ(markdown_of("1. Run:\n\n   ````\n   ```\n   ````"), "1. Run:\n\n   ````\n   ```\n   ````\n[^1]\n");
}

TEST(AnswerMarkdown, AMarkIsNotInATable) {
    EXPECT_EQ(markdown_of("| a | b |\n|---|---|\n| 1 | 2 |"), "| a | b |\n|---|---|\n| 1 | 2 |\n\n[^1]\n");
    EXPECT_EQ(markdown_of("A sentence."), "A sentence.[^1]\n");
}

TEST(AnswerMarkdown, AMarkBehindAnExcerptIsOfItsParagraphOrBehindItsBlock) {
    answer::Citation citation;
    citation.markdown = "A sentence.";
    EXPECT_EQ(markdown_excerpt(citation, " [1]"), "A sentence. [1]");
    citation.markdown = "```\n*.txt\n```";
    EXPECT_EQ(markdown_excerpt(citation, " [1]"), "```\n*.txt\n```\n[1]");
}

}  // namespace
}  // namespace quarry::cli
