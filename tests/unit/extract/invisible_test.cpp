// Characters that nobody sees: which go, and which writing needs.
#include "core/extract/invisible.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quarry::extract {
namespace {

struct InvisibleCase {
    std::string name;
    std::string text;
    std::string visible;
    std::string kind;  ///< "" when nothing goes.
};

void PrintTo(const InvisibleCase& test, std::ostream* out) { *out << test.name; }

class Invisible : public ::testing::TestWithParam<InvisibleCase> {};

TEST_P(Invisible, GoesOrStays) {
    RemovedCounts removed;
    const std::string visible = remove_invisible(GetParam().text, removed);
    EXPECT_EQ(visible, GetParam().visible);
    EXPECT_EQ(removed.empty() ? "" : removed.front().first, GetParam().kind);
    EXPECT_LE(removed.size(), 1U);
    RemovedCounts again;
    EXPECT_EQ(remove_invisible(visible, again), visible);
    EXPECT_TRUE(again.empty());
}

#define UTF8(literal) reinterpret_cast<const char*>(u8##literal)

INSTANTIATE_TEST_SUITE_P(
    Characters, Invisible,
    ::testing::Values(
        InvisibleCase{"plain", "plain text\r\n\t", "plain text\r\n\t", ""},
        InvisibleCase{"punctuation that is seen", UTF8("“a” — b… ‹c›"), UTF8("“a” — b… ‹c›"), ""},
        InvisibleCase{"zero-width space", UTF8("pass\u200Bword"), "password", "zero-width character"},
        InvisibleCase{"joiner in Latin", UTF8("Auf\u200Clage"), "Auflage", "zero-width character"},
        InvisibleCase{"mark within a text", UTF8("a\uFEFFb"), "ab", "zero-width character"},
        InvisibleCase{"word joiner", UTF8("a\u2060b"), "ab", "zero-width character"},
        InvisibleCase{"soft hyphen", UTF8("Donau\u00ADdampf"), "Donaudampf", "soft hyphen"},
        InvisibleCase{"Trojan source", UTF8("if (x\u202E) {\u2066"), "if (x) {", "bidirectional control"},
        InvisibleCase{"tags spell words", UTF8("a\U000E0049\U000E0067\U000E006E"), "a", "tag character"},
        InvisibleCase{"selectors carry bytes", UTF8("a\U000E0101\U000E0132\uFE01"), "a", "variation selector"},
        InvisibleCase{"selectors behind an emoji carry bytes", UTF8("😀\uFE0F\uFE01\uFE02"), UTF8("😀\uFE0F"),
                      "variation selector"},
        InvisibleCase{"Hangul filler", UTF8("a\u3164b"), "ab", "blank filler"},
        InvisibleCase{"annotation", UTF8("\uFFF9a\uFFFAb\uFFFB"), "ab", "annotation mark"},
        InvisibleCase{"NUL", std::string("a\0b", 3), "ab", "NUL character"},
        InvisibleCase{"family", UTF8("👩\u200D👩\u200D👧"), UTF8("👩\u200D👩\u200D👧"), ""},
        InvisibleCase{"skin and sex", UTF8("🏃🏽\u200D♀\uFE0F"), UTF8("🏃🏽\u200D♀\uFE0F"), ""},
        InvisibleCase{"rainbow flag", UTF8("🏳\uFE0F\u200D🌈"), UTF8("🏳\uFE0F\u200D🌈"), ""},
        InvisibleCase{"keycap", UTF8("1\uFE0F\u20E3"), UTF8("1\uFE0F\u20E3"), ""},
        InvisibleCase{"flag of Scotland", UTF8("🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F"),
                      UTF8("🏴\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F"), ""},
        InvisibleCase{"a flag that never ends", UTF8("🏴\U000E0067\U000E0062\U000E0073\U000E0063"), UTF8("🏴"),
                      "tag character"},
        InvisibleCase{"Persian", UTF8("می\u200Cخواهم"), UTF8("می\u200Cخواهم"), ""},
        InvisibleCase{"two joiners in Persian", UTF8("می\u200C\u200Cخواهم"), UTF8("می\u200Cخواهم"),
                      "zero-width character"},
        InvisibleCase{"Sinhala", UTF8("ශ\u0DCA\u200Dර\u0DD3"), UTF8("ශ\u0DCA\u200Dර\u0DD3"), ""},
        InvisibleCase{"Hindi", UTF8("क\u094D\u200Dष"), UTF8("क\u094D\u200Dष"), ""},
        InvisibleCase{"Khmer words", UTF8("ខ្ញុំ\u200Bទៅ"), UTF8("ខ្ញុំ\u200Bទៅ"), ""},
        InvisibleCase{"ideographic variation", UTF8("葛\U000E0100"), UTF8("葛\U000E0100"), ""},
        InvisibleCase{"Mongolian", UTF8("ᠠ\u180Eᠠ"), UTF8("ᠠ\u180Eᠠ"), ""}),
    [](const auto& test) {
        std::string name = test.param.name;
        for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
        return name;
    });

TEST(Invisible, CountsByKind) {
    RemovedCounts removed = {{"soft hyphen", 1}};
    EXPECT_EQ(remove_invisible(UTF8("a\u00ADb\u00ADc\u200B"), removed), "abc");
    EXPECT_THAT(removed,
                ::testing::ElementsAre(::testing::Pair("soft hyphen", 3), ::testing::Pair("zero-width character", 1)));
}

}  // namespace
}  // namespace quarry::extract
