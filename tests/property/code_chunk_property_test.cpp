// The "code" strategy keeps the promises of chunks for code of every language, whole and damaged.
#include <gtest/gtest.h>

#include <array>

#include "core/base/text.h"
#include "core/chunk/chunker.h"
#include "core/document/source_language.h"
#include "tests/property/generators.h"
#include "tests/property/invariants.h"
#include "tests/property/seeds.h"

namespace quarry {
namespace {

using testing::TextGenerator;

// 57 languages; three texts in four are in one of the fourteen that have a grammar.
constexpr std::size_t languages_with_grammar = 14;

// Pieces of many languages: what is no code in one is a syntax error in it, which is wanted.
constexpr auto code_pieces = std::to_array<std::string_view>({
    "namespace a {\n\n/// Doc.\nclass Parser : public Base {\npublic:\n    int parse(int x) const { return x; "
    "}\n};\n}\n",
    "#ifdef X\n#define F(a) \\\n    (a)\nstatic int *f(int a)\n{\n\tswitch (a) {\n\tcase "
    "1:\n\t\tg();\n\t}\n}\n#endif\n",
    "@dec\nclass A(B):\n    \"\"\"doc\"\"\"\n    async def f(self, *a):\n        if a:\n            pass\n        "
    "return "
    "[x for x in a]\n\n",
    "export default class A extends B {\n  m() { return `x${1}y`; }\n  n = () => {\n    f();\n  };\n}\n",
    "const f = async (a) => {\n  await g({ a: 1, b: [1, 2] });\n};\nmodule.exports = { f };\n",
    "abstract class Box<T> implements Shape {\n  private x: number = 1;\n  area(): number { return 1; }\n}\n",
    "package main\n\n// P reads.\ntype P struct {\n\tx int\n}\n\nfunc (p *P) Parse() error {\n\treturn nil\n}\n",
    "#[derive(Debug)]\npub struct P<'a> { x: &'a str }\nimpl<T> Foo for P<T> {\n    fn f(&self) -> u8 { match 1 { _ => "
    "2 } "
    "}\n}\n",
    "/** d */\n@A\npublic class C {\n  // x\n  C() { a(); }\n  enum E { A, B; void g() {} }\n}\n",
    "namespace A.B {\n  [Attr]\n  public record C(int X) {\n    public int P { get; set; }\n  }\n}\n",
    "module A\n  class B::C < D\n    def f(x)\n      y do |z|\n        z\n      end\n    end\n  end\nend\n",
    "<?php\nnamespace A\\B;\nclass C {\n  /** d */\n  public function f() { ?>html<?php }\n}\n",
    "f() {\n  cat <<EOF\n$x\nEOF\n  if x; then\n    y\n  fi\n}\n",
    "local function f(a)\n  return function() return [[x\ny]] end\nend\nfunction M.a:b() end\n",
    "// a very long comment without an end that goes on and on and on and on and on and on and on and on and on\n",
    "x = \"a string of \xC3\xA9\xE6\x97\xA5\xE6\x9C\xAC\xF0\x9F\x98\x80 \xE2\x80\xA8 \\n text\";\r\n",
    "{{{{((((",
    "))))}}}}",
    "'",
    "\"",
    "/*",
    "*/",
    "\n\n\n",
    "\t\t",
    ";",
    "`${",
    "<<A\n",
    "#",
    "=>",
    "end\n",
    "}\n",
    "  ",
});

std::string damage(std::string text, TextGenerator& generator) {
    for (std::size_t count = generator.below(4); count > 0 && !text.empty(); --count) {
        const std::size_t at = floor_to_code_point(text, generator.below(text.size()));
        switch (generator.below(3)) {
            case 0:
                text.erase(at, floor_to_code_point(text, std::min(text.size(), at + generator.below(40))) - at);
                break;
            case 1: text.insert(at, code_pieces[generator.below(code_pieces.size())]); break;
            default: text.insert(at, generator.any(generator.below(30))); break;
        }
    }
    return text;
}

TEST(CodeChunkProperty, SpansAreExactOrderedAndComplete) {
    constexpr auto units = std::to_array<std::string_view>({"chars", "bytes", "words", "tokens:approx"});
    const Cancellation never;
    const auto [first, end] = testing::property_seeds(100'000, 4'000);
    for (std::uint64_t seed = first; seed < end; ++seed) {
        TextGenerator generator(seed);
        const std::size_t known =
            generator.below(4) == 0 ? document::source_languages().size() : languages_with_grammar;
        document::Document document;
        document.media_type = document::source_languages()[generator.below(known)].media_type;
        for (std::size_t count = generator.below(6); count > 0; --count) {
            document.text += code_pieces[generator.below(code_pieces.size())];
        }
        document.text = replace_invalid_utf8(damage(std::move(document.text), generator));
        chunk::ChunkOptions options;
        options.strategy = "code";
        options.unit = units[generator.below(units.size())];
        options.size = 1 + generator.below(generator.below(3) == 0 ? 12 : 300);
        options.overlap = generator.below(2) == 0 ? 0 : generator.below(options.size);
        const std::vector<document::ChunkSpan> spans = chunk::chunk_document(document, options, never);
        ASSERT_EQ(testing::chunk_fault(document, options, spans), "")
            << "seed " << seed << ", " << document.media_type << ", " << options.fingerprint() << "\n"
            << document.text;
        if (seed % 16 == 0) {
            ASSERT_EQ(chunk::chunk_document(document, options, never), spans)
                << "seed " << seed << ": not deterministic";
        }
        for (const document::ChunkSpan& span : spans) {
            for (const std::string& name : span.symbol_path) ASSERT_FALSE(find_invalid_utf8(name)) << "seed " << seed;
        }
    }
}

}  // namespace
}  // namespace quarry
