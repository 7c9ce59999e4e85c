#include "core/passages/sentences.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace quarry::passages {
namespace {

using Strings = std::vector<std::string>;

/// The sentences of a text; lines of code and tables in brackets.
Strings sentences(const std::string& text, TextForm form, std::size_t start = 0, std::size_t end = std::string::npos) {
    Strings found;
    for (const SentenceSpan& span : find_sentences(text, start, end, form)) {
        const std::string words = text.substr(span.start, span.end - span.start);
        found.push_back(span.kind == SentenceSpan::Kind::line ? "<" + words + ">" : words);
    }
    return found;
}

struct Text {
    const char* name;
    std::string text;
    Strings sentences;
};
class MarkdownSentences : public ::testing::TestWithParam<Text> {};

TEST_P(MarkdownSentences, AreWhatCanBeQuoted) {
    EXPECT_EQ(sentences(GetParam().text, TextForm::markdown), GetParam().sentences);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, MarkdownSentences,
    ::testing::Values(
        Text{"plain", "One. Two! Three?", {"One.", "Two!", "Three?"}},
        Text{"wrapped", "One is\nhere. Two\nis not.\n", {"One is\nhere.", "Two\nis not."}},
        Text{"abbreviations", "Ask Dr. Smith, e.g. Monday. Done.", {"Ask Dr. Smith, e.g. Monday.", "Done."}},
        Text{"initials",
             "As J. A. Hobson said. Take vitamin D. It helps.",
             {"As J. A. Hobson said.", "Take vitamin D.", "It helps."}},
        Text{"numbers", "It is 3.14 or 384,400 km. Yes.", {"It is 3.14 or 384,400 km.", "Yes."}},
        Text{"heading", "# Title.\n\nText.\n## More\nText 2.\n", {"Text.", "Text 2."}},
        Text{"setext", "Title\n=====\n\nText.\n\nSub\n---\nText 2.", {"Text.", "Text 2."}},
        Text{"not_a_heading", "#hashtag is text.", {"#hashtag is text."}},
        Text{"list",
             "- One thing\n- Two things.\n  More.\n1. Third\n* [ ] to do",
             {"One thing", "Two things.", "More.", "Third", "to do"}},
        Text{"fence",
             "Before.\n```sh\nls -l\n\n# no heading\n```\nAfter.",
             {"Before.", "<ls -l>", "<# no heading>", "After."}},
        Text{"tilde_fence", "~~~~\na\n~~~\nb\n~~~~\nAfter.", {"<a>", "<~~~>", "<b>", "After."}},
        Text{"fence_in_list", "- Run:\n  ```\n  x\n  ```\n  Then.", {"Run:", "<x>", "Then."}},
        Text{"inline_code", "```not a fence``` here.", {"```not a fence``` here."}},
        Text{"open_fence", "```\ncode", {"<code>"}},
        Text{"indented_code", "Text.\n\n    code here\n\nText.", {"Text.", "<code here>", "Text."}},
        Text{"indented_code_in_list",
             "1. Run:\n\n       ls\n       pwd\n\n   Then\n   wait.\n2. Go.",
             {"Run:", "<ls>", "<pwd>", "Then\n   wait.", "Go."}},
        Text{"table", "| a | b |\n|---|---|\n| c | d |\n\nText.", {"<| c | d |>", "Text."}},
        Text{"table_without_outer_pipes",
             "Text:\n\na | b\n---|:--\nc | d\ne |\n\nOne | two.",
             {"Text:", "<c | d>", "<e |>", "One | two."}},
        Text{"row_like_an_item", "a | b\n--|--\n1. c | d", {"<1. c | d>"}},
        Text{"quote", "> Quoted one.\n\nText.", {"Quoted one.", "Text."}},
        Text{"nested_quote", "> > One is\n> > here.\n> Two.", {"One is\n> > here.", "Two."}},
        Text{"quote_in_quote", "> One\n> > Two.", {"One", "Two."}},
        Text{"what_is_in_a_quote",
             "> # Title\n> One.\n>\n> - Two\n> - Three\n>\n> | a | b |\n> |---|---|\n> | c | d |\n",
             {"One.", "Two", "Three", "<| c | d |>"}},
        Text{"code_in_a_quote",
             "> Run:\n>\n> ```sh\n> if\n>   ls > a\n> ```\n> Then.",
             {"Run:", "<if>", "<ls > a>", "Then."}},
        Text{"quote_in_code", "```\n> a\n> ```\nb\n```\nText.", {"<> a>", "<> ```>", "<b>", "Text."}},
        Text{"code_ends_with_its_quote", "> ```\n> a\nText.", {"<a>", "Text."}},
        Text{"definitions",
             "Lease\n: A lock that ends. Or not.\n: A rent.\n\nQuota\n\n:   Space.\n\nThat is so.",
             {"Lease", "A lock that ends.", "Or not.", "A rent.", "Quota", "Space.", "That is so."}},
        Text{"definitions_without_blank_lines",
             "E3\n:   The password\nhas expired.\nE4\n:   The account\n    is locked. Ask.\n> E5\n> : Off.\n> E6\n> : "
             "On.",
             {"E3", "The password\nhas expired.", "E4", "The account\n    is locked.", "Ask.", "E5", "Off.", "E6",
              "On."}},
        Text{"html",
             "<div>\nText.\n<!-- no -->\n</div>\n<https://a.b> is a link.",
             {"Text.", "<https://a.b> is a link."}},
        Text{"front_matter", "---\ntitle: x. y.\n---\nText.", {"Text."}},
        Text{"rule", "One.\nTwo.\n\n---\n\nThree.", {"One.", "Two.", "Three."}},
        Text{"bold", "**Never lose.** A process. _So._ Yes.", {"**Never lose.**", "A process.", "_So._", "Yes."}},
        Text{"quote_of_lines", "> One is\n> here.\n> Two is not.", {"One is\n> here.", "Two is not."}},
        Text{"comment", "One.\n<!-- Not\nshown. At all.\n-->\nTwo.", {"One.", "Two."}},
        Text{"units",
             "Press `?` for [help. More](a?b=1. C). It said \"Stop. Look.\" there.",
             {"Press `?` for [help. More](a?b=1. C).", "It said \"Stop. Look.\" there."}},
        Text{"nothing", "", {}}, Text{"blank", "\n \n\t\n", {}}, Text{"crlf", "One.\r\nTwo.\r\n", {"One.", "Two."}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(PlainTextSentences, HaveNoMarkup) {
    EXPECT_EQ(sentences("# not a heading\n\n| not | a table |\n", TextForm::prose),
              (Strings{"# not a heading", "| not | a table |"}));
    EXPECT_EQ(sentences("```\ncode. More.\n", TextForm::prose), (Strings{"```\ncode.", "More."}));
    EXPECT_EQ(sentences("- One\n- Two", TextForm::prose), (Strings{"One", "Two"}));
}

TEST(SentencesOfMarkdown, OfCodeAreAllItsLines) {
    EXPECT_EQ(sentences("```yaml\n---\na: 1\n---\n| - |\n===\n```\n", TextForm::markdown),
              (Strings{"<--->", "<a: 1>", "<--->", "<| - |>", "<===>"}));
}

TEST(SentencesOfMarkdown, AreNoDefinitionsOfLinks) {
    EXPECT_EQ(sentences("One.\n\n[1.2.0]: https://a.b/c\n[m]: <d.md> \"The manual\"\n", TextForm::markdown),
              Strings{"One."});
    EXPECT_EQ(sentences("[Note]: do not touch.\n\nSee\n[a]: b\n", TextForm::markdown),
              (Strings{"[Note]: do not touch.", "See\n[a]: b"}));
    EXPECT_EQ(sentences("Water boils.[^1]\n[^1]: At sea level.\n", TextForm::markdown),
              (Strings{"Water boils.[^1]", "[^1]: At sea level."}));
}

TEST(SentencesOfLines, AreTheLines) {
    EXPECT_EQ(sentences("a: 1. Two.\n\n  - b\n---\n# c\n", TextForm::lines),
              (Strings{"<a: 1. Two.>", "<- b>", "<--->", "<# c>"}));
}

TEST(PlainTextSentences, AreNoHeadings) {
    EXPECT_EQ(sentences("THE HANDBOOK\n\nSUPPORTED PRINTERS\n\nThe Velmo.\n\nFILES\n    a.conf\n        Defaults.\n",
                        TextForm::prose),
              (Strings{"The Velmo.", "a.conf\n        Defaults."}));
    EXPECT_EQ(
        sentences("2.1 DRUCKER F\u00DCR ALLE\n\nText.\n\n\u0424\u0410\u0419\u041B\u042B\n\nMore.", TextForm::prose),
        (Strings{"Text.", "More."}));
    EXPECT_EQ(sentences("Ask\nNATO\nfor help.", TextForm::prose), Strings{"Ask\nNATO\nfor help."});
    EXPECT_EQ(sentences("ALL IS STILL\n\nALL IS WELL\n", TextForm::prose), (Strings{"ALL IS STILL", "ALL IS WELL"}))
        << "a text that is all in capitals has none";
    EXPECT_EQ(sentences("EXPOSE 80\n\nPATH=BIN\n\nStop.", TextForm::prose),
              (Strings{"EXPOSE 80", "PATH=BIN", "Stop."}));
}

TEST(ShownSentence, IsWithoutMarksOfMarkdown) {
    EXPECT_EQ(shown_sentence("One is\n> here."), "One is\nhere.");
    EXPECT_EQ(shown_sentence("See [the *guide*](a.md \"x\") or ![a picture](b.png)!"), "See the *guide* or a picture!");
    EXPECT_EQ(shown_sentence("[![badge](a.svg)](b) and [one][two], [1] and [x]."), "badge and one, [1] and [x].");
    EXPECT_EQ(shown_sentence("It is <!-- not --> so, <b>bold</b> and `a[i](<!-- x -->)`."),
              "It is  so, <b>bold</b> and `a[i](<!-- x -->)`.");
    EXPECT_EQ(shown_sentence("a < b [ ! ` \n"), "a < b [ ! ` \n");
}

TEST(FindSentences, CompletesWhatTheRangeCuts) {
    const std::string text = "First one. The second sentence is here. Third one.";
    const std::size_t inside = text.find("second");
    EXPECT_EQ(sentences(text, TextForm::prose, inside, inside + 3), Strings{"The second sentence is here."});
    EXPECT_EQ(sentences(text, TextForm::prose, 900, 1000), Strings{});
}

TEST(FindSentences, KnowsTermsBehindACutDefinition) {
    std::string text;
    for (int i = 1000; i < 3000; ++i) text += "T" + std::to_string(i) + "\n: On.\n";
    for (std::size_t at = text.find("T2900"); at < text.find("T2902"); ++at) {
        const Strings found = sentences(text, TextForm::markdown, at, text.size());
        EXPECT_EQ(found.back(), "On.") << at;
    }
}

TEST(FindSentences, KnowsThatARangeIsInsideAFence) {
    std::string text = "Text.\n```\n";
    for (int i = 0; i < 400; ++i) text += "a line. of code\n";
    const std::size_t from = text.size();
    text += "the last line. of code\n```\nAfter.\n";
    EXPECT_EQ(sentences(text, TextForm::markdown, from + 4, text.size()),
              (Strings{"<the last line. of code>", "After."}));
}

TEST(FindSentences, SplitsRunsWithoutFullStops) {
    std::string text;
    for (int i = 0; i < 100; ++i) text += "key" + std::to_string(i) + ": some value\n";
    EXPECT_EQ(sentences(text, TextForm::prose).size(), 100U);
}

TEST(FindSentences, TakesAnyTextInItsStride) {
    const std::string long_line = std::string(200'000, 'x') + "\xC3\xA9. Second. Y" + std::string(100'000, 'y');
    const std::size_t middle = long_line.find("Second");
    const Strings found = sentences(long_line, TextForm::markdown, middle, middle + 6);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front(), "Second.");
    EXPECT_TRUE(sentences(std::string(5000, '>'), TextForm::markdown).empty());
    EXPECT_NO_THROW(
        static_cast<void>(sentences(std::string(20'000, '\n') + "- \n1. \n* \n|\n```", TextForm::markdown)));
}

}  // namespace
}  // namespace quarry::passages
