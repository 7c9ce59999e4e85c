#include "core/base/redact_url.h"

#include <gtest/gtest.h>

namespace quarry {
namespace {

TEST(RedactUrl, ReplacesThePasswordOnly) {
    EXPECT_EQ(redact_url("postgresql://joe:secret@h:5432/db"), "postgresql://joe:***@h:5432/db");
    EXPECT_EQ(redact_url("postgresql://joe:a@b:c@h/db"), "postgresql://joe:***@h/db");
    EXPECT_EQ(redact_url("postgresql://joe@h/db"), "postgresql://joe@h/db");
    EXPECT_EQ(redact_url("postgresql://h:5432/db@x"), "postgresql://h:5432/db@x");
    EXPECT_EQ(redact_url("postgresql://joe:se/cr?et@h/db"), "postgresql://joe:***@h/db");
    EXPECT_EQ(redact_url("postgresql:///db?user=joe&password=secret&host=/run"),
              "postgresql:///db?user=joe&password=***&host=/run");
    EXPECT_EQ(redact_url("host=h password=secret user=joe"), "host=h password=*** user=joe");
    EXPECT_EQ(redact_url("postgres:/joe:secret@h/x"), "postgres:/joe:***@h/x");
    EXPECT_EQ(redact_url("postgresql:joe@h"), "postgresql:joe@h");
    EXPECT_EQ(redact_url("password = 'se cr\\'et' user=joe"), "password = *** user=joe");
    EXPECT_EQ(redact_url("postgresql://h/db?pass%77ord=secret&user=%6Aoe"),
              "postgresql://h/db?pass%77ord=***&user=%6Aoe");
    EXPECT_EQ(redact_url("postgresql://joe:s%40x@h/db?%"), "postgresql://joe:***@h/db?%");
    EXPECT_EQ(redact_url("passwords.db"), "passwords.db");
    EXPECT_EQ(redact_url("sqlite:app.db"), "sqlite:app.db");
    EXPECT_EQ(redact_url(""), "");
}

}  // namespace
}  // namespace quarry
