#include "core/extract/office/xml_elements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/extract/office/xml.h"
#include "tests/support/error_of.h"
#include "tests/unit/extract/office/zip_writer.h"

namespace quarry::extract {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Use = XmlElements::Use;

/// Rows are collected, what is called "no" is skipped, all else is entered.
Use rows(pugi::xml_node opened) {
    const std::string_view name = local_name(opened);
    return name == "row" ? Use::collect : name == "no" ? Use::skip : Use::enter;
}

/// "PARENT/…: text" of each row, with the part given in pieces of a size.
std::vector<std::string> read_rows(const std::string& xml, std::size_t piece, const ExtractLimits& limits = {}) {
    const ExtractOptions options{.name = "x.xlsx", .limits = limits};
    ExtractBudget budget("XLSX", options);
    std::vector<std::string> seen;
    std::string parents;
    XmlElements elements(
        "part", budget,
        [&](pugi::xml_node opened) {
            parents.clear();
            for (pugi::xml_node one = opened.parent(); one.parent(); one = one.parent()) {
                parents += std::string(local_name(one)) + std::string(attribute(one, "id")) + "/";
            }
            EXPECT_FALSE(opened.first_child());
            EXPECT_FALSE(opened.previous_sibling());
            return rows(opened);
        },
        [&](pugi::xml_node whole) { seen.push_back(parents + std::string(attribute(whole, "id")) + all_text(whole)); });
    for (std::size_t at = 0; at < xml.size(); at += piece) elements.add(std::string_view(xml).substr(at, piece));
    elements.finish();
    return seen;
}

TEST(XmlElements, GivesWhatIsCollectedWhole) {
    const std::string xml =
        "<?xml version=\"1.0\"?><w:a xmlns:w='u' id='1'><w:row id='r'>x<b>ü &amp; <![CDATA[<]]></b> y</w:row>"
        "<no><row>never</row><x/></no><b id='2'>words<row/>more<c><row><row>inner</row></row></c></b>"
        "<!-- <row/> --><row>last</row></w:a>";
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, xml.size()}) {
        EXPECT_THAT(read_rows(xml, piece), ElementsAre("a1/rxü & < y", "b2/a1/", "c/b2/a1/inner", "a1/last")) << piece;
    }
    EXPECT_THAT(read_rows("<row>root</row>", 4), ElementsAre("root"));
}

struct BadXml {
    const char* name;
    std::string xml;
    const char* cause;
};

TEST(XmlElements, RefusesWhatXmlDocumentRefuses) {
    std::string deep;
    for (int i = 0; i < 300; ++i) deep += "<row>";
    const BadXml cases[] = {
        {"empty", "", "not well-formed XML"},
        {"cut off", "<a><row>x</row>", "not well-formed XML, at byte 15"},
        {"crossed", "<a><b></a></b>", "mismatched tag"},
        {"two roots", "<a/><a/>", "not well-formed XML"},
        {"doctype", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "defines its own entities"},
        {"unknown entity", "<a><row>&e;</row></a>", "undefined entity"},
        {"broken UTF-8", "<a><row>\xFF</row></a>", "not well-formed"},
        {"surrogate", "<a><row>&#xD800;</row></a>", "not well-formed XML"},
        {"deep", deep, "nested deeper than 200"},
        {"deep in what is skipped", "<no>" + deep, "nested deeper than 200"},
        {"large element", "<row>" + std::string(17'000'000, 'x') + "</row>", "an element larger than 16 MB"},
    };
    for (const BadXml& test : cases) {
        SCOPED_TRACE(test.name);
        EXPECT_THAT(test::error_of([&] { static_cast<void>(read_rows(test.xml, 65536)); }).what(),
                    HasSubstr(test.cause));
    }
}

TEST(XmlElements, WhatAVisitorThrowsComesOut) {
    const ExtractOptions options{.name = "x.xlsx"};
    ExtractBudget budget("XLSX", options);
    int visits = 0;
    XmlElements elements("part", budget, rows, [&](pugi::xml_node) {
        ++visits;
        throw Error(ErrorCode::interrupted, "stop");
    });
    EXPECT_EQ(test::error_of([&] { elements.add("<a><row/><row/><row/></a>"); }).code(), ErrorCode::interrupted);
    EXPECT_EQ(visits, 1);
}

TEST(XmlElements, ReadsEntriesOfArchives) {
    const std::string bytes = test::ZipWriter().add("a.xml", "<a><row>one</row><row>two</row></a>").finish();
    const ExtractOptions options{.name = "x.xlsx"};
    ExtractBudget budget("XLSX", options);
    ZipArchive archive(bytes, budget);
    std::vector<std::string> seen;
    const auto visit = [&](pugi::xml_node row) { seen.push_back(all_text(row)); };
    EXPECT_TRUE(for_each_element(archive, "a.xml", budget, rows, visit));
    EXPECT_THAT(seen, ElementsAre("one", "two"));
    EXPECT_FALSE(for_each_element(archive, "b.xml", budget, rows, visit));
}

}  // namespace
}  // namespace quarry::extract
