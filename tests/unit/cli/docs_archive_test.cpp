// quarry docs export and import: a base as lines of JSON, and back.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/base/base64.h"
#include "core/base/text.h"
#include "run_quarry.h"

namespace quarry::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::string run_to_text(const std::vector<std::string>& arguments, std::string_view input = {}) {
    const RunResult result = run_quarry(arguments, input);
    EXPECT_EQ(result.code, 0) << result.err;
    return result.out;
}

class DocsArchiveTest : public QuarryTest {
protected:
    DocsArchiveTest() {
        write("docs/moon.md", "---\nyear: 1969\n---\n# Moon\n\nIt is far.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
        write("docs/copy.md", "---\nyear: 1969\n---\n# Moon\n\nIt is far.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
        write("docs/code.cpp", "int one() {\n    return 1;  // \u009b\n}\n");
        write("docs/bad.eml", "x");
        write("docs/odd\xFF.txt", "A name that is not UTF-8.\n");
        // Enough passages for the built-in embedder.
        for (int i = 0; i < 70; ++i) {
            write("docs/many/" + std::to_string(i) + ".txt",
                  "Crater number " + std::to_string(i) + " lies near the river of the north.\n");
        }
        EXPECT_EQ(run_quarry({"ingest", "docs"}).code, 11);
        EXPECT_EQ(run_quarry({"ingest", "--jsonl", "-"},
                             R"({"id":"j1","title":"Line","text":"From JSON.","metadata":{"k":[1.5,"x"]}})")
                      .code,
                  0);
        exported = run_to_text({"docs", "export"});
    }

    [[nodiscard]] std::vector<std::string> lines() const {
        std::vector<std::string> all;
        for (const std::string_view line : split(exported, '\n')) {
            if (!line.empty()) all.emplace_back(line);
        }
        return all;
    }
    static std::string joined(const std::vector<std::string>& lines) {
        std::string text;
        for (const std::string& line : lines) text += line + '\n';
        return text;
    }
    [[nodiscard]] std::size_t line_with(std::string_view words) const {
        const std::vector<std::string> all = lines();
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i].find(words) != std::string::npos) return i;
        }
        ADD_FAILURE() << words;
        return 0;
    }

    std::string exported;
};

TEST_F(DocsArchiveTest, import_restores_the_base) {
    const json report = json::parse(run_to_text({"docs", "import", "-", "--base", "copy.db", "--json"}, exported));
    EXPECT_EQ(report["added"], 76);
    EXPECT_EQ(report["without_vectors"], 0);
    EXPECT_EQ(run_to_text({"docs", "export", "--base", "copy.db"}), exported);
    const RunResult verified = run_quarry({"docs", "verify", "--base", "copy.db"});
    EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
    json before = json::parse(run_to_text({"docs", "stats", "--json"}));
    json after = json::parse(run_to_text({"docs", "stats", "--json", "--base", "copy.db"}));
    for (json* stats : {&before, &after}) {
        stats->erase("base");
        stats->erase("file_bytes");
    }
    EXPECT_GT(before["vectors"], 0);
    EXPECT_EQ(before, after);
    for (const char* query : {"crater river", "moon year:1969", "heading:moon far", "one"}) {
        const std::vector<std::string> search = {"search", query, "--json", "--fields", "uri,score,text,start_line"};
        std::vector<std::string> in_copy = search;
        in_copy.insert(in_copy.end(), {"--base", "copy.db"});
        EXPECT_EQ(run_quarry(search).out, run_quarry(in_copy).out) << query;
    }
    EXPECT_EQ(run_quarry({"ask", "How far is it?", "--json"}).out,
              run_quarry({"ask", "How far is it?", "--json", "--base", "copy.db"}).out);
    // What follows goes on as in the base that was exported.
    EXPECT_THAT(run_quarry({"ingest", "docs", "--base", "copy.db"}).err, HasSubstr("74 unchanged"));
}

TEST_F(DocsArchiveTest, a_name_that_is_not_utf8_can_be_named_as_json_has_it) {
    EXPECT_EQ(run_to_text({"docs", "show", "--text", "odd\uFFFD.txt"}), "A name that is not UTF-8.\n");
    EXPECT_EQ(run_quarry({"docs", "rm", "odd\uFFFD"}).code, 0);
}

