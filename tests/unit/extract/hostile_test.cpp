// Texts made to take long, or to overflow a stack: each format reads a megabyte of them in linear time, or refuses it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/extract/text_formats.h"

namespace quarry::extract {
namespace {

std::string repeated(std::string_view piece, std::size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += piece;
    return text;
}

struct HostileCase {
    std::string name;
    std::string piece;
};

class Hostile : public ::testing::TestWithParam<HostileCase> {};

/// Seconds that all formats take for so many bytes of the piece. Errors are as good as documents.
double seconds_for(std::string_view piece, std::size_t bytes) {
    const std::string text = repeated(piece, bytes);
    const auto start = std::chrono::steady_clock::now();
    for (const TextFormat& format : text_formats()) {
        try {
            EXPECT_FALSE(find_invalid_utf8(format.extract(text, {.name = "hostile"}).text)) << format.name;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::failed) << format.name;
        }
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST_P(Hostile, TakesLinearTime) {
    // Quadratic time would take sixteen times as long for four times the text; a loaded machine is allowed for.
    const double small = seconds_for(GetParam().piece, 64'000);
    const double large = seconds_for(GetParam().piece, 256'000);
    EXPECT_LT(large, std::max(2.0, 12 * small));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Hostile,
    ::testing::Values(
        HostileCase{"less_than", "<"}, HostileCase{"open_div", "<div>"}, HostileCase{"open_b", "<b a=1><p>"},
        HostileCase{"attributes", "<a b=c d"}, HostileCase{"comments", "<!--"}, HostileCase{"end_tags", "</p></div>"},
        HostileCase{"tables", "<table><tr><td>"}, HostileCase{"lists", "<ul><li>"}, HostileCase{"entities", "&#x41"},
        HostileCase{"svg", "<svg>"}, HostileCase{"scripts", "<script>"}, HostileCase{"brackets", "["},
        HostileCase{"braces", "{"}, HostileCase{"json_objects", "{\"a\":"}, HostileCase{"quotes", "\""},
        HostileCase{"commas", ","}, HostileCase{"rows", "a,\"b\n"}, HostileCase{"items", "- "},
        HostileCase{"item_lines", "- x\n"}, HostileCase{"stars", "*a "}, HostileCase{"backquotes", "`a "},
        HostileCase{"roles", ":a:`"}, HostileCase{"macros", "a:b["}, HostileCase{"sections", "\\section{"},
        HostileCase{"environments", "\\begin{itemize}\\item "}, HostileCase{"dollars", "$a"},
        HostileCase{"terms", ".TP\n"}, HostileCase{"margins", ".RS\n.IP \\(bu 2\n"},
        HostileCase{"mdoc_lists", ".Bl\n.It x\n"}, HostileCase{"grid", "+-+\n"}, HostileCase{"definitions", "a\n b\n"},
        HostileCase{"delimiters", "----\n"}, HostileCase{"drawers", ":A:\n"}, HostileCase{"blocks", "#+BEGIN_QUOTE\n"},
        HostileCase{"blank", " \n"}, HostileCase{"tabs", "\t"}, HostileCase{"xml", "<a b='c'>"}),
    [](const auto& test) { return test.param.name; });

TEST(HostilePage, WhatIsTooDeepIsReadAllTheSame) {
    const document::Document page =
        text_formats().front().extract(repeated("<div>", 500'000) + "words", {.name = "deep.html"});
    EXPECT_EQ(page.text, "words");
    ASSERT_FALSE(page.removed.empty());
    EXPECT_EQ(page.removed.front().first, "element nested too deeply");
}

}  // namespace
}  // namespace quarry::extract
