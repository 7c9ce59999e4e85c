// --fields: what is kept of JSON documents.
#include "cli/line/json_fields.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/line/command.h"
#include "cli/ui/field_filter.h"
#include "run_quarry.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

/// `text` cut down, written in pieces of every length.
std::string filtered(const FieldChoice& choice, const std::string& text) {
    std::string first;
    for (std::size_t size = 1; size <= text.size() + 1; ++size) {
        std::ostringstream out;
        {
            FieldFilter filter(out, choice);
            std::ostream in(&filter);
            for (std::size_t at = 0; at < text.size(); at += size) in << text.substr(at, size);
        }
        if (size == 1) first = out.str();
        EXPECT_EQ(out.str(), first) << size;
    }
    return first;
}

TEST(FieldFilter, KeepsFieldsOfEntriesAndOfTheDocument) {
    const std::string document = R"({"schema": "s/1", "note": "hits", "hits": [)"
                                 "\n"
                                 R"({"uri": "a]}\"", "text": "x", "at": {"line": 1, "byte": 2}}, {"text": "y"})"
                                 "\n"
                                 R"(], "terms": ["a", "b"], "more": {"hits": [1]}})"
                                 "\n";
    EXPECT_EQ(filtered({"hits", {"uri", "at.line"}, {}}, document),
              "{\"schema\":\"s/1\", \"hits\": [\n{\"uri\":\"a]}\\\"\",\"at\":{\"line\":1}},\n{}\n]}\n");
    EXPECT_EQ(filtered({"hits", {"text"}, {"terms", "note"}}, document),
              "{\"schema\":\"s/1\",\"note\":\"hits\", \"hits\": [\n{\"text\":\"x\"},\n{\"text\":\"y\"}\n], "
              "\"terms\":[\"a\",\"b\"]}\n");
    EXPECT_EQ(json::parse(filtered({"", {}, {"more.hits", "hits.at.byte"}}, document)),
              json::parse(R"({"schema": "s/1", "more": {"hits": [1]}, "hits": [{"at": {"byte": 2}}, {}]})"));
    EXPECT_EQ(filtered({"hits", {"uri"}, {}}, R"({"schema":"s/1","hits":[]})"), "{\"schema\":\"s/1\", \"hits\": []}\n");
}

TEST(FieldFilter, CutsEachLineOfLines) {
    EXPECT_EQ(filtered({"hits", {"uri"}, {}}, "{\"uri\":1,\"b\":2}\n{\"id\":\"x\",\"b\":[]}\n"),
              "{\"uri\":1}\n{\"id\":\"x\"}\n");
}

TEST(FieldFilter, LeavesWhatIsNotJson) {
    EXPECT_EQ(filtered({"", {}, {"a"}}, "plain"), "plain");
    EXPECT_EQ(filtered({"", {}, {"a"}}, "{\"a\": 1"), "{\"a\": 1");
}

TEST(JsonFields, NamesAreLookedUpInEntriesFirst) {
    const FieldChoice choice = chosen_fields("search", "uri, query,context.text,note");
    EXPECT_EQ(choice.list, "hits");
    EXPECT_EQ(choice.of_entries, (std::vector<std::string>{"uri", "context.text"}));
    EXPECT_EQ(choice.of_document, (std::vector<std::string>{"query", "note"}));
    EXPECT_EQ(chosen_fields("search", "query").list, "");
}

TEST(JsonFields, AreThoseOfTheSchemas) {
    const auto knows = [](std::string_view command, std::string_view field) {
        try {
            static_cast<void>(chosen_fields(command, field));
            return true;
        } catch (const Error&) {
            return false;
        }
    };
    EXPECT_TRUE(knows("search", "context.text"));
    EXPECT_FALSE(knows("search", "context.txt"));
    EXPECT_FALSE(knows("search", "uri.name")) << "it is a text";
    EXPECT_TRUE(knows("docs ls", "metadata.anything.at.all"));
    EXPECT_TRUE(knows("eval retrieval", "ndcg@10"));
    EXPECT_FALSE(knows("eval retrieval", "ndg@10"));
    EXPECT_TRUE(knows("migrate lint", "rule")) << "of either document";
    EXPECT_TRUE(knows("config show", "settings.search.limit"));
    EXPECT_FALSE(knows("completions", "schema"));
}

