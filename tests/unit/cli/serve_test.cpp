#include <gmock/gmock.h>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;

class ServeTest : public QuarryTest {};

TEST_F(ServeTest, RefusesToListenWhereEverybodyCouldAsk) {
    write("moon.txt", "The moon is far.\n");
    EXPECT_EQ(run_quarry({"ingest", "moon.txt"}, {}, {{"QUARRY_EMBED_PROVIDER", "none"}}).code, 0);
    for (const char* address :
         {"0.0.0.0:0", "192.0.2.1:0", "[::]:0", "example.org:80", "127.0.0.1", ":", ":x", ":70000"}) {
        const RunResult result = run_quarry({"serve", "--listen", address});
        EXPECT_EQ(result.code, 2) << address;
        EXPECT_EQ(result.out, "") << address;
    }
    EXPECT_THAT(run_quarry({"serve", "--help"}).out, HasSubstr("Bearer TOKEN"));
}

}  // namespace
}  // namespace quarry::cli
