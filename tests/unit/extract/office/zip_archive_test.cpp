#include "core/extract/office/zip_archive.h"

#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/extract/office/xml.h"
#include "tests/support/error_of.h"
#include "tests/unit/extract/office/zip_writer.h"

namespace quarry::extract {
namespace {

using test::ZipWriter;
using ::testing::HasSubstr;

TEST(ZipArchive, GivesEntriesByName) {
    const std::string bytes =
        ZipWriter().add("a.txt", "alpha").add("Dir/B.xml", "beta").add_zeros("zeros", 300'000).finish();
    const ExtractOptions options{.name = "x.docx"};
    ExtractBudget budget("DOCX", options);
    ZipArchive archive(bytes, budget);
    EXPECT_EQ(archive.read_required("a.txt"), "alpha");
    EXPECT_EQ(archive.read("dir/b.xml"), "beta");
    EXPECT_EQ(archive.read("zeros"), std::string(300'000, '\0'));
    EXPECT_EQ(archive.read("c"), std::nullopt);
    EXPECT_TRUE(archive.has("A.TXT"));
    EXPECT_THAT(test::error_of([&] { static_cast<void>(archive.read_required("c")); }).what(),
                HasSubstr("cannot read x.docx as DOCX: the container has no \"c\""));
}

struct HostileZip {
    const char* name;
    std::string bytes;
    const char* cause;
    ExtractLimits limits{};
};

std::vector<HostileZip> hostile_zips() {
    const std::string good = ZipWriter().add("a", "alpha").add("b", "beta").finish();
    std::string damaged = good;
    damaged[good.find("alpha")] = 'A';
    ExtractLimits few, small, low;
    few.max_entries = 1;
    small.max_inflated_bytes = 1'000'000;
    low.max_ratio = 100;
    return {
        {"empty", "", "it is not a complete ZIP container"},
        {"text", "no container", "it is not a complete ZIP container"},
        {"truncated", good.substr(0, good.size() - 30), "it is not a complete ZIP container"},
        {"beginning_only", good.substr(0, 40), "it is not a complete ZIP container"},
        {"damaged", damaged, "the entry \"a\" cannot be unpacked"},
        {"leads_out", ZipWriter().add("a", "x").add("../../etc/passwd", "x").finish(), "points outside the container"},
        {"backslashes", ZipWriter().add("a", "x").add("x\\..\\..\\y", "x").finish(), "points outside the container"},
        {"absolute", ZipWriter().add("a", "x").add("/etc/passwd", "x").finish(), "points outside the container"},
        {"twice", ZipWriter().add("a", "x").add("a", "y").finish(), "the entry \"a\" occurs twice"},
        {"encrypted", ZipWriter().add("a", "x", 1).finish(), "the entry \"a\" is encrypted"},
        {"overlapping", ZipWriter().add("a", std::string(500, 'x')).add_again("b").add_again("c").finish(),
         "entries of the container overlap"},
        {"many_entries", good, "it has 2 entries, more than 1", few},
        {"inflated", ZipWriter().add_zeros("a", 2'000'000).finish(), "it unpacks to more than 1.0 MB", small},
        {"ratio", ZipWriter().add_zeros("a", 20'000'000).finish(), "unpacks to more than 100 times its size", low},
        {"compound", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 Encrypted", "it is encrypted with a password"},
    };
}

class HostileZips : public testing::TestWithParam<HostileZip> {};

TEST_P(HostileZips, AreRefusedWithTheReason) {
    const HostileZip& each = GetParam();
    const ExtractOptions options{.name = "x.docx", .limits = each.limits};
    const Error error = test::error_of([&] {
        ExtractBudget budget("DOCX", options);
        ZipArchive archive(each.bytes, budget);
        static_cast<void>(archive.read("a"));
    });
    EXPECT_EQ(error.code(), ErrorCode::failed);
    ASSERT_EQ(error.causes().size(), 1U);
    EXPECT_THAT(error.causes().front(), HasSubstr(each.cause));
}

TEST(ZipArchive, ManySmallBombsAreOne) {
    ZipWriter writer;
    for (int i = 0; i < 4; ++i) writer.add_zeros(std::to_string(i), 3'000'000);
    const std::string bytes = writer.finish();
    const ExtractOptions options{.name = "x.docx", .limits = {.max_ratio = 100}};
    ExtractBudget budget("DOCX", options);
    ZipArchive archive(bytes, budget);
    for (const char* name : {"0", "1", "2"}) EXPECT_EQ(archive.read_required(name).size(), 3'000'000U);
    const Error error = test::error_of([&] { static_cast<void>(archive.read("3")); });
    ASSERT_EQ(error.causes().size(), 1U);
    EXPECT_THAT(error.causes().front(), HasSubstr("its entries unpack to more than 100 times their size"));
}

INSTANTIATE_TEST_SUITE_P(All, HostileZips, testing::ValuesIn(hostile_zips()),
                         [](const auto& test) { return std::string(test.param.name); });

struct HostileXml {
    const char* name;
    std::string xml;
    const char* cause;
};

class HostileXmls : public testing::TestWithParam<HostileXml> {};

std::vector<HostileXml> hostile_xmls() {
    std::string deep;
    for (int level = 0; level < 100'000; ++level) deep += "<a>";
    std::string closed = deep;
    for (int level = 0; level < 100'000; ++level) closed += "</a>";
    return {
        {"empty", "", "not well-formed XML"},
        {"cut_off", "<a><b>text", "not well-formed XML"},
        {"deep", closed, "nested deeper than 200"},
        {"deep_and_cut_off", deep, "not well-formed XML"},
        {"billion_laughs", "<!DOCTYPE l [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;\">]><l>&b;</l>",
         "defines its own entities"},
        {"external_entity", "<!DOCTYPE l [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><l>&a;</l>",
         "defines its own entities"},
    };
}

TEST_P(HostileXmls, AreRefusedWithTheReason) {
    const ExtractOptions options{.name = "x.docx"};
    ExtractBudget budget("DOCX", options);
    const Error error = test::error_of([&] { XmlDocument(GetParam().xml, "word/document.xml", budget); });
    EXPECT_EQ(error.code(), ErrorCode::failed);
    ASSERT_EQ(error.causes().size(), 1U);
    EXPECT_THAT(error.causes().front(), HasSubstr(GetParam().cause));
}

INSTANTIATE_TEST_SUITE_P(All, HostileXmls, testing::ValuesIn(hostile_xmls()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(XmlDocument, GivesValidUtf8WhateverIsInIt) {
    const ExtractOptions options{.name = "x"};
    ExtractBudget budget("DOCX", options);
    const XmlDocument document("<a b='\xFF'>x\xC3 &#xD800; &unknown; &amp;<!-- c --></a>", "part", budget);
    EXPECT_EQ(all_text(document.root()).find('\xFF'), std::string::npos);
    EXPECT_EQ(find_invalid_utf8(all_text(document.root())), std::nullopt);
    EXPECT_EQ(attribute(document.root(), "b"), "\uFFFD");
    EXPECT_THAT(all_text(document.root()), HasSubstr("&unknown; &"));
}

}  // namespace
}  // namespace quarry::extract
