// Tokenizers whose vocabulary is a file: WordPiece, and GGUF through llama.cpp.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::tokenize {
namespace {

/// A file that is gone when the test is.
class VocabularyFile {
public:
    explicit VocabularyFile(const std::string& content)
        : path_(std::filesystem::temp_directory_path() / fmt::format("quarry-vocabulary-{}-{}", ::getpid(), ++made)) {
        std::ofstream(path_, std::ios::binary) << content;
    }
    ~VocabularyFile() { std::filesystem::remove(path_); }
    VocabularyFile(const VocabularyFile&) = delete;
    VocabularyFile& operator=(const VocabularyFile&) = delete;
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    static inline int made = 0;
    std::filesystem::path path_;
};

const std::string small_vocabulary =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\nun\n##aff\n##able\n##ford\nthe\nresume\nstrasse\n,\n.\n<\n\u4E16\n\u754C\na\nb\n##b\n"
    "\u03C3\n##\u03C2\n\u1100\n##\u1161\n";

struct WordPieceCase {
    std::string name;
    std::string text;
    std::size_t tokens;
};

class WordPieceCounts : public ::testing::TestWithParam<WordPieceCase> {};

TEST_P(WordPieceCounts, AsBert) {
    const VocabularyFile file(small_vocabulary);
    const auto tokenizer = make_tokenizer("wordpiece:" + file.path());
    EXPECT_EQ(tokenizer->count(GetParam().text), GetParam().tokens);
    const auto measure = tokenizer->measure(GetParam().text);
    EXPECT_EQ(measure->count(0, GetParam().text.size()), GetParam().tokens);
}

const WordPieceCase wordpiece_cases[] = {
    {"empty", "", 0},
    {"blank", " \t\n\u3000", 0},
    {"pieces", "unaffable", 3},
    {"upper_case", "UNAFFABLE The", 4},
    {"unknown_is_one", "unaffzzz the", 2},
    {"punctuation_alone", "the,the.", 4},
    {"unknown_punctuation", "the!", 2},
    {"accents_off", "R\u00E9sum\u00E9", 1},
    {"chinese_each_alone", "the\u4E16\u754Cthe", 4},
    {"controls_are_removed", std::string("un\0aff\u200Bable", 13), 3},
    {"a_hundred_letters", "a" + std::string(99, 'b'), 100},
    {"more_letters_are_unknown", "a" + std::string(100, 'b'), 1},
    {"final_sigma", "\u03A3\u03A3", 2},
    {"decomposed_to_punctuation", "\u226E", 1},
    {"hangul_in_jamo", "\uAC00", 2},
    {"broken", "the \xFF the", 2},
};
INSTANTIATE_TEST_SUITE_P(WordPiece, WordPieceCounts, ::testing::ValuesIn(wordpiece_cases),
                         [](const auto& tested) { return tested.param.name; });

TEST(WordPiece, CaseIsKeptWhenTheVocabularyOrTheNameSaysSo) {
    const VocabularyFile cased(small_vocabulary + "The\n");
    EXPECT_EQ(make_tokenizer("wordpiece:" + cased.path())->count("The THE"), 2U);
    EXPECT_EQ(make_tokenizer("wordpiece:" + cased.path())->count("UNAFFABLE"), 1U);
    EXPECT_EQ(make_tokenizer("wordpiece:" + cased.path() + "@uncased")->count("UNAFFABLE"), 3U);
    const VocabularyFile uncased(small_vocabulary);
    EXPECT_EQ(make_tokenizer("wordpiece:" + uncased.path() + "@cased")->count("UNAFFABLE"), 1U);
    EXPECT_EQ(make_tokenizer("wordpiece:" + uncased.path())->name(), "wordpiece:" + uncased.path());
}

TEST(WordPiece, StretchesAreMeasuredExactly) {
    const VocabularyFile file(small_vocabulary);
    const auto tokenizer = make_tokenizer("wordpiece:" + file.path());
    std::string text;
    for (int i = 0; i < 40; ++i) text += i % 3 == 0 ? "unaffable, the " : i % 3 == 1 ? "a\u4E16bbb." : "  the\n";
    const auto measure = tokenizer->measure(text);
    for (std::size_t start = 0; start < text.size(); start += 1) {
        if ((text[start] & 0xC0) == 0x80) continue;
        for (std::size_t end = start; end <= text.size(); end += 7) {
            if (end < text.size() && (text[end] & 0xC0) == 0x80) continue;
            ASSERT_EQ(measure->count(start, end), tokenizer->count(std::string_view(text).substr(start, end - start)));
        }
    }
}

TEST(WordPiece, ErrorsSayWhatAVocabularyIs) {
    const VocabularyFile other("just\na list\nof words\n");
    try {
        static_cast<void>(make_tokenizer("wordpiece:" + other.path()));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::failed);
        EXPECT_THAT(error.message(), ::testing::HasSubstr("not a WordPiece vocabulary"));
        EXPECT_THAT(error.hint(), ::testing::HasSubstr("[UNK]"));
    }
    EXPECT_THROW(static_cast<void>(make_tokenizer("wordpiece:/nowhere/vocab.txt")), Error);
}

