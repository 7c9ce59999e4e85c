// What of a file .env is read, and what is refused.
#include "core/config/dotenv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/error_of.h"

namespace quarry::config {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string value_of(std::string_view text) {
    const auto found = read_dotenv(text, "DATABASE_URL", "/p/.env");
    return found ? found->text : "none";
}

TEST(Dotenv, ReadsWhatDotenvReads) {
    EXPECT_EQ(value_of(""), "none");
    EXPECT_EQ(value_of("# DATABASE_URL=a\nOTHER=b\nDATABASE_URL_TEST=c\n"), "none");
    EXPECT_EQ(value_of("DATABASE_URL=sqlite:app.db"), "sqlite:app.db");
    EXPECT_EQ(value_of("\xEF\xBB\xBF"
                       "DATABASE_URL=a\r\nB=c\r\n"),
              "a");
    EXPECT_EQ(value_of("  export\tDATABASE_URL = a  # a comment\n"), "a");
    EXPECT_EQ(value_of("DATABASE_URL=postgres://h/a?x=1#y\n"), "postgres://h/a?x=1#y");
    EXPECT_EQ(value_of("DATABASE_URL='p$word # in' # behind\n"), "p$word # in");
    EXPECT_EQ(value_of(R"(DATABASE_URL="a\"b\\c")"), R"(a"b\c)");
    EXPECT_EQ(value_of("DATABASE_URL=a\nDATABASE_URL=b\n"), "b") << "the last one counts";
    EXPECT_EQ(value_of("DATABASE_URL=a\nDATABASE_URL=\n"), "none");
    EXPECT_EQ(value_of("DATABASE_URL=''\n"), "none");
    EXPECT_EQ(value_of("KEY=\"-----BEGIN\nDATABASE_URL=in the key\n-----END\"\nDATABASE_URL=a\n"), "a");
    EXPECT_EQ(value_of("KEY='never closed\nDATABASE_URL=a\n"), "a");
    EXPECT_EQ(value_of("KEY='x\nDATABASE_URL=a\nOTHER='y'\n"), "a");
    EXPECT_EQ(value_of("no assignment\n= a\n\nDATABASE_URL=a$\n"), "a$");
    EXPECT_EQ(read_dotenv("A=\"1\n2\"\n\nDATABASE_URL=a\n", "DATABASE_URL", "f")->line, 4u);
}

TEST(Dotenv, RefusesWhatOthersWouldReadInAnotherWay) {
    for (const char* const text :
         {"A=1\nDATABASE_URL=postgres://u:${SECRET}@h/d\n", "A=1\nDATABASE_URL=$SECRET\n",
          "A=1\nDATABASE_URL=\"x$SECRET\"\n", "A=1\nDATABASE_URL='secret\n", "A=1\nDATABASE_URL=\"secret\"secret\n",
          "A=1\nDATABASE_URL=\"secret\\nsecret\"\n", "A=1\nDATABASE_URL='secret\nsecret'\n"}) {
        const Error error = test::error_of([&] { (void)value_of(text); });
        EXPECT_EQ(error.code(), ErrorCode::usage) << text;
        EXPECT_THAT(error.what(), HasSubstr("/p/.env:")) << text;
        EXPECT_THAT(error.what(), Not(HasSubstr("secret"))) << text;
    }
}

}  // namespace
}  // namespace quarry::config
