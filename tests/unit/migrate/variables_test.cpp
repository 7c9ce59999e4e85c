#include "core/migrate/variables.h"

#include <map>

#include "support.h"

namespace quarry::migrate {
namespace {

using test::error_of;
using test::Project;
using testing::HasSubstr;

Environment environment(std::map<std::string, std::string> values) {
    return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
        const auto at = values.find(name);
        return at == values.end() ? std::nullopt : std::optional(at->second);
    };
}

MigrationFile parse_sections(const std::string& text) {
    return parse_migration(sql::Dialect::sqlite, {"m.sql", text, std::nullopt, {}, MigrationText::Kind::sections});
}

/// The up script's statements, variables replaced, one a line.
std::string replaced(const std::string& text, const std::map<std::string, std::string>& values) {
    const MigrationFile file = parse_sections(text);
    std::string all;
    for (const sql::Section& statement : file.up.statements) {
        all += replace_variables(file.up, statement, environment(values)) + "\n";
    }
    return all;
}

struct ReplaceCase {
    const char* name;
    const char* text;
    const char* expected;
};

void PrintTo(const ReplaceCase& c, std::ostream* out) { *out << c.name; }

class Replaced : public testing::TestWithParam<ReplaceCase> {};

TEST_P(Replaced, OnlyWhereItIsWanted) {
    EXPECT_EQ(replaced(GetParam().text, {{"A", "one"}, {"B", "$A ${A}"}, {"EMPTY", ""}}), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, Replaced,
    testing::Values(
        ReplaceCase{"undeclared_is_text", "-- quarry:up\nSELECT '${A}';", "SELECT '${A}';\n"},
        ReplaceCase{"declared", "-- quarry:env: A\n-- quarry:up\nSELECT '${A}', ${A}, '${C}';",
                    "SELECT 'one', one, '${C}';\n"},
        ReplaceCase{"in_one_section", "-- quarry:up\n-- quarry:env: A\nSELECT '${A}';", "SELECT 'one';\n"},
        ReplaceCase{"several", "-- quarry:env: A, B\n-- quarry:up\nSELECT '${A}${B}';", "SELECT 'one$A ${A}';\n"},
        ReplaceCase{"values_are_not_read_again", "-- quarry:env: B\n-- quarry:env: A\n-- quarry:up\nSELECT '${B}';",
                    "SELECT '$A ${A}';\n"},
        ReplaceCase{"empty_value", "-- quarry:env: EMPTY\n-- quarry:up\nSELECT '${EMPTY}';", "SELECT '';\n"},
        ReplaceCase{"no_default_in_own_format", "-- quarry:env: A\n-- quarry:up\nSELECT '${C:-x}', '$A', '{A}', '${';",
                    "SELECT '${C:-x}', '$A', '{A}', '${';\n"},
        ReplaceCase{"goose", "-- +goose Up\n-- +goose ENVSUB ON\nSELECT '${A}', '${C:-fallback}', '${A:-other}';",
                    "SELECT 'one', 'fallback', 'one';\n"},
        ReplaceCase{"goose_empty_default", "-- +goose Up\n-- +goose ENVSUB ON\nSELECT '${C:-}';", "SELECT '';\n"},
        ReplaceCase{"goose_off", "-- +goose Up\nSELECT '${A}';", "SELECT '${A}';\n"}),
    [](const auto& given) { return given.param.name; });

TEST(Variables, OneWithoutAValueIsPointedTo) {
    const std::string text = "-- quarry:env: SECRET\n-- quarry:up\nSELECT 1;\nSELECT\n  '${SECRET}';\n";
    const Error error = error_of([&] { replaced(text, {}); });
    EXPECT_THAT(error.message(), HasSubstr("m.sql:5:4: the environment variable SECRET is not set"));
    EXPECT_THAT(error.hint(), HasSubstr("SECRET=VALUE"));
}

TEST(Variables, GooseWithoutAValueIsPointedTo) {
    EXPECT_THAT(error_of([&] { replaced("-- +goose Up\n-- +goose ENVSUB ON\nSELECT '${NOPE}';", {}); }).message(),
                HasSubstr("NOPE is not set"));
}

TEST(Variables, OneThatIsMissingStopsBeforeAnythingIsDone) {
    const Project project;
    project.add_tables(2);
    project.write("0003_env.sql", "-- quarry:env: NAME\n-- quarry:up\nCREATE TABLE ${NAME}(a);\n-- quarry:down\nDROP "
                                  "TABLE ${NAME};\n");
    EXPECT_THAT(error_of([&] { project.up(); }).message(), HasSubstr("0003_env.sql:3:14: "));
    EXPECT_EQ(project.query("SELECT count(*) FROM sqlite_schema"), "0");

    SQLite::Database database = project.open();
    MigratorOptions options = Project::options();
    options.environment = environment({{"NAME", "named"}});
    Migrator migrator(database, project.list(), options);
    migrator.up();
    EXPECT_EQ(project.tables(), "named t1 t2");
    migrator.down();
    EXPECT_EQ(project.tables(), "t1 t2");
}

TEST(Variables, TheirValuesAreNotKept) {
    const Project project;
    project.write("0001_env.sql", "-- quarry:env: SECRET\n-- quarry:up\nCREATE TABLE t(a);\nINSERT INTO t VALUES "
                                  "(length('${SECRET}'));\n-- quarry:down\nDROP TABLE t;\n");
    SQLite::Database database = project.open();
    MigratorOptions options = Project::options();
    options.environment = environment({{"SECRET", "hunter22"}});
    Migrator(database, project.list(), options).up();
    EXPECT_EQ(project.query("SELECT a FROM t"), "8");
    EXPECT_EQ(project.query("SELECT count(*) FROM quarry_migration_history WHERE script LIKE '%hunter%'"), "0");
    EXPECT_NO_THROW(project.check()) << "the checksum is the file's, whatever the value";
}

TEST(Variables, AFailureDoesNotShowTheirValues) {
    const Project project;
    project.write("0001_env.sql", "-- quarry:env: SECRET\n-- quarry:up\nINSERT INTO missing VALUES ('${SECRET}');\n"
                                  "-- quarry:down\nSELECT 1;\n");
    SQLite::Database database = project.open();
    MigratorOptions options = Project::options();
    options.environment = environment({{"SECRET", "hunter22"}});
    const Error error = error_of([&] { Migrator(database, project.list(), options).up(); });
    EXPECT_THAT(std::string(error.what()), testing::Not(HasSubstr("hunter22")));
    EXPECT_THAT(std::string(error.what()), HasSubstr("${SECRET}"));
}

}  // namespace
}  // namespace quarry::migrate
