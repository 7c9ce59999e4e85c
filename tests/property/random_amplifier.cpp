#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "tests/property/amplified_files.h"
#include "tests/property/amplifiers.h"
#include "tests/property/generators.h"

namespace quarry::testing {
namespace {

/// What a format's random documents are composed of: "#" becomes a number that may be too large, "…" more pieces.
struct Vocabulary {
    const char* type;
    std::vector<std::string_view> pieces;
    std::function<std::string(const std::string&)> wrap;
};

std::vector<Vocabulary> vocabularies() {
    const auto as_it_is = [](const std::string& inner) { return inner; };
    std::vector<Vocabulary> all;
    all.push_back({"html",
                   {"<table>…</table>", "<tr>…", "<td rowspan=#>…", "<th colspan=#>…", "<td rowspan=# colspan=#>x",
                    "<ul>…</ul>", "<ol start=#>…</ol>", "<li value=#>…", "<blockquote>…", "<pre>…</pre>", "<p>words",
                    "<div style='width:#px'>…</div>", "<dl><dt>…<dd>…", "<h1>…</h1>", "<img alt='words'>", "&#x41;",
                    "<details>…", "<br>", "<math><semantics>…"},
                   as_it_is});
    all.push_back(
        {"docx",
         {"<w:p>…</w:p>", "<w:p><w:r><w:t>words</w:t></w:r></w:p>", "<w:tbl>…</w:tbl>", "<w:tr>…</w:tr>",
          "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan "
          "w:val=\"#\"/></w:tcPr>…<w:p><w:r><w:t>words</w:t></w:r></w:p></w:tc>…</w:tr>…</w:tbl>",
          "<w:tc><w:tcPr><w:gridSpan w:val=\"#\"/></w:tcPr>…</w:tc>", "<w:tc>…</w:tc>",
          "<w:trPr><w:gridBefore w:val=\"#\"/></w:trPr>", "<w:r>…</w:r>", "<w:txbxContent>…</w:txbxContent>",
          "<w:pPr><w:outlineLvl w:val=\"#\"/></w:pPr>", "<w:br w:type=\"page\"/>", "<w:t>words</w:t>",
          "<mc:AlternateContent>…</mc:AlternateContent>", "<mc:Choice>…</mc:Choice>", "<mc:Fallback>…</mc:Fallback>",
          "<w:sdt><w:sdtContent>…</w:sdtContent></w:sdt>", "<w:footnoteReference w:id=\"#\"/>"},
         [](const std::string& inner) { return word_document(inner); }});
    all.push_back({"pptx",
                   {"<p:sp><p:txBody><a:p><a:r><a:t>words</a:t></a:r>…</a:p>…</p:txBody></p:sp>", "<p:sp>…</p:sp>",
                    "<a:tbl><a:tr><a:tc>…<a:p><a:r><a:t>words</a:t></a:r></a:p></a:tc>…</a:tr>…</a:tbl>",
                    "<p:txBody>…</p:txBody>", "<a:p>…</a:p>", "<a:r><a:t>words</a:t></a:r>", "<a:tbl>…</a:tbl>",
                    "<a:tr>…</a:tr>", "<a:tc gridSpan=\"#\" rowSpan=\"#\">…</a:tc>",
                    "<a:pPr lvl=\"#\"><a:buAutoNum startAt=\"#\"/></a:pPr>", "<p:grpSp>…</p:grpSp>", "<mc:Fallback/>"},
                   [](const std::string& inner) { return slides(inner); }});
    all.push_back(
        {"xlsx",
         {"<row r=\"#\">…</row>", "<row>…</row>", "<c t=\"s\"><v>#</v></c>", "<c t=\"s\"><v>0</v></c>",
          "<c r=\"XFD1\"><v>#</v></c>", "<c t=\"inlineStr\"><is><t>words</t></is></c>", "<c><v>#</v></c>"},
         [](const std::string& inner) { return workbook(inner, "<si><t>" + std::string(50'000, 's') + "</t></si>"); }});
    for (const char* type : {"odt", "ods", "odp"}) {
        const std::string kind = type[2] == 't' ? "text" : type[2] == 's' ? "spreadsheet" : "presentation";
        all.push_back(
            {type,
             {"<table:table table:name=\"words\"><table:table-row table:number-rows-repeated=\"#\"><table:table-cell "
              "table:number-columns-repeated=\"#\"><text:p>words</text:p>…</table:table-cell>…</table:table-row>…</"
              "table:table>",
              "<text:list><text:list-item><text:p>words</text:p>…</text:list-item>…</text:list>",
              "<draw:page><draw:frame><draw:text-box><text:p>words</text:p>…</draw:text-box></draw:frame>…</draw:page>",
              "<text:p>…</text:p>", "<text:p>words</text:p>", "<table:table table:name=\"words\">…</table:table>",
              "<table:table-row table:number-rows-repeated=\"#\">…</table:table-row>",
              "<table:table-cell table:number-columns-repeated=\"#\">…</table:table-cell>",
              "<table:table-cell table:number-columns-spanned=\"#\"><text:p>words</text:p></table:table-cell>",
              "<table:covered-table-cell table:number-columns-repeated=\"#\"/>", "<text:s text:c=\"#\"/>",
              "<text:list>…</text:list>", "<text:list-item text:start-value=\"#\">…</text:list-item>",
              "<text:h text:outline-level=\"#\">words</text:h>",
              "<draw:frame><draw:text-box>…</draw:text-box></draw:frame>",
              "<text:note><text:note-body>…</text:note-body></text:note>", "<draw:page>…</draw:page>", "<text:tab/>",
              "<text:soft-page-break/>"},
             [kind](const std::string& inner) { return flat_odf(kind, inner); }});
    }
    all.push_back({"rtf",
                   {"{…}", "\\trowd", "\\cellx#", "\\cell ", "\\row ", "words\\par ", "\\u#?", "\\uc#", "\\bin# x",
                    "\\li#", "{\\pntext #.}", "\\page ", "{\\footnote …}", "\\intbl ", "\\nestcell ", "{\\field …}"},
                   [](const std::string& inner) { return "{\\rtf1 " + inner + "}"; }});
    all.push_back({"json", {"{\"words\":…}", "[…,…]", "#", "\"words\"", "{\"a\":#,\"b\":…}", "[…]"}, as_it_is});
    all.push_back({"xml",
                   {"<row>…</row>", "<entry namest=\"#\">…</entry>", "<para>…</para>", "<title>words</title>",
                    "<section>…</section>", "words", "<programlisting>…</programlisting>", "<a b=\"#\"/>"},
                   [](const std::string& inner) { return "<article>" + inner + "</article>"; }});
    all.push_back({"rst",
                   {"+--+--+\n", "| a | b |\n", "== ==\n", "a  b\n", ".. list-table::\n   :widths: #\n\n", "   * - …\n",
                    "#. words\n", "  words\n", "words\n=====\n", ".. image:: x\n   :width: #\n", "::\n\n", "> …\n",
                    ".. csv-table::\n\n   a,,,,b\n", "|x| …\n"},
                   as_it_is});
    all.push_back({"asciidoc",
                   {"|===\n", "[cols=\"#*\"]\n", "|a |…\n", "#+|words\n", ".#+|…\n", "* …\n", "** words\n", "----\n",
                    "____\n", "== words\n", "include::x[]\n", ":a: {a}{a}\n", "{a}\n", ",===\n", "a,,,b\n"},
                   as_it_is});
    all.push_back({"latex",
                   {"\\begin{tabular}{*{#}{l}}", "\\multicolumn{#}{l}{…}&", "a & b \\\\", "\\end{tabular}",
                    "\\begin{itemize}", "\\item …", "\\newcommand{\\x}[#]{\\x\\x}", "\\x{…}", "{…}", "\\hspace{#pt}",
                    "\\def\\y{…}", "\\y ", "words\n\n", "\\section{…}"},
                   as_it_is});
    all.push_back(
        {"man",
         {".TS\n", "l l s.\n", "a\tb\n", ".TE\n", ".RS #\n", ".RE\n", ".ds a \\*a…\n", "\\*a\n", ".sp #\n", ".rep #\n",
          ".de x\n", ".x\n", "..\n", ".IP words #\n", ".Bl -tag\n", ".It …\n", "words\n", ".in +#\n"},
         [](const std::string& inner) { return ".TH X 1\n" + inner; }});
    all.push_back({"csv", {"a,…\n", ",,,,,,,,", "\"…\"", "words", "\n", "#,", "\"\"", ";"}, as_it_is});
    all.push_back({"org",
                   {"| a | … |\n", "|---+---|\n", "- …\n", "* words\n", "#+BEGIN_QUOTE\n", "#+END_QUOTE\n", "words\n"},
                   as_it_is});
    all.push_back({"markdown",
                   {"| a | … |\n", "|---|---|\n", "> …\n", "- …\n", "# words\n", "```\n", "words\n\n", "#. x\n"},
                   as_it_is});
    return all;
}

class RandomDocument {
public:
    RandomDocument(TextGenerator& generator, const Vocabulary& vocabulary, std::size_t size)
        : generator_(generator), vocabulary_(vocabulary), room_(size) {}

    std::string make() {
        std::string text;
        while (room_ > 0) text += some(0);
        return text;
    }

private:
    std::string some(int depth) {
        const std::string one = piece(depth);
        // Often a run of the same: a repeated construct is worse than a mixture.
        std::size_t count = generator_.below(3) == 0 ? 1 + generator_.below(2000) : 1;
        count = std::max<std::size_t>(1, std::min(count, room_ / std::max<std::size_t>(one.size(), 1)));
        room_ -= std::min(room_, count * one.size() + 1);
        std::string text;
        for (; count > 0; --count) text += one;
        return text;
    }

    std::string piece(int depth) {
        std::string_view form = vocabulary_.pieces[generator_.below(vocabulary_.pieces.size())];
        constexpr std::string_view more = "…";
        static constexpr const char* numbers[] = {"0", "1", "2", "50", "1000", "16384", "1048576", "2147483647", "-1"};
        std::string text;
        while (!form.empty()) {
            if (form.starts_with(more)) {
                for (std::size_t count = generator_.below(4); count > 0 && depth < 12; --count) text += some(depth + 1);
                form.remove_prefix(more.size());
            } else if (form.starts_with('#') && !form.starts_with("#+") && !form.starts_with("# ")) {
                text += numbers[generator_.below(std::size(numbers))];
                form.remove_prefix(1);
            } else if (form.starts_with("words")) {
                text += generator_.below(20) == 0 ? std::string(generator_.below(20'000), 'w') : std::string("words");
                form.remove_prefix(5);
            } else {
                text += form.front();
                form.remove_prefix(1);
            }
        }
        return text;
    }

    TextGenerator& generator_;
    const Vocabulary& vocabulary_;
    std::size_t room_;
};

}  // namespace

Amplifier random_amplifier(std::uint64_t seed) {
    static const std::vector<Vocabulary> all = vocabularies();
    const Vocabulary& vocabulary = all[seed % all.size()];
    return {fmt::format("seed {}", seed), vocabulary.type, [seed, &vocabulary](std::size_t size) {
                TextGenerator generator(seed);
                return vocabulary.wrap(RandomDocument(generator, vocabulary, size).make());
            }};
}

}  // namespace quarry::testing
