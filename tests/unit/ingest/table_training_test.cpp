#include "core/ingest/table_training.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/file.h"
#include "core/ingest/embedding.h"

namespace quarry::ingest {
namespace {

using ::testing::HasSubstr;

class TableTrainingTest : public ::testing::Test {
protected:
    /// A folder of small files about one thing each.
    std::filesystem::path corpus(int files) {
        const auto folder = place_.path() / "corpus";
        std::filesystem::create_directories(folder);
        for (int i = 0; i < files; ++i) {
            std::ofstream(folder / fmt::format("{}.md", i)) << fmt::format(
                "# Pump {}\n\nThe pump {} moves water. A valve number {} closes it. The pump needs oil.\n", i, i,
                i * 7);
        }
        return folder;
    }
    std::filesystem::path file(const std::string& content) {
        const auto path = place_.path() / "pairs.jsonl";
        std::ofstream(path) << content;
        return path;
    }

    TemporaryDirectory place_;
    const Cancellation never_;
};

TEST_F(TableTrainingTest, PairsAreReadLineByLine) {
    const auto pairs =
        read_fit_pairs(file("{\"query\":\"q\",\"text\":\"t\",\"more\":1}\n\n  \n{\"text\":\"b\",\"query\":\"a\"}"));
    ASSERT_EQ(pairs.size(), 2U);
    EXPECT_EQ(pairs[0].query + pairs[0].text + pairs[1].query + pairs[1].text, "qtab");
    for (const char* wrong :
         {"{\"query\":\"q\",\"text\":\"t\"}\nnonsense", "\n[1]", "\n{\"query\":1,\"text\":\"t\"}"}) {
        try {
            static_cast<void>(read_fit_pairs(file(wrong)));
            ADD_FAILURE() << wrong;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("pairs.jsonl:2: "));
        }
    }
    EXPECT_THROW(static_cast<void>(read_fit_pairs(place_.path() / "none")), Error);
}

TEST_F(TableTrainingTest, ACorpusAndABaseOfItGiveTheSameTable) {
    TableTraining training;
    training.corpus.paths = {corpus(80)};
    const TrainedTable of_files = train_table(training, never_);
    EXPECT_EQ(of_files.chunks, 80U);
    ASSERT_TRUE(of_files.read);
    EXPECT_EQ(of_files.read->added, 80U);
    EXPECT_GT(embed::BuiltinEmbedder(of_files.bytes).vocabulary_size(), 5U);

    const auto store = store::open_store_in_memory();
    static_cast<void>(ingest(store.get(), training.corpus, training.ingest, never_));
    TableTraining of_base;
    of_base.base = store.get();
    EXPECT_EQ(train_table(of_base, never_).bytes, of_files.bytes);
}

TEST_F(TableTrainingTest, TooLittleTextIsRefused) {
    TableTraining training;
    training.corpus.paths = {corpus(5)};
    EXPECT_THROW(static_cast<void>(train_table(training, never_)), Error);
    training.pairs.assign(60, {"pump oil", "the oil of a pump"});
    EXPECT_NO_THROW(static_cast<void>(train_table(training, never_)));
}

TEST_F(TableTrainingTest, ASmallBaseUsesTheTableThatItStartsFromAndFitsWhenItHasGrown) {
    TableTraining training;
    training.corpus.paths = {corpus(100)};
    const std::string start = train_table(training, never_).bytes;
    const auto store = store::open_store_in_memory();
    BuiltinUpdateOptions options;
    options.fit.start = start;
    EXPECT_EQ(update_builtin_vectors(*store, options, never_).embedder, "") << "there is nothing to embed";

    IngestInputs some;
    for (int i = 0; i < 10; ++i) some.paths.push_back(training.corpus.paths[0] / fmt::format("{}.md", i));
    static_cast<void>(ingest(store.get(), some, {}, never_));
    const EmbeddingReport small = update_builtin_vectors(*store, options, never_);
    EXPECT_EQ(small.embedder, "builtin");
    EXPECT_FALSE(small.fitted);
    EXPECT_EQ(small.embedded, 10U);
    EXPECT_EQ(store->setting(store::setting::embedder), embed::BuiltinEmbedder::fingerprint_of(start));

    static_cast<void>(ingest(store.get(), training.corpus, {}, never_));
    const EmbeddingReport grown = update_builtin_vectors(*store, options, never_);
    EXPECT_TRUE(grown.fitted);
    EXPECT_EQ(grown.embedded, 100U);
    EXPECT_NE(store->setting(store::setting::embedder), embed::BuiltinEmbedder::fingerprint_of(start));
    EXPECT_FALSE(update_builtin_vectors(*store, options, never_).fitted);
}

}  // namespace
}  // namespace quarry::ingest
