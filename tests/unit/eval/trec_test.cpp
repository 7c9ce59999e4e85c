#include "core/eval/trec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/base/error.h"
#include "core/base/file.h"

namespace quarry::eval {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class TrecTest : public ::testing::Test {
protected:
    [[nodiscard]] std::filesystem::path write(const std::string& content) const {
        std::ofstream(folder_.path() / "file", std::ios::binary) << content;
        return folder_.path() / "file";
    }
    TemporaryDirectory folder_;
};

TEST_F(TrecTest, ReadsJudgementsOfBothKinds) {
    const Qrels trec = read_qrels(write("q1 0 d1 2\nq1\t0\td2  0\r\n\nq2 Q0 d1 -1\n"));
    EXPECT_THAT(trec.at("q1"), ElementsAre(Pair("d1", 2), Pair("d2", 0)));
    EXPECT_THAT(trec.at("q2"), ElementsAre(Pair("d1", -1)));
    const Qrels beir = read_qrels(write("query-id\tcorpus-id\tscore\nq 1\td 1\t1\nq 1\td 1\t1\n"));
    EXPECT_THAT(beir.at("q 1"), ElementsAre(Pair("d 1", 1)));
}

TEST_F(TrecTest, OrdersARunAsTrecEvalDoes) {
    const quarry::eval::Run run =
        read_run(write("q Q0 a 1 1.0 t\nq Q0 c 9 2.5 t\nq Q0 b 3 1.00000000001 t\nq Q0 z 4 -3e2 t\n"));
    EXPECT_THAT(run.at("q"), ElementsAre("c", "b", "a", "z"));
}

TEST_F(TrecTest, AnyWhiteSpaceIsBetweenFields) {
    const quarry::eval::Run run = read_run(write("q\vQ0\fd 1\t2.5 x\n"));
    EXPECT_THAT(run.at("q"), ElementsAre("d"));
}

TEST_F(TrecTest, WhatIsWrittenIsReadInTheSameOrder) {
    const std::vector<RankedDocument> ranking = {{"tie a", 0.5}, {"tie z", 0.5}, {"b", 0.5 - 1e-12}, {"c", 0.25},
                                                 {"d", 0.3},     {"e", 0},       {"f", 0},           {"", -1}};
    std::ostringstream out;
    write_run(out, "q 1", ranking, "my run");
    const quarry::eval::Run run = read_run(write(out.str()));
    EXPECT_THAT(run.at("q_1"), ElementsAre("tie_a", "tie_z", "b", "c", "d", "e", "f", "_"));
    EXPECT_THAT(out.str(), HasSubstr("q_1 Q0 c 4 0.25 my_run\n"));
}

TEST_F(TrecTest, SaysWhichLineIsWrong) {
    struct Case {
        bool is_run;
        const char* content;
        const char* why;
    };
    const std::vector<Case> cases = {
        {false, "q 0 d 1\nq 0 d\n", ":2: 3 fields between blanks instead of 4"},
        {false, "query-id\tcorpus-id\tscore\nq\t\t1\n", ":2: the id of a query or document is empty"},
        {false, "query-id\tcorpus-id\tscore\n\td\t1\n", ":2: the id of a query or document is empty"},
        {false, "q 0 d x\n", ":1: the score \"x\" is not a whole number"},
        {false, "q 0 d 1\nq 0 d 2\n", ":2: d has another judgement"},
        {false, "query-id\tcorpus-id\tscore\nq d 1\n", ":2: 1 fields between tabs"},
        {true, "q Q0 d 1 2\n", ":1: 5 fields instead of 6"},
        {true, "q Q0 d 1 nan t\n", ":1: the score \"nan\" is not a number"},
        {true, "q Q0 d 1 1 t\nq Q0 d 2 0 t\n", ":2: d is ranked twice for this query"},
        {true, "q Q0 \xff 1 1 t\n", ":1: invalid UTF-8"},
    };
    for (const Case& test : cases) {
        const auto file = write(test.content);
        try {
            if (test.is_run) {
                (void)read_run(file);
            } else {
                (void)read_qrels(file);
            }
            ADD_FAILURE() << test.content;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr(test.why));
        }
    }
    EXPECT_THROW((void)read_run(folder_.path() / "none"), Error);
}

}  // namespace
}  // namespace quarry::eval
