// The index beside a base finds what looking at every vector finds: whatever was added, changed and removed since it
// was made, whichever rows a filter lets through, from the file's memory and copied from the file.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/index/exact_index.h"
#include "core/index/index_update.h"
#include "core/index/row_scan.h"
#include "tests/unit/index/random_vectors.h"

namespace quarry {
namespace {

/// Scores are those of 16-bit numbers, so that near vectors may change places.
constexpr float accuracy = 2e-5F;

class History {
public:
    explicit History(std::mt19937& random)
        : random_(random),
          dimensions_(static_cast<std::size_t>(pick(1, 130))),
          vectors_(dimensions_),
          folder_(std::filesystem::temp_directory_path() / ("quarry-index-" + std::to_string(::getpid()))),
          paths_(folder_ / "base.db", "model") {
        std::filesystem::create_directories(folder_);
        options_.fewest_rows = 1;
    }
    ~History() { std::filesystem::remove_all(folder_); }
    History(const History&) = delete;
    History& operator=(const History&) = delete;

    int pick(int least, int most) { return std::uniform_int_distribution<>(least, most)(random_); }

    void go_on() {
        for (int changes = pick(0, 10) == 0 ? pick(200, 900) : pick(1, 60); changes > 0; --changes) {
            const std::int64_t id = pick(1, 1'500);
            pick(0, 3) == 0 ? vectors_.remove(id) : vectors_.put(id, index::random_vector(random_, dimensions_));
        }
        options_.rewrite = pick(0, 5) == 0;
        index::update_index(vectors_, paths_, options_, cancellation_);
    }

    void expect_exact() {
        if (vectors_.size() == 0) return;
        std::string why;
        index::VectorSearchOptions search;
        search.threads = static_cast<unsigned>(pick(1, 3));
        const std::optional<index::StoredIndex> index = index::StoredIndex::open(paths_, search, why);
        ASSERT_TRUE(index) << why;
        ASSERT_EQ(index->generation(), vectors_.generation());
        const index::ExactIndex exact([this](const auto& visit) { vectors_.for_each_vector(visit); });
        for (int i = 0; i < 4; ++i) {
            const std::vector<float> query = index::random_vector(random_, dimensions_);
            const std::optional<IdSet> filter = random_filter();
            const IdSet* const within = filter ? &*filter : nullptr;
            const auto limit = static_cast<std::size_t>(pick(0, 3) == 0 ? pick(0, 2'000) : pick(1, 30));
            const std::vector<std::int64_t> ids{pick(1, 1'500), pick(1, 1'500), pick(1, 3'000)};
            const index::NearestVectors found = index->nearest(query, limit, ids, within);
            const index::NearestVectors expected = exact.nearest(query, limit, ids, within);
            EXPECT_EQ(found.count, expected.count);
            expect_alike(query, found.nearest, expected.nearest, within);
            expect_alike(query, found.asked, expected.asked, nullptr);
        }
        const std::vector<float> query = index::random_vector(random_, dimensions_);
        const index::CodedQuery coded(query);
        EXPECT_EQ(index::scan_rows(coded, index->main().rows_in_file(), 20, nullptr, 1),
                  index::scan_rows(coded, index->main().rows(), 20, nullptr, 1));
    }

private:
    /// None, or one that lets through a share of all ids, from hardly any to nearly all.
    std::optional<IdSet> random_filter() {
        const int share = pick(-300, 1'000);
        if (share < 0) return std::nullopt;
        IdSet filter;
        for (std::int64_t id = 1; id <= 1'600; ++id) {
            if (pick(1, 1'000) <= share * share / 1'000) filter.insert(id);
        }
        return filter;
    }

    /// The same scores in the same order, and each that of the vector that it is given for.
    void expect_alike(const std::vector<float>& query, const std::vector<index::ScoredVector>& found,
                      const std::vector<index::ScoredVector>& expected, const IdSet* within) const {
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            EXPECT_NEAR(found[i].score, expected[i].score, accuracy) << i;
            EXPECT_NEAR(found[i].score, index::dot_product(query, vectors_.vector(found[i].id)), accuracy) << i;
            EXPECT_TRUE(within == nullptr || within->contains(found[i].id)) << found[i].id;
        }
        std::vector<std::int64_t> ids;
        for (const index::ScoredVector& one : found) ids.push_back(one.id);
        std::sort(ids.begin(), ids.end());
        EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
    }

    std::mt19937& random_;
    std::size_t dimensions_;
    index::VectorsInMemory vectors_;
    std::filesystem::path folder_;
    index::IndexPaths paths_;
    index::IndexUpdateOptions options_;
    Cancellation cancellation_;
};

TEST(IndexProperty, FindsWhatLookingAtEveryVectorFinds) {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        History history(random);
        for (int updates = history.pick(1, 8); updates > 0; --updates) {
            history.go_on();
            history.expect_exact();
            if (::testing::Test::HasFailure()) return;
        }
    }
}

}  // namespace
}  // namespace quarry
