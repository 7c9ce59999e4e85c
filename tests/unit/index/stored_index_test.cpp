#include "core/index/stored_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/index/exact_index.h"
#include "core/index/index_update.h"
#include "tests/unit/index/random_vectors.h"

namespace quarry::index {
namespace {

constexpr std::size_t dimensions = 48;

class StoredIndexTest : public ::testing::Test {
protected:
    void SetUp() override { options_.fewest_rows = 10; }

    IndexUpdate update() { return update_index(vectors_, paths_, options_, cancellation_); }

    [[nodiscard]] std::optional<StoredIndex> open(const VectorSearchOptions& search = {}) {
        return StoredIndex::open(paths_, search, why_);
    }

    /// What the index finds must be what looking at every vector finds.
    void expect_exact(const IdSet* within = nullptr) {
        const std::optional<StoredIndex> index = open();
        ASSERT_TRUE(index) << why_;
        EXPECT_EQ(index->generation(), vectors_.generation());
        const ExactIndex exact([this](const auto& visit) { vectors_.for_each_vector(visit); });
        std::mt19937 random(9);
        for (int i = 0; i < 5; ++i) {
            const std::vector<float> query = random_vector(random, dimensions);
            const std::vector<std::int64_t> ids{3, 100, 101, 5'000, 99'999};
            const NearestVectors found = index->nearest(query, 20, ids, within);
            const NearestVectors expected = exact.nearest(query, 20, ids, within);
            EXPECT_EQ(found.count, expected.count);
            expect_alike(found.nearest, expected.nearest);
            expect_alike(found.asked, expected.asked);
        }
    }

    static void expect_alike(const std::vector<ScoredVector>& found, const std::vector<ScoredVector>& expected) {
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            EXPECT_EQ(found[i].id, expected[i].id) << i;
            EXPECT_NEAR(found[i].score, expected[i].score, 2e-5) << i;
        }
    }

    void flip_bit(const std::filesystem::path& path, std::uintmax_t at) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(at));
        const char byte = static_cast<char>(file.get() ^ 0x10);
        file.seekp(static_cast<std::streamoff>(at));
        file.put(byte);
    }

    TemporaryDirectory folder_;
    IndexPaths paths_{folder_.path() / "base.db", "embedder"};
    VectorsInMemory vectors_{dimensions};
    IndexUpdateOptions options_;
    Cancellation cancellation_;
    std::string why_;
};

