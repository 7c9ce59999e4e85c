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
        {"mysql://localhost/app", "\"mysql:\" is not a kind of database"},
        {"file:app.db", "\"file:\" is not a kind of database"},
        {"a:b.db", "\"a:\" is not a kind of database"},
        {"host=h dbname=app", "form key=value is not read"},
        {"password = 'x' user=joe", "form key=value is not read"},
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

TEST(UrlSettings, AreReadAsLibpqReadsThem) {
    const auto password = [](std::string_view url) {
        const auto settings = url_settings(url);
        const auto found = settings.find("password");
        return found == settings.end() ? "none" : found->second;
    };
    for (const char* url : {"postgresql://joe:x@h/db", "postgresql://:x@h", "postgresql://h/db?password=x",
                            "postgres:///db?user=joe&pass%77ord=%78"}) {
        EXPECT_EQ(password(url), "x") << url;
    }
    for (const char* url :
         {"postgresql://joe:@h/db", "postgresql://h/db?password=", "postgresql://h/db?password=x&password="}) {
        EXPECT_EQ(password(url), "") << url;
    }
    for (const char* url :
         {"postgresql://h/db", "postgresql://joe@h/db", "postgresql://h:5432/a@b", "postgresql://h/joe:x@y",
          "postgresql://h/db?sslpassword=x", "postgresql://@h:1/db", "", "x"}) {
        EXPECT_EQ(password(url), "none") << url;
    }
    EXPECT_EQ(url_settings("postgresql://h/db?%73ervice=prod").at("service"), "prod");
}

TEST(ParseDatabaseUrl, NeverShowsAPassword) {
    for (const char* url :
         {"host=h password=secret", "mysql://joe:secret@h/db", "mysql://joe:se@cret@h/db", "mysql://:secret@h"}) {
        try {
            (void)parse_database_url(url);
            ADD_FAILURE() << url;
        } catch (const Error& error) {
            EXPECT_THAT(std::string(error.what()) + error.hint(), Not(HasSubstr("cret"))) << url;
        }
    }
}

}  // namespace
}  // namespace quarry::db
