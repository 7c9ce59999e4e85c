// Source code as documents: which language a file or a script is in, and what becomes of its text.
#include <gtest/gtest.h>

#include "core/document/source_language.h"
#include "core/extract/extractor.h"

namespace quarry::extract {
namespace {

struct ScriptCase {
    std::string name;
    std::string text;
    std::string language;  ///< "" for none.
};

class ScriptLanguage : public ::testing::TestWithParam<ScriptCase> {};

TEST_P(ScriptLanguage, ByItsFirstLine) {
    const Extractor* extractor = find_extractor_for_script(GetParam().text);
    EXPECT_EQ(extractor == nullptr ? "" : extractor->name(), GetParam().language);
}

INSTANTIATE_TEST_SUITE_P(
    CodeExtractor, ScriptLanguage,
    ::testing::Values(ScriptCase{"plain", "#!/bin/sh\nls\n", "bash"},
                      ScriptCase{"env", "#!/usr/bin/env python3\n", "python"},
                      ScriptCase{"version", "#! /usr/local/bin/python3.11 -u\r\n", "python"},
                      ScriptCase{"env_options", "#!/usr/bin/env -S LANG=C node --harmony", "javascript"},
                      ScriptCase{"no_line_end", "#!/usr/bin/ruby", "ruby"}, ScriptCase{"no_mark", "/bin/sh\n", ""},
                      ScriptCase{"longer_name", "#!/usr/bin/shellac\n", ""}, ScriptCase{"nothing", "#!", ""},
                      ScriptCase{"only_env", "#!/usr/bin/env\npython\n", ""}, ScriptCase{"empty", "", ""}),
    [](const auto& tested) { return tested.param.name; });

TEST(CodeExtractor, TextIsAsItIsAndTheTitleIsTheFile) {
    const std::string text = "\n\n# Not a Heading\ndef f():\n\treturn 'e\xCC\x81'  \r\n";
    const document::Document document = extractor_by_name("python").extract(text, {.name = "src/tool.py"});
    EXPECT_EQ(document.text, text);
    EXPECT_EQ(document.media_type, "text/x-python");
    EXPECT_EQ(document.title, "tool.py");
    EXPECT_TRUE(document.blocks.empty());
    EXPECT_TRUE(document.removed.empty());
}

TEST(CodeExtractor, OtherEncodingsBecomeUtf8) {
    const std::string utf16("\xFF\xFEx\0=\0\xE9\0", 8);
    EXPECT_EQ(extractor_by_name("ruby").extract(utf16, {.name = "x.rb"}).text, "x=\xC3\xA9");
}

// CVE-2021-42574: controls that reorder what is shown make a comment look like code.
TEST(CodeExtractor, ControlsThatReorderWhatIsShownAreTakenOut) {
    const document::Document document =
        extractor_by_name("c").extract("/* \xE2\x80\xAE } \xE2\x81\xA6 if (admin) */ ok();", {.name = "x.c"});
    EXPECT_EQ(document.text, "/*  }  if (admin) */ ok();");
    ASSERT_EQ(document.removed.size(), 1U);
    EXPECT_EQ(document.removed.front().second, 2U);
}

TEST(SourceLanguage, NamesAndMediaTypesBelongToOneLanguage) {
    for (const document::SourceLanguage& language : document::source_languages()) {
        EXPECT_EQ(document::source_language_of(language.media_type), &language);
        EXPECT_EQ(extractor_by_name(language.name).media_type(), language.media_type);
        EXPECT_FALSE(language.title.empty());
    }
    EXPECT_EQ(document::source_language_of("text/plain"), nullptr);
}

}  // namespace
}  // namespace quarry::extract
