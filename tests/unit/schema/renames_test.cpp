#include "core/schema/renames.h"

#include "tests/support/error_of.h"

namespace quarry::schema {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

RenameScope columns(std::vector<RenameObject> before, std::vector<RenameObject> after) {
    return {"column", {"users", "people"}, std::move(before), std::move(after), true};
}

RenameScope name_to_full_name() { return columns({{"name", "text", {}}}, {{"full_name", "text", {}}}); }

TEST(Renames, NothingIsRenamedWithoutDropAndAdd) {
    EXPECT_THAT(decide_renames(columns({{"a", "text", {}}}, {{"a", "text", {}}, {"b", "text", {}}}), {}), IsEmpty());
    EXPECT_THAT(decide_renames(columns({{"A", "text", {}}}, {{"a", "text", {}}}), {}), IsEmpty());
}

TEST(Renames, UndecidedNamesBothAndTheFlags) {
    const Error error = test::error_of([] { (void)decide_renames(name_to_full_name(), {}); });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_EQ(error.message(), "the column users.name is gone and users.full_name is new: this may be a rename");
    EXPECT_THAT(error.hint(), HasSubstr("--rename users.name:full_name"));
    EXPECT_THAT(error.hint(), HasSubstr("--not-renamed users.name"));
}

TEST(Renames, FlagsDecide) {
    DiffOptions options;
    options.renames = {{"users.name", "full_name"}};
    EXPECT_THAT(decide_renames(name_to_full_name(), options), ElementsAre(Pair("name", "full_name")));
    options.renames = {{"PEOPLE.Name", "FULL_NAME"}};  // By the table's new name, too, and in SQLite's letter case.
    EXPECT_THAT(decide_renames(name_to_full_name(), options), ElementsAre(Pair("name", "full_name")));
    options.renames = {};
    options.not_renamed = {"users.name"};
    EXPECT_THAT(decide_renames(name_to_full_name(), options), IsEmpty());
}

TEST(Renames, AnswersDecideAndTheLikeliestIsAskedFirst) {
    const RenameScope scope = columns({{"name", "text", {}}}, {{"city", "text", {}}, {"full_name", "text", {}}});
    std::vector<Rename> asked;
    DiffOptions options;
    options.ask_rename = [&](const Rename& rename) {
        asked.push_back(rename);
        return rename.to == "city";
    };
    EXPECT_THAT(decide_renames(scope, options), ElementsAre(Pair("name", "city")));
    EXPECT_THAT(asked, ElementsAre(Rename{"users.name", "full_name"}, Rename{"users.name", "city"}));
}

TEST(Renames, OtherTypesAndNamesAreNoRename) {
    EXPECT_THAT(decide_renames(columns({{"age", "integer", {}}}, {{"city", "text", {}}}), {}), IsEmpty());
    const RenameScope tables{"table", {}, {{"a", "", {"id", "x", "y"}}}, {{"b_things", "", {"id", "p", "q"}}}, true};
    EXPECT_THAT(decide_renames(tables, {}), IsEmpty());
}

TEST(Renames, TablesWithTheSameColumnsLookAlike) {
    const RenameScope tables{"table", {}, {{"users", "", {"id", "name"}}}, {{"people", "", {"id", "name"}}}, true};
    const Error error = test::error_of([&] { (void)decide_renames(tables, {}); });
    EXPECT_EQ(error.message(), "the table users is gone and people is new: this may be a rename");
}

struct BadRename {
    const char* name;
    Rename rename;
    const char* message;
    const char* hint;
};

class BadRenames : public ::testing::TestWithParam<BadRename> {};

TEST_P(BadRenames, AreUsageErrors) {
    const RenameScope scope =
        columns({{"name", "text", {}}, {"mail", "text", {}}}, {{"mail", "text", {}}, {"full_name", "text", {}}});
    DiffOptions options;
    options.renames = {GetParam().rename};
    const RenamePaths before = {{"table", {"users"}}, {"column", {"users.name", "users.mail"}}, {"view", {"v"}}};
    const RenamePaths after = {{"table", {"users"}}, {"column", {"users.mail", "users.full_name"}}, {"view", {}}};
    const Error error = test::error_of([&] {
        require_known_renames(options, before, after, true);
        (void)decide_renames(scope, options);
    });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_THAT(error.what(), HasSubstr(GetParam().message));
    EXPECT_THAT(error.hint(), HasSubstr(GetParam().hint));
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadRenames,
    ::testing::Values(
        BadRename{"unknown_source",
                  {"users.nam", "full_name"},
                  "the old schema has no users.nam",
                  "did you mean users.name?"},
        BadRename{
            "unknown_table", {"user.name", "full_name"}, "the old schema has no user.name", "did you mean users.name?"},
        BadRename{"unknown_target",
                  {"users.name", "ful_name"},
                  "the wanted schema has no such column",
                  "did you mean full_name?"},
        BadRename{"another_kind", {"v", "w"}, "the old schema has no v", "it has a view: write view:v"},
        BadRename{"unknown_of_its_kind",
                  {"vv", "w", "view"},
                  "--rename view:vv: the old schema has no view vv",
                  "did you mean view:v?"},
        BadRename{
            "kind_that_is_not_renamed", {"i", "j", "index"}, "the index i cannot be renamed", "leave the rename out"},
        BadRename{"source_stays", {"users.mail", "full_name"}, "the wanted schema still has mail", ""},
        BadRename{"target_was_there", {"users.name", "mail"}, "the old schema has mail already", ""}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Renames, OneMadeBeforeIsIgnored) {
    DiffOptions options;
    options.renames = {{"users", "people"}, {"people.name", "full_name"}};
    const RenamePaths both = {{"table", {"people"}}, {"column", {"people.full_name"}}};
    require_known_renames(options, both, both, true);
    const RenameScope scope{"column", {"people"}, {{"full_name", "text", {}}}, {{"full_name", "text", {}}}, true};
    EXPECT_THAT(decide_renames(scope, options), IsEmpty());
}

TEST(Renames, AnEmptySchemaKnowsNoRenames) {
    DiffOptions options;
    options.renames = {{"users", "people"}};
    require_known_renames(options, {}, {{"table", {"people"}}}, true);
}

TEST(Renames, UnknownNotRenamed) {
    DiffOptions options;
    options.not_renamed = {"users.nam"};
    const Error error = test::error_of([&] {
        require_known_renames(options, {{"table", {"users"}}, {"column", {"users.name"}}}, {{"table", {"users"}}},
                              false);
    });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_EQ(error.hint(), "did you mean users.name?");
}

}  // namespace
}  // namespace quarry::schema
