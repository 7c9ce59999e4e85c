// Text that is stored as its file has it, byte for byte.
#include <gtest/gtest.h>

#include <string>

#include "core/extract/extractor.h"

namespace quarry::extract {
namespace {

constexpr const char* mark = "\xEF\xBB\xBF";
// A soft hyphen, a zero-width space, marks of direction, a tag.
const std::string odd = "Donau\xC2\xAD"
                        "dampf, pass\xE2\x80\x8Bword \xE2\x80\xAE"
                        "abc\xE2\x80\xAC \xF3\xA0\x81\x81.\r\n";

document::Document read(const char* type, const std::string& bytes) {
    return extractor_by_name(type).extract(bytes, {.name = "a.txt"});
}

TEST(SourceText, IsKeptByteForByte) {
    for (const char* type : {"text", "markdown"}) {
        for (const std::string& bytes :
             {odd, mark + odd, "# Ti\xC2\xADtle\n\n" + odd, mark + ("---\ntitle: T\n---\n" + odd)}) {
            const document::Document document = read(type, bytes);
            EXPECT_EQ(document.text, bytes) << type;
            EXPECT_TRUE(document.removed.empty()) << type;
        }
    }
}

TEST(SourceText, IsWithoutOddCharactersInTitlesAndLabels) {
    const document::Document page = read("markdown", std::string(mark) + "# Ti\xC2\xADtle\n\n" + odd);
    EXPECT_EQ(page.title, "Title");
    ASSERT_EQ(page.blocks.size(), 2U);
    EXPECT_EQ(page.blocks[0].label, "Title");
    EXPECT_EQ(page.blocks[0].start, 0U);
    EXPECT_EQ(read("text", std::string(mark) + "Ti\xC2\xADtle\n\n" + odd).title, "Title");
}

TEST(SourceText, HasFrontMatterBehindItsMark) {
    const document::Document page = read("markdown", std::string(mark) + "---\ntitle: T\n---\nText.\n");
    EXPECT_EQ(page.title, "T");
    ASSERT_EQ(page.blocks.size(), 2U);
    EXPECT_EQ(page.blocks[0].kind, document::BlockKind::front_matter);
    EXPECT_EQ(page.text.substr(page.blocks[1].start, 5), "Text.");
}

}  // namespace
}  // namespace quarry::extract
