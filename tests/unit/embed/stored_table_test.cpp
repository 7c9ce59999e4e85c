#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/embed/builtin.h"
#include "core/embed/builtin_features.h"
#include "core/embed/builtin_table.h"

namespace quarry::embed {
namespace {

/// Counts what is read.
class BytesInMemory final : public StoredBytes {
public:
    BytesInMemory(const std::string& bytes, std::size_t& read) : bytes_(bytes), read_(read) {}

    [[nodiscard]] std::size_t size() const override { return bytes_.size(); }
    void read(std::size_t offset, std::span<char> to) const override {
        ASSERT_LE(offset + to.size(), bytes_.size());
        bytes_.copy(to.data(), to.size(), offset);
        read_ += to.size();
    }

private:
    const std::string& bytes_;
    std::size_t& read_;
};

/// Two hundred terms and sixteen buckets.
std::string table_bytes() {
    std::vector<std::uint64_t> vocabulary;
    for (const char* word : {"lock", "index", "transact", "page"}) vocabulary.push_back(builtin::term_hash(word));
    while (vocabulary.size() < 200) vocabulary.push_back(vocabulary.size() * 0x9E3779B97F4A7C15ULL);
    std::sort(vocabulary.begin(), vocabulary.end());
    std::vector<float> rows(216 * builtin::dimensions);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<float>(i * 7919 % 1'009) / 500.0F - 1.0F;
    return builtin::serialise_table(vocabulary, 16, rows, 77);
}

TEST(StoredTable, EmbedsAsTheTableInMemoryDoesAndReadsLittleOfIt) {
    const std::string bytes = table_bytes();
    std::size_t read = 0;
    BuiltinEmbedder stored("builtin:x", [&] { return std::make_unique<BytesInMemory>(bytes, read); });
    BuiltinEmbedder in_memory(bytes);
    const std::vector<std::string_view> texts = {"locks of an index", "transaction transaction page",
                                                 "unheard-of words", ""};
    EXPECT_EQ(stored.embed(texts, EmbedKind::query, {}), in_memory.embed(texts, EmbedKind::query, {}));
    EXPECT_LT(read, bytes.size() / 2);
    EXPECT_EQ(stored.fingerprint(), "builtin:x");
    EXPECT_EQ(stored.fitted_chunks(), 77U);
    EXPECT_EQ(stored.vocabulary_size(), 200U);
}

TEST(StoredTable, IsReadIntoMemoryForManyTexts) {
    const std::string bytes = table_bytes();
    std::size_t read = 0;
    BuiltinEmbedder stored("builtin:x", [&] { return std::make_unique<BytesInMemory>(bytes, read); });
    BuiltinEmbedder in_memory(bytes);
    const std::vector<std::string_view> texts(50, "locks of an index");
    EXPECT_EQ(stored.embed(texts, EmbedKind::document, {}), in_memory.embed(texts, EmbedKind::document, {}));
    EXPECT_EQ(stored.embed(texts, EmbedKind::document, {}), in_memory.embed(texts, EmbedKind::document, {}));
    EXPECT_EQ(read, bytes.size());
}

TEST(StoredTable, FindsEachTermAndNoOther) {
    const std::string bytes = table_bytes();
    std::size_t read = 0;
    const builtin::StoredTable stored(std::make_unique<BytesInMemory>(bytes, read));
    const builtin::TokenTable table(bytes);
    for (std::uint64_t i = 0; i < 300; ++i) {
        const std::uint64_t hash = i * 0x9E3779B97F4A7C15ULL;
        EXPECT_EQ(stored.find(hash), table.find(hash)) << i;
        EXPECT_EQ(stored.find(hash + 1), table.find(hash + 1)) << i;
    }
}

TEST(StoredTable, RefusesWhatIsNoTableOrCutAndRowsOutOfRange) {
    const std::string bytes = table_bytes();
    std::size_t read = 0;
    for (const std::string& wrong : {std::string(), std::string("QTABLE01"), "x" + bytes, bytes.substr(0, 1'000)}) {
        EXPECT_THROW(builtin::StoredTable(std::make_unique<BytesInMemory>(wrong, read)), Error) << wrong.size();
    }
    const builtin::StoredTable stored(std::make_unique<BytesInMemory>(bytes, read));
    std::vector<float> vector(builtin::dimensions);
    EXPECT_THROW(stored.add_row(216, 1, vector.data()), Error);
    std::string damaged = bytes;
    damaged.replace(40 + 200 * 8, 4, "\xFF\xFF\xFF\x7F", 4);  // the first row's scale is no number
    const builtin::StoredTable out_of_range(std::make_unique<BytesInMemory>(damaged, read));
    EXPECT_THROW(out_of_range.add_row(0, 1, vector.data()), Error);
}

TEST(StoredTable, ThatIsGoneIsAnError) {
    BuiltinEmbedder embedder("builtin:x", [] { return nullptr; });
    const std::string_view text = "locks";
    EXPECT_THROW((void)embedder.embed({&text, 1}, EmbedKind::query, {}), Error);
}

}  // namespace
}  // namespace quarry::embed
