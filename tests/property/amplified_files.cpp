#include "tests/property/amplified_files.h"

#include <fmt/format.h>

#include <utility>

#include "tests/unit/extract/office/zip_writer.h"

namespace quarry::testing {

std::string repeated(std::string_view piece, std::size_t size) {
    std::string text;
    text.reserve(size + piece.size());
    while (text.size() < size) text += piece;
    return text;
}

std::string times(std::size_t count, const std::function<std::string(std::size_t)>& piece) {
    std::string text;
    for (std::size_t index = 0; index < count; ++index) text += piece(index);
    return text;
}

namespace {

std::string zip(const Parts& parts) {
    test::ZipWriter writer;
    for (const auto& [name, content] : parts) writer.add(name, content);
    return writer.finish();
}

std::string relationships(const std::string& inner) { return "<Relationships>" + inner + "</Relationships>"; }

}  // namespace

std::string office_package(const std::string& main, const std::string& of_main, Parts parts) {
    parts["_rels/.rels"] = relationships(R"(<Relationship Id="r" Type="x/officeDocument" Target="a/main.xml"/>)");
    parts["a/main.xml"] = main;
    parts["a/_rels/main.xml.rels"] = relationships(of_main);
    return zip(parts);
}

std::string workbook(const std::string& rows, const std::string& strings) {
    return office_package(R"(<workbook><sheets><sheet name="S" r:id="w"/></sheets></workbook>)",
                          R"(<Relationship Id="w" Type="x/worksheet" Target="sheet.xml"/>)"
                          R"(<Relationship Id="s" Type="x/sharedStrings" Target="strings.xml"/>)",
                          {{"a/sheet.xml", "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"},
                           {"a/strings.xml", "<sst>" + strings + "</sst>"}});
}

std::string many_sheets(std::size_t count, bool one_part) {
    const auto part = [&](std::size_t index) {
        return one_part ? std::string("s.xml") : fmt::format("s{}.xml", index);
    };
    Parts parts;
    for (std::size_t index = 0; index < (one_part ? 1 : count); ++index) {
        parts["a/" + part(index)] =
            "<worksheet><sheetData><row><c t=\"str\"><v>x</v></c></row></sheetData></worksheet>";
    }
    const std::string sheets =
        times(count, [](std::size_t index) { return fmt::format(R"(<sheet name="S{0}" r:id="w{0}"/>)", index); });
    return office_package("<workbook><sheets>" + sheets + "</sheets></workbook>",
                          times(count,
                                [&](std::size_t index) {
                                    return fmt::format(R"(<Relationship Id="w{}" Type="x/worksheet" Target="{}"/>)",
                                                       index, part(index));
                                }),
                          parts);
}

std::string word_document(const std::string& body, Parts parts, const std::string& of_main) {
    return office_package("<w:document><w:body>" + body + "</w:body></w:document>", of_main, std::move(parts));
}

std::string slides(const std::string& shapes, std::size_t count) {
    return office_package("<p:presentation><p:sldIdLst>" + repeated(R"(<p:sldId id="1" r:id="p"/>)", count * 26) +
                              "</p:sldIdLst></p:presentation>",
                          R"(<Relationship Id="p" Type="x/slide" Target="slide.xml"/>)",
                          {{"a/slide.xml", "<p:sld><p:cSld><p:spTree>" + shapes + "</p:spTree></p:cSld></p:sld>"}});
}

std::string flat_odf(const std::string& kind, const std::string& body, const std::string& styles) {
    return fmt::format("<office:document>{0}<office:body><office:{1}>{2}</office:{1}></office:body></office:document>",
                       styles, kind, body);
}

std::string spreadsheet(const std::string& rows) {
    return flat_odf("spreadsheet", R"(<table:table table:name="S">)" + rows + "</table:table>");
}

std::string book(const std::string& chapter, std::size_t count) {
    Parts parts;
    parts["META-INF/container.xml"] = R"(<c><rootfiles><rootfile full-path="p.opf"/></rootfiles></c>)";
    parts["a.html"] = chapter;
    const auto items = [&](const char* format) {
        return times(count, [&](std::size_t index) { return fmt::format(fmt::runtime(format), index); });
    };
    parts["p.opf"] = "<package><manifest>" + items(R"(<item id="i{0}" href="a.html?{0}" media-type="text/html"/>)") +
                     R"(<item id="a" href="a.html" media-type="text/html"/></manifest><spine><itemref idref="a"/>)" +
                     items(R"(<itemref idref="i{}"/>)") + "</spine></package>";
    return zip(parts);
}

}  // namespace quarry::testing
