// The base keeps its frequent terms in step with the lexical index, and does without where they are damaged.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/db/sqlite.h"
#include "core/store/store.h"
#include "prepared.h"

namespace quarry::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::prepared;
using testing::problems;
using testing::put;

class CompactStoreTest : public ::testing::Test {
protected:
    CompactStoreTest() {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        static_cast<void>(open_store(base_, StoreMode::create));
        // Pages so small that a few hundred chunks make a large segment.
        exec("INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('pgsz', 32)");
    }
    ~CompactStoreTest() override { std::filesystem::remove_all(folder_); }

    void exec(const std::string& sql) { db::open_sqlite(base_, db::SqliteMode::read_write).exec(sql); }
    [[nodiscard]] std::int64_t count(const std::string& sql) const {
        return db::open_sqlite(base_, db::SqliteMode::read_only).execAndGet(sql).getInt64();
    }
    /// Many chunks with the same words, of which each tenth has one more.
    static PreparedSource document(const std::string& uri) {
        std::string text;
        for (int i = 0; i < 600; ++i) {
            text += fmt::format("{}stone water wind number{}\n\n", i % 10 == 0 ? "seldom stone " : "", i);
        }
        return prepared(uri, text + "the end of " + uri);
    }
    /// What is found for words that are frequent, rare, and in between.
    [[nodiscard]] static std::vector<std::pair<std::int64_t, double>> best(const Store& store) {
        std::vector<std::pair<std::int64_t, double>> best;
        const TermQuery query{{{"stone"}, {"water"}, {"seldom"}, {"number7"}}, {}};
        for (const auto& [chunk_id, score] : store.lexical(query, {}, 1'000)) best.emplace_back(chunk_id, score);
        return best;
    }

    std::filesystem::path folder_ = std::filesystem::path(::testing::TempDir()) / "compact_store_test";
    std::filesystem::path base_ = folder_ / "base.db";
};

TEST_F(CompactStoreTest, follows_every_change) {
    const auto store = open_store(base_, StoreMode::write);
    put(*store, document("/p/a"));
    EXPECT_GT(count("SELECT count(*) FROM compact_postings"), 3);
    EXPECT_THAT(problems(*store), IsEmpty());
    put(*store, document("/p/b"));
    EXPECT_EQ(count("SELECT count(*) FROM compact_segments"), 2);
    store->remove(std::vector<std::string>{"/p/a"});
    EXPECT_THAT(problems(*store), IsEmpty());
    store->purge();
    EXPECT_EQ(count("SELECT count(*) FROM compact_segments"), 1);
    EXPECT_THAT(problems(*store), IsEmpty());
    store->rebuild_index({});
    EXPECT_THAT(problems(*store), IsEmpty());
    EXPECT_GT(count("SELECT count(*) FROM compact_postings"), 3);
}

TEST_F(CompactStoreTest, what_is_damaged_is_told_and_not_used) {
    const auto store = open_store(base_, StoreMode::write);
    put(*store, document("/p/a"));
    const auto expected = best(*store);
    ASSERT_EQ(expected.size(), 600U);
    exec("UPDATE compact_postings SET postings = x'01'");
    EXPECT_EQ(best(*store), expected);
    EXPECT_THAT(problems(*store), ElementsAre(HasSubstr("frequent terms of segment")));
    exec("DELETE FROM compact_segments");
    EXPECT_EQ(best(*store), expected);
    store->rebuild_index({});
    EXPECT_THAT(problems(*store), IsEmpty());
    EXPECT_EQ(best(*store), expected);
}

}  // namespace
}  // namespace quarry::store