TEST_F(DocsArchiveTest, sources_keep_their_collections) {
    using Ordered = nlohmann::ordered_json;
    std::vector<std::string> some = lines();
    Ordered head = Ordered::parse(some.front());
    head["collections"].push_back({{"name", "notes"}, {"description", "What I wrote."}, {"created_at", 7}});
    some.front() = head.dump();
    const std::size_t at = line_with("\"uri\":\"j1\"");
    Ordered source = Ordered::parse(some[at]);
    source["source"]["collection"] = "notes";
    some[at] = source.dump();
    run_to_text({"docs", "import", "-", "--base", "notes.db"}, joined(some));
    EXPECT_EQ(run_to_text({"docs", "export", "--base", "notes.db"}), joined(some));
    EXPECT_EQ(run_quarry({"docs", "verify", "--base", "notes.db"}).code, 0);
    head["collections"].push_back({{"name", "no name"}, {"description", ""}, {"created_at", 7}});
    EXPECT_THAT(run_quarry({"docs", "import", "-", "--base", "odd.db"}, head.dump() + '\n').err,
                HasSubstr("cannot import line 1 of standard input"));
}

TEST_F(DocsArchiveTest, a_second_import_changes_nothing) {
    EXPECT_EQ(run_quarry({"docs", "import", "-"}, exported).code, 0);
    const json again = json::parse(run_to_text({"docs", "import", "-", "--json"}, exported));
    EXPECT_EQ(again["unchanged"], 76);
    EXPECT_EQ(run_to_text({"docs", "export"}), exported);
}

TEST_F(DocsArchiveTest, what_came_before_a_wrong_line_stays_and_the_rest_follows) {
    std::vector<std::string> some = lines();
    const std::size_t at = line_with("docs/many/41.txt");
    const std::string whole = some[at];
    some[at] = whole.substr(0, whole.size() / 2);
    const RunResult wrong = run_quarry({"docs", "import", "-", "--base", "part.db"}, joined(some));
    EXPECT_EQ(wrong.code, 1);
    EXPECT_THAT(wrong.err, HasSubstr("cannot import line " + std::to_string(at + 1) + " of standard input"));
    EXPECT_GT(json::parse(run_to_text({"docs", "stats", "--json", "--base", "part.db"}))["sources"], 30);
    EXPECT_EQ(run_quarry({"docs", "verify", "--base", "part.db"}).code, 0);
    const json rest = json::parse(run_to_text({"docs", "import", "-", "--base", "part.db", "--json"}, exported));
    EXPECT_GT(rest["unchanged"], 30);
    EXPECT_EQ(run_to_text({"docs", "export", "--base", "part.db"}), exported);
}

TEST_F(DocsArchiveTest, an_export_that_was_broken_off_is_not_whole) {
    std::vector<std::string> some = lines();
    some.pop_back();
    const RunResult cut = run_quarry({"docs", "import", "-", "--base", "cut.db"}, joined(some));
    EXPECT_EQ(cut.code, 1);
    EXPECT_THAT(cut.err, HasSubstr("it has no line that says where it ends"));
    EXPECT_THAT(run_quarry({"docs", "import", "-", "--base", "cut.db"}, "").err, HasSubstr("is not complete"));
    some.erase(some.begin() + static_cast<std::ptrdiff_t>(line_with("docs/code.cpp")));
    some.push_back(lines().back());
    EXPECT_THAT(run_quarry({"docs", "import", "-", "--base", "cut.db"}, joined(some)).err,
                HasSubstr("it has 75 sources instead of 76"));
}

