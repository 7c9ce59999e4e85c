// Markdown: the blocks of a source and where they lie.
#include <gtest/gtest.h>

#include "core/extract/extractor.h"
#include "core/extract/markdown_blocks.h"
#include "core/extract/markdown_table.h"

namespace quarry::extract {
namespace {

std::string_view kind_name(document::BlockKind kind) {
    switch (kind) {
        case document::BlockKind::paragraph: return "p";
        case document::BlockKind::heading: return "h";
        case document::BlockKind::list: return "list";
        case document::BlockKind::table: return "table";
        case document::BlockKind::code: return "code";
        case document::BlockKind::quote: return "quote";
        case document::BlockKind::front_matter: return "front";
        case document::BlockKind::html: return "html";
        case document::BlockKind::record: return "record";
    }
    return "?";
}

document::Document extract(std::string text) {
    return extractor_by_name("markdown").extract(std::move(text), {.name = "dir/file.md"});
}

/// Blocks as "kind(label)<text>", one a line; in the text ~ stands for LF and ^ for CR.
std::string shown(const document::Document& document) {
    std::string result;
    for (const document::Block& block : document.blocks) {
        result += kind_name(block.kind);
        if (block.level > 0) result += std::to_string(block.level);
        if (!block.label.empty()) result += "(" + block.label + ")";
        std::string text = document.text.substr(block.start, block.end - block.start);
        for (char& c : text) {
            if (c == '\n') c = '~';
            if (c == '\r') c = '^';
        }
        result += "<" + text + ">\n";
    }
    return result;
}

struct Case {
    std::string name;
    std::string source;
    std::string blocks;
};

class MarkdownBlocks : public ::testing::TestWithParam<Case> {};

TEST_P(MarkdownBlocks, AreThese) { EXPECT_EQ(shown(extract(GetParam().source)), GetParam().blocks); }

const Case cases[] = {
    {"empty", "", ""},
    {"blank", "\n \n\t\n", ""},
    {"paragraph", "a\nb\n", "p<a~b>\n"},
    {"no_final_line_end", "a", "p<a>\n"},
    {"two_paragraphs", "a\n\nb\n", "p<a>\np<b>\n"},
    {"many_blank_lines", "a\n\n \n\n\nb\n", "p<a>\np<b>\n"},
    {"crlf", "# A\r\n\r\nb\r\nc\r\n", "h1(A)<# A>\np<b^~c>\n"},
    {"lone_cr", "# A\rb\r\rc", "h1(A)<# A>\np<b>\np<c>\n"},
    {"atx_levels", "# a\n###### f\n", "h1(a)<# a>\nh6(f)<###### f>\n"},
    {"seven_hashes_are_text", "####### g\n", "p<####### g>\n"},
    {"atx_closing_hashes", "## a ##\n", "h2(a)<## a ##>\n"},
    {"atx_without_text", "#\n", "h1<#>\n"},
    {"atx_interrupts_paragraph", "a\n# b\nc\n", "p<a>\nh1(b)<# b>\np<c>\n"},
    {"atx_indented", "   # a\n", "h1(a)<   # a>\n"},
    {"setext", "a\n===\nb\n---\n", "h1(a)<a~===>\nh2(b)<b~--->\n"},
    {"setext_of_two_lines", "a\nb\n---\nc\n", "h2(a b)<a~b~--->\np<c>\n"},
    {"setext_at_the_end", "a\n=", "h1(a)<a~=>\n"},
    {"heading_markup", "# `x` *y* [z](u) &amp; ![i](j) <b>k</b>\n",
     "h1(x y z & i k)<# `x` *y* [z](u) &amp; ![i](j) <b>k</b>>\n"},
    {"heading_like_a_list", "# 1. One *two*\n", "h1(1. One two)<# 1. One *two*>\n"},
    {"heading_with_escape", "# C\\# and \\*\n", "h1(C# and *)<# C\\# and \\*>\n"},
    {"rule", "a\n\n***\n\nb\n", "p<a>\np<***>\np<b>\n"},
    {"fence", "```c++ x=1\na\n\n# b\n```\nc\n", "code(c++ x=1)<```c++ x=1~a~~# b~```>\np<c>\n"},
    {"fence_unclosed", "~~~\na\n\nb\n", "code<~~~~a~~b>\n"},
    {"fence_longer_close", "````\n```\n`````\nb\n", "code<````~```~`````>\np<b>\n"},
    {"fence_of_other_kind_inside", "```\n~~~\n```\n", "code<```~~~~~```>\n"},
    {"backticks_in_info_are_text", "``` a`b\nc\n", "p<``` a`b~c>\n"},
    {"indented_code", "a\n\n    b\n\n    c\n\nd\n", "p<a>\ncode<    b~~    c>\np<d>\n"},
    {"tab_code", "\ta\n", "code<\ta>\n"},
    {"list", "- a\n- b\n\n- c\n\nd\n", "list<- a~- b~~- c>\np<d>\n"},
    {"list_kinds_differ", "- a\n* b\n1. c\n", "list<- a>\nlist<* b>\nlist<1. c>\n"},
    {"list_with_fence", "- a\n  ```\n  # x\n  ```\n\nb\n", "list<- a~  ```~  # x~  ```>\np<b>\n"},
    {"list_with_heading_inside", "- # a\n", "list<- # a>\n"},
    {"quote", "> a\nlazy\n\n> b\n", "quote<> a~lazy>\nquote<> b>\n"},
    {"table", "| a | b |\n|---|:-:|\n| 1 | 2 |\nc\n\nd\n", "table<| a | b |~|---|:-:|~| 1 | 2 |~c>\np<d>\n"},
    {"table_below_text", "x\na|b\n-|-\n1|2\n", "p<x>\ntable<a|b~-|-~1|2>\n"},
    {"no_table_when_cells_differ", "a|b|c\n-|-\n", "p<a|b|c~-|->\n"},
    {"html", "<div>\na\n</div>\n\nb\n", "html<<div>~a~</div>>\np<b>\n"},
    {"comment", "<!-- a\n\nb -->\nc\n", "html<<!-- a~~b -->>\np<c>\n"},
    {"link_definitions_are_paragraphs", "a\n\n[x]: /y\n[z]: /w\n\nb\n", "p<a>\np<[x]: /y~[z]: /w>\np<b>\n"},
    {"link_definition_last", "a\n\n[x]: /y\n", "p<a>\np<[x]: /y>\n"},
    {"footnote", "a[^1]\n\n[^1]: note\n", "p<a[^1]>\np<[^1]: note>\n"},
    {"wide_characters", "# \u65E5\u672C\n\n\u8A9E\n", "h1(\u65E5\u672C)<# \u65E5\u672C>\np<\u8A9E>\n"},
    {"front_matter_yaml", "---\ntitle: T\n---\n# A\n", "front(yaml)<---~title: T~--->\nh1(A)<# A>\n"},
    {"front_matter_dots", "---\na: 1\n...\nb\n", "front(yaml)<---~a: 1~...>\np<b>\n"},
    {"front_matter_toml", "+++\ntitle = \"T\"\n+++\nb\n", "front(toml)<+++~title = \"T\"~+++>\np<b>\n"},
    {"front_matter_crlf", "---\r\ntitle: T\r\n---\r\nb", "front(yaml)<---^~title: T^~--->\np<b>\n"},
    {"front_matter_unclosed", "---\ntitle: T\n", "p<--->\np<title: T>\n"},
    {"rule_then_text_then_rule", "---\nnot matter\n---\n", "p<--->\nh2(not matter)<not matter~--->\n"},
    {"front_matter_later_is_none", "a\n\n---\ntitle: T\n---\n", "p<a>\np<--->\nh2(title: T)<title: T~--->\n"},
};

INSTANTIATE_TEST_SUITE_P(Markdown, MarkdownBlocks, ::testing::ValuesIn(cases),
                         [](const auto& tested) { return tested.param.name; });

TEST(Markdown, NulGoesBeforeBlocksAreFound) {
    using std::string_literals::operator""s;
    const document::Document document = extract("a\0b\n\n# c\0\n\nd"s);
    ASSERT_EQ(document.blocks.size(), 3U);
    EXPECT_EQ(document.text, "ab\n\n# c\n\nd");
    EXPECT_EQ(document.blocks[1].start, 4U);
    EXPECT_EQ(document.blocks[1].end, 7U);
    EXPECT_EQ(document.blocks[2].start, 9U);
}

struct MarkdownTitleCase {
    std::string name;
    std::string source;
    std::string title;
};

class MarkdownTitle : public ::testing::TestWithParam<MarkdownTitleCase> {};

TEST_P(MarkdownTitle, IsFound) { EXPECT_EQ(extract(GetParam().source).title, GetParam().title); }

INSTANTIATE_TEST_SUITE_P(
    Markdown, MarkdownTitle,
    ::testing::Values(MarkdownTitleCase{"front_matter_first", "---\ntitle: 'From matter' # why\n---\n# H\n",
                                        "From matter"},
                      MarkdownTitleCase{"first_h1", "## no\n\n# Yes\n\n# Later\n", "Yes"},
                      MarkdownTitleCase{"file_name", "## only a section\n", "file.md"},
                      MarkdownTitleCase{"toml", "+++\ntitle = \"T\"\n+++\n", "T"},
                      MarkdownTitleCase{"nested_key_is_none", "---\nseo:\n  title: no\n---\n", "file.md"},
                      MarkdownTitleCase{"not_a_scalar", "---\ntitle: [a, b]\n---\n", "file.md"},
                      MarkdownTitleCase{"unclosed_quote", "---\ntitle: \"a\n---\n", "file.md"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Markdown, FrontMatterGivesMetadata) {
    const document::Document document = extract(
        "---\nTitle: T\nlang: de-CH\nauthor: A. Person\nauthor: twice\ndate: 2024-05-06\ntags: [x]\n---\nText\n");
    EXPECT_EQ(document.title, "T");
    EXPECT_EQ(document.language, "de");
    const std::vector<std::pair<std::string, std::string>> expected = {{"author", "A. Person"}, {"date", "2024-05-06"}};
    EXPECT_EQ(document.metadata, expected);
    EXPECT_EQ(document.properties_json, R"({"tags":["x"]})");
    EXPECT_EQ(extract("---\nlang: klingon\n---\n").language, "");
}

TEST(Markdown, LabelsAreShort) {
    const document::Document document = extract("# " + std::string(5000, 'x') + " *y*\n");
    ASSERT_EQ(document.blocks.size(), 1U);
    EXPECT_LE(document.blocks[0].label.size(), 210U);
    EXPECT_EQ(document.blocks[0].end, 5006U);
}

TEST(MarkdownPlainText, OfOneLine) {
    EXPECT_EQ(markdown_plain_text(""), "");
    EXPECT_EQ(markdown_plain_text("plain"), "plain");
    EXPECT_EQ(markdown_plain_text("_em_ and **strong**"), "em and strong");
    EXPECT_EQ(markdown_plain_text("a\n*b*"), "a b");
    EXPECT_EQ(markdown_plain_text("***"), "***");
}

TEST(MarkdownTable, RowsBeginAtTheHeader) {
    EXPECT_EQ(find_markdown_table(""), std::nullopt);
    EXPECT_EQ(find_markdown_table("|-|"), std::nullopt);
    EXPECT_EQ(find_markdown_table("a\n|-|"), std::optional<std::size_t>(0));
    EXPECT_EQ(find_markdown_table("x\n| a \\| b |\n| --- |\n"), std::optional<std::size_t>(2));
    EXPECT_EQ(find_markdown_table("a | b\n- | : |"), std::nullopt);
    EXPECT_EQ(find_markdown_table("a\n:::"), std::nullopt);
}

struct HostileMarkdownCase {
    std::string name;
    std::string source;
};

std::string repeated_markdown(std::string_view piece, std::size_t times) {
    std::string text;
    text.reserve(piece.size() * times);
    for (std::size_t i = 0; i < times; ++i) text += piece;
    return text;
}

class MarkdownHostile : public ::testing::TestWithParam<HostileMarkdownCase> {};

// Quadratic time would keep these from ending within the test's time limit; that is what is tested.
TEST_P(MarkdownHostile, EndsAndCoversTheText) {
    const document::Document document = extract(GetParam().source);
    ASSERT_FALSE(document.blocks.empty());
    EXPECT_EQ(document.blocks.front().start, 0U);
    const std::size_t last = document.text.find_last_not_of(" \n");
    EXPECT_GT(document.blocks.back().end, last);
}

INSTANTIATE_TEST_SUITE_P(
    Markdown, MarkdownHostile,
    ::testing::Values(
        HostileMarkdownCase{"brackets", repeated_markdown("[", 300000)},
        HostileMarkdownCase{"image_brackets", repeated_markdown("![l", 200000)},
        HostileMarkdownCase{"quotes_in_a_line", repeated_markdown(">", 300000) + repeated_markdown("\n", 100000) + "a"},
        HostileMarkdownCase{"lists_in_a_line", repeated_markdown("- ", 100000) + repeated_markdown("\n a\n", 50000)},
        HostileMarkdownCase{"numbers_in_a_line", repeated_markdown("1. ", 100000) + repeated_markdown("\n a\n", 50000)},
        HostileMarkdownCase{"wide_table", repeated_markdown("|a", 20000) + "\n" + repeated_markdown("|-", 20000) +
                                              "\n" + repeated_markdown("|\n", 50000)},
        HostileMarkdownCase{"deep_list",
                            [] {
                                std::string text;
                                for (std::size_t i = 0; i < 1500; ++i) text += repeated_markdown("  ", i) + "- a\n";
                                return text + repeated_markdown("\n", 200000) + "b";
                            }()},
        HostileMarkdownCase{"long_list", repeated_markdown("- a\n", 300000)},
        HostileMarkdownCase{"long_quote", repeated_markdown("> a\n", 300000)},
        HostileMarkdownCase{"many_paragraphs", repeated_markdown("a\n\n", 700000)},
        HostileMarkdownCase{"open_fence", "```\n" + repeated_markdown("x\n", 1000000)},
        HostileMarkdownCase{"open_comment", "<!--\n" + repeated_markdown("<!-- x\n", 200000)},
        HostileMarkdownCase{"emphasis_in_heading", "# " + repeated_markdown("*a_ ", 100000)},
        HostileMarkdownCase{"link_definitions", repeated_markdown("[a]: b \"x\n", 100000)},
        HostileMarkdownCase{"long_line", repeated_markdown("word ", 2000000)},
        HostileMarkdownCase{"long_rule", repeated_markdown("- ", 300000)}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace quarry::extract
