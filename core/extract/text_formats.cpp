#include "core/extract/text_formats.h"

#include <array>

#include "core/extract/data/csv.h"
#include "core/extract/data/json.h"
#include "core/extract/data/notebook.h"
#include "core/extract/data/subtitles.h"
#include "core/extract/data/xml.h"
#include "core/extract/html_text.h"
#include "core/extract/markup/asciidoc.h"
#include "core/extract/markup/latex.h"
#include "core/extract/markup/man.h"
#include "core/extract/markup/org.h"
#include "core/extract/markup/rst.h"

namespace quarry::extract {
namespace {

using Endings = std::string_view[];

constexpr Endings html_endings = {"html", "htm", "xhtml", "shtml"};
constexpr Endings csv_endings = {"csv"};
constexpr Endings tsv_endings = {"tsv", "tab"};
constexpr Endings json_endings = {"json", "geojson", "jsonc", "webmanifest"};
constexpr Endings json_lines_endings = {"jsonl", "ndjson"};
constexpr Endings notebook_endings = {"ipynb"};
constexpr Endings subtitle_endings = {"srt", "vtt"};
constexpr Endings xml_endings = {"xml", "rss", "atom", "dbk", "dita", "tei", "xliff", "xlf", "xsd", "opml", "plist"};
constexpr Endings rst_endings = {"rst", "rest"};
constexpr Endings asciidoc_endings = {"adoc", "asciidoc"};
constexpr Endings org_endings = {"org"};
constexpr Endings latex_endings = {"tex", "latex", "ltx"};
// A manual page's section.
constexpr Endings man_endings = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "man", "mdoc", "roff"};

document::Document extract_page(std::string bytes, const ExtractOptions& options) {
    return html_text(std::move(bytes), options, HtmlPart::main_content);
}

constexpr auto formats = std::to_array<TextFormat>({
    {"html", "text/html", html_endings, extract_page},
    {"csv", "text/csv", csv_endings, extract_csv},
    {"tsv", "text/tab-separated-values", tsv_endings, extract_tsv},
    {"json", "application/json", json_endings, extract_json},
    {"jsonl", "application/jsonl", json_lines_endings, extract_json_lines},
    {"notebook", "application/x-ipynb+json", notebook_endings, extract_notebook},
    {"subtitles", "text/vtt", subtitle_endings, extract_subtitles},
    {"xml", "application/xml", xml_endings, extract_xml},
    {"rst", "text/x-rst", rst_endings, extract_rst},
    {"asciidoc", "text/asciidoc", asciidoc_endings, extract_asciidoc},
    {"org", "text/org", org_endings, extract_org},
    {"latex", "application/x-tex", latex_endings, extract_latex},
    {"man", "text/troff", man_endings, extract_man},
});

}  // namespace

std::span<const TextFormat> text_formats() { return formats; }

}  // namespace quarry::extract