class FieldsTest : public QuarryTest {
protected:
    FieldsTest() {
        write("docs/moon.md", "# Moon\n\nThe moon is far.\n");
        write("docs/sun.txt", "The sun.\n");
        EXPECT_EQ(run_quarry({"ingest", "docs"}).code, 0);
    }
};

TEST_F(FieldsTest, AreThoseOfTheEntries) {
    EXPECT_EQ(run_quarry({"docs", "ls", "--json", "--fields", "title,status"}).out,
              "{\"schema\":\"quarry.docs.ls/1\", \"documents\": [\n{\"status\":\"ok\",\"title\":\"Moon\"},\n"
              "{\"status\":\"ok\",\"title\":\"The sun.\"}\n]}\n");
    EXPECT_EQ(run_quarry({"search", "moon", "--format", "ndjson", "--fields=start_line"}).out, "{\"start_line\":1}\n");
    const json stats = json::parse(run_quarry({"docs", "stats", "--json", "--fields", "chunks,sources"}).out);
    EXPECT_EQ(stats, json::parse(R"({"schema": "quarry.docs.stats/1", "sources": 2, "chunks": 2})"));
    const json shown =
        json::parse(run_quarry({"--fields", "document.uri,chunks.text", "--json", "docs", "show", "sun.txt"}).out);
    EXPECT_EQ(shown["chunks"], json::parse(R"([{"text": "The sun."}])"));
    EXPECT_EQ(shown["document"].size(), 1U);
}

TEST_F(FieldsTest, LinesOfJsonHaveNoControlsOfTerminalsEither) {
    EXPECT_THAT(run_quarry({"chunk", "-"}, "a\u009bb").out, HasSubstr("a\\u009bb"));
    write("docs/c1.md", "# Bell\n\nring \u009b2J bell\n");
    EXPECT_EQ(run_quarry({"ingest", "docs"}).code, 0);
    const std::string lines = run_quarry({"search", "bell", "--format", "ndjson"}).out;
    EXPECT_THAT(lines, HasSubstr("\\u009b2J"));
    EXPECT_EQ(lines.find("\u009b"), std::string::npos);
}

TEST_F(FieldsTest, NotesAreObjectsToo) {
    const RunResult ingested = run_quarry({"ingest", "docs", "--json"});
    EXPECT_EQ(json::parse(ingested.err)["schema"], "quarry.notice/1");
    EXPECT_EQ(json::parse(ingested.err)["level"], "note");
    EXPECT_EQ(run_quarry({"ingest", "docs", "--json", "--quiet"}).err, "");
}

TEST_F(FieldsTest, UnknownOnesAreRefusedBeforeAnythingIsDone) {
    write("docs/new.txt", "New.\n");
    const RunResult wrong = run_quarry({"ingest", "docs", "--json", "--fields", "addd"});
    EXPECT_EQ(wrong.code, 2);
    EXPECT_THAT(wrong.err, HasSubstr("the JSON of quarry ingest has no field 'addd'"));
    EXPECT_THAT(wrong.err, HasSubstr("did you mean added? it has dry_run, added, updated"));
    EXPECT_EQ(json::parse(run_quarry({"docs", "stats", "--json"}).out)["sources"], 2);
    EXPECT_EQ(run_quarry({"docs", "ls", "--json", "--fields", ""}).code, 2);
    EXPECT_EQ(run_quarry({"docs", "ls", "--json", "--fields", "uri,"}).code, 2);
    EXPECT_THAT(run_quarry({"docs", "ls", "--fields", "uri"}).err, HasSubstr("hint: add --json"));
    EXPECT_THAT(run_quarry({"man", "--json", "--fields", "uri"}).err, HasSubstr("prints no JSON with fields"));
}

}  // namespace
}  // namespace quarry::cli
