#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class UsersCommandsTest : public QuarryTest {
protected:
    [[nodiscard]] static json listed() { return json::parse(run_quarry({"users", "ls", "--json"}).out)["users"]; }
};

TEST_F(UsersCommandsTest, AreAddedChangedAndRemoved) {
    EXPECT_EQ(run_quarry({"users", "add", "Ada@example.org", "--max-tokens", "9"}, "correct horse\n").code, 0);
    ASSERT_EQ(listed().size(), 1U);
    EXPECT_EQ(listed()[0]["email"], "ada@example.org");
    EXPECT_EQ(listed()[0]["max_tokens"], 9);
    EXPECT_EQ(listed()[0]["has_password"], true);
    EXPECT_THAT(run_quarry({"users", "ls", "--json"}).out, Not(HasSubstr("argon2")));
    EXPECT_EQ(run_quarry({"users", "add", "ada@example.org"}, "correct horse\n").code, 2);
    EXPECT_EQ(run_quarry({"users", "passwd", "ada@example.org"}, "another horse\n").code, 0);
    EXPECT_EQ(run_quarry({"users", "passwd", "ada@example.org"}, "short\n").code, 2);
    EXPECT_EQ(run_quarry({"users", "passwd", "eve@example.org"}, "another horse\n").code, 10);
    EXPECT_EQ(run_quarry({"collections", "grant", "main", "ada@example.org", "write"}).code, 0);
    EXPECT_EQ(listed()[0]["collections"]["main"], "write");
    EXPECT_EQ(run_quarry({"collections", "grant", "main", "eve@example.org", "write"}).code, 10);
    EXPECT_EQ(run_quarry({"users", "rm", "ada@example.org"}).code, 0);
    EXPECT_EQ(run_quarry({"users", "rm", "ada@example.org"}).code, 10);
    EXPECT_EQ(listed().size(), 0U);
}

}  // namespace
}  // namespace quarry::cli
