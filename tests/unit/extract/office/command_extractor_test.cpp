#include "core/extract/command_extractor.h"

#include <gtest/gtest.h>

#include "tests/support/error_of.h"

namespace quarry::extract {
namespace {

using ::testing::HasSubstr;

TEST(CommandExtractor, GivesTheFileAsACopyWithItsEnding) {
    const CommandExtractor extractor({{"djvu"}, {"sh", "-c", "echo \"${1##*/}\"; cat \"$1\"", "sh", "{file}"}});
    const document::Document document = extractor.extract("page; $(rm -rf x)", {.name = "a b.DJVU"});
    EXPECT_EQ(document.text, "input.djvu\npage; $(rm -rf x)");
    EXPECT_EQ(document.media_type, extractor.media_type());
}

TEST(CommandExtractor, GivesTheFileAsStandardInputAndReadsItsOutputAsItsType) {
    const CommandExtractor extractor({{"x"}, {"sed", "s/^=/#/"}, "markdown"});
    const document::Document document = extractor.extract("= Title\n\nwords\n", {.name = "t.x"});
    ASSERT_EQ(document.blocks.size(), 2U);
    EXPECT_EQ(document.blocks[0].kind, document::BlockKind::heading);
    EXPECT_EQ(document.title, "Title");
}

TEST(CommandExtractor, SaysWhatWentWrong) {
    struct Case {
        const char* name;
        ExtractCommand command;
        const char* cause;
    };
    const std::vector<Case> cases = {
        {"missing", {{"x"}, {"no-such-extractor"}}, "the program no-such-extractor is not installed"},
        {"fails", {{"x"}, {"sh", "-c", "echo broken page >&2; exit 4"}}, "it ended with status 4: broken page"},
        {"slow",
         {{"x"}, {"sleep", "60"}, "text", std::chrono::milliseconds(100)},
         "it took too long and was terminated"},
    };
    for (const Case& each : cases) {
        SCOPED_TRACE(each.name);
        const Error error =
            test::error_of([&] { static_cast<void>(CommandExtractor(each.command).extract("x", {.name = "doc.x"})); });
        EXPECT_EQ(error.code(), ErrorCode::failed);
        ASSERT_FALSE(error.causes().empty());
        EXPECT_EQ(error.causes().front(), each.cause);
        EXPECT_THAT(error.message(), HasSubstr("doc.x"));
        EXPECT_FALSE(error.hint().empty());
    }
}

TEST(CommandExtractor, WritesTextOfAKnownKindOnly) {
    const Error unknown = test::error_of([] { CommandExtractor({{"x"}, {"cat"}, "prose"}); });
    EXPECT_EQ(unknown.code(), ErrorCode::usage);
    const Error binary = test::error_of([] { CommandExtractor({{"x"}, {"cat"}, "docx"}); });
    EXPECT_EQ(binary.code(), ErrorCode::usage);
}

TEST(ExtractorSet, PutsCommandsBeforeTheBuiltInOnes) {
    const ExtractorSet set({{{"djvu", "md"}, {"cat"}}});
    EXPECT_EQ(set.find_for_file("a/b.DjVu")->name(), "command cat");
    EXPECT_EQ(set.find_for_file("a.md")->name(), "command cat");
    EXPECT_EQ(set.find_for_file("a.txt")->name(), "text");
    EXPECT_EQ(set.find_for_file("djvu"), nullptr);
    EXPECT_EQ(set.find("a.djvu", "x")->name(), "command cat");
    const ExtractorSet none;
    EXPECT_EQ(none.find_for_file("a.djvu"), nullptr);
    EXPECT_EQ(none.find_for_file("a.md")->name(), "markdown");
}

}  // namespace
}  // namespace quarry::extract
