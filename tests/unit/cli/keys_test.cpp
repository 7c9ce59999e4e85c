#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using ::testing::MatchesRegex;

class KeysCommandsTest : public QuarryTest {};

TEST_F(KeysCommandsTest, ArePrintedOnceAndRevoked) {
    const RunResult added = run_quarry({"keys", "add", "wiki", "--scopes", "search,ask", "--collections", "main"});
    EXPECT_EQ(added.code, 0);
    EXPECT_THAT(added.out, MatchesRegex("qk_[A-Za-z0-9_-]{43}\n"));
    const json keys = json::parse(run_quarry({"keys", "ls", "--json"}).out)["keys"];
    ASSERT_EQ(keys.size(), 1U);
    EXPECT_EQ(keys[0]["collections"], json({{"main", "read"}}));
    EXPECT_EQ(keys.dump().find(added.out.substr(3, 20)), std::string::npos);
    EXPECT_EQ(run_quarry({"keys", "add", "wiki", "--scopes", "search"}).code, 2);
    EXPECT_EQ(run_quarry({"keys", "add", "other", "--scopes", "search", "--expires", "1y"}).code, 2);
    EXPECT_EQ(run_quarry({"keys", "add", "other", "--scopes", "search", "--expires", "12h"}).code, 0);
    EXPECT_EQ(run_quarry({"keys", "revoke", "wiki"}).code, 0);
    EXPECT_EQ(run_quarry({"keys", "revoke", "wiki"}).code, 10);
}

}  // namespace
}  // namespace quarry::cli
