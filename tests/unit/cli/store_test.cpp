#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "run_quarry.h"
#include "tests/support/postgresql_server.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;

class StoreCopyTest : public QuarryTest {
protected:
    StoreCopyTest() {
        write("moon.md", "# Moon\n\nThe moon is far away.\n");
        write("sun.md", "# Sun\n\nThe sun is hot.\n");
        EXPECT_EQ(run({"ingest", "moon.md", "sun.md"}).code, 0);
    }
    [[nodiscard]] static RunResult run(const std::vector<std::string>& arguments) {
        return run_quarry(arguments, {}, {{"QUARRY_EMBED_PROVIDER", "none"}});
    }

    std::string url_ = test::postgresql_server().make_database();
};

TEST_F(StoreCopyTest, CopiesThereAndBack) {
    EXPECT_THAT(run({"store", "copy", ".quarry/base.db", url_}).err, HasSubstr("copied 2 sources, 0 were there"));
    EXPECT_EQ(run({"docs", "verify", "--base", url_}).code, 0);
    const std::string found = run({"search", "moon", "--format", "ndjson"}).out;
    EXPECT_THAT(found, HasSubstr("moon.md"));
    EXPECT_EQ(run({"search", "moon", "--format", "ndjson", "--base", url_}).out, found);
    EXPECT_THAT(run({"store", "copy", url_, "back.db"}).err, HasSubstr("copied 2 sources"));
    EXPECT_THAT(run({"store", "copy", url_, "back.db"}).err, HasSubstr("copied 0 sources, 2 were there"));
    EXPECT_EQ(run({"search", "moon", "--format", "ndjson", "--base", "back.db"}).out, found);
}

TEST_F(StoreCopyTest, RefusesABaseWithOtherDocuments) {
    EXPECT_EQ(run({"store", "copy", ".quarry/base.db", url_}).code, 0);
    EXPECT_EQ(run({"docs", "rm", "moon.md", "--yes"}).code, 0);
    const RunResult refused = run({"store", "copy", ".quarry/base.db", url_});
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("has other documents"));
}

TEST_F(StoreCopyTest, AnswersFromAServer) {
    EXPECT_EQ(run({"ingest", "moon.md", "sun.md", "--base", url_}).code, 0);
    EXPECT_THAT(run({"ask", "How hot is the sun?", "--base", url_}).out, HasSubstr("sun is hot"));
    EXPECT_EQ(run({"docs", "rm", "sun.md", "--yes", "--base", url_}).code, 0);
    EXPECT_EQ(run({"docs", "show", "sun.md", "--base", url_}).code, 10);
    EXPECT_THAT(run({"doctor", "--offline", "--base", url_}).out, HasSubstr("PostgreSQL 1"));
    EXPECT_EQ(run({"migrate", "check", "--database", "base", "--base", url_}).code, 0);
    EXPECT_EQ(run({"backup", "b.db", "--base", url_}).code, 2);
}

}  // namespace
}  // namespace quarry::cli
