#include "core/search/filter_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/error.h"

namespace quarry::search {
namespace {

using store::PathPattern;

struct PathCase {
    const char* name;
    const char* pattern;
    const char* uri;
    bool matches;
};

class FilterSpecPathTest : public ::testing::TestWithParam<PathCase> {};

TEST_P(FilterSpecPathTest, matches_as_a_person_means_it) {
    FilterSpec spec;
    spec.paths = {GetParam().pattern};
    const store::ChunkFilter filter = chunk_filter(spec);
    EXPECT_EQ(store::SourceMatcher(filter).holds_for_name(GetParam().uri), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    All, FilterSpecPathTest,
    ::testing::Values(PathCase{"folder", "/nowhere/docs", "/nowhere/docs/a.md", true},
                      PathCase{"folder_with_slash", "/nowhere/docs/", "/nowhere/docs/a.md", true},
                      PathCase{"folder_is_no_prefix", "/nowhere/docs", "/nowhere/docs2/a.md", false},
                      PathCase{"file_itself", "/nowhere/a.md", "/nowhere/a.md", true},
                      PathCase{"normalised", "/nowhere/x/../docs", "/nowhere/docs/a.md", true},
                      PathCase{"id_of_a_record", "record", "record", true},
                      PathCase{"id_is_a_folder", "record", "record/1", true},
                      PathCase{"web_address", "https://a.org/b", "https://a.org/b/c", true},
                      PathCase{"other_web_address", "https://a.org/b", "https://a.org/bc", false},
                      PathCase{"web_address_with_star", "https://a.org/*/c", "https://a.org/b/c", true},
                      PathCase{"name_in_any_folder", "*.pdf", "/nowhere/deep/a.pdf", true},
                      PathCase{"other_name", "*.pdf", "/nowhere/deep/a.txt", false},
                      PathCase{"glob_below", "/nowhere/**/*.md", "/nowhere/x/y/a.md", true},
                      PathCase{"glob_one_level", "/nowhere/*.md", "/nowhere/x/a.md", false},
                      PathCase{"glob_matches_a_folder", "/nowhere/d*", "/nowhere/docs/a.md", true},
                      PathCase{"glob_at_the_root", "/*.md", "/a.md", true},
                      PathCase{"glob_elsewhere", "/nowhere/*.md", "/elsewhere/a.md", false}),
    [](const auto& row) { return row.param.name; });

TEST(FilterSpecTest, one_glob_has_its_folder_and_two_have_none) {
    FilterSpec spec;
    spec.paths = {"/nowhere/docs/*.md"};
    EXPECT_EQ(chunk_filter(spec).folder, "/nowhere/docs");
    spec.paths.emplace_back("/nowhere/notes/*.md");
    EXPECT_EQ(chunk_filter(spec).folder, "");
    spec.paths = {"/*.md"};
    EXPECT_EQ(chunk_filter(spec).folder, "") << "everything is below the root";
}

TEST(FilterSpecTest, every_field_becomes_its_condition) {
    FilterSpec spec;
    EXPECT_TRUE(chunk_filter(spec).empty());
    spec = {.kinds = {"file", "stdin", "url"},
            .types = {"Markdown", "TEXT/*"},
            .languages = {"DE"},
            .since = "2024",
            .until = "2025",
            .tests = {"year>=2020"},
            .tags = {"Locks"},
            .headings = {"How to"}};
    const store::ChunkFilter filter = chunk_filter(spec);
    using store::SourceKind;
    EXPECT_THAT(filter.kinds, ::testing::ElementsAre(SourceKind::file, SourceKind::standard_input, SourceKind::url));
    EXPECT_THAT(filter.media_types, ::testing::ElementsAre("text/markdown", "text/*"));
    EXPECT_THAT(filter.languages, ::testing::ElementsAre("de"));
    EXPECT_EQ(filter.since, store::parse_date("2024"));
    EXPECT_EQ(filter.until, store::parse_date("2025"));
    EXPECT_EQ(filter.metadata.front(), store::parse_metadata_test("year>=2020"));
    EXPECT_EQ(filter.tags, spec.tags);
    EXPECT_EQ(filter.headings, spec.headings);
}

TEST(FilterSpecTest, what_makes_no_sense_is_a_usage_error) {
    const auto code_of = [](const FilterSpec& spec) {
        try {
            static_cast<void>(chunk_filter(spec));
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::failed;
    };
    EXPECT_EQ(code_of({.paths = {""}}), ErrorCode::usage);
    EXPECT_EQ(code_of({.kinds = {"tape"}}), ErrorCode::usage);
    EXPECT_EQ(code_of({.types = {"tape"}}), ErrorCode::usage);
    EXPECT_EQ(code_of({.since = "soon"}), ErrorCode::usage);
    EXPECT_EQ(code_of({.until = "soon"}), ErrorCode::usage);
    EXPECT_EQ(code_of({.tests = {"=1"}}), ErrorCode::usage);
}

}  // namespace
}  // namespace quarry::search
