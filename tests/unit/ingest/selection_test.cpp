#include "core/ingest/selection.h"

#include <gtest/gtest.h>

#include <vector>

namespace quarry::ingest {
namespace {

struct SelectionCase {
    const char* name;
    std::vector<std::string> include, exclude;
    const char* glob;
    const char* path;
    bool taken;
};

class SelectionTest : public ::testing::TestWithParam<SelectionCase> {};

TEST_P(SelectionTest, takes_what_the_patterns_say) {
    const SelectionCase& row = GetParam();
    Selection selection(row.include, row.exclude);
    if (*row.glob != '\0') selection.add_glob(row.glob);
    EXPECT_EQ(selection.takes(row.path), row.taken);
}

INSTANTIATE_TEST_SUITE_P(All, SelectionTest,
                         ::testing::Values(SelectionCase{"nothing_said", {}, {}, "", "a/b.md", true},
                                           SelectionCase{"included_name", {"*.md"}, {}, "", "a/b.md", true},
                                           SelectionCase{"not_included_name", {"*.md"}, {}, "", "a/b.txt", false},
                                           SelectionCase{"one_of_two", {"*.md", "*.txt"}, {}, "", "a/b.txt", true},
                                           SelectionCase{"included_folder", {"api/"}, {}, "", "api/deep/x", true},
                                           SelectionCase{"folder_pattern_is_no_file", {"api/"}, {}, "", "api", false},
                                           SelectionCase{"anchored", {"/api/*.md"}, {}, "", "sub/api/x.md", false},
                                           SelectionCase{"excluded_name", {}, {"*.tmp"}, "", "a/b.tmp", false},
                                           SelectionCase{
                                               "excluded_folder", {}, {"drafts/"}, "", "a/drafts/b/c.md", false},
                                           SelectionCase{"exclude_wins", {"*.md"}, {"b.*"}, "", "b.md", false},
                                           SelectionCase{"taken_back", {}, {"*.md", "!keep.md"}, "", "keep.md", true},
                                           SelectionCase{"glob_any_depth", {}, {}, "**/*.md", "a/b/c.md", true},
                                           SelectionCase{"glob_at_the_top", {}, {}, "**/*.md", "c.md", true},
                                           SelectionCase{"glob_one_level", {}, {}, "*.md", "a/c.md", false},
                                           SelectionCase{"glob_matches_a_folder", {}, {}, "a*", "api/c.txt", true},
                                           SelectionCase{"glob_and_exclude", {}, {"c.md"}, "**/*.md", "a/c.md", false}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace quarry::ingest
