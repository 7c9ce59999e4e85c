// Measuring stretches of a text gives what counting each of them alone does, and what is reached fits.
#include <gtest/gtest.h>

#include "core/base/characters.h"
#include "core/base/text.h"
#include "core/tokenize/bpe/bpe_tokenizer.h"
#include "core/tokenize/tokenizer.h"
#include "tests/property/generators.h"

namespace quarry {
namespace {

using testing::TextGenerator;

constexpr std::uint64_t texts = 1500;
constexpr std::size_t stretches = 60;

/// What byte-pair pieces depend on: marks, letters without case, white space of all kinds, contractions, digits.
std::string hostile(TextGenerator& generator, std::size_t size) {
    static constexpr std::string_view parts[] = {
        "a",      "B",
        "\u0301", "\u00AA",
        "\u4E16", "\u01C5",
        "1",      ".",
        " ",      "'s",
        "'",      "'r",
        "re",     "\n",
        "\r\n",   "/",
        "\u0903", "  ",
        "\u3000", "\t",
        "hello",  "WORLD",
        "});",    "==",
        "\u00E9", "\U0001F468\u200D\U0001F469",
        "123456", "\u017F",
        "    ",   "\n\n\n",
    };
    std::string text;
    while (text.size() < size) {
        const std::string_view part = parts[generator.below(std::size(parts))];
        for (std::size_t times = generator.below(9) == 0 ? generator.below(40) : 1; times > 0; --times) text += part;
    }
    return text;
}

class MeasureProperty : public ::testing::TestWithParam<std::string> {};

TEST_P(MeasureProperty, AgreesWithCountingEachStretchAlone) {
    const auto tokenizer = tokenize::make_tokenizer(GetParam());
    for (std::uint64_t seed = 0; seed < texts; ++seed) {
        TextGenerator generator(seed);
        const std::size_t size = generator.below(600);
        const std::string text = seed % 2 == 0 ? hostile(generator, size) : generator.any(size);
        const auto measure = tokenizer->measure(text);
        const auto boundary = [&](std::size_t offset) { return floor_to_code_point(text, offset); };
        for (std::size_t i = 0; i < stretches; ++i) {
            const std::size_t start = boundary(generator.below(text.size() + 1));
            const std::size_t end = boundary(start + generator.below(text.size() - start + 1));
            const std::string_view stretch = std::string_view(text).substr(start, end - start);
            const std::size_t count = tokenizer->count(stretch);
            ASSERT_EQ(measure->count(start, end), count) << "seed " << seed << ", [" << start << ", " << end << ")";

            const std::size_t wanted = generator.below(count + 3);
            const std::size_t reached = measure->reach(start, end, wanted);
            ASSERT_EQ(boundary(reached), reached) << "seed " << seed;
            ASSERT_LE(tokenizer->count(stretch.substr(0, reached - start)), wanted) << "seed " << seed;
            // Of a model's tokens, a longer stretch that begins with one that is too large is not looked at.
            if (count <= wanted && (tokenizer->never_falls() || stretch.size() <= 16 + 8 * wanted)) {
                ASSERT_EQ(reached, end) << "seed " << seed;
            }

            const std::size_t back = measure->reach_back(start, end, wanted);
            ASSERT_EQ(boundary(back), back) << "seed " << seed;
            ASSERT_LE(tokenizer->count(stretch.substr(back - start)), wanted) << "seed " << seed;
            if (!tokenizer->never_falls()) continue;
            // The farthest that fits: one code point more does not.
            if (reached < end) {
                const std::size_t more = reached + decode_utf8(text, reached).length;
                ASSERT_GT(tokenizer->count(std::string_view(text).substr(start, more - start)), wanted);
            }
            if (back > start) {
                const std::size_t more = boundary(back - 1);
                ASSERT_GT(tokenizer->count(std::string_view(text).substr(more, end - more)), wanted);
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(EveryUnit, MeasureProperty,
                         ::testing::ValuesIn(tokenize::tokenizer_names().begin(), tokenize::tokenizer_names().end()),
                         [](const ::testing::TestParamInfo<std::string>& tested) {
                             std::string name = tested.param;
                             for (char& c : name) {
                                 if (c == ':') c = '_';
                             }
                             return name;
                         });

TEST(TokensProperty, BrokenTextIsMeasuredLikeAnyOther) {
    for (const std::string& name : tokenize::tokenizer_names()) {
        const auto tokenizer = tokenize::make_tokenizer(name);
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            TextGenerator generator(seed);
            std::string text = generator.any(1 + generator.below(200));
            for (std::size_t broken = 1 + generator.below(4); broken > 0 && !text.empty(); --broken) {
                text[generator.below(text.size())] = static_cast<char>(generator.below(256));
            }
            const auto measure = tokenizer->measure(text);
            ASSERT_EQ(measure->count(0, text.size()), tokenizer->count(text)) << name << ", seed " << seed;
            const std::size_t limit = generator.below(50);
            const std::size_t cut = tokenizer->truncate(text, limit);
            ASSERT_LE(tokenizer->count(std::string_view(text).substr(0, cut)), limit) << name << ", seed " << seed;
        }
    }
}

}  // namespace
}  // namespace quarry
