#include "core/eval/beir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/base/error.h"
#include "core/base/file.h"

namespace quarry::eval {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class BeirTest : public ::testing::Test {
protected:
    BeirTest() {
        write("corpus.jsonl",
              "{\"_id\": \"d1\", \"title\": \"T\", \"text\": \"one\"}\n\n{\"_id\": \"d2\", \"text\": \"two\"}\n");
        write("queries.jsonl", "{\"_id\": \"q1\", \"text\": \"first\"}\n{\"_id\": \"q2\", \"text\": \"second\"}\n");
        write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n");
    }
    void write(const std::string& name, const std::string& content) const {
        const std::filesystem::path path = folder_.path() / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << content;
    }
    [[nodiscard]] std::vector<BeirDocument> documents() const {
        std::vector<BeirDocument> all;
        BeirFolder(folder_.path()).for_each_document([&](BeirDocument document) {
            all.push_back(std::move(document));
        });
        return all;
    }
    /// What reading everything fails with.
    [[nodiscard]] std::string failure() const {
        try {
            (void)BeirFolder(folder_.path()).queries();
            (void)documents();
        } catch (const Error& error) {
            EXPECT_THAT(error.hint(), HasSubstr("corpus-id"));
            return error.what();
        }
        return "none";
    }
    TemporaryDirectory folder_;
};

TEST_F(BeirTest, ReadsDocumentsAndJudgedQueries) {
    const auto all = documents();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].title, "T");
    EXPECT_EQ(all[1].title, "");
    EXPECT_EQ(all[1].text, "two");
    const auto queries = BeirFolder(folder_.path()).queries();
    ASSERT_EQ(queries.size(), 1U);  // q2 is not judged.
    EXPECT_EQ(queries[0].text, "first");
    EXPECT_THAT(queries[0].judgements, ElementsAre(Pair("d1", 2), Pair("d2", 0)));
}

TEST_F(BeirTest, AQueryWithoutARelevantDocumentIsJudgedToo) {
    write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td2\t0\n");
    EXPECT_EQ(BeirFolder(folder_.path()).queries().size(), 2U);
}

TEST_F(BeirTest, TakesWindowsLineEndsAndAByteOrderMark) {
    write("corpus.jsonl", "\xEF\xBB\xBF{\"_id\": \"d1\", \"title\": null, \"text\": \"one\"}\r\n");
    write("qrels/test.tsv", "query-id\tcorpus-id\tscore\r\nq1\td1\t1\r\n");
    EXPECT_EQ(documents().size(), 1U);
    EXPECT_EQ(BeirFolder(folder_.path()).queries().size(), 1U);
}

TEST_F(BeirTest, AMissingFileIsAUsageError) {
    std::filesystem::remove(folder_.path() / "queries.jsonl");
    try {
        const BeirFolder folder(folder_.path());
        FAIL() << "expected an error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_THAT(error.what(), HasSubstr("queries.jsonl is missing"));
    }
}

TEST_F(BeirTest, SaysWhichLineIsWrong) {
    struct Case {
        const char* file;
        std::string content;
        const char* place;
        const char* why;
    };
    const std::string header = "query-id\tcorpus-id\tscore\n";
    const std::vector<Case> cases = {
        {"corpus.jsonl", "{\"_id\": \"d1\", \"text\": \"one\"}\nnonsense\n", "corpus.jsonl:2", "not a JSON object"},
        {"corpus.jsonl", "[1]\n", "corpus.jsonl:1", "not a JSON object"},
        {"corpus.jsonl", "{\"text\": \"one\"}\n", "corpus.jsonl:1", "\"_id\" is missing"},
        {"corpus.jsonl", "{\"_id\": 7, \"text\": \"one\"}\n", "corpus.jsonl:1", "\"_id\" is missing or not a text"},
        {"corpus.jsonl", "{\"_id\": \"a\"}\n", "corpus.jsonl:1", "\"text\" is missing"},
        {"corpus.jsonl", "{\"_id\": \"a\", \"text\": 5}\n", "corpus.jsonl:1", "\"text\" is not a text"},
        {"corpus.jsonl", "{\"_id\": \"a\", \"text\": \"\"}\n{\"_id\": \"a\", \"text\": \"\"}\n", "corpus.jsonl:2",
         "occurs twice"},
        {"corpus.jsonl", "{\"_id\": \"a\", \"text\": \"\xff\"}\n", "corpus.jsonl:1", "invalid UTF-8 at byte 22"},
        {"queries.jsonl", "{\"_id\": \"q1\"}\n", "queries.jsonl:1", "\"text\" is missing"},
        {"queries.jsonl", "{\"_id\": \"q9\", \"text\": \"x\"}\n", "test.tsv", "judges the query q1"},
        {"qrels/test.tsv", "q1\td1\t1\n", "test.tsv:1", "there is no header line for 3 fields"},
        {"qrels/test.tsv", header + "q1\td1\n", "test.tsv:2", "2 fields between tabs"},
        {"qrels/test.tsv", header + "q1\td1\tyes\n", "test.tsv:2", "\"yes\" is not a whole number"},
        {"qrels/test.tsv", header + "q1\td1\t1.5\n", "test.tsv:2", "\"1.5\" is not a whole number"},
        {"qrels/test.tsv", header + "q1\td1\t0\n", "test.tsv", "marks no document as relevant"},
        {"qrels/test.tsv", "", "test.tsv", "marks no document as relevant"},
    };
    for (const Case& test : cases) {
        const std::string before = read_file(folder_.path() / test.file, 1 << 20);
        write(test.file, test.content);
        EXPECT_THAT(failure(), HasSubstr(test.place)) << test.content;
        EXPECT_THAT(failure(), HasSubstr(test.why)) << test.content;
        write(test.file, before);
    }
    EXPECT_EQ(failure(), "none");
}

}  // namespace
}  // namespace quarry::eval
