// Which chunks a retrieval looks at: the filters of a scope.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/unit/store/contract/corpus.h"

namespace quarry::store::contract {
namespace {

struct FilterRow {
    const char* name;
    std::function<void(ChunkFilter& filter)> set;
    const char* chunks;  ///< The first words of those that it lets through, in order of id.
};

using Kind = PathPattern::Kind;

std::function<void(ChunkFilter&)> path(Kind kind, std::string text, std::string folder = "") {
    return [=](ChunkFilter& filter) { filter.paths = {{kind, text, folder}}; };
}
std::function<void(ChunkFilter&)> folder(std::string name) {
    return [=](ChunkFilter& filter) { filter.folder = name; };
}
std::function<void(ChunkFilter&)> kinds(std::vector<SourceKind> list) {
    return [=](ChunkFilter& filter) { filter.kinds = list; };
}
std::function<void(ChunkFilter&)> types(std::vector<std::string> list) {
    return [=](ChunkFilter& filter) { filter.media_types = list; };
}
std::function<void(ChunkFilter&)> languages(std::vector<std::string> list) {
    return [=](ChunkFilter& filter) { filter.languages = list; };
}
std::function<void(ChunkFilter&)> dates(const char* since, const char* until) {
    return [=](ChunkFilter& filter) {
        if (since != nullptr) filter.since = parse_date(since);
        if (until != nullptr) filter.until = parse_date(until);
    };
}
std::function<void(ChunkFilter&)> where(std::vector<std::string> tests) {
    return [=](ChunkFilter& filter) {
        for (const std::string& test : tests) filter.metadata.push_back(parse_metadata_test(test));
    };
}
std::function<void(ChunkFilter&)> tags(std::vector<std::string> list) {
    return [=](ChunkFilter& filter) { filter.tags = list; };
}
std::function<void(ChunkFilter&)> headings(std::vector<std::string> list) {
    return [=](ChunkFilter& filter) { filter.headings = list; };
}
std::function<void(ChunkFilter&)> both(std::function<void(ChunkFilter&)> one, std::function<void(ChunkFilter&)> other) {
    return [=](ChunkFilter& filter) {
        one(filter);
        other(filter);
    };
}

const std::vector<FilterRow>& rows() {
    static const std::vector<FilterRow> all = {
        {"empty", [](ChunkFilter&) {}, "one two three four five six"},
        // Folders.
        {"folder", folder("/home/notes"), "one two"},
        {"folder_is_no_prefix", folder("/home/note"), ""},
        {"folder_above", folder("/home"), "one two four"},
        {"folder_is_a_file", folder("/home/notes/a.md"), "one two"},
        {"folder_of_web_pages", folder("https://example.org"), "three"},
        {"folder_is_an_id", folder("record-7"), "five"},
        {"folder_elsewhere", folder("/elsewhere"), ""},
        {"folder_with_a_letter_of_another_case", folder("/HOME/notes"), ""},
        // Paths.
        {"below_a_folder", path(Kind::below, "/home/notes"), "one two"},
        {"below_is_no_prefix", path(Kind::below, "/home/no"), ""},
        {"below_a_file", path(Kind::below, "/home/notes2/c.md"), "four"},
        {"below_by_absolute_folder", path(Kind::below, "notes", "/home/notes"), "one two"},
        {"below_by_text_or_folder", path(Kind::below, "record-7", "/home/notes2"), "four five"},
        {"below_an_address", path(Kind::below, "https://example.org/b"), "three"},
        {"name_of_a_file", path(Kind::name, "c.md"), "four"},
        {"name_star", path(Kind::name, "*.md"), "one two four"},
        {"name_whole_uri", path(Kind::name, "/home/*/a.md"), "one two"},
        {"name_question_mark", path(Kind::name, "?.md"), "one two four"},
        {"name_class", path(Kind::name, "[b-z].md"), "four"},
        {"name_negated_class", path(Kind::name, "[!c].md"), "one two"},
        {"name_of_an_id", path(Kind::name, "record-*"), "five"},
        {"name_that_none_has", path(Kind::name, "*.pdf"), ""},
        {"name_is_case_sensitive", path(Kind::name, "*.MD"), ""},
        {"glob_any_depth", path(Kind::glob, "**/*.md", "/home"), "one two four"},
        {"glob_one_level", path(Kind::glob, "*.md", "/home"), ""},
        {"glob_in_its_folder", path(Kind::glob, "*.md", "/home/notes"), "one two"},
        {"glob_folder_pattern", path(Kind::glob, "notes*", "/home"), "one two four"},
        {"glob_at_the_root", path(Kind::glob, "**/c.md", "/"), "four"},
        {"glob_elsewhere", path(Kind::glob, "*", "/elsewhere"), ""},
        {"one_of_two_paths",
         both(path(Kind::name, "c.md"),
              [](ChunkFilter& f) {
                  f.paths.push_back({Kind::below, "stdin", ""});
              }),
         "four six"},
        {"path_and_folder", both(path(Kind::name, "*.md"), folder("/home/notes2")), "four"},
        // Kinds, types, languages.
        {"kind_file", kinds({SourceKind::file}), "one two four"},
        {"kind_url", kinds({SourceKind::url}), "three"},
        {"kind_jsonl", kinds({SourceKind::jsonl}), "five"},
        {"kind_stdin", kinds({SourceKind::standard_input}), "six"},
        {"one_of_two_kinds", kinds({SourceKind::url, SourceKind::jsonl}), "three five"},
        {"type", types({"text/markdown"}), "one two"},
        {"type_group", types({"text/*"}), "one two three four five"},
        {"type_of_another_group", types({"application/*"}), "six"},
        {"one_of_two_types", types({"text/html", "application/pdf"}), "three six"},
        {"type_that_none_has", types({"image/png"}), ""},
        {"type_is_no_prefix", types({"text/htm"}), ""},
        {"language", languages({"de"}), "three"},
        {"one_of_two_languages", languages({"de", "fr"}), "three six"},
        {"language_that_none_has", languages({"it"}), ""},
        // Dates: of metadata, else when a file was changed, else when it was read.
        {"since", dates("2016", nullptr), "three four six"},
        {"until", dates(nullptr, "2016"), "one two five"},
        {"since_until", dates("2015", "2016"), "five"},
        {"since_is_inclusive", dates("2015-06-01", nullptr), "three four five six"},
        {"until_is_exclusive", dates(nullptr, "2015-06-01"), "one two"},
        {"no_date_fits", dates("1990", "1991"), ""},
        {"date_of_a_file", dates("2020", "2021"), "four"},
        {"date_of_reading", dates("2033", "2034"), "three"},
        // Metadata.
        {"where_exists", where({"author"}), "one two three"},
        {"where_absent", where({"!author"}), "four five six"},
        {"where_equal", where({"author=Ada"}), "one two"},
        {"where_equal_is_case_sensitive", where({"author=ada"}), ""},
        {"where_not_equal", where({"author!=Ada"}), "three four five six"},
        {"where_less", where({"year<2000"}), "one two"},
        {"where_less_equal", where({"year<=2010"}), "one two three"},
        {"where_greater", where({"year>1900"}), "three"},
        {"where_greater_equal", where({"year>=1900"}), "one two three"},
        {"where_number_not_text", where({"year<10000"}), "one two three"},
        {"where_contains", where({"status~RAF"}), "one two"},
        {"where_nested", where({"review.score=7"}), "five"},
        {"where_nested_compares", where({"review.score>=7"}), "five"},
        {"where_nested_absent", where({"!review.score"}), "one two three four six"},
        {"where_title", where({"title=Record"}), "four"},
        {"where_title_contains", where({"title~o"}), "one two four five"},
        {"where_list_has", where({"tags=sqlite"}), "one two"},
        {"where_two", where({"author", "year>2000"}), "three"},
        {"where_two_that_exclude", where({"author=Ada", "year>2000"}), ""},
        {"where_unknown", where({"isbn=1"}), ""},
        // Tags.
        {"tag", tags({"locks"}), "one two three"},
        {"tag_any_case", tags({"LOCKS"}), "one two three"},
        {"tag_of_keywords", tags({"postgres"}), "three"},
        {"all_tags", tags({"locks", "sqlite"}), "one two"},
        {"tag_is_whole", tags({"lock"}), ""},
        {"tag_of_a_record", tags({"tea"}), "five"},
        {"tag_that_none_has", tags({"coffee"}), ""},
        // Headings.
        {"heading", headings({"other"}), "two"},
        {"heading_part", headings({"OTH"}), "two"},
        {"heading_words_in_any_order", headings({"words other"}), "two"},
        {"heading_above", headings({"top"}), "one three four five six"},
        {"two_headings", headings({"top", "under"}), "one three four five six"},
        {"words_of_two_headings", headings({"top under"}), ""},
        {"heading_that_none_has", headings({"appendix"}), ""},
        // Several at once.
        {"folder_and_tag", both(folder("/home"), tags({"locks"})), "one two"},
        {"kind_and_language", both(kinds({SourceKind::url}), languages({"de"})), "three"},
        {"kind_and_other_language", both(kinds({SourceKind::url}), languages({"en"})), ""},
        {"type_and_date", both(types({"text/*"}), dates("2020", nullptr)), "three four"},
        {"where_and_heading", both(where({"author=Ada"}), headings({"other"})), "two"},
        {"path_and_where", both(path(Kind::name, "*.md"), where({"!author"})), "four"},
        {"tag_and_heading", both(tags({"locks"}), headings({"top"})), "one three"},
    };
    return all;
}

std::vector<Case> cases() {
    std::vector<Case> cases;
    for (const FilterRow& row : rows()) {
        cases.push_back({row.name, [row](Bench& bench) {
                             RetrievalScope scope;
                             row.set(scope.filter);
                             EXPECT_EQ(words_of(bench.store(), bench.store().chunk_ids(scope, 0, 100)), row.chunks);
                             if (bench.reopen()) {
                                 EXPECT_EQ(words_of(bench.store(), bench.store().chunk_ids(scope, 0, 100)), row.chunks)
                                     << "opened again";
                             }
                             // What is ranked is what the scope has.
                             std::vector<std::int64_t> ids;
                             for (const auto& hit : bench.store().lexical(every_word(), scope, 100))
                                 ids.push_back(hit.chunk_id);
                             std::sort(ids.begin(), ids.end());
                             EXPECT_EQ(words_of(bench.store(), ids), row.chunks) << "by words";
                         }});
    }
    return cases;
}

class RetrieverFilterContract : public ReadingContract {};

TEST_P(RetrieverFilterContract, lets_through) { run(); }

INSTANTIATE_TEST_SUITE_P(Engines, RetrieverFilterContract,
                         ::testing::Combine(::testing::ValuesIn(engines()), ::testing::ValuesIn(cases())), case_name);

}  // namespace
}  // namespace quarry::store::contract
