// Terms lie in the text in order; the fast path for ASCII and ICU agree; folding is done once and for all.
#include <gtest/gtest.h>

#include "core/analyze/fold.h"
#include "core/analyze/word_splitter.h"
#include "core/tokenize/tokenizer.h"
#include "tests/property/generators.h"
#include "tests/property/invariants.h"

namespace quarry {
namespace {

using testing::TextGenerator;

TEST(AnalyzeProperty, TermsLieInTheTextInOrder) {
    std::vector<analyze::Term> terms;
    for (const char* language : {"en", "de", "ru", ""}) {
        analyze::Analyzer used(language);
        for (std::uint64_t seed = 0; seed < 3000; ++seed) {
            TextGenerator generator(seed);
            const std::string text = generator.any(generator.below(1500));
            used.analyze(text, terms);
            ASSERT_EQ(testing::term_fault(text, terms), "") << "seed " << seed;
            // Joined, the same terms; and what an analyzer saw before changes nothing.
            std::string joined;
            for (const analyze::Term& term : terms) joined += (joined.empty() ? "" : " ") + term.text;
            ASSERT_EQ(used.analyzed(text), joined) << "seed " << seed;
            if (seed % 100 == 0) {
                ASSERT_EQ(analyze::Analyzer(language).analyzed(text), joined) << "seed " << seed;
            }
        }
    }
}

TEST(AnalyzeProperty, AsciiWordsAreThoseOfIcu) {
    analyze::WordSplitter icu;
    std::vector<analyze::ByteSpan> expected;
    constexpr std::string_view alphabet = "abXY019__''..,;:: -\n#/";
    for (std::uint64_t seed = 0; seed < 20000; ++seed) {
        TextGenerator generator(seed);
        std::string text;
        for (std::size_t size = generator.below(40); size > 0; --size)
            text += alphabet[generator.below(alphabet.size())];
        expected.clear();
        icu.split(text, 0, expected);
        std::vector<analyze::ByteSpan> words;
        for (std::size_t i = 0; i < text.size();) {
            if (std::string_view("abXY019_").find(text[i]) == std::string_view::npos) {
                ++i;
                continue;
            }
            const std::size_t end = analyze::ascii_word_end(text, i, text.size());
            words.push_back({i, end});
            i = end;
        }
        // To ICU a single underscore is no word and two are one; neither gives a term.
        const auto only_underscores = [&](analyze::ByteSpan word) {
            return text.substr(word.start, word.end - word.start).find_first_not_of('_') == std::string::npos;
        };
        std::erase_if(words, only_underscores);
        std::erase_if(expected, only_underscores);
        ASSERT_EQ(words, expected) << '"' << text << '"';
    }
}

TEST(AnalyzeProperty, FoldingTwiceIsFoldingOnce) {
    analyze::Folder folder;
    for (std::uint64_t seed = 0; seed < 5000; ++seed) {
        const std::string text = TextGenerator(seed).unicode(60);
        const std::string once = folder.casefold(text);
        ASSERT_EQ(folder.casefold(once), once) << "seed " << seed;
        const std::string bare = folder.strip_marks(once);
        ASSERT_EQ(folder.strip_marks(bare), bare) << "seed " << seed;
    }
}

TEST(TokenizerProperty, TruncationIsTheLongestPrefixThatFits) {
    for (const std::string& name : tokenize::tokenizer_names()) {
        const auto tokenizer = tokenize::make_tokenizer(name);
        for (std::uint64_t seed = 0; seed < 1000; ++seed) {
            TextGenerator generator(seed);
            const std::string text = generator.any(generator.below(400));
            const std::size_t limit = generator.below(80);
            const std::size_t end = tokenizer->truncate(text, limit);
            ASSERT_LE(end, text.size());
            ASSERT_LE(tokenizer->count(text.substr(0, end)), limit) << name << " seed " << seed;
            // Where counts may fall as a text goes on, a longer prefix may fit as well.
            if (end == text.size() || !tokenizer->never_falls()) continue;
            std::size_t next = end + 1;
            while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0U) == 0x80U) ++next;
            ASSERT_GT(tokenizer->count(text.substr(0, next)), limit) << name << " seed " << seed;
        }
    }
}

}  // namespace
}  // namespace quarry
