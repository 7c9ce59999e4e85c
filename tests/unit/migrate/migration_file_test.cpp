#include "core/migrate/migration_file.h"

#include "core/base/text.h"
#include "support.h"

namespace quarry::migrate {
namespace {

using test::error_of;
using testing::HasSubstr;

MigrationFile parse(const std::string& text) { return parse_migration({"m/0001_a.sql", text}); }

std::string text_of(const std::string& text, sql::Section section) {
    return std::string(trim(std::string_view(text).substr(section.start, section.end - section.start)));
}

TEST(ParseMigration, FindsTheSections) {
    const std::string text = "-- About users.\n-- quarry:up\nCREATE TABLE a(b);\n-- quarry:down\nDROP TABLE a;\n";
    const MigrationFile file = parse(text);
    EXPECT_EQ(text_of(text, file.up), "CREATE TABLE a(b);");
    ASSERT_TRUE(file.down);
    EXPECT_EQ(text_of(text, *file.down), "DROP TABLE a;");
    EXPECT_EQ(file.irreversible, "");
}

TEST(ParseMigration, AcceptsVariations) {
    EXPECT_FALSE(parse("-- quarry:up\na;").down);
    EXPECT_TRUE(parse("--quarry:up  \na;\n  --   quarry:down\nb;").down);
    EXPECT_TRUE(parse("-- quarry:down\nb;\n-- quarry:up\na;").down);
    EXPECT_EQ(parse("-- quarry:up\na;\n-- quarry:irreversible: rows are gone\n").irreversible, "rows are gone");
    const MigrationFile empty_down = parse("-- quarry:up\na;\n-- quarry:down\n-- quarry:irreversible: gone");
    EXPECT_FALSE(empty_down.down);
    EXPECT_EQ(empty_down.irreversible, "gone");
}

TEST(ParseMigration, TakesAMarkerInAStringForText) {
    const std::string text = "-- quarry:up\nINSERT INTO a VALUES ('\n-- quarry:down\n');\n/*\n-- quarry:down\n*/\n";
    EXPECT_FALSE(parse(text).down);
}

struct Malformed {
    const char* name;
    std::string text;
    const char* message;
    const char* hint;
};

void PrintTo(const Malformed& c, std::ostream* out) { *out << c.name; }

class MalformedFile : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedFile, IsRefusedWithItsPlace) {
    const Error error = error_of([&] { (void)parse(GetParam().text); });
    EXPECT_EQ(error.code(), ErrorCode::failed);
    EXPECT_THAT(error.message(), HasSubstr("m/0001_a.sql:"));
    EXPECT_THAT(error.message(), HasSubstr(GetParam().message));
    EXPECT_THAT(error.hint(), HasSubstr(GetParam().hint));
}

INSTANTIATE_TEST_SUITE_P(
    All, MalformedFile,
    testing::Values(
        Malformed{"empty", "", ":1:1: there is no up section", "-- quarry:up"},
        Malformed{"no_marker", "CREATE TABLE a(b);", ":1:1: this statement is in no section", "-- quarry:up"},
        Malformed{"dbmate", "-- migrate:up\nCREATE TABLE a(b);", "in no section", "dbmate"},
        Malformed{"goose", "-- +goose Up\nCREATE TABLE a(b);", "in no section", "goose"},
        Malformed{"only_down", "-- quarry:down\nb;", "there is no up section", "-- quarry:up"},
        Malformed{"sql_before_marker", "\na;\n-- quarry:up\nb;", ":2:1: this statement is in no section", "quarry:up"},
        Malformed{"up_empty", "-- quarry:up\n-- later\n", "the up section is empty", "statements"},
        Malformed{"down_empty", "-- quarry:up\na;\n-- quarry:down\n;", "the down section is empty", "irreversible"},
        Malformed{"up_twice", "-- quarry:up\na;\n-- quarry:up\nb;", ":3:1: there is more than one", "one section"},
        Malformed{"unknown", "-- quarry:upp\na;", ":1:1: unknown directive \"-- quarry:upp\"", "\"-- quarry:up\"?"},
        Malformed{"unknown_case", "-- Quarry:UP\na;", "unknown directive", "\"-- quarry:up\"?"},
        Malformed{"unknown_space", "-- quarry: down\na;", "unknown directive", "\"-- quarry:down\"?"},
        Malformed{"unknown_far", "-- quarry:frobnicate\na;", "unknown directive", "quarry knows"},
        Malformed{"unknown_nothing", "-- quarry:\na;", "unknown directive", "quarry"},
        Malformed{"words_after_up", "-- quarry:up now\na;", "is followed by something", "alone"},
        Malformed{"irreversible_without_reason", "-- quarry:up\na;\n-- quarry:irreversible", ":3:1:", "reason"},
        Malformed{"irreversible_with_down", "-- quarry:up\na;\n-- quarry:down\nb;\n-- quarry:irreversible: x",
                  ":5:1: a migration with a down section is not irreversible", "delete"},
        Malformed{"unterminated_statement", "-- quarry:up\nDELETE FROM a\n-- quarry:down\nb;",
                  ":2:1: this statement is", "\";\""},
        Malformed{"unterminated_string", "-- quarry:up\nSELECT 'a;\n-- quarry:down\nb;", ":2:8: this string", "''"},
        Malformed{"invalid_utf8", "-- quarry:up\n-- caf\xE9\na;", ":2:7: the file is not valid UTF-8", "UTF-8"},
        Malformed{"utf16", std::string("\xFF\xFE-\0-\0", 6), ":1:1: the file is not valid UTF-8", "UTF-8"},
        Malformed{"nul", std::string("-- quarry:up\na\0;", 16), ":2:2: there is a NUL byte", "UTF-8"}),
    [](const auto& given) { return given.param.name; });

TEST(SourceText, CountsColumnsInCodePoints) {
    const sql::SourceText source{"f", "é\néé;"};
    EXPECT_EQ(source.location(0), "f:1:1");
    EXPECT_EQ(source.location(2), "f:1:2");
    EXPECT_EQ(source.location(7), "f:2:3");
    EXPECT_EQ(source.location(1000), "f:2:4");
}

}  // namespace
}  // namespace quarry::migrate
