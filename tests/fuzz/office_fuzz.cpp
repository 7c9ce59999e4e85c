// Fuzzes office documents and mail: any bytes as a file, and as the part of a sound container that holds its words.
#include <cstdint>
#include <cstdlib>

#include "core/base/error.h"
#include "core/extract/office/office_extractors.h"
#include "tests/property/invariants.h"
#include "tests/unit/extract/office/zip_writer.h"

namespace {

using namespace quarry;

constexpr const char* main_relationship =
    R"(<Relationships><Relationship Id="r" Type="x/officeDocument" Target="a/main.xml"/></Relationships>)";

/// One part of a container is the input; the others are as they must be for it to be read.
std::string container_of(std::string_view extractor, const std::string& part) {
    test::ZipWriter zip;
    if (extractor == "epub") {
        zip.add("META-INF/container.xml", R"(<c><rootfiles><rootfile full-path="p.opf"/></rootfiles></c>)");
        zip.add("p.opf", R"(<package><manifest><item id="a" href="a.html" media-type="text/html"/></manifest>)"
                         R"(<spine><itemref idref="a"/></spine></package>)");
        zip.add("a.html", part);
        return zip.finish();
    }
    if (extractor.starts_with("od")) return zip.add("content.xml", part).add("styles.xml", part).finish();
    zip.add("_rels/.rels", main_relationship);
    zip.add("a/_rels/main.xml.rels", R"(<Relationships><Relationship Id="s" Type="x/styles" Target="part.xml"/>)"
                                     R"(<Relationship Id="n" Type="x/numbering" Target="part.xml"/>)"
                                     R"(<Relationship Id="f" Type="x/footnotes" Target="part.xml"/>)"
                                     R"(<Relationship Id="t" Type="x/sharedStrings" Target="part.xml"/>)"
                                     R"(<Relationship Id="w" Type="x/worksheet" Target="part.xml"/>)"
                                     R"(<Relationship Id="p" Type="x/slide" Target="part.xml"/></Relationships>)");
    zip.add("a/part.xml", part);
    if (extractor == "xlsx") return zip.add("a/main.xml", R"(<w><sheets><sheet r:id="w"/></sheets></w>)").finish();
    if (extractor == "pptx") {
        return zip.add("a/main.xml", R"(<presentation><sldIdLst><sldId r:id="p"/></sldIdLst></presentation>)").finish();
    }
    return zip.add("a/main.xml", part).finish();
}

void extract_any(const extract::Extractor& extractor, std::string bytes) {
    try {
        const document::Document document = extractor.extract(std::move(bytes), {.name = "fuzzed"});
        if (!testing::block_fault(document).empty()) std::abort();
        for (const std::size_t start : document.page_starts) {
            if (start > document.text.size()) std::abort();
        }
    } catch (const Error& error) {
        if (error.code() != ErrorCode::failed || error.causes().empty()) std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    static const auto all = [] {
        std::vector<std::unique_ptr<extract::Extractor>> made;
        extract::add_office_extractors(made);
        return made;
    }();
    for (const auto& extractor : all) {
        // A PDF or an old Office file is a process of its own: too slow here, and its reader is not ours.
        if (extractor->read_in() == extract::ReadIn::this_process) continue;
        extract_any(*extractor, bytes);
        const std::string_view name = extractor->name();
        if (name == "rtf" || name == "mail" || name == "mbox") continue;
        extract_any(*extractor, container_of(name, bytes));
    }
    return 0;
}
