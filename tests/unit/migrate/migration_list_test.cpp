#include "core/migrate/migration_list.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "core/base/hash.h"
#include "support.h"

namespace quarry::migrate {
namespace {

using test::error_of;
using test::Project;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> titles_of(const MigrationList& list) {
    std::vector<std::string> titles;
    for (const Migration& one : list.all()) titles.push_back(one.title());
    return titles;
}

TEST(ParseFileName, ReadsVersionAndName) {
    const std::tuple<const char*, std::int64_t, const char*, VersionStyle> cases[] = {
        {"0001_create_users.sql", 1, "create_users", VersionStyle::number},
        {"7_x.sql", 7, "x", VersionStyle::number},
        {"1234567890_unix_time.sql", 1234567890, "unix_time", VersionStyle::number},
        {"20261121103000_add-é.sql", 20261121103000, "add-é", VersionStyle::timestamp},
    };
    for (const auto& [file, version, name, style] : cases) {
        const FileName parsed = parse_file_name(file, file);
        EXPECT_EQ(parsed.version, version) << file;
        EXPECT_EQ(parsed.name, name) << file;
        EXPECT_EQ(parsed.style, style) << file;
    }
}

TEST(ParseFileName, SaysWhatIsWrong) {
    const std::pair<std::string, const char*> cases[] = {
        {"create.sql", "does not begin with a version"},
        {"0001.sql", "no \"_\""},
        {"0001-create.sql", "no \"_\""},
        {"0001_.sql", "has no name"},
        {"0001_a b.sql", "letters, digits"},
        {"0001_a.SQL", "does not end in .sql"},
        {"0000_a.sql", "begin at 1"},
        {"20261321103000_a.sql", "does not exist"},
        {"20260230103000_a.sql", "does not exist"},
        {"20261121246000_a.sql", "does not exist"},
        {"202611211030001_a.sql", "more than 14 digits"},
        {"0001_.up.sql", "has no name"},
        {"R_.sql", "has no name"},
        {"R_a b.sql", "letters, digits"},
        {"0001_a\x1b[2J.sql", "letters, digits"},
        {"0001_\xFF.sql", "letters, digits"},
    };
    for (const auto& [file, message] : cases) {
        const Error error = error_of([&, &file = file] { (void)parse_file_name(file, "m/" + file); });
        EXPECT_THAT(error.message(), HasSubstr("m/" + file + ": "));
        EXPECT_THAT(error.message(), HasSubstr(message)) << file;
        EXPECT_FALSE(error.hint().empty()) << file;
    }
}

TEST(FromFolder, PutsPairsTogetherAndRepeatableOnesAside) {
    const Project project;
    project.write("000001_a.up.sql", "CREATE TABLE a(b);\n");
    project.write("000001_a.down.sql", "DROP TABLE a;\n");
    project.write("000002_b.up.sql", "CREATE TABLE b(c);\n");
    project.write("R_views.sql", "CREATE VIEW IF NOT EXISTS v AS SELECT 1;\n");
    const MigrationList list = project.list();
    ASSERT_EQ(list.all().size(), 2U);
    EXPECT_THAT(list.all()[0].down_path, HasSubstr("000001_a.down.sql"));
    EXPECT_EQ(list.all()[0].checksum, sha256("CREATE TABLE a(b);\nDROP TABLE a;\n"));
    EXPECT_EQ(list.all()[1].down_path, "");
    ASSERT_EQ(list.repeatable().size(), 1U);
    EXPECT_EQ(list.repeatable()[0].title(), "R_views");
    EXPECT_TRUE(list.load(list.all()[0], sql::Dialect::sqlite).down);
    EXPECT_FALSE(list.load(list.repeatable()[0], sql::Dialect::sqlite).down);
}

TEST(FromFolder, ADownFileAloneIsAnError) {
    const Project project;
    project.write("000001_a.down.sql", "DROP TABLE a;\n");
    EXPECT_THAT(error_of([&] { (void)project.list(); }).message(), HasSubstr("has no 000001_a.up.sql beside it"));
}

TEST(FromFolder, OrdersByVersionAndPassesOverTheRest) {
    const Project project;
    for (const char* name : {"10_c.sql", "9_b.sql", "1_a.sql"}) project.add(name, "x;", "y;");
    project.write("README.md", "");
    project.write(".hidden.sql", "");
    project.write("1_a.sql~", "");
    std::filesystem::create_directory(project.folder() / "old.sql");
    EXPECT_THAT(titles_of(project.list()), ElementsAre("1_a", "9_b", "10_c"));
    EXPECT_EQ(project.list().style(), VersionStyle::number);
    EXPECT_NE(project.list().find(9), nullptr);
    EXPECT_EQ(project.list().find(2), nullptr);
}

TEST(FromFolder, AnEmptyOneIsNoError) {
    const Project project;
    EXPECT_TRUE(project.list().all().empty());
    EXPECT_EQ(project.list().style(), std::nullopt);
}

TEST(FromFolder, RefusesConflicts) {
    const Project same;
    same.add("0001_a.sql", "x;", "y;");
    same.add("1_b.sql", "x;", "y;");
    const Error duplicate = error_of([&] { (void)same.list(); });
    EXPECT_EQ(duplicate.code(), ErrorCode::migration_order);
    EXPECT_THAT(duplicate.message(), HasSubstr("0001_a.sql"));
    EXPECT_THAT(duplicate.message(), HasSubstr("1_b.sql"));
    const Project mixed;
    mixed.add("0001_a.sql", "x;", "y;");
    mixed.add("20261121103000_b.sql", "x;", "y;");
    EXPECT_EQ(error_of([&] { (void)mixed.list(); }).code(), ErrorCode::migration_order);
}

TEST(FromFolder, SaysWhyItCannotRead) {
    const Project project;
    const Error missing = error_of([&] { (void)MigrationList::from_folder(project.root() / "none"); });
    EXPECT_THAT(missing.what(), HasSubstr("No such file"));
    EXPECT_THAT(missing.hint(), HasSubstr("migrate new"));
    project.write("f", "");
    EXPECT_THAT(error_of([&] { (void)MigrationList::from_folder(project.folder() / "f"); }).what(),
                HasSubstr("Not a directory"));
    std::filesystem::create_symlink("nowhere", project.folder() / "0001_gone.sql");
    EXPECT_THAT(error_of([&] { (void)project.list(); }).what(), HasSubstr("0001_gone.sql"));
}

TEST(FromFolder, RefusesAHugeFileWithoutReadingIt) {
    const Project project;
    project.write("0001_dump.sql", "");
    ASSERT_EQ(::truncate((project.folder() / "0001_dump.sql").c_str(), 100'000'000), 0);
    const Error error = error_of([&] { (void)project.list(); });
    EXPECT_THAT(error.what(), HasSubstr("larger than the limit of 50 MB"));
    EXPECT_THAT(error.hint(), HasSubstr("split"));
}

TEST(Checksum, IsSha256OfTheFile) {
    const Project project;
    const std::string text = "-- quarry:up\nSELECT 1;\n";
    project.write("0001_a.sql", text);
    EXPECT_EQ(project.list().all()[0].checksum, sha256(text));
}

TEST(Checksum, DoesNotDependOnTheCheckout) {
    const Project project;
    project.write("0001_a.sql", "-- quarry:up\nSELECT 1;\n");
    project.write("0002_a.sql", "\xEF\xBB\xBF-- quarry:up\r\nSELECT 1;\r\n");
    const MigrationList list = project.list();
    EXPECT_EQ(list.all()[0].checksum, list.all()[1].checksum);
    EXPECT_EQ(list.read(list.all()[1]).text, "-- quarry:up\nSELECT 1;\n");
}

TEST(Read, WhatWasListedComesBack) {
    const Project project;
    project.write("0001_a.sql", "one");
    const MigrationList list = project.list();
    project.write("0001_a.sql", "two");
    EXPECT_EQ(list.read(list.all()[0]).text, "one");
}

TEST(Read, NoticesAChangeOfALargeFileInBetween) {
    const Project project;
    project.write("0001_a.sql", std::string(MigrationList::max_kept_bytes + 1, ' '));
    const MigrationList list = project.list();
    EXPECT_NO_THROW((void)list.read(list.all()[0]));
    project.write("0001_a.sql", "two");
    EXPECT_EQ(error_of([&] { (void)list.read(list.all()[0]); }).code(), ErrorCode::migration_edited);
}

TEST(FromMemory, ReadsWhatIsCompiledIn) {
    const EmbeddedMigration embedded[] = {{"0002_b.sql", "-- quarry:up\nb;"}, {"0001_a.sql", "-- quarry:up\r\na;"}};
    const MigrationList list = MigrationList::from_memory(embedded);
    EXPECT_TRUE(list.embedded());
    EXPECT_THAT(titles_of(list), ElementsAre("0001_a", "0002_b"));
    EXPECT_EQ(list.read(list.all()[0]).text, "-- quarry:up\na;");
}

TEST(MigrationList, AMigrationThatIsAProgramIsNotPassedOver) {
    const TemporaryDirectory folder;
    std::ofstream(folder.path() / "00001_users.sql") << "-- +goose Up\nCREATE TABLE a(b);\n";
    std::ofstream(folder.path() / "embed.go") << "package migrations";
    std::ofstream(folder.path() / "00002_roles_test.go") << "package migrations";
    EXPECT_THAT(titles_of(MigrationList::from_folder(folder.path())), ElementsAre("00001_users"));
    std::ofstream(folder.path() / "00002_roles.go") << "package migrations";
    const Error error = error_of([&] { (void)MigrationList::from_folder(folder.path()); });
    EXPECT_THAT(error.message(), HasSubstr("00002_roles.go is a migration that is not SQL"));
    EXPECT_THAT(error.hint(), HasSubstr("--leave-out 00002_roles.go"));
}

TEST(ParseFileName, VersionZeroIsForImport) {
    EXPECT_THAT(error_of([] { (void)parse_file_name("0000_a.sql", "0000_a.sql"); }).hint(),
                HasSubstr("quarry migrate import"));
}

}  // namespace
}  // namespace quarry::migrate
