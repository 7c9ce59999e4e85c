#include "tests/property/amplifiers.h"

#include <fmt/format.h>

#include "tests/property/amplified_files.h"

namespace quarry::testing {
namespace {

void add_sheets(std::vector<Amplifier>& all) {
    all.push_back({"one shared string in 2,000 cells", "xlsx", [](std::size_t size) {
                       return workbook("<row>" + repeated(R"(<c t="s"><v>0</v></c>)", 38'000) + "</row>",
                                       "<si><t>" + std::string(size, 's') + "</t></si>");
                   }});
    all.push_back({"shared string in rows of one cell", "xlsx", [](std::size_t size) {
                       return workbook(repeated(R"(<row><c t="s"><v>0</v></c></row>)", 64'000),
                                       "<si><t>" + std::string(size, 's') + "</t></si>");
                   }});
    all.push_back(
        {"empty shared strings", "xlsx", [](std::size_t size) { return workbook("<row/>", repeated("<si/>", size)); }});
    all.push_back({"cells of the last column", "xlsx", [](std::size_t size) {
                       return workbook("<row>" + repeated(R"(<c t="b"><v>1</v></c>)", 300'000) + "</row>" +
                                       repeated(R"(<row><c r="XFD1" t="b"><v>1</v></c></row>)", size));
                   }});
    all.push_back({"rows far apart", "xlsx", [](std::size_t size) {
                       return workbook(times(size / 40, [](std::size_t index) {
                           return fmt::format(R"(<row r="{}"><c t="b"><v>1</v></c></row>)", index * 1000 + 1);
                       }));
                   }});
    all.push_back({"20,000 sheets of one part", "xlsx", [](std::size_t) { return many_sheets(20'000, true); }});
    all.push_back({"19,000 sheets", "xlsx", [](std::size_t) { return many_sheets(19'000, false); }});
    all.push_back(
        {"cells repeated in repeated rows", "ods", [](std::size_t) {
             return spreadsheet(
                 R"(<table:table-row table:number-rows-repeated="1048576"><table:table-cell )"
                 R"(table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>)");
         }});
    all.push_back({"long cell repeated", "ods", [](std::size_t size) {
                       return spreadsheet(R"(<table:table-row><table:table-cell table:number-columns-repeated="16384">)"
                                          "<text:p>" +
                                          std::string(size, 'c') + "</text:p></table:table-cell></table:table-row>");
                   }});
    all.push_back({"empty cells repeated between words", "ods", [](std::size_t size) {
                       return spreadsheet(
                           repeated(R"(<table:table-row><table:table-cell table:number-columns-repeated="16000"/>)"
                                    R"(<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>)",
                                    size));
                   }});
    all.push_back(
        {"rows repeated, many times", "ods", [](std::size_t size) {
             return spreadsheet(repeated(
                 R"(<table:table-row table:number-rows-repeated="9999"><table:table-cell )"
                 R"(table:number-columns-repeated="99"><text:p>x</text:p></table:table-cell></table:table-row>)",
                 size));
         }});
    for (const char* type : {"csv", "tsv"}) {
        const std::string separator = std::string(type) == "csv" ? "," : "\t";
        all.push_back({"wide header, short rows", type, [separator](std::size_t size) {
                           return repeated("h" + separator, 40'000) + "\n" + repeated("a\n", size);
                       }});
        all.push_back({"separators only", type,
                       [separator](std::size_t size) { return "a" + separator + "b\n" + repeated(separator, size); }});
        all.push_back({"a word behind empty cells", type, [separator](std::size_t size) {
                           return repeated("h" + separator, 40'000) + "\n" +
                                  repeated(repeated(separator, 20'000) + "x\n", size);
                       }});
    }
}

void add_text_documents(std::vector<Amplifier>& all) {
    const std::string paragraph = "<w:p><w:r><w:t>x</w:t></w:r></w:p>";
    all.push_back({"gridSpan in many tables", "docx", [paragraph](std::size_t size) {
                       return word_document(
                           repeated(R"(<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999"/></w:tcPr>)" + paragraph +
                                        "</w:tc><w:tc>" + paragraph + "</w:tc></w:tr></w:tbl>",
                                    size));
                   }});
    all.push_back({"gridBefore in many rows", "docx", [paragraph](std::size_t size) {
                       return word_document(
                           "<w:tbl>" +
                           repeated(R"(<w:tr><w:trPr><w:gridBefore w:val="2000000000"/></w:trPr><w:tc>)" + paragraph +
                                        "</w:tc></w:tr>",
                                    size) +
                           "</w:tbl>");
                   }});
    all.push_back({"choices and fallbacks", "docx", [](std::size_t size) {
                       return word_document("<w:p>" + repeated("<mc:Fallback/>", size) + "</w:p>");
                   }});
    all.push_back(
        {"one long note, many marks", "docx", [](std::size_t size) {
             return word_document(
                 "<w:p>" + repeated(R"(<w:r><w:footnoteReference w:id="1"/></w:r>)", size) + "</w:p>",
                 {{"a/notes.xml", R"(<w:footnotes><w:footnote w:id="1"><w:p><w:r><w:t>)" + std::string(size, 'n') +
                                      "</w:t></w:r></w:p></w:footnote></w:footnotes>"}},
                 R"(<Relationship Id="f" Type="x/footnotes" Target="notes.xml"/>)");
         }});
    all.push_back(
        {"long label of a list", "docx", [](std::size_t size) {
             return word_document(
                 repeated(R"(<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>)",
                          size),
                 {{"a/numbering.xml",
                   R"(<w:numbering><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="upperRoman"/><w:lvlText w:val=")" +
                       repeated("%1", size) +
                       R"("/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>)"}},
                 R"(<Relationship Id="n" Type="x/numbering" Target="numbering.xml"/>)");
         }});
    all.push_back(
        {"text boxes in text boxes", "docx", [](std::size_t size) {
             const auto often = [](const char* piece) { return times(40, [&](std::size_t) { return piece; }); };
             return word_document(repeated(
                 often("<w:p><w:r><w:t>x</w:t><w:txbxContent>") + often("</w:txbxContent></w:r></w:p>"), size));
         }});
    all.push_back({"repeated cells of a table", "odt", [](std::size_t size) {
                       return flat_odf("text",
                                       "<table:table><table:table-row>" +
                                           repeated(R"(<table:table-cell table:number-columns-repeated="2000000000"/>)"
                                                    R"(<table:table-cell><text:p>x</text:p></table:table-cell>)",
                                                    size) +
                                           "</table:table-row></table:table>");
                   }});
    all.push_back({"one long cell repeated", "odt", [](std::size_t size) {
                       return flat_odf("text", R"(<table:table><table:table-row><table:table-cell )"
                                               R"(table:number-columns-repeated="2000000000"><text:p>)" +
                                                   std::string(size, 'x') +
                                                   "</text:p></table:table-cell></table:table-row></table:table>");
                   }});
    all.push_back({"spaces", "odt", [](std::size_t size) {
                       return flat_odf("text",
                                       "<text:p>x" + repeated(R"(<text:s text:c="2000000000"/>)", size) + "y</text:p>");
                   }});
    all.push_back({"page breaks", "odt", [](std::size_t size) {
                       return flat_odf("text", repeated("<text:soft-page-break/>", size) + "<text:p>x</text:p>");
                   }});
    all.push_back({"long label of a list", "odt", [](std::size_t size) {
                       return flat_odf(
                           "text",
                           R"(<text:list text:style-name="L">)" +
                               repeated("<text:list-item><text:p>x</text:p></text:list-item>", size) + "</text:list>",
                           R"(<office:styles><text:list-style style:name="L"><text:list-level-style-number )"
                           R"(text:level="1" style:num-format="I" style:num-prefix=")" +
                               std::string(size, 'p') + R"("/></text:list-style></office:styles>)");
                   }});
    all.push_back({"one slide many times", "pptx", [](std::size_t size) {
                       return slides("<p:sp><p:txBody><a:p><a:r><a:t>" + std::string(size, 's') +
                                         "</a:t></a:r></a:p></p:txBody></p:sp>",
                                     20'000);
                   }});
    all.push_back({"fallbacks", "pptx", [](std::size_t size) { return slides(repeated("<mc:Fallback/>", size)); }});
    all.push_back({"one chapter many times", "epub",
                   [](std::size_t size) { return book("<p>" + std::string(size, 'c'), size / 100); }});
    all.push_back({"groups and rows", "rtf",
                   [](std::size_t size) { return "{\\rtf1 " + repeated("\\trowd\\cellx1 x\\cell\\row", size) + "}"; }});
    all.push_back({"cells of one row", "rtf", [](std::size_t size) {
                       return "{\\rtf1 \\trowd " + repeated("\\cell ", size) + "x\\cell\\row" +
                              repeated("\\trowd x\\cell\\row", size) + "}";
                   }});
    all.push_back({"parts in parts", "mail", [](std::size_t size) {
                       return times(25,
                                    [](std::size_t index) {
                                        return fmt::format(
                                            "Subject: s\nContent-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n",
                                            index);
                                    }) +
                              "Content-Type: text/plain\n\n" + repeated("text\n", size);
                   }});
    all.push_back({"many parts", "mail", [](std::size_t size) {
                       return "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n" + repeated("--b\n\n", size);
                   }});
    all.push_back({"mails in a mailbox", "mbox", [](std::size_t size) { return repeated("From x\n\n", size); }});
}

void add_markup(std::vector<Amplifier>& all) {
    all.push_back({"rowspan of a long cell", "html", [](std::size_t size) {
                       return R"(<table><tr><td rowspan=65534>)" + std::string(size / 2, 'c') + "<td>a" +
                              repeated("<tr><td>x", size / 2) + "</table>";
                   }});
    all.push_back({"rowspan of every cell", "html", [](std::size_t size) {
                       return "<table>" + repeated("<tr>" + repeated("<td rowspan=500 colspan=50>x", 290), size) +
                              "</table>";
                   }});
    all.push_back({"colspan in many tables", "html",
                   [](std::size_t size) { return repeated("<table><tr><th colspan=1000>a<td>b</table>", size); }});
    all.push_back(
        {"tables in tables", "html", [](std::size_t size) { return repeated("<table><tr><td>a<td>", size); }});
    all.push_back({"quotes in quotes", "html",
                   [](std::size_t size) { return repeated("<blockquote>", size / 4) + repeated("<p>x", size); }});
    all.push_back({"lists in lists", "html", [](std::size_t size) { return repeated("<ul><li>x", size); }});
    all.push_back({"empty elements", "html", [](std::size_t size) { return repeated("<p>a", size); }});
    all.push_back({"attributes", "html", [](std::size_t size) { return repeated("<b a b c d e f g h>x", size); }});
    all.push_back({"lines of a deep quote", "html",
                   [](std::size_t size) { return repeated("<blockquote>", 2300) + "<pre>" + repeated("x\n", size); }});
    all.push_back({"paths of deep objects", "json", [](std::size_t size) {
                       std::string text;
                       for (int level = 0; level < 150; ++level) text += "{\"" + std::string(190, 'k') + "\":";
                       return text + "[" + repeated("{\"a\":1},", size) + "1]" + std::string(150, '}');
                   }});
    all.push_back({"one long key, many values", "json", [](std::size_t size) {
                       return "{\"" + std::string(size / 2, 'k') + "\":[" + repeated("{\"a\":1},", size / 2) + "1]}";
                   }});
    all.push_back(
        {"nested arrays", "json", [](std::size_t size) { return "[" + repeated("[1,[2,[3,[4]]]],", size) + "1]"; }});
    all.push_back({"paths of deep objects", "jsonl", [](std::size_t size) {
                       std::string line;
                       for (int level = 0; level < 50; ++level) line += "{\"" + std::string(100, 'k') + "\":";
                       return repeated(
                           line + "{" + repeated("\"a\":1,", 5000) + "\"b\":1}" + std::string(50, '}') + "\n", size);
                   }});
    all.push_back({"empty elements", "xml", [](std::size_t size) { return "<a>" + repeated("<b/>", size) + "</a>"; }});
    all.push_back({"deep elements with words", "xml", [](std::size_t size) {
                       std::string text;
                       for (int level = 0; level < 190; ++level) text += "<para>w" + std::string(size / 400, 'x');
                       return "<article>" + text + repeated("</para>", 7 * 190) + "</article>";
                   }});
    all.push_back({"tables with wide rows", "xml", [](std::size_t size) {
                       return "<article><table><row>" + repeated("<entry>h</entry>", size / 2) + "</row>" +
                              repeated("<row><entry>x</entry></row>", size / 2) + "</table></article>";
                   }});
    all.push_back({"wide grid table", "rst", [](std::size_t size) {
                       const std::string rule = "+" + repeated("-+", size / 4) + "\n";
                       return rule + repeated("| |\n+-+\n", size / 2) + rule;
                   }});
    all.push_back({"wide grid table, long lines", "rst", [](std::size_t size) {
                       const std::string rule = "+" + repeated("---+", size / 16) + "\n";
                       return repeated(rule + "|" + repeated(" x |", size / 16) + "\n", size) + rule;
                   }});
    all.push_back({"wide simple table", "rst", [](std::size_t size) {
                       const std::string rule = repeated("= ", size / 4) + "\n";
                       return rule + repeated("a\n", size / 2) + rule;
                   }});
    all.push_back({"wide list-table", "rst", [](std::size_t size) {
                       return ".. list-table::\n\n   * " + repeated("- a\n     ", size / 2) + "\n" +
                              repeated("   * - x\n", size / 2);
                   }});
    all.push_back({"wide first line", "asciidoc", [](std::size_t size) {
                       return "|===\n" + repeated("|h", size / 2) + "\n" + repeated("|a\n", size / 2) + "|===\n";
                   }});
    all.push_back({"one column, long line", "asciidoc",
                   [](std::size_t size) { return "|===\n|h\n" + repeated("|a", size) + "\n|===\n"; }});
    all.push_back({"wide table", "org",
                   [](std::size_t size) { return repeated("|h", size / 2) + "|\n" + repeated("|a|\n", size / 2); }});
    all.push_back({"wide table", "latex", [](std::size_t size) {
                       return "\\begin{tabular}{l}" + repeated("h&", size / 2) + "\\\\" + repeated("a\\\\", size / 2) +
                              "\\end{tabular}";
                   }});
    all.push_back({"multicolumn", "latex", [](std::size_t size) {
                       return "\\begin{tabular}{l}" + repeated("\\multicolumn{2000000000}{l}{x}&y\\\\", size) +
                              "\\end{tabular}";
                   }});
    all.push_back({"macros that double", "latex", [](std::size_t size) {
                       return repeated("\\newcommand{\\a}{\\a\\a}\\newcommand{\\b}{\\a\\a}\\b ", size);
                   }});
    all.push_back({"wide table", "man", [](std::size_t size) {
                       return ".TH X 1\n.TS\nl.\n" + repeated("h\t", size / 2) + "\n" + repeated("a\n", size / 2) +
                              ".TE\n";
                   }});
    all.push_back({"strings that double", "man", [](std::size_t size) {
                       return ".TH X 1\n.ds a xx\n" + repeated(".ds a \\*a\\*a\n", size) + "\\*a\n";
                   }});
    all.push_back({"deep margins", "man",
                   [](std::size_t size) { return ".TH X 1\n" + repeated(".RS\n", 700) + repeated("x\n.br\n", size); }});
    all.push_back({"cells", "notebook", [](std::size_t size) {
                       return R"({"cells":[)" +
                              repeated(R"({"cell_type":"code","source":["a"],"outputs":[{"text":["b"]}]},)", size) +
                              R"({"cell_type":"markdown","source":"x"}]})";
                   }});
    all.push_back({"empty cues", "subtitles", [](std::size_t size) {
                       return "WEBVTT\n\n" + repeated("00:00:00.000 --> 00:00:01.000\na\n\n", size);
                   }});
    all.push_back({"table with a wide header", "markdown", [](std::size_t size) {
                       return repeated("|h", size / 2) + "|\n" + repeated("|-", size / 2) + "|\n" +
                              repeated("|a|\n", size);
                   }});
    all.push_back({"quotes in quotes", "markdown",
                   [](std::size_t size) { return repeated(std::string(500, '>') + " x\n", size); }});
    all.push_back({"headings", "markdown", [](std::size_t size) {
                       return "# " + std::string(size, 'h') + "\n" + repeated("## b\n\nx\n\n", size);
                   }});
    all.push_back({"one line", "text", [](std::size_t size) { return std::string(size, 'x'); }});
}

}  // namespace

std::vector<Amplifier> known_amplifiers() {
    std::vector<Amplifier> all;
    add_sheets(all);
    add_text_documents(all);
    add_markup(all);
    return all;
}

}  // namespace quarry::testing
