#include "core/embed/builtin.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/embed/builtin_grams.h"

namespace quarry::embed {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Text {
    std::string title, text;
};

/// Texts about a few subjects, each with words of its own and words that all share.
std::vector<Text> sample_texts(int count) {
    const std::vector<std::vector<std::string>> subjects = {
        {"harbour", "ship", "anchor", "sailor", "tide", "captain"},
        {"kitchen", "bread", "oven", "flour", "baker", "yeast"},
        {"forest", "oak", "squirrel", "acorn", "branch", "woodpecker"},
        {"compiler", "syntax", "parser", "grammar", "linker", "template"},
    };
    std::vector<Text> texts;
    for (int i = 0; i < count; ++i) {
        const auto& words = subjects[static_cast<std::size_t>(i) % subjects.size()];
        const auto word = [&](int k) { return words[static_cast<std::size_t>(i / 4 + k) % words.size()]; };
        texts.push_back({fmt::format("The {} and the {}", word(0), word(1)),
                         fmt::format("The {} is next to the {} in this story. People say that every {} needs a {}. "
                                     "Number {} tells of the {} and of the {} once more.",
                                     word(0), word(2), word(1), word(3), i, word(4), word(5))});
    }
    return texts;
}

FitSource source_of(const std::vector<Text>& texts) {
    FitSource source;
    source.chunk_count = texts.size();
    source.for_each = [&texts](const auto& visit) {
        for (const Text& text : texts) {
            if (!visit({0, text.title, {}, text.text})) return;
        }
    };
    return source;
}

std::string fit(const std::vector<Text>& texts, const BuiltinFitOptions& options = {}) {
    return fit_builtin(source_of(texts), options, Cancellation());
}

float cosine(BuiltinEmbedder& embedder, std::string_view left, std::string_view right) {
    const std::vector<std::string_view> texts = {left, right};
    const std::vector<float> vectors = embedder.embed(texts, EmbedKind::document, Cancellation());
    float sum = 0;
    for (std::size_t i = 0; i < embedder.dimensions(); ++i) sum += vectors[i] * vectors[embedder.dimensions() + i];
    return sum;
}

TEST(Builtin, TheSameTextsGiveTheSameBytes) {
    const auto texts = sample_texts(120);
    const std::string first = fit(texts);
    EXPECT_EQ(first, fit(texts));
    BuiltinFitOptions other;
    other.seed = 2;
    EXPECT_NE(first, fit(texts, other));
}

TEST(Builtin, WordsOfOneSubjectComeCloserThanWithoutAFit) {
    const auto texts = sample_texts(400);
    BuiltinFitOptions unfitted;
    unfitted.epochs = 0;
    BuiltinEmbedder before(fit(texts, unfitted));
    BuiltinEmbedder after(fit(texts));
    const float gained =
        cosine(after, "harbour anchor", "sailor tide") - cosine(before, "harbour anchor", "sailor tide");
    EXPECT_GT(gained, 0.3F);
    EXPECT_GT(cosine(after, "harbour anchor", "sailor tide"), cosine(after, "harbour anchor", "oven flour") + 0.3F);
}

TEST(Builtin, VectorsHaveLengthOneOrAreZero) {
    BuiltinEmbedder embedder(fit(sample_texts(80)));
    EXPECT_EQ(embedder.dimensions(), 256U);
    EXPECT_EQ(embedder.fitted_chunks(), 80U);
    EXPECT_GT(embedder.vocabulary_size(), 20U);
    const std::vector<std::string_view> texts = {"ship", "neverseenword", "", "  ...  ", "日本語のテキスト"};
    const std::vector<float> vectors = embedder.embed(texts, EmbedKind::query, Cancellation());
    const std::vector<float> lengths = {1, 1, 0, 0, 1};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        float sum = 0;
        for (std::size_t k = 0; k < 256; ++k) sum += vectors[i * 256 + k] * vectors[i * 256 + k];
        EXPECT_NEAR(sum, lengths[i], 1e-4) << texts[i];
    }
}

TEST(Builtin, AnUnknownWordIsNearItsOtherForms) {
    BuiltinEmbedder embedder(fit(sample_texts(80)));
    EXPECT_GT(cosine(embedder, "Donaudampfschifffahrt", "Donaudampfschifffahrten"), 0.6F);
    EXPECT_LT(cosine(embedder, "Donaudampfschifffahrt", "Xylophonquartett"), 0.4F);
}

TEST(Builtin, TheFingerprintIsThatOfTheBytes) {
    const std::string bytes = fit(sample_texts(70));
    const BuiltinEmbedder embedder(bytes);
    EXPECT_THAT(embedder.fingerprint(), StartsWith("builtin:"));
    EXPECT_EQ(embedder.fingerprint(), BuiltinEmbedder::fingerprint_of(bytes));
    EXPECT_EQ(embedder.name(), "builtin");
    EXPECT_GT(embedder.batch_size(), 0U);
}

