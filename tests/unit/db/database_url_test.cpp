#include "core/db/database_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"

namespace quarry::db {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ParseDatabaseUrl, FindsThePath) {
    const std::pair<const char*, const char*> cases[] = {
        {"app.db", "app.db"},          {"/srv/app.db", "/srv/app.db"},          {"sqlite:app.db", "app.db"},
        {"SQLITE:app.db", "app.db"},   {"sqlite3:db/app.db", "db/app.db"},      {"sqlite:/srv/app.db", "/srv/app.db"},
        {"sqlite://app.db", "app.db"}, {"sqlite:///srv/app.db", "/srv/app.db"}, {"./a:b.db", "./a:b.db"},
        {"sqlite:a b.db", "a b.db"},
    };
    for (const auto& [url, path] : cases) EXPECT_EQ(parse_database_url(url).path, path) << url;
}

TEST(ParseDatabaseUrl, LeavesPostgresqlUrlsToLibpq) {
    for (const char* url : {"postgresql://joe:a@h:5432/app?sslmode=require", "postgres:///app", "POSTGRES://h/app"}) {
        const DatabaseUrl parsed = parse_database_url(url);
        EXPECT_EQ(parsed.dialect, sql::Dialect::postgresql);
        EXPECT_EQ(parsed.url, url);
    }
}

TEST(ParseDatabaseUrl, RefusesWhatItCannotOpen) {
    const std::pair<const char*, const char*> cases[] = {
        {"", "it is empty"},
        {"  ", "it is empty"},
        {"sqlite:", "names no file"},
        {"sqlite::memory:", "in memory"},
        {"sqlite:app.db?mode=ro", "options such as \"?mode=ro\""},
        {"mysql://localhost/app", "\"mysql:\" is no kind of database"},
        {"file:app.db", "\"file:\" is no kind of database"},
        {"a:b.db", "\"a:\" is no kind of database"},
    };
    for (const auto& [url, message] : cases) {
        try {
            (void)parse_database_url(url);
            ADD_FAILURE() << url;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::usage);
            EXPECT_THAT(error.what(), HasSubstr(message)) << url;
            EXPECT_FALSE(error.hint().empty()) << url;
        }
    }
}

TEST(ParseDatabaseUrl, NeverShowsAPassword) {
    for (const char* url : {"mysql://joe:secret@h/db", "mysql://joe:se@cret@h/db", "mysql://:secret@h"}) {
        try {
            (void)parse_database_url(url);
            ADD_FAILURE() << url;
        } catch (const Error& error) {
            EXPECT_THAT(std::string(error.what()) + error.hint(), Not(HasSubstr("cret"))) << url;
        }
    }
}

TEST(RedactUrl, ReplacesThePasswordOnly) {
    EXPECT_EQ(redact_url("postgresql://joe:secret@h:5432/db"), "postgresql://joe:***@h:5432/db");
    EXPECT_EQ(redact_url("postgresql://joe:a@b:c@h/db"), "postgresql://joe:***@h/db");
    EXPECT_EQ(redact_url("postgresql://joe@h/db"), "postgresql://joe@h/db");
    EXPECT_EQ(redact_url("postgresql://h:5432/db@x"), "postgresql://h:5432/db@x");
    EXPECT_EQ(redact_url("postgresql://joe:se/cr?et@h/db"), "postgresql://joe:***@h/db");
    EXPECT_EQ(redact_url("postgresql:///db?user=joe&password=secret&host=/run"),
              "postgresql:///db?user=joe&password=***&host=/run");
    EXPECT_EQ(redact_url("host=h password=secret user=joe"), "host=h password=*** user=joe");
    EXPECT_EQ(redact_url("password = 'se cr\\'et' user=joe"), "password = *** user=joe");
    EXPECT_EQ(redact_url("passwords.db"), "passwords.db");
    EXPECT_EQ(redact_url("sqlite:app.db"), "sqlite:app.db");
    EXPECT_EQ(redact_url(""), "");
}

}  // namespace
}  // namespace quarry::db
