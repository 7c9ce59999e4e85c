// Runs go with the documents that they name.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "core/store/store.h"
#include "tests/unit/store/prepared.h"

namespace quarry::store {
namespace {

TEST(KeptAnswers, OfRunsGoWithADocumentThatTheyName) {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "base.db";
    const auto store = open_store(path, StoreMode::create);
    const std::string quoted = "/d/\"mö\\on\".md";
    store->put(std::vector<PreparedSource>{testing::prepared(quoted, "The moon is far."),
                                           testing::prepared("/d/sun.md", "The sun is hot.")});
    const auto log = open_run_log(path, StoreMode::write);
    for (const auto& [id, uri] : {std::pair(std::string(32, 'a'), quoted), std::pair(std::string(32, 'b'), std::string("/d/sun.md"))}) {
        const StoredJob job{.kind = "batch", .request = "{}"};
        log->begin({.id = id, .principal = "owner", .kind = "ask", .started_at = 5}, &job);
        const std::vector<RunChange> changes = {
            {.id = id, .events = {{1, "done", nlohmann::json{{"uri", uri}}.dump()}}, .ended_at = 6}};
        log->append(changes);
    }

    ASSERT_EQ(store->remove(std::vector<std::string>{quoted}), 1U);
    EXPECT_FALSE(log->find(std::string(32, 'a')));
    EXPECT_TRUE(log->events(std::string(32, 'a'), 0, 1000).empty());
    EXPECT_FALSE(log->find_job(std::string(32, 'a')));
    EXPECT_EQ(log->events(std::string(32, 'b'), 0, 1000).size(), 1U);
}

}  // namespace
}  // namespace quarry::store