TEST(Builtin, AnyTextsCanBeFittedOn) {
    const std::vector<std::vector<Text>> bases = {
        {},
        {{"", ""}},
        {{"title only", ""}},
        std::vector<Text>(100, {"same", "the same text again and again and again in all of them"}),
        std::vector<Text>(100, {"", "…… !!! ??? ...."}),
        std::vector<Text>(40, {"", std::string(20'000, 'x')}),
        {{"long",
          [] {
              std::string text;
              for (int i = 0; i < 20'000; ++i) text += fmt::format("w{} ", i);
              return text;
          }()}},
        std::vector<Text>(90, {"标题", "这是一个句子。这是另一个句子！第三个句子在这里吗？是的。"}),
    };
    for (const auto& texts : bases) {
        BuiltinEmbedder embedder(fit(texts));
        const std::vector<std::string_view> query = {"some text"};
        EXPECT_THAT(
            embedder.embed(query, EmbedKind::query, Cancellation()),
            Each(::testing::Truly([](float value) { return std::isfinite(value) && std::abs(value) <= 1.001F; })));
    }
}

TEST(Builtin, ReadsNoMoreThanItsLimits) {
    const auto texts = sample_texts(1000);
    std::size_t visited = 0;
    FitSource source = source_of(texts);
    source.for_each = [&](const auto& visit) {
        for (const Text& text : texts) {
            ++visited;
            if (!visit({0, text.title, {}, text.text})) return;
        }
    };
    BuiltinFitOptions few_terms;
    few_terms.max_terms = 1'000;
    EXPECT_FALSE(fit_builtin(source, few_terms, Cancellation()).empty());
    EXPECT_LT(visited, 100U);

    BuiltinFitOptions few_rows;
    few_rows.max_vocabulary = 10;
    few_rows.max_pairs = 200;
    EXPECT_EQ(BuiltinEmbedder(fit(texts, few_rows)).vocabulary_size(), 10U);
}

TEST(Builtin, ReportsProgressAndStopsWhenCancelled) {
    const auto texts = sample_texts(100);
    double last = 0;
    const auto progress = [&](double share) {
        EXPECT_GE(share, last);
        last = share;
    };
    (void)fit_builtin(source_of(texts), {}, Cancellation(), progress);
    EXPECT_DOUBLE_EQ(last, 1);

    Cancellation cancellation;
    const auto cancel = [&](double) { cancellation.cancel(); };
    EXPECT_THROW((void)fit_builtin(source_of(texts), {}, cancellation, cancel), Error);
    BuiltinEmbedder embedder(fit(texts));
    const std::vector<std::string_view> query = {"ship"};
    EXPECT_THROW((void)embedder.embed(query, EmbedKind::query, cancellation), Error);
}

std::string failure_of(std::string bytes) {
    try {
        const BuiltinEmbedder embedder(std::move(bytes));
    } catch (const Error& error) {
        EXPECT_THAT(error.hint(), HasSubstr("quarry embed fit"));
        return error.what();
    }
    return "none";
}

TEST(BuiltinTable, RefusesBytesThatAreNoTable) {
    const std::string good = fit(sample_texts(70));
    const auto changed = [&](std::size_t at, char to) {
        std::string bytes = good;
        bytes[at] = to;
        return bytes;
    };
    EXPECT_EQ(failure_of(good), "none");
    EXPECT_THAT(failure_of(""), HasSubstr("does not start like a table"));
    EXPECT_THAT(failure_of("QTABLE01"), HasSubstr("does not start like a table"));
    EXPECT_THAT(failure_of(changed(7, '2')), HasSubstr("does not start like a table"));
    EXPECT_THAT(failure_of(changed(8, 1)), HasSubstr("dimensions"));
    EXPECT_THAT(failure_of(changed(15, '\xff')), HasSubstr("header is damaged"));
    EXPECT_THAT(failure_of(changed(12, '\x01')), HasSubstr("instead of"));
    EXPECT_THAT(failure_of(good.substr(0, good.size() - 1)), HasSubstr("instead of"));
    EXPECT_THAT(failure_of(good + "x"), HasSubstr("instead of"));
    EXPECT_THAT(failure_of(changed(good.size() - 5, static_cast<char>(good[good.size() - 5] ^ 1))),
                HasSubstr("checksum"));
}

TEST(BuiltinTable, NoCutAndNoFlippedBitGetsThrough) {
    BuiltinFitOptions small;
    small.max_vocabulary = 4;
    small.buckets = 2;
    const std::string good = fit(sample_texts(70), small);
    // Of the rarities of grams, which are many and alike, some.
    const auto step = [&good](std::size_t at) { return at + builtin::gram_buckets < good.size() ? 1U : 977U; };
    for (std::size_t size = 0; size < good.size(); size += step(size)) {
        EXPECT_NE(failure_of(good.substr(0, size)), "none") << size;
    }
    for (std::size_t at = 0; at < good.size(); at += step(at)) {
        if (at >= 24 && at < 32) continue;  // The number of chunks: nothing else depends on it.
        std::string bytes = good;
        bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
        EXPECT_NE(failure_of(bytes), "none") << at;
    }
}

}  // namespace
}  // namespace quarry::embed
