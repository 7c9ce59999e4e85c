#include "core/extract/front_matter.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace quarry::extract {
namespace {

using nlohmann::json;

/// All that the front matter says, as a filter sees it.
json values_of(const std::string& text) {
    const FrontMatter front = read_front_matter(text);
    json values = front.properties_json.empty() ? json::object() : json::parse(front.properties_json);
    for (const auto& [name, value] : front.metadata) values.emplace(name, value);
    return values;
}

struct ValuesCase {
    std::string name;
    std::string text;
    std::string values;
};

class FrontMatterValuesOf : public ::testing::TestWithParam<ValuesCase> {};

TEST_P(FrontMatterValuesOf, AreFound) { EXPECT_EQ(values_of(GetParam().text), json::parse(GetParam().values)); }

INSTANTIATE_TEST_SUITE_P(
    Yaml, FrontMatterValuesOf,
    ::testing::Values(
        ValuesCase{"scalars", "---\nstatus: draft\nyear: 2024\nopen: true\nscore: -1.5\nnone: ~\nempty:\n---\n",
                   R"({"status": "draft", "year": 2024, "open": true, "score": -1.5})"},
        ValuesCase{"numbers_that_are_texts", "---\nisbn: 0123\nversion: 1.10\nphone: +49 1\nday: 2024-05-06\n---\n",
                   R"({"isbn": "0123", "version": "1.10", "phone": "+49 1", "day": "2024-05-06"})"},
        ValuesCase{"quoted", "---\na: \"x: #1 \\\"y\\\"\" # why\nb: 'it''s'\n\"c: d\": e\nyear: '2024'\n---\n",
                   R"({"a": "x: #1 \"y\"", "b": "it's", "c: d": "e", "year": "2024"})"},
        ValuesCase{"comments", "---\n# not: a key\na: b # why\nc: #none\n---\n", R"({"a": "b"})"},
        ValuesCase{"lists", "---\ntags: [locks, \"sql ite\", ]\nKeywords: a, b\nx:\n- 1\n- two\ny: 1\n- no\n---\n",
                   R"({"tags": ["locks", "sql ite"], "keywords": "a, b", "x": [1, "two"], "y": 1})"},
        ValuesCase{"list_on_several_lines", "---\ntags: [a, # why\n  b,\n]\nc: d\n---\n",
                   R"({"tags": ["a", "b"], "c": "d"})"},
        ValuesCase{"open_list_is_left_out", "---\ntags: [open\nt: 1\n---\n", R"({"t": 1})"},
        ValuesCase{"nested", "---\nreview:\n  by: Ada\n  result:\n    score: 3\n  done: yes\nafter: 1\n---\n",
                   R"({"review.by": "Ada", "review.result.score": 3, "review.done": "yes", "after": 1})"},
        ValuesCase{"list_of_tables", "---\nauthors:\n  - name: Ada\n    born: 1815\n  - name: Bob\nx: 1\n---\n",
                   R"({"authors.name": ["Ada", "Bob"], "authors.born": [1815], "x": 1})"},
        ValuesCase{"tables_in_brackets", "---\nr: {by: Ada, n: [1, {m: 2}], o: {p: q}}\n---\n",
                   R"({"r.by": "Ada", "r.n": [1], "r.n.m": [2], "r.o.p": "q"})"},
        ValuesCase{"long_texts", "---\na: |\n  one\n  two: 2\n\n  three\nb: >-\n  x\nc: first\n  second\n---\n",
                   R"({"a": "one two: 2 three", "b": "x", "c": "first second"})"},
        ValuesCase{"first_one_stays", "---\na: 1\na: 2\nb: [1]\nb: 2\n---\n", R"({"a": 1, "b": [1]})"},
        ValuesCase{"anchors", "---\na: &x [1, two]\nb: *x\nc: &y {n: 1}\nd: *y\ne: *unknown\n---\n",
                   R"({"a": [1, "two"], "c.n": 1})"},
        ValuesCase{"aliases", "---\na: &x [1, two]\nb: *x\nc: &y {n: 1}\nd: [*y, *y]\n---\n",
                   R"({"a": [1, "two"], "b": [1, "two"], "c.n": 1, "d.n": [1, 1]})"},
        ValuesCase{"merged", "---\nx: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\n---\n",
                   R"({"x.a": 1, "x.b": 2, "y.b": 3, "y.a": 1})"},
        ValuesCase{"types",
                   "---\na: !!str 2024\nb: !!int \"7\"\nc: !!bool 'true'\nd: !!null x\ne: !mine z\n"
                   "f: 1e3\ng: 0x10\nh: True\ni: 1.5\nj: no\nk: 2024-05-06 10:00:00\n---\n",
                   R"({"a": "2024", "b": 7, "c": true, "e": "z", "f": "1e3", "g": "0x10", "h": true, "i": 1.5,
                       "j": "no", "k": "2024-05-06 10:00:00"})"},
        ValuesCase{
            "what_is_not_yaml_name_by_name",
            "---\ntopic: Part one: the sea # x\nby: @ada\nc: !!int 2\nd: \"open\ne:\n  - f\n  - g\nno name\n---\n",
            R"({"topic": "Part one: the sea", "by": "@ada", "c": 2, "e": ["f", "g"]})"},
        ValuesCase{"line_ends_of_windows", "---\r\na: one\r\nb: |\r\n  two\r\n  three\r\nc:\r\n- 1\r\n---\r\n",
                   R"({"a": "one", "b": "two three", "c": [1]})"},
        ValuesCase{"lone_carriage_returns", "---\ra: one\rb: [1,\r 2]\r---\r", R"({"a": "one", "b": [1, 2]})"},
        ValuesCase{"names_of_other_kinds", "---\n1: one\n? [a, b]\n: two\n~: three\n\"a\\nb\": four\n---\n",
                   R"({"1": "one", "a b": "four"})"},
        ValuesCase{"address", "---\nhome: https://x.example/#a\n---\n", R"({"home": "https://x.example/#a"})"}),
    [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Toml, FrontMatterValuesOf,
    ::testing::Values(ValuesCase{"scalars",
                                 "+++\nstatus = \"draft\"\nyear = 2024 # why\nopen = false\nday = 2024-05-06\n+++\n",
                                 R"({"status": "draft", "year": 2024, "open": false, "day": "2024-05-06"})"},
                      ValuesCase{"lists", "+++\ntags = [\"a\", \"b\"]\nn = [\n  1,\n  2, # two\n]\nx = 'y'\n+++\n",
                                 R"({"tags": ["a", "b"], "n": [1, 2], "x": "y"})"},
                      ValuesCase{"tables", "+++\na.b = 1\n[extra]\nby = \"Ada\"\n[ x . \"y\" ]\nz = {n = 1}\n+++\n",
                                 R"({"a.b": 1, "extra.by": "Ada", "x.y.z.n": 1})"},
                      ValuesCase{"list_of_tables", "+++\n[[who]]\nname = \"A\"\n[[who]]\nname = \"B\"\n+++\n",
                                 R"({"who.name": ["A", "B"]})"},
                      ValuesCase{"long_text", "+++\na = \"\"\"one\ntwo = 2\n\"\"\"\nb = '''c'''\n+++\n",
                                 R"({"a": "one two = 2", "b": "c"})"}),
    [](const auto& tested) { return tested.param.name; });

TEST(FrontMatter, TitleAndLanguageAreTheDocuments) {
    const FrontMatter front = read_front_matter("---\nTitle: 2024\nLang: de-CH\nseo:\n  title: no\n---\n");
    EXPECT_EQ(front.title, "2024");
    EXPECT_EQ(front.language, "de");
    EXPECT_EQ(values_of("---\nTitle: 2024\nLang: de-CH\nseo:\n  title: no\n---\n"), json({{"seo.title", "no"}}));
    EXPECT_EQ(values_of("---\nlanguage: klingon\n---\n"), json({{"language", "klingon"}}));
}

TEST(FrontMatter, WhatHasNoKeyIsText) {
    for (const std::string text :
         {"---\n# Heading: one\n---\n", "---\n- a\n---\n", "+++\n[table]\n+++\n", "---\na: b\n"}) {
        EXPECT_EQ(read_front_matter(text).end, 0U) << text;
    }
}

TEST(FrontMatter, HostileOnesAreBounded) {
    std::string names = "---\n";
    for (int i = 0; i < 5000; ++i) names += "n" + std::to_string(i) + ": 1\n";
    EXPECT_LE(values_of(names + "---\n").size(), 256U);

    std::string deep = "---\n";
    for (int i = 0; i < 200; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "nn:\n";
    EXPECT_EQ(values_of(deep + std::string(200, ' ') + "x: 1\n---\n"), json::object());
    EXPECT_EQ(values_of("---\na: " + std::string(60000, '[') + "\n---\n"), json::object());
    EXPECT_EQ(values_of("---\na: " + std::string(20000, '{') + "b:" + std::string(20000, '{') + "\n---\n"),
              json::object());

    const json values = values_of("---\na: " + std::string(60000, 'x') + "\n" + std::string(300, 'k') + ": 1\n---\n");
    ASSERT_EQ(values.size(), 1U);
    EXPECT_LE(values["a"].get<std::string>().size(), 1010U);

    std::string list = "---\na:\n";
    for (int i = 0; i < 5000; ++i) list += " - " + std::to_string(i) + "\n";
    EXPECT_EQ(values_of(list + "---\n")["a"].size(), 256U);
    std::string open = "---\na: [\n";
    for (int i = 0; i < 15000; ++i) open += " \"\n";
    EXPECT_EQ(values_of(open + "---\n").size(), 0U);

    // Aliases stand for nine times as much in each line, and one for itself.
    std::string bomb = "---\na: &a [x, x, x, x, x, x, x, x, x]\n";
    for (char c = 'b'; c <= 'z'; ++c) {
        bomb += std::string{c} + ": &" + c + " [";
        for (int i = 0; i < 9; ++i) bomb += std::string("*") + static_cast<char>(c - 1) + ", ";
        bomb += "]\n";
    }
    EXPECT_LE(values_of(bomb + "---\n").dump().size(), 100'000U);
    EXPECT_EQ(values_of("---\na: &a [*a, 1]\n---\n"), json({{"a", {1}}}));
    std::string big = "---\na: &a " + std::string(30000, 'x') + "\nb: [";
    for (int i = 0; i < 5000; ++i) big += "*a, ";
    EXPECT_LE(values_of(big + "]\n---\n").dump().size(), 5'000U);
    for (const std::string part : {"? ", "- ", "a: ", "{a: ", "[[", "!", "&", "\"\n", "%x", "a:\n"}) {
        std::string many = "---\na: ";
        while (many.size() < 60'000) many += part;
        EXPECT_LE(values_of(many + "\n---\n").dump().size(), 5'000U) << part;
    }
    // What an escape hides is not carried past a reader.
    EXPECT_EQ(values_of("---\na: \"x\\u200by\"\n---\n")["a"], "xy");
}

}  // namespace
}  // namespace quarry::extract
