// The "code" strategy: where code of each language is cut, and what its chunks are called.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/chunk/chunker.h"
#include "core/chunk/code_outline.h"
#include "core/document/source_language.h"
#include "tests/property/invariants.h"

namespace quarry::chunk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

document::Document source_code(std::string_view language, std::string text) {
    document::Document document;
    for (const document::SourceLanguage& known : document::source_languages()) {
        if (known.name == language) document.media_type = known.media_type;
    }
    document.text = std::move(text);
    return document;
}

/// "Parser.parse: first line … last line" of each chunk, without indentation.
std::vector<std::string> describe_chunks(const document::Document& document, std::size_t size,
                                         std::string* note = nullptr) {
    ChunkOptions options;
    options.strategy = "code";
    options.size = size;
    const Cancellation never;
    const std::vector<document::ChunkSpan> spans = chunk_document(document, options, never, note);
    EXPECT_EQ(testing::chunk_fault(document, options, spans), "");
    std::vector<std::string> shown;
    for (const document::ChunkSpan& span : spans) {
        const std::string_view text =
            std::string_view(document.text).substr(span.start_byte, span.end_byte - span.start_byte);
        const std::vector<std::string_view> lines = split(text, '\n');
        shown.push_back(
            fmt::format("{}: {} … {}", fmt::join(span.symbol_path, "."), trim(lines.front()), trim(lines.back())));
    }
    return shown;
}

struct CodeCase {
    std::string name;
    std::string text;
    std::size_t size;
    std::vector<std::string> chunks;
};

class CodeInLanguage : public ::testing::TestWithParam<CodeCase> {};

TEST_P(CodeInLanguage, DefinitionsAreWholeAndNamed) {
    if (syntax_languages().empty()) GTEST_SKIP() << "this build has no tree-sitter";
    std::string note;
    EXPECT_EQ(describe_chunks(source_code(GetParam().name, GetParam().text), GetParam().size, &note),
              GetParam().chunks);
    EXPECT_EQ(note, "");
}

