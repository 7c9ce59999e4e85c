// Every file of tests/formats/text gives the document, or the error, that the golden beside it holds.
//
// QUARRY_UPDATE_GOLDENS=1 writes the goldens anew: read the difference before committing it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/extract/extractor.h"
#include "tests/unit/extract/office/document_dump.h"

namespace quarry::extract {
namespace {

constexpr const char* text_samples_folder = QUARRY_SOURCE_DIR "/tests/formats/text/";

std::vector<std::string> text_samples() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(text_samples_folder)) {
        const std::string name = entry.path().filename().string();
        if (entry.is_regular_file() && !name.ends_with(".golden")) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string extracted_sample(const std::string& name) {
    std::string bytes = read_file(text_samples_folder + name, 10'000'000);
    const Extractor* extractor = find_extractor(name, bytes);
    if (extractor == nullptr) return "no extractor\n";
    try {
        const document::Document document = extractor->extract(std::move(bytes), {.name = name});
        EXPECT_FALSE(find_invalid_utf8(document.text));
        return test::dump_document(document);
    } catch (const Error& error) {
        return fmt::format("error: {}\nhint: {}\n", error.what(), error.hint());
    }
}

class TextFormats : public ::testing::TestWithParam<std::string> {};

TEST_P(TextFormats, GiveTheirGolden) {
    const std::string golden = text_samples_folder + GetParam() + ".golden";
    const std::string found = extracted_sample(GetParam());
    if (std::getenv("QUARRY_UPDATE_GOLDENS") != nullptr) write_file_atomically(golden, found);
    EXPECT_EQ(found, read_file(golden, 10'000'000));
}

INSTANTIATE_TEST_SUITE_P(Committed, TextFormats, ::testing::ValuesIn(text_samples()), [](const auto& test) {
    std::string name = test.param;
    for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    return name;
});

}  // namespace
}  // namespace quarry::extract
