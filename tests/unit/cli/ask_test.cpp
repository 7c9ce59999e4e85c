#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/hash.h"
#include "tests/support/openai_server.h"
#include "tests/unit/cli/run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class AskTest : public QuarryTest {
protected:
    static void SetUpTestSuite() { server_ = std::make_unique<OpenAiServer>(); }
    static void TearDownTestSuite() { server_.reset(); }

    void SetUp() override {
        write("moon.txt", "Cheese is yellow.\nThe moon is 384,400 km away. It has no air.\n");
        ASSERT_EQ(run_quarry({"ingest", "moon.txt"}).code, 0);
    }
    [[nodiscard]] static RunResult ask(std::vector<std::string> arguments, const std::string& model = {},
                                       std::string_view input = {}) {
        arguments.insert(arguments.begin(), "ask");
        if (!model.empty()) {
            arguments.insert(arguments.end(), {"--model", model, "--config", "chat.base_url=" + server_->base_url()});
        }
        return run_quarry(arguments, input, {{"OPENAI_API_KEY", "sk-very-secret"}});
    }

    static inline std::unique_ptr<OpenAiServer> server_;
};

TEST_F(AskTest, QuotesTheDocuments) {
    const RunResult result = ask({"How far is the moon?"});
    EXPECT_EQ(result.code, 0);
    EXPECT_THAT(result.out, HasSubstr("The moon is 384,400 km away. It has no air. [1]\n    moon.txt:2  Cheese"));
    EXPECT_TRUE(result.out.ends_with("    moon.txt:2  Cheese is yellow.\n")) << "the quote stands above";
}