TEST_F(StoredIndexTest, IsMadeAndIsExact) {
    vectors_.put_random(1, 3'001, 1);
    const IndexUpdate made = update();
    EXPECT_EQ(made.action, IndexUpdate::Action::rewritten);
    EXPECT_EQ(made.rows, 3'000U);
    EXPECT_GT(made.bytes, 3'000U * 2 * 64);
    expect_exact();
    EXPECT_EQ(update().action, IndexUpdate::Action::none);
}

TEST_F(StoredIndexTest, WithoutResidualsARowTakesHalfAndItsScoreIsNearlyTrue) {
    vectors_.put_random(1, 3'001, 1);
    const std::uint64_t with = update().bytes;
    options_.residuals = false;
    EXPECT_EQ(update().action, IndexUpdate::Action::none) << "of today";
    options_.rewrite = true;
    EXPECT_EQ(with - update().bytes, 3'000U * code_stride(dimensions));
    options_.rewrite = false;
    vectors_.put_random(3'001, 3'101, 2);
    EXPECT_EQ(update().action, IndexUpdate::Action::changed);
    const std::optional<StoredIndex> index = open();
    ASSERT_TRUE(index) << why_;
    EXPECT_TRUE(compare_index(vectors_, *index, cancellation_).empty());
    const ExactIndex exact([this](const auto& visit) { vectors_.for_each_vector(visit); });
    std::mt19937 random(9);
    const std::vector<float> query = random_vector(random, dimensions);
    const std::vector<std::int64_t> ids{3, 100, 3'050};
    const NearestVectors found = index->nearest(query, 20, ids);
    const NearestVectors expected = exact.nearest(query, 20, ids);
    ASSERT_EQ(found.asked.size(), ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_NEAR(found.asked[i].score, expected.asked[i].score, 5e-3);
    EXPECT_EQ(found.nearest.front().id, expected.nearest.front().id);
    // Rows without residuals are not copied into a file that has them.
    options_.residuals = true;
    options_.rewrite = true;
    update();
    expect_exact();
}

TEST_F(StoredIndexTest, AFileOfManyCodesHasThemHalvedToo) {
    constexpr std::size_t dimensions = 70;
    const std::vector<VectorKey> keys = {{3, 1}, {5, 2}, {9, 3}};
    const std::size_t stride = code_stride(dimensions);
    std::mt19937 random(5);
    VectorFileWriter writer(paths_.main, dimensions, keys, {}, {.halved_from = 3 * stride});
    for (std::size_t row = 0; row < keys.size(); ++row) writer.set(row, random_vector(random, dimensions));
    writer.commit("generation", nullptr);
    std::string why;
    const std::optional<VectorFile> file = VectorFile::open(paths_.main, why);
    ASSERT_TRUE(file) << why;
    EXPECT_TRUE(file->is_sound());
    const CodedRows rows = file->rows();
    ASSERT_NE(rows.halves, nullptr);
    std::vector<std::uint8_t> expected(keys.size() * stride / 2);
    for (std::size_t row = 0; row < keys.size(); ++row) {
        halve_codes(rows.code_row(row), stride, expected.data() + row * stride / 2);
    }
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), rows.halves));

    // The same, kept as upper and lower halves alone.
    const std::filesystem::path split_path = folder_.path() / "split";
    VectorFileWriter split(split_path, dimensions, keys, {},
                           {.residuals = false, .split = true, .halved_from = 3 * stride});
    for (std::size_t row = 0; row < keys.size(); ++row) split.copy(row, *file, row);
    split.commit("generation", nullptr);
    const std::optional<VectorFile> halves = VectorFile::open(split_path, why);
    ASSERT_TRUE(halves) << why;
    EXPECT_EQ(file->bytes() - halves->bytes(), 3 * stride + stride / 2 * 3) << "residuals and a half of the codes";
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), halves->rows().halves));
    CodeBuffer buffer;
    const std::int8_t* const joined = halves->rows().read_codes(1, 2, buffer);
    EXPECT_TRUE(std::equal(joined, joined + 2 * stride, rows.code_row(1)));

    VectorFileWriter fewer(paths_.main, dimensions, keys, {}, {.halved_from = 3 * stride + 1});
    fewer.commit("generation", nullptr);
    const std::optional<VectorFile> small = VectorFile::open(paths_.main, why);
    ASSERT_TRUE(small) << why;
    EXPECT_EQ(small->rows().halves, nullptr);
}

TEST_F(StoredIndexTest, SmallChangesGoToTheFileOfChanges) {
    vectors_.put_random(1, 3'001, 1);
    update();
    const auto written = std::filesystem::last_write_time(paths_.main);
    vectors_.put_random(3'001, 3'101, 2);
    for (std::int64_t id = 50; id < 150; ++id) vectors_.remove(id);
    vectors_.put_random(3, 5, 3);  // other texts under the same ids
    EXPECT_EQ(update().action, IndexUpdate::Action::changed);
    EXPECT_EQ(std::filesystem::last_write_time(paths_.main), written);
    expect_exact();
    vectors_.put_random(100, 103, 4);  // ids that were removed are given again
    EXPECT_EQ(update().action, IndexUpdate::Action::changed);
    expect_exact();
    IdSet within;
    for (const std::int64_t id : {3, 60, 100, 101, 700, 3'050}) within.insert(id);
    expect_exact(&within);
}

TEST_F(StoredIndexTest, ManyChangesAndCompactionWriteItAnew) {
    vectors_.put_random(1, 3'001, 1);
    const std::uint64_t full = update().bytes;
    for (std::int64_t id = 1; id <= 1'500; ++id) vectors_.remove(id);
    EXPECT_EQ(update().action, IndexUpdate::Action::changed);
    options_.rewrite = true;
    const IndexUpdate compacted = update();
    EXPECT_EQ(compacted.action, IndexUpdate::Action::rewritten);
    EXPECT_LT(compacted.bytes, full * 6 / 10) << "the disk space comes back";
    EXPECT_GT(compacted.bytes_before, full);
    EXPECT_FALSE(std::filesystem::exists(paths_.changes));
    expect_exact();
    options_.rewrite = false;
    vectors_.put_random(10'000, 13'000, 2);
    EXPECT_EQ(update().action, IndexUpdate::Action::rewritten);
    expect_exact();
}

TEST_F(StoredIndexTest, DamageIsToldByWhatCannotBe) {
    vectors_.put_random(1, 3'001, 1);
    update();
    const std::string whole = read_file(paths_.main, 1 << 30);
    const VectorFileLayout layout = [&] {
        VectorFileHeader header;
        std::memcpy(&header, whole.data(), sizeof header);
        return VectorFileLayout(header);
    }();
    // From there on, and for so many bytes: all of it, keys, scales.
    for (const auto& [from, to] : {std::pair{std::uint64_t{4096}, layout.end}, std::pair{layout.keys, layout.scales},
                                   std::pair{layout.scales, layout.codes}}) {
        for (const bool not_numbers : {false, true}) {
            std::string damaged = whole;
            std::mt19937 random(3);
            for (std::uint64_t at = from; at < to; ++at) damaged[at] = static_cast<char>(not_numbers ? 0xFF : random());
            std::ofstream(paths_.main, std::ios::binary) << damaged;
            const std::optional<StoredIndex> index = open();
            ASSERT_TRUE(index) << why_;
            EXPECT_TRUE(index->nearest(vectors_.vector(7), 10, {}).damaged) << from << ' ' << not_numbers;
            index->discard();
            EXPECT_FALSE(std::filesystem::exists(paths_.main));
        }
    }
    EXPECT_EQ(update().action, IndexUpdate::Action::rewritten);
    expect_exact();
}

TEST_F(StoredIndexTest, TooFewVectorsHaveNoIndex) {
    vectors_.put_random(1, 12, 1);
    update();
    EXPECT_TRUE(std::filesystem::exists(paths_.main));
    for (std::int64_t id = 1; id < 6; ++id) vectors_.remove(id);
    EXPECT_EQ(update().action, IndexUpdate::Action::removed);
    EXPECT_FALSE(std::filesystem::exists(paths_.main));
    EXPECT_EQ(update().action, IndexUpdate::Action::removed);
}

TEST_F(StoredIndexTest, WithAGraphFindsWhatAFilterLeaves) {
    if (!can_build_graph()) GTEST_SKIP() << "compiled without USearch";
    vectors_.put_random(1, 1'501, 1);
    options_.graph_from_bytes = 1;
    EXPECT_TRUE(update().graph);
    const std::optional<StoredIndex> index = open();
    ASSERT_TRUE(index && index->has_graph());
    const ExactIndex exact([this](const auto& visit) { vectors_.for_each_vector(visit); });
    for (const int every : {1, 2, 5, 20, 1'000, 1'499}) {
        IdSet within;
        for (std::int64_t id = 1; id <= 1'500; id += every) within.insert(id);
        std::size_t hits = 0, all = 0;
        for (std::int64_t id = 7; id < 1'500; id += 150) {
            const NearestVectors found = index->nearest(vectors_.vector(id), 10, {}, &within);
            const NearestVectors expected = exact.nearest(vectors_.vector(id), 10, {}, &within);
            ASSERT_EQ(found.nearest.size(), expected.nearest.size()) << "one in " << every;
            all += expected.nearest.size();
            for (const ScoredVector& one : found.nearest) {
                hits += std::any_of(expected.nearest.begin(), expected.nearest.end(),
                                    [&](const ScoredVector& other) { return other.id == one.id; });
            }
        }
        EXPECT_GE(static_cast<double>(hits), 0.95 * static_cast<double>(all)) << "one in " << every;
    }
    // Changes leave the graph in its place.
    vectors_.put_random(5'000, 5'010, 2);
    vectors_.remove(7);
    EXPECT_EQ(update().action, IndexUpdate::Action::changed);
    const std::optional<StoredIndex> changed = open();
    EXPECT_EQ(changed->nearest(vectors_.vector(5'004), 1, {}).nearest.at(0).id, 5'004);
    EXPECT_NE(changed->nearest(vectors_.vector(8), 1, {}).nearest.at(0).id, 7);
}

TEST_F(StoredIndexTest, AGraphIsAddedWhenItIsWorthIt) {
    if (!can_build_graph()) GTEST_SKIP() << "compiled without USearch";
    vectors_.put_random(1, 501, 1);
    EXPECT_FALSE(update().graph);
    options_.graph_from_bytes = 1;
    options_.build_graph = false;
    EXPECT_EQ(update().action, IndexUpdate::Action::none) << "there is no time for it";
    options_.build_graph = true;
    EXPECT_TRUE(update().graph);
    EXPECT_EQ(update().action, IndexUpdate::Action::none);
}

TEST_F(StoredIndexTest, ACutOrForeignFileIsNoIndexAndIsMadeAnew) {
    vectors_.put_random(1, 501, 1);
    update();
    const std::string whole = read_file(paths_.main, 1 << 20);
    for (const std::size_t kept : {0U, 1U, 100U, 280U, 4'000U}) {
        std::ofstream(paths_.main, std::ios::binary) << whole.substr(0, kept);
        EXPECT_FALSE(open()) << kept;
        EXPECT_FALSE(why_.empty());
        const IndexUpdate made = update();
        EXPECT_EQ(made.action, IndexUpdate::Action::rewritten);
        EXPECT_EQ(made.why.empty(), kept == 0);
        expect_exact();
    }
    std::ofstream(paths_.main, std::ios::binary) << whole << 'x';
    EXPECT_FALSE(open()) << "too long";
    std::ofstream(paths_.main, std::ios::binary) << std::string(100'000, 'x');
    EXPECT_FALSE(open());
    EXPECT_EQ(why_, "it is not a vector index");
}

TEST_F(StoredIndexTest, AFlippedBitIsFoundAndNeverCopied) {
    vectors_.put_random(1, 501, 1);
    update();
    const std::uintmax_t size = std::filesystem::file_size(paths_.main);
    for (std::uintmax_t at = 0; at < size; at += size / 23) {
        flip_bit(paths_.main, at);
        if (const std::optional<StoredIndex> index = open()) {
            EXPECT_FALSE(index->is_sound()) << at;
            EXPECT_FALSE(compare_index(vectors_, *index, cancellation_).empty()) << at;
            (void)index->nearest(vectors_.vector(2), 10, {});
        }
        vectors_.put_random(600, 601, 5);  // something to bring up to date
        const IndexUpdate made = update();
        EXPECT_EQ(made.action, IndexUpdate::Action::rewritten) << at;
        EXPECT_FALSE(made.why.empty());
        expect_exact();
        EXPECT_TRUE(compare_index(vectors_, *open(), cancellation_).empty());
    }
}

TEST_F(StoredIndexTest, ComparisonTellsWhatDiffers) {
    vectors_.put_random(1, 501, 1);
    update();
    const std::optional<StoredIndex> index = open();
    vectors_.put_random(1'000, 1'002, 2);
    vectors_.remove(9);
    EXPECT_EQ(
        compare_index(vectors_, *index, cancellation_),
        (std::vector<std::string>{"it lacks 2 vectors of the base", "it has 1 vectors that the base does not have"}));
}

TEST_F(StoredIndexTest, AKilledWriterLeavesNothingBehindForLong) {
    vectors_.put_random(1, 501, 1);
    update();
    const std::filesystem::path left = paths_.main.string() + ".unfinished-abc123";
    std::ofstream(left) << "half an index";
    options_.rewrite = true;
    update();
    EXPECT_FALSE(std::filesystem::exists(left));
    Cancellation cancelled;
    cancelled.cancel();
    EXPECT_THROW(update_index(vectors_, paths_, options_, cancelled), Error);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
        EXPECT_EQ(entry.path().string().find("unfinished"), std::string::npos);
        ++files;
    }
    EXPECT_EQ(files, 2U) << "the index and its lock";
    expect_exact();
}

TEST_F(StoredIndexTest, ReadersGoOnWhileAWriterReplacesIt) {
    vectors_.put_random(1, 401, 1);
    update();
    std::vector<std::vector<float>> queries;
    for (std::int64_t id = 1; id <= 20; ++id) {
        queries.emplace_back(vectors_.vector(id).begin(), vectors_.vector(id).end());
    }
    std::atomic<bool> stop = false;
    std::atomic<int> wrong = 0, searches = 0;
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            while (!stop) {
                std::string why;
                const std::optional<StoredIndex> index = StoredIndex::open(paths_, {}, why);
                if (!index) ++wrong;
                for (std::size_t q = 0; index && q < queries.size(); ++q) {
                    // Every state of the index has these twenty.
                    if (index->nearest(queries[q], 1, {}).nearest.at(0).id != static_cast<std::int64_t>(q + 1)) ++wrong;
                }
                ++searches;
            }
        });
    }
    for (int round = 0; round < 15; ++round) {
        vectors_.put_random(1'000 + round * 20, 1'020 + round * 20, static_cast<unsigned>(round));
        vectors_.remove(100 + round);
        options_.rewrite = round % 3 == 0;
        update();
    }
    stop = true;
    for (std::thread& reader : readers) reader.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_GT(searches, 0);
    expect_exact();
}

TEST_F(StoredIndexTest, AnotherLengthOfVectorsIsAnError) {
    vectors_.put_random(1, 51, 1);
    update();
    try {
        (void)open()->nearest(std::vector<float>(3), 1, {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("the query's vector has 3 dimensions, a stored one 48"),
                  std::string::npos);
    }
}

}  // namespace
}  // namespace quarry::index