std::vector<CodeCase> code_cases() {
    return {
        {"python",
         "import os\n\n\n@cached\ndef load(path):\n    # reads\n    return open(path)\n\n\nclass Parser:\n    "
         "\"\"\"Reads.\"\"\"\n\n"
         "    # Begins.\n    def parse(self):\n        return load(1)\n\n    @property\n    def name(self):\n        "
         "return "
         "self\n",
         70,
         {"load: import os … return open(path)", "Parser: class Parser: … \"\"\"Reads.\"\"\"",
          "Parser.parse: # Begins. … return load(1)", "Parser.name: @property … return self"}},
        {"c",
         "#include <stdio.h>\n\n/* Adds. */\nstatic int *add(int a)\n{\n    return a;\n}\n\nstruct point {\n    int "
         "x;\n    "
         "int y;\n};\n",
         60,
         {": #include <stdio.h> … #include <stdio.h>", "add: /* Adds. */ … }", "point: struct point { … };"}},
        {"cpp",
         "namespace app {\n\n/// Reads.\nclass Parser {\npublic:\n    int parse() { return 1; }\n\n    int peek() { "
         "return "
         "2; }\n};\n\nint Parser::next() {\n    return 3;\n}\n\ntemplate <class T>\nT twice(T t) {\n    return t + "
         "t;\n}\n}  "
         "// namespace app\n",
         70,
         {"app: namespace app { … class Parser {", "app.Parser: public: … };",
          "app.Parser.next: int Parser::next() { … }", "app.twice: template <class T> … }",
          "app: }  // namespace app … }  // namespace app"}},
        {"javascript",
         "// Adds.\nexport const add = (a, b) => {\n  return a + b;\n};\n\nexport default class Parser {\n  parse() "
         "{\n    "
         "return add(1, 2);\n  }\n\n  peek = () => {\n    return 2;\n  };\n}\n",
         68,
         {"add: // Adds. … };", "Parser: export default class Parser { … }", "Parser.peek: peek = () => { … }"}},
        {"typescript",
         "interface Shape {\n  area(): number;\n}\n\nabstract class Box<T> implements Shape {\n  area(): number {\n    "
         "return "
         "1;\n  }\n}\n\nfunction make(): Shape {\n  return new Box();\n}\n",
         90,
         {"Shape: interface Shape { … }", "Box: abstract class Box<T> implements Shape { … }",
          "make: function make(): Shape { … }"}},
        {"tsx",
         "function App() {\n  return <div>Hello</div>;\n}\n\nfunction Other() {\n  return <App />;\n}\n",
         50,
         {"App: function App() { … }", "Other: function Other() { … }"}},
        {"go",
         "package main\n\n// Parser reads.\ntype Parser struct {\n\tx int\n}\n\n// Parse parses.\nfunc (p *Parser) "
         "Parse() error {\n\treturn nil\n}\n",
         70,
         {"Parser: package main … }", "Parser.Parse: // Parse parses. … }"}},
        {"rust",
         "use std::fmt;\n\n/// A parser.\n#[derive(Debug)]\npub struct Parser {\n    x: u8,\n}\n\nimpl fmt::Debug for "
         "Parser "
         "{\n    #[inline]\n    fn parse(&self) -> u8 {\n        self.x\n    }\n}\n",
         100,
         {"Parser: use std::fmt; … }", "Parser: impl fmt::Debug for Parser { … }"}},
        {"java",
         "package a;\n\n/** Reads. */\npublic class Parser {\n    Parser() {\n        start();\n    }\n\n    "
         "@Override\n    "
         "int parse() {\n        return 1;\n    }\n}\n",
         85,
         {"Parser: package a; … }", "Parser.parse: @Override … }"}},
        {"csharp",
         "using System;\n\nnamespace App {\n    public class Parser {\n        [Test]\n        public int Parse() {\n  "
         "         "
         " return 1;\n        }\n\n        public int Size { get; set; }\n    }\n}\n",
         90,
         {"App: using System; … namespace App {", "App.Parser: public class Parser { … public class Parser {",
          "App.Parser.Parse: [Test] … }", "App.Parser.Size: public int Size { get; set; } … }"}},
        {"ruby",
         "module App\n  class Parser\n    # Parses.\n    def parse\n      one\n    end\n\n    def self.load\n      "
         "two\n    "
         "end\n  end\nend\n",
         80,
         {"App: module App … module App", "App.Parser: class Parser … end", "App.Parser.load: def self.load … end"}},
        {"php",
         "<?php\nnamespace App;\n\nclass Parser {\n    /** Parses. */\n    public function parse() {\n        return "
         "1;\n    "
         "}\n}\n\nfunction load() {\n    return 2;\n}\n",
         100,
         {": <?php … namespace App;", "Parser: class Parser { … }", "load: function load() { … }"}},
        {"bash",
         "#!/bin/sh\nset -e\n\n# Loads.\nload() {\n    cat \"$1\"\n}\n\nfunction main {\n    load x\n}\n",
         40,
         {": #!/bin/sh … set -e", "load: # Loads. … }", "main: function main { … }"}},
        {"lua",
         "local M = {}\n\n-- Loads.\nlocal function load(x)\n  return x\nend\n\nfunction M.parse(x)\n  return "
         "load(x)\nend\n",
         60,
         {": local M = {} … local M = {}", "load: -- Loads. … end", "M.parse: function M.parse(x) … end"}},
    };
}

INSTANTIATE_TEST_SUITE_P(Code, CodeInLanguage, ::testing::ValuesIn(code_cases()),
                         [](const auto& tested) { return tested.param.name; });

TEST(Code, EveryGrammarIsOfAKnownLanguage) {
    for (const std::string_view name : syntax_languages()) {
        EXPECT_NE(source_code(name, "").media_type, "") << name;
        std::string why;
        EXPECT_TRUE(outline_by_syntax("x", name, 1, Cancellation(), why)) << name << ": " << why;
    }
}

TEST(Code, AFunctionThatIsTooLargeIsCutBetweenItsStatements) {
    const document::Document document = source_code(
        "python",
        "def f(a):\n    if a:\n        one()\n        two()\n    for b in a:\n        three()\n    return a\n");
    if (syntax_languages().empty()) GTEST_SKIP() << "this build has no tree-sitter";
    EXPECT_THAT(describe_chunks(document, 60), ElementsAre("f: def f(a): … two()", "f: for b in a: … return a"));
}

TEST(Code, HeadersInCPlusPlusAreReadAsThat) {
    const document::Document document = source_code(
        "c", "#pragma once\nnamespace a {\nclass Parser {\n    int parse();\n};\nint f() { return 1; }\n}\n");
    if (syntax_languages().empty()) GTEST_SKIP() << "this build has no tree-sitter";
    EXPECT_THAT(describe_chunks(document, 60).back(), HasSubstr("a.f: "));
}