#ifdef QUARRY_HAVE_LLAMA
/// llama.cpp's own cases, where its source is there: texts, and the tokens that the original tokenizers made of them.
class GgufCounts : public ::testing::TestWithParam<const char*> {};

TEST_P(GgufCounts, AsLlamaCppsOwnTestsHaveThem) {
    const std::filesystem::path model =
        std::filesystem::path(QUARRY_SOURCE_DIR) / "build/third_party/llama.cpp/models" / GetParam();
    if (!std::filesystem::exists(model)) GTEST_SKIP() << "llama.cpp's source is not here: scripts/setup";
    const auto tokenizer = make_tokenizer("gguf:" + model.string());
    const std::string inputs = read_file(model.string() + ".inp", 1'000'000);
    std::istringstream outputs(read_file(model.string() + ".out", 1'000'000));
    constexpr std::string_view separator = "\n__ggml_vocab_test__\n";
    std::size_t cases = 0;
    for (std::size_t at = 0; at < inputs.size(); ++cases) {
        const std::size_t end = std::min(inputs.find(separator, at), inputs.size());
        const std::string text = inputs.substr(at, end - at);
        at = end + separator.size();
        std::string line;
        ASSERT_TRUE(std::getline(outputs, line));
        std::istringstream words(line);
        const auto tokens = std::distance(std::istream_iterator<std::string>(words), {});
        EXPECT_EQ(tokenizer->count(text), static_cast<std::size_t>(tokens)) << text;
        const std::size_t half = static_cast<std::size_t>(tokens) / 2;
        EXPECT_LE(tokenizer->count(text.substr(0, tokenizer->truncate(text, half))), half) << text;
    }
    EXPECT_GT(cases, 30U);
}
INSTANTIATE_TEST_SUITE_P(Models, GgufCounts,
                         ::testing::Values("ggml-vocab-gpt-2.gguf", "ggml-vocab-llama-bpe.gguf",
                                           "ggml-vocab-llama-spm.gguf", "ggml-vocab-bert-bge.gguf"),
                         [](const auto& tested) {
                             std::string name = tested.param;
                             std::replace_if(
                                 name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
                             return name;
                         });

TEST(Gguf, ErrorsSayWhatIsWrong) {
    const VocabularyFile other("GGUF, or so it says");
    for (const std::string& path : {other.path(), std::string("/nowhere/model.gguf")}) {
        try {
            static_cast<void>(make_tokenizer("gguf:" + path));
            FAIL() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::failed);
            EXPECT_THAT(error.message(), ::testing::HasSubstr(path));
            EXPECT_THAT(error.hint(), ::testing::HasSubstr("gguf:"));
        }
    }
}
#endif

}  // namespace
}  // namespace quarry::tokenize