TEST_F(AskTest, TakesTheQuestionAsWordsOrFromStandardInput) {
    EXPECT_THAT(ask({"How", "far", "is", "the", "moon?"}).out, HasSubstr("384,400"));
    EXPECT_THAT(ask({"-"}, {}, "How far is the moon?\n").out, HasSubstr("384,400"));
    EXPECT_EQ(ask({"-"}, {}, " \n").code, 2);
    EXPECT_EQ(ask({""}).code, 2);
    EXPECT_EQ(ask({}).code, 2);
    EXPECT_EQ(ask({"-"}, {}, std::string(200'000, 'x')).code, 2);
    EXPECT_EQ(ask({"moon\xFF"}).code, 0);
}

TEST_F(AskTest, GivesTheRecordAsJson) {
    const RunResult result = ask({"--json", "How far is the moon?"});
    const auto record = nlohmann::json::parse(result.out);
    EXPECT_EQ(record["schema"], "quarry.ask/1");
    EXPECT_EQ(record["kind"], "extractive");
    EXPECT_EQ(record["answered"], true);
    EXPECT_EQ(record["model"], nullptr);
    const auto& citation = record["citations"][0];
    EXPECT_EQ(citation["uri"], (folder() / "moon.txt").string());
    EXPECT_EQ(citation["start_byte"], 18);
    EXPECT_EQ(citation["sha256"], sha256(citation["quote"].get<std::string>()));
}

TEST_F(AskTest, AsksAModel) {
    const RunResult text = ask({"How far is the moon?"}, "any");
    EXPECT_EQ(text.code, 0);
    EXPECT_THAT(text.out,
                HasSubstr("The moon is 384,400 km away [1].\n\nSources:\n[1] moon.txt:2  Cheese is yellow.\n"));
    const auto record = nlohmann::json::parse(ask({"--json", "How far is the moon?"}, "any").out);
    EXPECT_EQ(record["kind"], "model");
    EXPECT_EQ(record["model"], "any");
    EXPECT_EQ(record["usage"]["output_tokens"], 7);
    EXPECT_EQ(record["finish_reason"], "stop");
}

TEST_F(AskTest, WarnsOfWhatWasNotChecked) {
    EXPECT_THAT(ask({"How far is the moon?"}, "wrong-citation").err, HasSubstr("warning: the model cited source [9]"));
    EXPECT_THAT(ask({"How far is the moon?"}, "no-citation").err, HasSubstr("cited no source"));
    const auto record = nlohmann::json::parse(ask({"--json", "How far is the moon?"}, "wrong-citation").out);
    EXPECT_EQ(record["unknown_citations"], nlohmann::json({9}));
}

TEST_F(AskTest, ExitsWithTenWhenTheDocumentsDoNotSay) {
    EXPECT_EQ(ask({"Who wrote Hamlet?"}).code, 10);
    EXPECT_EQ(ask({"How far is the moon?"}, "does-not-know").code, 10);
    EXPECT_EQ(ask({"--json", "How far is the moon?"}, "does-not-know").code, 10);
}

TEST_F(AskTest, ThatTheDocumentsDoNotSayIsOneDocument) {
    write("schema.json", R"({"type": "object"})");
    for (const std::string model : {"", "any", "does-not-know"}) {
        const bool by_model = model == "does-not-know";
        const std::string question = by_model ? "How far is the moon?" : "Who wrote Hamlet?";
        const RunResult result = ask({"--json", question}, model);
        EXPECT_EQ(result.code, 10) << model;
        EXPECT_EQ(result.err, "") << model;
        const auto record = nlohmann::json::parse(result.out);
        EXPECT_EQ(record["schema"], "quarry.ask/1");
        EXPECT_EQ(record["answered"], false);
        EXPECT_EQ(record["citations"], nlohmann::json::array());
        EXPECT_EQ(run_quarry({"verify", "-"}, result.out).code, 0) << model;
    }
    const RunResult data = ask({"--json", "--schema", "schema.json", "Who wrote Hamlet?"}, "any");
    EXPECT_EQ(data.code, 10);
    EXPECT_EQ(nlohmann::json::parse(data.out)["data"], nullptr);
    EXPECT_EQ(ask({"--json", "--session", "s", "Who wrote Hamlet?"}, "any").code, 10);
}

TEST_F(AskTest, AModelThatSaysNothingIsNoAnswer) {
    const RunResult result = ask({"How far is the moon?"}, "mute");
    EXPECT_EQ(result.code, 14);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr("error: the model returned no text"));
    EXPECT_EQ(ask({"--json", "How far is the moon?"}, "mute").code, 14);
}

TEST_F(AskTest, ShowsThePromptWithoutAsking) {
    const std::string before = server_->log();
    const RunResult text = ask({"--show-prompt", "How far is the moon?"}, "any");
    EXPECT_EQ(text.code, 0);
    EXPECT_THAT(text.out, HasSubstr("BEGIN SOURCE 1 "));
    const auto record = nlohmann::json::parse(ask({"--show-prompt", "--json", "moon"}).out);
    EXPECT_EQ(record["schema"], "quarry.ask.prompt/1");
    EXPECT_EQ(record["messages"][0]["role"], "system");
    EXPECT_EQ(server_->log(), before);
}

TEST_F(AskTest, TheShownPromptIsWhatWouldBeSent) {
    write("mail.txt", "About the comet mail ada@lovelace.io now.\n");
    ASSERT_EQ(run_quarry({"ingest", "mail.txt"}).code, 0);
    write("s.json", R"({"type":"object","properties":{"who":{"type":"string"}}})");
    const std::string question = "Who knows of the comet, bob@babbage.io?";
    for (const std::vector<std::string>& how :
         std::vector<std::vector<std::string>>{{"--redact"},
                                               {"--config", "ask.redact=default"},
                                               {"--redact", "--session", "s"},
                                               {"--redact", "--model", "anthropic:any"}}) {
        std::vector<std::string> arguments = {"ask", "--show-prompt", "--config", "ask.min_score=0", question};
        arguments.insert(arguments.end(), how.begin(), how.end());
        for (const bool as_json : {false, true}) {
            if (as_json) arguments.emplace_back("--json");
            const RunResult shown = run_quarry(arguments);
            EXPECT_EQ(shown.code, 0) << shown.err;
            EXPECT_THAT(shown.out, HasSubstr("mail [REDACTED:email:"));
            EXPECT_THAT(shown.out, Not(HasSubstr("ada@lovelace.io")));
            EXPECT_THAT(shown.out, Not(HasSubstr("bob@babbage.io")));
        }
    }
    EXPECT_EQ(nlohmann::json::parse(run_quarry({"chats", "ls", "--json"}).out)["conversations"].size(), 0U);
    const std::vector<std::string> by_schema = {"ask", "--show-prompt", "--schema", "s.json",         "--model",
                                                "any", question,        "--config", "ask.min_score=0"};
    EXPECT_THAT(run_quarry(by_schema).out, HasSubstr("--- schema of the answer ---\n{\"type\":\"object\""));
    std::vector<std::string> as_json = by_schema;
    as_json.emplace_back("--json");
    const auto record = nlohmann::json::parse(run_quarry(as_json).out);
    EXPECT_EQ(record["answer_schema"]["properties"]["who"]["type"], "string");
    const RunResult tools =
        run_quarry({"ask", "--show-prompt", "--tools", "--model", "any", "--json", "How far is the moon?"});
    EXPECT_EQ(nlohmann::json::parse(tools.out)["tools"][0]["name"], "search") << tools.err;
}

TEST_F(AskTest, AModelThatIsSetAloneAnswers) {
    const std::vector<std::string> base = {"ask", "How far is the moon?", "--json", "--config",
                                           "chat.base_url=" + server_->base_url()};
    const auto kind = [&](std::vector<std::string> settings) {
        std::vector<std::string> arguments = base;
        for (std::string& setting : settings) arguments.insert(arguments.end(), {"--config", std::move(setting)});
        const RunResult result = run_quarry(arguments, {}, {{"OPENAI_API_KEY", "k"}, {"MISTRAL_API_KEY", "k"}});
        const auto record = nlohmann::json::parse(result.out, nullptr, false);
        return record.is_discarded() ? result.err : record.value("kind", "") + ' ' + record["model"].dump();
    };
    EXPECT_EQ(kind({"chat.model=any"}), "model \"any\"");
    EXPECT_EQ(kind({"chat.model=mistral:any"}), "model \"any\"");
    EXPECT_EQ(kind({"chat.model=any", "chat.provider=extractive"}), "extractive null");
    EXPECT_EQ(kind({}), "extractive null");
}

TEST_F(AskTest, FailsWithTheCodeOfTheFailure) {
    EXPECT_EQ(ask({"moon"}, "unauthorised").code, 14);
    EXPECT_EQ(ask({"moon"}, "rate-limited").code, 15);
    const RunResult broken = ask({"How far is the moon?"}, "cut-off");
    EXPECT_EQ(broken.code, 14);
    EXPECT_EQ(broken.out, "The moon is \n");
    for (const char* model : {"unauthorised", "mid-stream-error"}) {
        const RunResult result = ask({"moon"}, model);
        EXPECT_THAT(result.out + result.err, Not(HasSubstr("sk-very-secret")));
    }
}

TEST_F(AskTest, SaysWhatIsMissingToAskAModel) {
    const RunResult no_model = run_quarry({"ask", "--provider", "openai", "moon"});
    EXPECT_EQ(no_model.code, 2);
    EXPECT_THAT(no_model.err, HasSubstr("no chat model"));
    const RunResult no_key = run_quarry({"ask", "--model", "m", "moon"});
    EXPECT_EQ(no_key.code, 2);
    EXPECT_THAT(no_key.err, HasSubstr("OPENAI_API_KEY"));
    const RunResult in_the_clear =
        run_quarry({"ask", "--model", "m", "--config", "chat.base_url=http://example.com/v1", "moon"}, {},
                   {{"OPENAI_API_KEY", "k"}});
    EXPECT_EQ(in_the_clear.code, 2);
    EXPECT_THAT(in_the_clear.err, HasSubstr("plain http"));
}

TEST_F(AskTest, RefusesOptionsOutOfRange) {
    EXPECT_EQ(ask({"--sources", "0", "moon"}).code, 2);
    EXPECT_EQ(ask({"--mode", "magic", "moon"}).code, 2);
    EXPECT_EQ(ask({"--provider", "magic", "moon"}).code, 2);
    for (const char* cost : {"nan", "-nan", "0", "-1", "inf", "1e999", "much"}) {
        const RunResult refused = ask({"--max-cost", cost, "moon"}, "any");
        EXPECT_EQ(refused.code, 2) << cost;
        EXPECT_LT(refused.err.size(), 300U) << refused.err;
    }
    EXPECT_EQ(ask({"--require-citations", "--schema", "no.json", "moon"}, "any").code, 2);
    EXPECT_EQ(ask({"--mode", "vector", "moon"}).code, 1);  // the base is too small for vectors
    EXPECT_EQ(ask({"--sources", "1", "--mode", "lexical", "moon"}).code, 0);
}

TEST(AskWithoutABase, SaysHowToMakeOne) {
    const TemporaryDirectory folder;
    const RunResult result = run_quarry({"ask", "--base", (folder.path() / "no.db").string(), "moon"});
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.err, HasSubstr("quarry ingest"));
}

}  // namespace
}  // namespace quarry::cli
