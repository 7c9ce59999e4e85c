#include "core/store/chunk_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/unit/store/prepared.h"

namespace quarry::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::prepared;
using testing::put;
using Operator = MetadataTest::Operator;

TEST(ParseDate, ReadsWholeAndPartDates) {
    EXPECT_EQ(parse_date("1970-01-02"), 86'400);
    EXPECT_EQ(parse_date("1970"), 0);
    EXPECT_EQ(parse_date("1970-02"), 31 * 86'400);
    EXPECT_EQ(parse_date(" 1970-01-01T01:02:03Z "), 3723);
    EXPECT_EQ(parse_date("1970-01-01 01:02"), 3720);
    EXPECT_EQ(parse_date("1969-12-31"), -86'400);
}

TEST(ParseDate, RefusesWhatIsNone) {
    for (const char* text : {"", "yesterday", "70", "1970-13", "1970-02-30", "1970/01/01", "1970-1-1", "1970-01-01x",
                             "1970-01-01T25:00", "1970-01-01T12:61"}) {
        EXPECT_EQ(parse_date(text), std::nullopt) << text;
    }
}

TEST(ParseMetadataTest, ReadsEachOperator) {
    EXPECT_EQ(parse_metadata_test("year>=2020"), (MetadataTest{"year", Operator::greater_equal, "2020"}));
    EXPECT_EQ(parse_metadata_test("year<=2020"), (MetadataTest{"year", Operator::less_equal, "2020"}));
    EXPECT_EQ(parse_metadata_test("year > 2020"), (MetadataTest{"year", Operator::greater, "2020"}));
    EXPECT_EQ(parse_metadata_test("year<2020"), (MetadataTest{"year", Operator::less, "2020"}));
    EXPECT_EQ(parse_metadata_test("author=Ada = Countess"),
              (MetadataTest{"author", Operator::equal, "Ada = Countess"}));
    EXPECT_EQ(parse_metadata_test("status!=draft"), (MetadataTest{"status", Operator::not_equal, "draft"}));
    EXPECT_EQ(parse_metadata_test("topic~locks"), (MetadataTest{"topic", Operator::contains, "locks"}));
    EXPECT_EQ(parse_metadata_test("isbn"), (MetadataTest{"isbn", Operator::exists, ""}));
    EXPECT_EQ(parse_metadata_test("!isbn"), (MetadataTest{"isbn", Operator::absent, ""}));
    EXPECT_THROW(static_cast<void>(parse_metadata_test("=x")), Error);
    EXPECT_THROW(static_cast<void>(parse_metadata_test("!")), Error);
    for (const char* text : {"year>=NaN", "year<inf", "year>-inf"}) {
        EXPECT_THROW(static_cast<void>(parse_metadata_test(text)), Error) << text;
    }
    EXPECT_NO_THROW(static_cast<void>(parse_metadata_test("name=Nan")));
}

struct TestCase {
    const char* name;
    const char* test;
    bool holds;
};

class MetadataTests : public ::testing::TestWithParam<TestCase> {};

TEST_P(MetadataTests, HoldOrNot) {
    FilteredSource source;
    source.title = "On Engines";
    source.metadata_json = R"({"year": 1843, "review": {"score": "9"}, "names": ["Ada", "Luigi"], "a.b": true})";
    source.document_metadata_json = R"({"author": "Ada", "year": "1900", "date": "1843-09-01"})";
    ChunkFilter filter;
    filter.metadata = {parse_metadata_test(GetParam().test)};
    EXPECT_EQ(SourceMatcher(filter).holds(source), GetParam().holds);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, MetadataTests,
    ::testing::Values(
        TestCase{"what_was_given_comes_first", "year=1843", true},
        TestCase{"not_what_the_document_says", "year=1900", false},
        TestCase{"what_the_document_says", "author=Ada", true}, TestCase{"numbers_as_numbers", "review.score<10", true},
        TestCase{"numbers_written_otherwise", "year=1843.0", true}, TestCase{"dates_as_text", "date>=1843-01-01", true},
        TestCase{"one_of_a_list", "names=Luigi", true}, TestCase{"none_of_a_list", "names=Bob", false},
        TestCase{"list_without", "names!=Bob", true}, TestCase{"list_with", "names!=Ada", false},
        TestCase{"part_in_any_case", "author~AD", true}, TestCase{"there", "review", true},
        TestCase{"not_there", "isbn", false}, TestCase{"absent", "!isbn", true}, TestCase{"not_absent", "!year", false},
        TestCase{"absent_is_not_equal", "isbn!=1", true}, TestCase{"absent_is_not_less", "isbn<1", false},
        TestCase{"title", "title~engine", true}, TestCase{"name_with_a_dot", "a.b=true", true}),
    [](const ::testing::TestParamInfo<TestCase>& row) { return std::string(row.param.name); });

TEST(ChunkFilter, HostileMetadataHoldsForNothing) {
    FilteredSource source;
    source.metadata_json = "[[[";
    source.document_metadata_json = "\xFF";
    ChunkFilter filter;
    filter.metadata = {parse_metadata_test("a.b.c=1")};
    EXPECT_FALSE(SourceMatcher(filter).holds(source));
    filter.metadata = {parse_metadata_test("!a")};
    EXPECT_TRUE(SourceMatcher(filter).holds(source));
}

class FilteredStore : public ::testing::Test {
protected:
    FilteredStore() : store_(open_store_in_memory()) {
        PreparedSource notes = prepared("/home/notes/a.md", "one\n\ntwo", "A");
        notes.source.metadata_json = R"({"tags": ["Locks", "sqlite"]})";
        notes.chunks[1].heading_path = {"Other"};
        put(*store_, std::move(notes));
        PreparedSource page = prepared("https://example.org/b", "three", "B");
        page.source.kind = SourceKind::url;
        page.source.stamp = {};
        page.source.ingested_at = 2'000'000'000;
        page.document->media_type = "text/html";
        page.document->language = "de";
        page.document->metadata = {{"keywords", "postgres, #locks"}};
        put(*store_, std::move(page));
        PreparedSource record = prepared("/home/notes2/c.md", "four", "C");
        record.source.stamp = {4, 1'600'000'000'000'000'000};
        put(*store_, std::move(record));
    }

    [[nodiscard]] std::vector<std::string> texts(const ChunkFilter& filter) const {
        std::vector<std::string> found;
        for (const std::int64_t id : store_->chunk_ids({filter, {}}, 0, 1000)) found.push_back(store_->chunk(id)->text);
        return found;
    }

    std::unique_ptr<Store> store_;
};

TEST_F(FilteredStore, AnEmptyFilterLetsAllThrough) {
    EXPECT_TRUE(ChunkFilter{}.empty());
    EXPECT_THAT(texts({}), ElementsAre("one", "two", "three", "four"));
}

TEST_F(FilteredStore, FolderIsNoPrefix) {
    ChunkFilter filter;
    filter.folder = "/home/notes";
    EXPECT_THAT(texts(filter), ElementsAre("one", "two"));
    filter.folder = "/home/notes/a.md";
    EXPECT_THAT(texts(filter), ElementsAre("one", "two"));
    filter.folder = "/home/note";
    EXPECT_THAT(texts(filter), IsEmpty());
}

TEST_F(FilteredStore, NamesKindsTypesAndLanguages) {
    ChunkFilter filter;
    filter.paths = {{PathPattern::Kind::name, "c.md", ""}};
    EXPECT_THAT(texts(filter), ElementsAre("four"));
    filter = {};
    filter.kinds = {SourceKind::url};
    EXPECT_THAT(texts(filter), ElementsAre("three"));
    filter = {};
    filter.media_types = {"text/html", "application/*"};
    EXPECT_THAT(texts(filter), ElementsAre("three"));
    filter.media_types = {"text/*"};
    EXPECT_THAT(texts(filter), ElementsAre("one", "two", "three", "four"));
    filter = {};
    filter.languages = {"de", "fr"};
    EXPECT_THAT(texts(filter), ElementsAre("three"));
}

TEST_F(FilteredStore, Dates) {
    ChunkFilter filter;
    filter.since = parse_date("2020-01-01");
    EXPECT_THAT(texts(filter), ElementsAre("three", "four"));
    filter.until = parse_date("2021-01-01");
    EXPECT_THAT(texts(filter), ElementsAre("four"));
}

TEST_F(FilteredStore, TagsOfListsAndTexts) {
    ChunkFilter filter;
    filter.tags = {"LOCKS"};
    EXPECT_THAT(texts(filter), ElementsAre("one", "two", "three"));
    filter.tags = {"locks", "postgres"};
    EXPECT_THAT(texts(filter), ElementsAre("three"));
    filter.tags = {"lock"};
    EXPECT_THAT(texts(filter), IsEmpty());
}

TEST_F(FilteredStore, HeadingsPickChunksOfADocument) {
    ChunkFilter filter;
    filter.headings = {"OTH"};
    EXPECT_THAT(texts(filter), ElementsAre("two"));
    filter.headings = {"under", "top"};
    EXPECT_THAT(texts(filter), ElementsAre("one", "three", "four"));
}

TEST_F(FilteredStore, HeadingsWithinAChunkCountAsThoseAboveIt) {
    PreparedSource source = prepared("/home/notes/inner.md", "# Ink\nbefore\n\nab\n## Pa\"per\nafter", "Inner");
    source.document->blocks = {{document::BlockKind::heading, 0, 5, 1, "Ink"},
                               {document::BlockKind::heading, 17, 27, 2, "Pa\"per"},
                               {document::BlockKind::paragraph, 14, 16, 0, "paper"}};
    put(*store_, source);
    const auto count = [&](std::vector<std::string> headings) {
        ChunkFilter filter;
        filter.headings = std::move(headings);
        return store_->chunk_ids({filter, {}}, 0, 1000).size();
    };
    EXPECT_EQ(count({"ink"}), 1U);
    EXPECT_EQ(count({"pa\"PER"}), 1U);
    EXPECT_EQ(count({"ink", "top"}), 1U) << "one above, one within";
    EXPECT_EQ(count({"ink", "per"}), 0U) << "of two chunks";
    EXPECT_EQ(count({"PER  pa"}), 1U) << "words in any order";
    EXPECT_EQ(count({"pa ink"}), 0U) << "of two headings";
    EXPECT_EQ(count({"paper"}), 0U) << "the label of a block that is no heading";
}

TEST_F(FilteredStore, NamesTheSourceThatIsIn) {
    put(*store_, prepared("/home/copy/c.md", "four", "C"));
    ChunkFilter filter;
    filter.folder = "/home/notes2";
    const std::vector<std::int64_t> ids = store_->chunk_ids({filter, {}}, 0, 1000);
    ASSERT_EQ(ids.size(), 1U);
    const Chunk chunk = *store_->chunk(ids.front());
    EXPECT_EQ(chunk.uri, "/home/copy/c.md");
    EXPECT_EQ(store_->filtered_uri(chunk.document_id, filter), "/home/notes2/c.md");
    filter.folder = "/elsewhere";
    EXPECT_EQ(store_->filtered_uri(chunk.document_id, filter), std::nullopt);
}

TEST_F(FilteredStore, ChunksByPlaceAndSpansOfText) {
    const Chunk chunk = *store_->chunk(1);
    EXPECT_EQ(store_->chunk_at(chunk.document_id, 1)->text, "two");
    EXPECT_EQ(store_->chunk_at(chunk.document_id, 2), std::nullopt);
    EXPECT_EQ(store_->document_span(chunk.document_id, 2, 7), "e\n\ntw");
    EXPECT_THROW(static_cast<void>(store_->document_span(chunk.document_id, 2, 70)), Error);
}

}  // namespace
}  // namespace quarry::store
