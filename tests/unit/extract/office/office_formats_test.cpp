// The files of tests/formats/office, made by the formats' own tools, give the documents that the goldens beside them
// hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/extract/office/office_extractors.h"
#include "tests/unit/extract/office/document_dump.h"

namespace quarry::extract {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> committed_samples() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(QUARRY_SOURCE_DIR "/tests/formats/office")) {
        const std::string ending = entry.path().extension().string();
        if (ending != ".golden" && ending != ".md") names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

const Extractor* office_extractor_for(const std::string& name) {
    static const auto all = [] {
        std::vector<std::unique_ptr<Extractor>> made;
        add_office_extractors(made);
        return made;
    }();
    const std::string ending = ascii_lower(fs::path(name).extension().string()).substr(1);
    for (const auto& extractor : all) {
        const auto endings = extractor->extensions();
        if (std::find(endings.begin(), endings.end(), ending) != endings.end()) return extractor.get();
    }
    return nullptr;
}

class OfficeFormats : public testing::TestWithParam<std::string> {};

TEST_P(OfficeFormats, GiveTheirGolden) {
    const std::string file = std::string(QUARRY_SOURCE_DIR "/tests/formats/office/") + GetParam();
    const Extractor* const extractor = office_extractor_for(GetParam());
    ASSERT_NE(extractor, nullptr);
    const document::Document document = extractor->extract(read_file(file, 10'000'000), {.name = GetParam()});
    const std::string dump = test::dump_document(document);
    if (std::getenv("QUARRY_UPDATE_GOLDENS") != nullptr) write_file_atomically(file + ".golden", dump);
    EXPECT_EQ(dump, read_file(file + ".golden", 10'000'000));
    EXPECT_FALSE(find_invalid_utf8(document.text));
}

INSTANTIATE_TEST_SUITE_P(Committed, OfficeFormats, testing::ValuesIn(committed_samples()), [](const auto& test) {
    std::string name = test.param;
    for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
    return name;
});

}  // namespace
}  // namespace quarry::extract