TEST_F(DocsArchiveTest, lines_that_could_not_be_stored_are_refused) {
    const json source = json::parse(lines()[line_with("docs/moon.md")]);
    const auto refusal = [&](const std::function<void(json & source)>& change) {
        json changed = source;
        change(changed["source"]);
        const std::string text = lines().front() + '\n' + changed.dump() + '\n';
        const RunResult result = run_quarry({"docs", "import", "-", "--base", "bad.db"}, text);
        EXPECT_EQ(result.code, 1);
        EXPECT_THAT(result.err, HasSubstr("cannot import line 2 of standard input"));
        return result.err;
    };
    const json::json_pointer chunk("/document/chunks/0");
    EXPECT_THAT(refusal([](json& one) { one.erase("uri"); }), HasSubstr("it has no \"uri\""));
    EXPECT_THAT(refusal([](json& one) { one["uri"] = 1; }), HasSubstr("its \"uri\" is not a string"));
    EXPECT_THAT(refusal([](json& one) { one["uri"] = std::string("a\0b", 3); }), HasSubstr("names nothing"));
    EXPECT_THAT(refusal([](json& one) { one["kind"] = "tape"; }), HasSubstr("its kind 'tape' is not known"));
    EXPECT_THAT(refusal([](json& one) { one["collection"] = "x"; }), HasSubstr("collection"));
    EXPECT_THAT(refusal([](json& one) { one["file_bytes"] = -1; }), HasSubstr("not a whole number"));
    EXPECT_THAT(refusal([](json& one) { one["mtime_ns"] = UINT64_MAX; }), HasSubstr("not a whole number"));
    EXPECT_THAT(refusal([](json& one) { one["status"] = "lost"; }), HasSubstr("neither ok nor failed"));
    EXPECT_THAT(refusal([](json& one) { one["metadata"] = 1; }), HasSubstr("is not an object"));
    EXPECT_THAT(refusal([](json& one) { one.erase("document"); }), HasSubstr("it has no \"document\""));
    EXPECT_THAT(refusal([](json& one) { one["document"]["blocks"][0][2] = 9999; }), HasSubstr("out of place"));
    EXPECT_THAT(refusal([](json& one) { one["document"]["blocks"][0][0] = 77; }), HasSubstr("of a kind"));
    EXPECT_THAT(refusal([](json& one) { one["document"]["page_starts"] = {5, 5}; }), HasSubstr("do not rise"));
    EXPECT_THAT(refusal([&](json& one) { one[chunk]["end_byte"] = 9999; }), HasSubstr("is not a span of its text"));
    EXPECT_THAT(refusal([&](json& one) { one[chunk]["parent"] = {5, 6}; }), HasSubstr("is not within its parent"));
    EXPECT_THAT(refusal([&](json& one) { one[chunk]["vectors"] = json::array(); }), HasSubstr("for each embedder"));
    EXPECT_THAT(refusal([&](json& one) { one[chunk]["vectors"][0] = "AAAA"; }), HasSubstr("in base64"));
    EXPECT_THAT(refusal([&](json& one) {
                    const std::string bytes = *from_base64(one[chunk]["vectors"][0].get<std::string>());
                    one[chunk]["vectors"][0] = to_base64(std::string(bytes.size(), '\x41'));
                }),
                HasSubstr("is not of length 1"));
    EXPECT_EQ(run_quarry({"docs", "verify", "--base", "bad.db"}).code, 0);
}

TEST_F(DocsArchiveTest, only_what_export_writes_is_read) {
    const auto refusal = [](std::string_view text) {
        const RunResult result = run_quarry({"docs", "import", "-", "--base", "bad.db"}, text);
        EXPECT_EQ(result.code, 1);
        return result.err;
    };
    EXPECT_THAT(refusal("hello\n"), HasSubstr("it is not JSON"));
    EXPECT_THAT(refusal("[]\n"), HasSubstr("it is not an object"));
    EXPECT_THAT(refusal("{\"schema\": \"quarry.export/2\"}\n"), HasSubstr("a newer quarry's"));
    const std::string head = lines().front() + '\n';
    EXPECT_THAT(refusal(head + "{}\n"), HasSubstr("neither a source nor a model nor the end"));
    EXPECT_THAT(refusal(head + R"({"model": {"fingerprint": "f", "part": 1, "parts": 2, "bytes": "AAAA"}})" + "\n"),
                HasSubstr("not the part of a model that follows"));
    EXPECT_THAT(refusal(head + R"({"model": {"fingerprint": "f", "part": 0, "parts": 1, "bytes": "AAAA"}})" + "\n"),
                HasSubstr("not those of its fingerprint"));
    // Documents that were cut in another way are not mixed with these.
    json other = json::parse(lines().front());
    other["chunking"] = "other";
    EXPECT_EQ(run_quarry({"docs", "import", "-", "--base", "mixed.db"}, exported).code, 0);
    const RunResult mixed = run_quarry({"docs", "import", "-", "--base", "mixed.db"}, other.dump() + '\n');
    EXPECT_THAT(mixed.err, HasSubstr("are cut into passages in another way"));
    EXPECT_EQ(run_quarry({"docs", "import", "docs"}).code, 1);
}

}  // namespace
}  // namespace quarry::cli