TEST(Code, SyntaxErrorsAreReadOver) {
    const document::Document document = source_code(
        "c", "int one(void)\n{\n    return 1;\n}\n\n@@@ ??? ]] int\n\nint two(void)\n{\n    return 2;\n}\n");
    if (syntax_languages().empty()) GTEST_SKIP() << "this build has no tree-sitter";
    EXPECT_THAT(describe_chunks(document, 50), ::testing::Contains(HasSubstr("two: ")));
}

TEST(Code, LinesAndIndentationServeWhereThereIsNoGrammarAndItIsSaid) {
    const std::string text =
        "class A {\n    func one() {\n        a()\n\n        b()\n    }\n\n    func two() {\n        c()\n    }\n}\n\n"
        "func three() {\n    d()\n}\n";
    std::string note;
    EXPECT_THAT(describe_chunks(source_code("swift", text), 70, &note),
                ElementsAre(": class A { … }", ": func two() { … }", ": func three() { … }"));
    EXPECT_EQ(note,
              fmt::format("cut by lines and indentation, not by functions: Swift: {}",
                          syntax_languages().empty() ? "this build has no tree-sitter" : "there is no grammar for it"));
    EXPECT_EQ(describe_chunks(source_code("", "plain\n\ntext"), 8, &note).size(), 2U);
    EXPECT_THAT(note, HasSubstr("programming language is not known"));
}

TEST(Code, AutoTakesItForSourceCode) {
    ChunkOptions options;
    EXPECT_EQ(resolve_strategy(source_code("rust", ""), options), "code");
    EXPECT_EQ(resolve_strategy(source_code("swift", ""), options), "code");
    EXPECT_NE(resolve_strategy(source_code("", ""), options), "code");
}

TEST(Code, OverlapIsWithinADefinitionOnly) {
    const document::Document document = source_code(
        "python", "def f():\n    one = 1\n    two = 2\n    three = 3\n\ndef g():\n    four = 4\n    five = 5\n");
    if (syntax_languages().empty()) GTEST_SKIP() << "this build has no tree-sitter";
    ChunkOptions options;
    options.strategy = "code";
    options.size = 40;
    options.overlap = 16;
    const Cancellation never;
    const std::vector<document::ChunkSpan> spans = chunk_document(document, options, never);
    EXPECT_EQ(testing::chunk_fault(document, options, spans), "");
    ASSERT_EQ(spans.size(), 3U);
    EXPECT_LT(spans[1].start_byte, spans[0].end_byte);
    EXPECT_GE(spans[2].start_byte, spans[1].end_byte);
    EXPECT_THAT(spans[2].symbol_path, ElementsAre("g"));
}

// Each of these took minutes or gigabytes before a parse had a budget.
TEST(Code, HostileTextTakesBoundedTimeAndIsCutByLines) {
    const auto repeated = [](std::string_view piece, std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i < count; ++i) text += piece;
        return text;
    };
    struct Hostile {
        std::string language;
        std::string text;
    };
    const std::vector<Hostile> all = {{"java", repeated("a<b<c<", 20'000)},
                                      {"csharp", repeated("a<b<c<", 20'000)},
                                      {"cpp", repeated("a<b<c<", 20'000)},
                                      {"lua", repeated("a<b<c<", 20'000)},
                                      {"python", repeated("class A { void f() { if (x) { ", 4'000)},
                                      {"typescript", repeated("The \"quick\" fox, isn't (it)?\n", 8'000)},
                                      {"c", repeated("(", 100'000)},
                                      {"javascript", repeated("`${", 40'000)},
                                      {"bash", repeated("<<A\n$((", 20'000)}};
    for (const Hostile& hostile : all) {
        ChunkOptions options;
        options.strategy = "code";
        const Cancellation never;
        const document::Document document = source_code(hostile.language, hostile.text);
        const std::vector<document::ChunkSpan> spans = chunk_document(document, options, never);
        EXPECT_EQ(testing::chunk_fault(document, options, spans), "") << hostile.language;
    }
}

TEST(Code, CanBeInterrupted) {
    Cancellation cancelled;
    cancelled.cancel();
    ChunkOptions options;
    options.strategy = "code";
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "int a = 1;\n";
    EXPECT_THROW(static_cast<void>(chunk_document(source_code("c", text), options, cancelled)), Error);
}

}  // namespace
}  // namespace quarry::chunk
