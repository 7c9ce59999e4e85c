#include "core/migrate/migration_file.h"

#include "core/base/text.h"
#include "support.h"

namespace quarry::migrate {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr sql::Dialect sqlite = sql::Dialect::sqlite;
constexpr sql::Dialect postgresql = sql::Dialect::postgresql;

MigrationFile parse(const std::string& text, sql::Dialect dialect = sqlite) {
    return parse_migration(dialect, {"m/0001_a.sql", text, std::nullopt, {}, MigrationText::Kind::sections});
}

MigrationFile parse_pair(const std::string& up, std::optional<std::string> down, sql::Dialect dialect = sqlite) {
    MigrationText text{"m/1_a.up.sql", up, std::nullopt, {}, MigrationText::Kind::pair};
    if (down) {
        text.down_path = "m/1_a.down.sql";
        text.down_text = *down;
    }
    return parse_migration(dialect, text);
}

std::vector<std::string> statements_of(const Script& script) {
    std::vector<std::string> statements;
    for (const sql::Section& one : script.statements) statements.emplace_back(script.sql_of(one));
    return statements;
}

TEST(ParseMigration, FindsTheSections) {
    const MigrationFile file =
        parse("-- About users.\n-- quarry:up\nCREATE TABLE a(b);\n-- quarry:down\nDROP TABLE a;\n");
    EXPECT_THAT(statements_of(file.up), ElementsAre("CREATE TABLE a(b);"));
    ASSERT_TRUE(file.down);
    EXPECT_THAT(statements_of(*file.down), ElementsAre("DROP TABLE a;"));
    EXPECT_EQ(file.irreversible, "");
    EXPECT_TRUE(file.up.transactional);
}

TEST(ParseMigration, ReadsDirectivesForBothSectionsOrOne) {
    const MigrationFile file =
        parse("-- quarry:lock-timeout: 5s\n-- quarry:allow drop-table: nobody reads it\n-- quarry:up\n"
              "-- quarry:no-transaction\n-- quarry:env: ROLE, OWNER\na;\n-- quarry:down\n-- quarry:statement-timeout "
              "2min\nb;\n");
    EXPECT_FALSE(file.up.transactional);
    EXPECT_TRUE(file.down->transactional);
    EXPECT_EQ(file.up.lock_timeout, std::chrono::milliseconds(5000));
    EXPECT_EQ(file.down->lock_timeout, std::chrono::milliseconds(5000));
    EXPECT_EQ(file.up.statement_timeout, std::nullopt);
    EXPECT_EQ(file.down->statement_timeout, std::chrono::milliseconds(120'000));
    EXPECT_THAT(file.up.variables, ElementsAre("ROLE", "OWNER"));
    ASSERT_EQ(file.allowed.size(), 1U);
    EXPECT_EQ(file.allowed[0].rule, "drop-table");
    EXPECT_EQ(file.allowed[0].reason, "nobody reads it");
}

TEST(ParseMigration, ReadsDbmateFiles) {
    const MigrationFile file =
        parse("-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON t (a);\n\n-- migrate:down\nDROP INDEX i",
              postgresql);
    EXPECT_EQ(file.format, FileFormat::dbmate);
    EXPECT_FALSE(file.up.transactional);
    EXPECT_TRUE(file.down->transactional);
    EXPECT_THAT(statements_of(*file.down), ElementsAre("DROP INDEX i"));
}

TEST(ParseMigration, ReadsGooseFiles) {
    const MigrationFile file = parse(
        "-- +goose Up\n-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS int AS $$\nBEGIN\n  RETURN 1;\nEND;\n$$ "
        "LANGUAGE plpgsql\n-- +goose StatementEnd\nSELECT 1;\n-- +goose Down\nDROP FUNCTION f();\n",
        postgresql);
    EXPECT_EQ(file.format, FileFormat::goose);
    ASSERT_EQ(file.up.statements.size(), 2U);
    EXPECT_THAT(statements_of(file.up)[0], HasSubstr("LANGUAGE plpgsql"));
    EXPECT_THAT(statements_of(*file.down), ElementsAre("DROP FUNCTION f();"));
    const MigrationFile alone = parse("-- +goose NO TRANSACTION\n-- +goose ENVSUB ON\n-- +goose Up\nVACUUM;\n");
    EXPECT_FALSE(alone.up.transactional);
    EXPECT_TRUE(alone.up.any_variable);
    const MigrationFile late = parse("-- +goose Down\nVACUUM;\n-- +goose Up\n-- +goose NO TRANSACTION\nVACUUM;\n");
    EXPECT_FALSE(late.up.transactional);
    EXPECT_FALSE(late.down->transactional) << "it is said of the file";
}

TEST(ParseMigration, ReadsPairs) {
    const MigrationFile file = parse_pair("BEGIN;\nCREATE TABLE a(b);\nCOMMIT;\n", "DROP TABLE a");
    EXPECT_EQ(file.format, FileFormat::pair);
    EXPECT_THAT(statements_of(file.up), ElementsAre("CREATE TABLE a(b);"));
    EXPECT_TRUE(file.up.transactional);
    EXPECT_THAT(statements_of(*file.down), ElementsAre("DROP TABLE a"));
    EXPECT_EQ(file.down->path, "m/1_a.down.sql");
    EXPECT_FALSE(parse_pair("CREATE INDEX CONCURRENTLY i ON t (a)", std::nullopt, postgresql).up.transactional);
    EXPECT_FALSE(parse_pair("SELECT 1;", std::nullopt).down);
}

TEST(ParseMigration, WhatNeedsNoTransactionHasToSaySo) {
    const Error error =
        error_of([] { (void)parse("-- quarry:up\nSELECT 1;\nCREATE INDEX CONCURRENTLY i ON t (a);", postgresql); });
    EXPECT_THAT(error.message(), HasSubstr("m/0001_a.sql:3:1: CREATE ... CONCURRENTLY cannot run inside"));
    EXPECT_THAT(error.hint(), HasSubstr("quarry:no-transaction"));
    EXPECT_NO_THROW(
        (void)parse("-- quarry:no-transaction\n-- quarry:up\nCREATE INDEX CONCURRENTLY i ON t (a);", postgresql));
    EXPECT_NO_THROW((void)parse("-- quarry:no-transaction\n-- quarry:up\nPRAGMA journal_mode = WAL; VACUUM;"));
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
        Malformed{"dbmate_before_marker", "a;\n-- migrate:up\nb;", ":1:1: this statement is in no section",
                  "quarry:up"},
        Malformed{"goose_unterminated", "-- +goose Up\nCREATE TABLE a(b)\n-- +goose Down\n", ":2:1: this statement is",
                  "\";\""},
        Malformed{"timeout_without_unit", "-- quarry:lock-timeout: 5\n-- quarry:up\na;",
                  ":1:1: \"-- quarry:lock-timeout\" needs", "5s"},
        Malformed{"env_without_name", "-- quarry:env\n-- quarry:up\na;", ":1:1: \"-- quarry:env\" names no",
                  "APP_ROLE"},
        Malformed{"env_with_bad_name", "-- quarry:env: 1x\n-- quarry:up\na;", ":1:1: \"1x\" is not the name",
                  "APP_ROLE"},
        Malformed{"no_transaction_with_words", "-- quarry:no-transaction please\n-- quarry:up\na;", "is followed by",
                  "nothing else"},
        Malformed{"shell_command", "-- quarry:up\n.read x.sql\n", ":2:1: \".read x.sql\" is a command of", "SQL"},
        Malformed{"only_down", "-- quarry:down\nb;", "there is no up section", "-- quarry:up"},
        Malformed{"sql_before_marker", "\na;\n-- quarry:up\nb;", ":2:1: this statement is in no section", "quarry:up"},
        Malformed{"up_empty", "-- quarry:up\n-- later\n", "the up section is empty", "statements"},
        Malformed{"down_empty", "-- quarry:up\na;\n-- quarry:down\n;", "the down section is empty", "irreversible"},
        Malformed{"up_twice", "-- quarry:up\na;\n-- quarry:up\nb;", ":3:1: there is more than one", "one section"},
        Malformed{"unknown", "-- quarry:upp\na;", ":1:1: unknown directive \"-- quarry:upp\"", "\"-- quarry:up\"?"},
        Malformed{"unknown_case", "-- Quarry:UP\na;", "unknown directive", "\"-- quarry:up\"?"},
        Malformed{"unknown_space", "-- quarry: down\na;", "unknown directive \"-- quarry: down\"",
                  "\"-- quarry:down\"?"},
        Malformed{"unknown_far", "-- quarry:frobnicate\na;", "unknown directive", "quarry knows"},
        Malformed{"unknown_nothing", "-- quarry:\na;", "unknown directive", "quarry"},
        Malformed{"words_after_up", "-- quarry:up now\na;", "is followed by something", "nothing else"},
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

TEST(ParseMigration, KeepsWhatIsRefusedForTheLinter) {
    const std::string text =
        "-- quarry:up\nBEGIN;\nCOPY t (a, b) FROM stdin;\n1\tit's; -- quarry:down\n\\.\nCREATE TABLE a(b);\nCOMMIT;\n";
    EXPECT_THAT(error_of([&] { (void)parse(text, postgresql); }).what(), HasSubstr("m/0001_a.sql:"));
    const MigrationFile file = parse_migration(
        postgresql, {"m/0001_a.sql", text, std::nullopt, {}, MigrationText::Kind::sections}, Refused::kept);
    EXPECT_THAT(statements_of(file.up),
                ElementsAre("BEGIN;", "COPY t (a, b) FROM stdin;", "CREATE TABLE a(b);", "COMMIT;"));
    EXPECT_FALSE(file.down);
    ASSERT_EQ(file.up.refused.size(), 3u);
    EXPECT_EQ(file.up.refused[1].start, text.find("COPY"));
    EXPECT_THAT(file.up.refused[1].problem, HasSubstr("COPY"));
}

TEST(ParseMigration, PlacesToFillInAreRefused) {
    const MigrationFile file = parse("-- quarry:up\nCREATE TABLE t(a);\nINSERT INTO t SELECT NULL /* FILL IN: t.a */;\n"
                                     "-- quarry:down\nDROP TABLE t /* '/* FILL IN' */;\n");
    EXPECT_THAT(error_of([&] { require_filled_in(sqlite, file.up); }).what(),
                HasSubstr("m/0001_a.sql:3:27: a value is still to be filled in here"));
    EXPECT_NO_THROW(require_filled_in(sqlite, *file.down));
}

TEST(ParseMigration, APlaceForATimeZoneAsksForOne) {
    const MigrationFile file =
        parse("-- quarry:up\nSET LOCAL TIME ZONE DEFAULT /* FILL IN: the time zone of t.a, such as "
              "'UTC' */;\n-- quarry:irreversible: no\n",
              sql::Dialect::postgresql);
    const Error error = error_of([&] { require_filled_in(sql::Dialect::postgresql, file.up); });
    EXPECT_THAT(error.hint(), HasSubstr("the time zone in place of DEFAULT"));
}

}  // namespace
}  // namespace quarry::migrate
