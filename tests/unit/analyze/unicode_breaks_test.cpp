// What ICU does for quarry, held against Unicode's own break tests: Debian's package unicode-data has them.
#include <gtest/gtest.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/analyze/word_splitter.h"
#include "core/base/characters.h"

namespace quarry::analyze {
namespace {

/// A line of a test file: a text, and the offsets in it that are boundaries.
struct BreakLine {
    std::string line;
    std::string text;
    std::vector<std::size_t> breaks;
};

/// Lines such as "÷ 0061 × 0027 ÷ # comment". Empty when the file is not there.
std::vector<BreakLine> read_break_test(const std::string& name) {
    std::ifstream file("/usr/share/unicode/auxiliary/" + name);
    std::vector<BreakLine> lines;
    for (std::string line; std::getline(file, line);) {
        BreakLine read{line.substr(0, line.find('#')), {}, {}};
        std::istringstream words(read.line);
        for (std::string word; words >> word;) {
            if (word == "\u00F7") {
                read.breaks.push_back(read.text.size());
            } else if (word != "\u00D7") {
                append_utf8(read.text, static_cast<char32_t>(std::stoul(word, nullptr, 16)));
            }
        }
        if (!read.breaks.empty()) lines.push_back(std::move(read));
    }
    return lines;
}

std::vector<std::size_t> icu_breaks(UBreakIteratorType type, std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    UText* source = utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status);
    UBreakIterator* breaks = ubrk_open(type, "root", nullptr, 0, &status);
    ubrk_setUText(breaks, source, &status);
    EXPECT_TRUE(U_SUCCESS(status));
    std::vector<std::size_t> found;
    for (std::int32_t at = ubrk_first(breaks); at != UBRK_DONE; at = ubrk_next(breaks)) {
        found.push_back(static_cast<std::size_t>(at));
    }
    ubrk_close(breaks);
    utext_close(source);
    return found;
}

struct BreakTest {
    std::string name;
    UBreakIteratorType type;
    std::size_t least_lines;
};

class UnicodeBreaks : public ::testing::TestWithParam<BreakTest> {};

TEST_P(UnicodeBreaks, AreIcus) {
    const std::vector<BreakLine> lines = read_break_test(GetParam().name + ".txt");
    if (lines.empty()) GTEST_SKIP() << "needs Debian's package unicode-data";
    // A newer ICU may follow newer rules than the file.
    if (std::string_view(U_UNICODE_VERSION) != "15.0") GTEST_SKIP() << "ICU has Unicode " << U_UNICODE_VERSION;
    EXPECT_GE(lines.size(), GetParam().least_lines);
    for (const BreakLine& line : lines) {
        // ICU follows CLDR, in which a colon joins letters in Swedish and Finnish only: WB6 and WB7 without it.
        const bool has_colon = GetParam().type == UBRK_WORD && line.text.find(':') != std::string::npos;
        if (has_colon) continue;
        EXPECT_EQ(icu_breaks(GetParam().type, line.text), line.breaks) << line.line;
    }
}

INSTANTIATE_TEST_SUITE_P(Files, UnicodeBreaks,
                         ::testing::Values(BreakTest{"GraphemeBreakTest", UBRK_CHARACTER, 600},
                                           BreakTest{"WordBreakTest", UBRK_WORD, 1800},
                                           BreakTest{"SentenceBreakTest", UBRK_SENTENCE, 500}),
                         [](const auto& tested) { return tested.param.name; });

TEST(WordSplitter, TakesTheWordsBetweenUnicodesBreaks) {
    const std::vector<BreakLine> lines = read_break_test("WordBreakTest.txt");
    if (lines.empty()) GTEST_SKIP() << "needs Debian's package unicode-data";
    WordSplitter splitter;
    for (const BreakLine& line : lines) {
        if (line.text.find(':') != std::string::npos) continue;
        std::vector<ByteSpan> words;
        splitter.split(line.text, 0, words);
        for (const ByteSpan& word : words) {
            const auto start = std::find(line.breaks.begin(), line.breaks.end(), word.start);
            ASSERT_NE(start, line.breaks.end()) << line.line;
            EXPECT_EQ(*(start + 1), word.end) << line.line;
        }
    }
}

}  // namespace
}  // namespace quarry::analyze
