// The builder of texts: notation, blocks, pages and limits.
#include "core/extract/text_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace quarry::extract {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

/// Each block's kind number and text.
std::vector<std::pair<document::BlockKind, std::string>> built_blocks(const document::Document& document) {
    std::vector<std::pair<document::BlockKind, std::string>> found;
    for (const document::Block& block : document.blocks) {
        found.emplace_back(block.kind, document.text.substr(block.start, block.end - block.start));
    }
    return found;
}

TEST(TextBuilder, PiecesAreBlocksDividedByBlankLines) {
    const ExtractOptions options{.name = "a.html"};
    TextBuilder builder(options, "text/html");
    builder.heading(1, " Fruit\n and  more ");
    builder.paragraph("one\r\ntwo\n\n");
    builder.paragraph("  ");
    builder.code("\n  if x:\n\n    y```z\n", "python");
    const document::Document document = builder.finish();
    EXPECT_EQ(document.text, "# Fruit and more\n\none\ntwo\n\n````python\n  if x:\n\n    y```z\n````");
    EXPECT_EQ(document.title, "Fruit and more");
    EXPECT_EQ(document.media_type, "text/html");
    ASSERT_EQ(document.blocks.size(), 3U);
    EXPECT_EQ(document.blocks[0], (document::Block{document::BlockKind::heading, 0, 16, 1, "Fruit and more"}));
    EXPECT_EQ(document.blocks[1].kind, document::BlockKind::paragraph);
    EXPECT_EQ(document.blocks[2].label, "python");
    EXPECT_EQ(document.blocks[2].end, document.text.size());
}

TEST(TextBuilder, ListsNestAndAreOneBlock) {
    const ExtractOptions options{.name = "a"};
    TextBuilder builder(options, "text/html");
    builder.begin_list();
    builder.begin_item("-");
    builder.paragraph("apples");
    builder.begin_list();
    builder.begin_item("1.");
    builder.paragraph("green");
    builder.paragraph("sour");
    builder.end_item();
    builder.begin_item("2.");
    builder.end_item();
    builder.end_list();
    builder.code("x\n\ny", "");
    builder.end_item();
    builder.begin_item("-");
    builder.paragraph("pears");
    builder.end_item();
    builder.end_list();
    builder.begin_quote();
    builder.paragraph("said");
    builder.paragraph("again");
    builder.end_quote();
    EXPECT_THAT(built_blocks(builder.finish()),
                ElementsAre(Pair(document::BlockKind::list,
                                 "- apples\n  1. green\n\n     sour\n\n  ```\n  x\n\n  y\n  ```\n- pears"),
                            Pair(document::BlockKind::quote, "> said\n>\n> again")));
}

TEST(Csv, EmptyCellsTakeNoRoom) {
    const auto text = [](const std::string& csv) { return extractor_by_name("csv").extract(csv, {.name = "a"}).text; };
    const std::string empty(50'000, ',');
    EXPECT_EQ(text("a," + empty + "b,,\n1," + empty + "2,\n3,,\n,,\n"), "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 |");
    EXPECT_EQ(text("a,b,c\n1,,3\n"), "| a | b | c |\n| --- | --- | --- |\n| 1 | | 3 |");
}

TEST(TextBuilder, TablesArePipesWithARuleBelowTheHeader) {
    const ExtractOptions options{.name = "a"};
    TextBuilder builder(options, "text/csv");
    const std::vector<std::vector<std::string>> rows = {{"name", "a|b"}, {"two\nlines"}, {"", " "}, {"1", "2", "3"}};
    builder.begin_table(2);
    for (const auto& row : rows) builder.row(row);
    builder.end_table();
    builder.begin_table(2);
    builder.end_table();
    EXPECT_THAT(
        built_blocks(builder.finish()),
        ElementsAre(Pair(document::BlockKind::table, "| name | a\\|b |\n| --- | --- |\n| two lines |\n| 1 | 2 | 3 |")));
}

TEST(TextBuilder, PagesBeginAtTheirFirstText) {
    const ExtractOptions options{.name = "a"};
    TextBuilder builder(options, "application/pdf");
    builder.begin_page();
    builder.paragraph("one");
    builder.begin_page();
    builder.begin_page();
    builder.paragraph("three");
    builder.begin_page();
    const document::Document document = builder.finish();
    EXPECT_EQ(document.text, "one\n\nthree");
    EXPECT_THAT(document.page_starts, ElementsAre(0, 5, 5, 10));
}

TEST(TextBuilder, RecordsMetadataAndWhatWasRemoved) {
    const ExtractOptions options{.name = "folder/mail.mbox"};
    TextBuilder builder(options, "application/mbox");
    builder.add_metadata("author", "A\nB");
    builder.add_metadata("author", "C");
    builder.add_metadata("date", "");
    builder.begin_record("first");
    builder.paragraph("in\xE2\x80\x8Bvisible");
    builder.paragraph("more");
    builder.end_record();
    const document::Document document = builder.finish();
    EXPECT_EQ(document.title, "mail.mbox");
    EXPECT_THAT(document.metadata, ElementsAre(Pair("author", "A B")));
    EXPECT_THAT(document.removed, ElementsAre(Pair("zero-width character", 1)));
    ASSERT_EQ(document.blocks.size(), 1U);
    EXPECT_EQ(document.blocks[0], (document::Block{document::BlockKind::record, 0, 15, 0, "first"}));
    EXPECT_EQ(document.text, "invisible\n\nmore");
}

TEST(TextBuilder, RefusesMoreTextThanTheLimit) {
    ExtractOptions options{.name = "a.html"};
    options.limits.max_text_bytes = 10;
    TextBuilder builder(options, "text/html");
    builder.paragraph("0123456789");
    try {
        builder.paragraph("x");
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::failed);
        EXPECT_STREQ(error.what(), "cannot read a.html: it yields more than 10 B of text");
    }
}

TEST(TextBuilder, LooksAtTheCancellation) {
    Cancellation cancel;
    const ExtractOptions options{.name = "a", .limits = {}, .cancel = &cancel};
    TextBuilder builder(options, "text/html");
    cancel.cancel();
    EXPECT_THROW(for (int i = 0; i < 1000; ++i) builder.paragraph("x"), Error);
}

}  // namespace
}  // namespace quarry::extract
