// What is quoted comes with what it needs to be read, and is shown as it is in the document.
#include <gtest/gtest.h>

#include "core/answer/shown_excerpt.h"
#include "tests/unit/answer/answer_fixture.h"

namespace quarry::answer {
namespace {

class ExcerptTest : public AnswerTest {
protected:
    /// The passages of a text, cut at each "%%", all of which have the word "vault".
    std::vector<passages::Passage> passages_of(const std::string& marked, const std::string& type = "text/markdown") {
        add("/d/a", marked, type);
        return retrieve_passages(*store_, {}, "vault", options_, Cancellation()).passages;
    }
    /// The sentences from one with the words `first` to one with the words `last`, shown.
    std::string shown(const std::string& text, std::string_view first, std::string_view last, Markup markup,
                      const std::string& type = "text/markdown") {
        const std::vector<passages::Passage> passages = passages_of(text, type);
        return shown_excerpt(passages.at(0), excerpt(passages, first, last), AnswerForm::passages, markup);
    }
    static ChosenExcerpt excerpt(const std::vector<passages::Passage>& passages, std::string_view first,
                                 std::string_view last) {
        for (std::size_t i = 0; i < passages.size(); ++i) {
            const auto place = [&](std::string_view words) {
                return static_cast<std::size_t>(
                    std::ranges::find_if(passages[i].sentences,
                                         [&](const auto& one) { return one.text.find(words) != std::string::npos; }) -
                    passages[i].sentences.begin());
            };
            if (place(first) < passages[i].sentences.size()) return {i, place(first), place(last), 0};
        }
        ADD_FAILURE() << first << " is in no passage";
        return {};
    }
};

constexpr const char* table =
    "The vault has settings.\n\n| name | value |\n|:--|---|\n| port | 80 |\n%%| vault | 25 |\n\nThat is all.\n";

TEST_F(ExcerptTest, ARowHasTheNamesOfItsColumns) {
    EXPECT_EQ(shown(table, "| vault", "| vault", Markup::text), "| name | value |\n| vault | 25 |");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown(table, "| vault", "| vault", Markup::markdown), "| name | value |\n|:--|---|\n| vault | 25 |")
        << "also where the head is in a part of the document that was not found";
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown("Vault:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nThat is all.\n", "Vault", "all",
                    Markup::markdown),
              "Vault:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nThat is all.");
}

TEST_F(ExcerptTest, CodeIsFencedInMarkdownAndKeepsItsIndentation) {
    const std::string code = "Ask the vault:\n\n    if open:\n        close()\n\n    x = ```\n\nThat is all.\n";
    EXPECT_EQ(shown(code, "Ask", "all", Markup::markdown),
              "Ask the vault:\n\n````\nif open:\n    close()\n\nx = ```\n````\n\nThat is all.")
        << "in a fence that is longer than what is in it";
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown(code, "Ask", "close", Markup::text), "Ask the vault:\n    if open:\n        close()");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown("The vault:\n\n~~~sh\nls\n~~~\n\nRun:\n\n```\npwd\n```\n", "The vault", "pwd", Markup::markdown),
              "The vault:\n\n```sh\nls\n```\n\nRun:\n\n```\npwd\n```");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown("The vault:\n\n```sh\nls\npwd\n```\n", "pwd", "pwd", Markup::markdown), "```\npwd\n```");
}

TEST_F(ExcerptTest, WhatIsInAListIsIndentedInIt) {
    const std::string list = "1. The vault:\n\n   ```sh\n   ls\n   ```\n\n2. Then:\n   - pull,\n   - push.\n3. End.\n";
    EXPECT_EQ(shown(list, "The vault", "End", Markup::markdown),
              "1. The vault:\n\n   ```sh\n   ls\n   ```\n\n2. Then:\n   - pull,\n   - push.\n3. End.");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown(list, "The vault", "End", Markup::text),
              "1. The vault:\n   ls\n2. Then:\n   - pull,\n   - push.\n3. End.");
}

TEST_F(ExcerptTest, ColumnsOfAPlainTextStayInTheirLines) {
    const std::string columns = "Disks of the vault\n\nName    Size\ndisk0   500 GB\ndisk1   1 TB\n\nThat is\nall.\n";
    EXPECT_EQ(shown(columns, "Name", "Name", Markup::text, "text/plain"), "Name    Size\ndisk0   500 GB\ndisk1   1 TB");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(shown(columns, "Name", "That", Markup::markdown, "text/plain"),
              "```\nName    Size\ndisk0   500 GB\ndisk1   1 TB\n```\n\nThat is all.");
    store_ = store::open_store_in_memory();
    EXPECT_EQ(
        shown("To mount the vault:\n\n    mount a\n    ls a\n", "To mount", "mount a", Markup::text, "text/plain"),
        "To mount the vault:\n    mount a\n    ls a");
}

}  // namespace
}  // namespace quarry::answer
