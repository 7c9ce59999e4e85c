#include "core/embed/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/error.h"

namespace quarry::embed {
namespace {

using ::testing::HasSubstr;
using Texts = std::vector<std::string_view>;

/// A program that is a line of Python; `rows` has the lines of its input as dictionaries.
CommandEmbedderOptions python(const std::string& body) {
    CommandEmbedderOptions options;
    options.command = {"/usr/bin/python3", "-c",
                       "import json, sys, time\nrows = [json.loads(line) for line in sys.stdin]\n" + body};
    options.timeout = std::chrono::seconds(20);
    return options;
}

std::vector<float> embed_all(const CommandEmbedderOptions& options, const Texts& texts,
                             EmbedKind kind = EmbedKind::document) {
    const Cancellation never;
    return make_command_embedder(options)->embed(texts, kind, never);
}

TEST(CommandEmbedding, ALineInIsAVectorOut) {
    const auto options =
        python("for r in rows: print(json.dumps({'vector': [3.0, 4.0 if r['kind'] == 'query' else 0.0]}))");
    EXPECT_EQ(embed_all(options, {"a", " ", "b"}), (std::vector<float>{1, 0, 0, 0, 1, 0}));
    EXPECT_EQ(embed_all(options, {"a"}, EmbedKind::query), (std::vector<float>{0.6F, 0.8F}));
    EXPECT_EQ(embed_all(python("for r in rows: print([0, 2])"), {"x\ny", "\xff"}), (std::vector<float>{0, 1, 0, 1}));
    EXPECT_EQ(embed_all(python("for r in rows: print(json.dumps({'vector': 'AACAPwAAAAA='}))"), {"x"}),
              (std::vector<float>{1, 0}));
}

TEST(CommandEmbedding, BatchesAreRunsOfTheProgram) {
    auto options =
        python("for i, r in enumerate(rows): print([len(rows), 1 if r['text'].startswith('to read: ') else 0])");
    options.batch = 2;
    options.prompts = {"", "to read: "};
    const std::vector<float> vectors = embed_all(options, {"a", "b", "c"});
    EXPECT_NEAR(vectors[0] / vectors[1], 2.0, 1e-5);
    EXPECT_NEAR(vectors[4] / vectors[5], 1.0, 1e-5);
}

TEST(CommandEmbedding, TheFingerprintIsThatOfTheCommand) {
    const auto one = make_command_embedder(python("pass"));
    EXPECT_EQ(one->fingerprint(), make_command_embedder(python("pass"))->fingerprint());
    EXPECT_NE(one->fingerprint(), make_command_embedder(python("pass #"))->fingerprint());
    auto named = python("pass");
    named.model = "second try";
    EXPECT_NE(one->fingerprint(), make_command_embedder(named)->fingerprint());
    EXPECT_THROW(static_cast<void>(make_command_embedder({})), Error);
}

struct BadProgram {
    const char* name;
    const char* body;
    const char* says;
};
class CommandEmbeddingFailures : public ::testing::TestWithParam<BadProgram> {};

TEST_P(CommandEmbeddingFailures, SayWhatIsWrong) {
    auto options = python(GetParam().body);
    options.timeout = std::chrono::seconds(std::string(GetParam().name) == "hang" ? 1 : 20);
    try {
        static_cast<void>(embed_all(options, {"one", "two"}));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::provider_failed);
        EXPECT_THAT(error.what(), HasSubstr(GetParam().says));
    }
}

INSTANTIATE_TEST_SUITE_P(Programs, CommandEmbeddingFailures,
                         ::testing::Values(BadProgram{"few", "print([1])", "only 1 for 2 texts"},
                                           BadProgram{"many", "print('[1]\\n' * 3)", "more than 2 for 2 texts"},
                                           BadProgram{"nonsense", "print('hello')", "line 1 of its output"},
                                           BadProgram{"dimensions", "print('[1]\\n[1, 2]')", "2 dimensions where 1"},
                                           BadProgram{"zeros", "print('[0, 0]\\n[1, 2]')", "all zeros"},
                                           BadProgram{"nan", "print('[1e999]\\n[1]')", "line 1"},
                                           BadProgram{"exit", "sys.exit('no such model')", "no such model"},
                                           BadProgram{"hang", "time.sleep(60)", "took too long"}),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace quarry::embed
