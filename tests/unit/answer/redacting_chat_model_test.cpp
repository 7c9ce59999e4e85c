#include "core/answer/redacting_chat_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/answer/answer.h"
#include "core/base/hash.h"
#include "core/tools/toolbox.h"

namespace quarry::answer {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Gives the answers that it was made with, a byte at a time, and keeps what it was sent.
class ProviderOfScript final : public llm::ChatModel {
public:
    explicit ProviderOfScript(std::vector<llm::ChatResponse> answers) : answers_(std::move(answers)) {}
    [[nodiscard]] std::string name() const override { return "scripted"; }
    [[nodiscard]] llm::ChatResponse chat(const llm::ChatRequest& request, const llm::TextSink& sink,
                                         const Cancellation&) override {
        asked.push_back(request);
        llm::ChatResponse response = answers_.at(asked.size() - 1);
        response.finish_reason = response.tool_calls.empty() ? "stop" : "tool_calls";
        for (const char& byte : response.text) sink(std::string_view(&byte, 1));
        return response;
    }
    std::vector<llm::ChatRequest> asked;

private:
    std::vector<llm::ChatResponse> answers_;
};

llm::ChatResponse says(std::string text) { return {.text = std::move(text), .finish_reason = {}, .usage = {}}; }

llm::ChatResponse wants(std::string tool, std::string arguments) {
    llm::ChatResponse response = says("");
    response.tool_calls.push_back({"1", std::move(tool), std::move(arguments), {}});
    return response;
}

/// All that the provider was sent, as one text.
std::string all_sent(const ProviderOfScript& model) {
    std::string text;
    for (const llm::ChatRequest& request : model.asked) {
        for (const llm::ChatMessage& message : request.messages) {
            text += message.content + '\n';
            for (const llm::ChatSource& source : message.sources) text += source.name + '\n' + source.text + '\n';
            for (const llm::ChatToolCall& call : message.tool_calls) text += call.arguments + '\n';
        }
    }
    return text;
}

/// A value of several lines, which JSON writes otherwise than text.
const std::string private_key =
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"
    "-----END PRIVATE KEY-----";

class RedactingChatModelTest : public ::testing::Test {
protected:
    /// The redacting model around one that gives these answers.
    llm::ChatModel& model(std::vector<llm::ChatResponse> answers, std::vector<std::string> kinds = {"default"}) {
        auto inner = std::make_unique<ProviderOfScript>(std::move(answers));
        inner_ = inner.get();
        model_ = make_redacting_chat_model(std::move(inner), kinds);
        return *model_;
    }
    llm::ChatResponse chat(const llm::ChatRequest& request) {
        streamed_.clear();
        const Cancellation never;
        return model_->chat(
            request, [&](std::string_view piece) { streamed_ += piece; }, never);
    }

    ProviderOfScript* inner_ = nullptr;
    std::unique_ptr<llm::ChatModel> model_;
    std::string streamed_;
};

TEST_F(RedactingChatModelTest, HidesValuesAndPutsThemBack) {
    model({says("Write to [REDACTED:email:2], not to [REDACTED:email:9] or [1].")}, {"email"});
    llm::ChatRequest request;
    request.messages = {{llm::ChatMessage::Role::user, "ann@corp.example, bob@corp.example and ann@corp.example?"}};
    const llm::ChatResponse response = chat(request);
    EXPECT_EQ(inner_->asked[0].messages[0].content, "[REDACTED:email:1], [REDACTED:email:2] and [REDACTED:email:1]?");
    EXPECT_EQ(streamed_, "Write to bob@corp.example, not to [REDACTED:email:9] or [1].");
    EXPECT_EQ(response.text, streamed_);
}

TEST_F(RedactingChatModelTest, AValueIsHiddenWhereNothingElseGivesItAway) {
    model({says("ok")});
    llm::ChatRequest request;
    request.messages = {{llm::ChatMessage::Role::system, "Rules."},
                        {llm::ChatMessage::Role::user, "Is it gT7kQ2xW9pLm? gT7kQ2xW9pLmore is no word of it."},
                        {llm::ChatMessage::Role::assistant, "It is gT7kQ2xW9pLm."},
                        {llm::ChatMessage::Role::user, "config: password = \"gT7kQ2xW9pLm\""}};
    static_cast<void>(chat(request));
    EXPECT_THAT(all_sent(*inner_), Not(HasSubstr("gT7kQ2xW9pLm.")));
    EXPECT_THAT(inner_->asked[0].messages[1].content,
                ::testing::MatchesRegex("Is it \\[REDACTED:.*:1\\]\\? gT7kQ2xW9pLmore.*"));
    EXPECT_THAT(inner_->asked[0].messages[2].content, ::testing::MatchesRegex("It is \\[REDACTED:.*:1\\]\\."));
}

TEST_F(RedactingChatModelTest, ArgumentsOfToolsGetTheValuesAsJson) {
    model({wants("send", R"({"to": "[REDACTED:email:2]", "text": ["[REDACTED:private-key:1]"], "n": 3})"),
           says("Sent.")});
    llm::ChatRequest request;
    request.messages = {{llm::ChatMessage::Role::user, private_key + " for ann@corp.example"}};
    const llm::ChatResponse response = chat(request);
    ASSERT_EQ(response.tool_calls.size(), 1U);
    const auto arguments = nlohmann::json::parse(response.tool_calls[0].arguments);
    EXPECT_EQ(arguments["to"], "ann@corp.example");
    EXPECT_EQ(arguments["text"][0], private_key);
    EXPECT_EQ(arguments["n"], 3);

    // The call goes back to the provider with what it gave: both without values.
    request.messages.push_back(
        {.role = llm::ChatMessage::Role::assistant, .content = "", .tool_calls = response.tool_calls});
    request.messages.push_back(
        {.role = llm::ChatMessage::Role::tool, .content = "sent to ann@corp.example\n" + private_key});
    static_cast<void>(chat(request));
    EXPECT_THAT(all_sent(*inner_), Not(HasSubstr("ann@corp")));
    EXPECT_THAT(all_sent(*inner_), Not(HasSubstr("MIIEvQ")));
    EXPECT_EQ(nlohmann::json::parse(inner_->asked[1].messages[1].tool_calls[0].arguments)["to"], "[REDACTED:email:2]");
}

TEST_F(RedactingChatModelTest, ArgumentsThatAreNoJsonStayAsTheyAre) {
    for (const std::string& arguments :
         {std::string("half {\"a\": [REDACTED:email:1]"), std::string(10'000, '['), std::string()}) {
        model({wants("send", arguments)}, {"email"});
        llm::ChatRequest request;
        request.messages = {{llm::ChatMessage::Role::user, "nothing"}};
        EXPECT_EQ(chat(request).tool_calls[0].arguments, arguments);
    }
}

TEST_F(RedactingChatModelTest, NumbersAreHiddenToo) {
    model({says("ok")}, {"card"});
    llm::ChatRequest request;
    request.messages = {{.role = llm::ChatMessage::Role::assistant,
                         .content = "",
                         .tool_calls = {{"1", "pay", R"({"card": 4111111111111111, "amount": 12})", {}}}}};
    static_cast<void>(chat(request));
    const auto sent = nlohmann::json::parse(inner_->asked[0].messages[0].tool_calls[0].arguments);
    EXPECT_EQ(sent["card"], "[REDACTED:card:1]");
    EXPECT_EQ(sent["amount"], 12);
}

TEST_F(RedactingChatModelTest, AnAnswerThatIsJsonStaysJson) {
    model({says(R"({"key": "[REDACTED:private-key:1]"})")});
    llm::ChatRequest request;
    request.answer_schema = R"({"type": "object"})";
    request.messages = {{llm::ChatMessage::Role::user, private_key}};
    const llm::ChatResponse response = chat(request);
    EXPECT_EQ(streamed_, response.text);
    EXPECT_EQ(nlohmann::json::parse(response.text, nullptr, false)["key"], private_key);
}

/// Notes what it was called with, and gives a text with an address in it.
class AddressBook final : public tools::Tool {
public:
    explicit AddressBook(std::vector<std::string>& asked) : asked_(asked) {}
    [[nodiscard]] const llm::ChatTool& definition() const override {
        static const llm::ChatTool tool{"lookup", "looks up",
                                        R"({"type": "object", "properties": {"who": {"type": "string"}}})"};
        return tool;
    }
    [[nodiscard]] bool read_only() const override { return true; }
    [[nodiscard]] std::string run(const nlohmann::json& arguments, tools::ToolRun&) override {
        asked_.push_back(arguments.value("who", ""));
        return "their other address is other@corp.example";
    }

private:
    std::vector<std::string>& asked_;
};

TEST_F(RedactingChatModelTest, ToolsGetValuesProvidersDoNotAndQuotationsHold) {
    const std::unique_ptr<store::Store> store = store::open_store_in_memory();
    const std::string text = "Ann's address is ann@corp.example, says the list.";
    store::PreparedSource source;
    source.source.uri = "list.txt";
    source.source.content_hash = content_hash(text);
    source.chunks.push_back({0, text.size(), 1, 1, {}});
    source.document.emplace();
    source.document->text = text;
    store->put({&source, 1});

    model({wants("lookup", R"({"who": "[REDACTED:email:1]"})"),
           says("The list says: \"Ann's address is [REDACTED:email:1], says the list.\" [1] Also [REDACTED:email:2].")},
          {"email"});
    tools::Toolbox toolbox;
    std::vector<std::string> asked;
    toolbox.add(std::make_unique<AddressBook>(asked));
    AnswerOptions options;
    options.mode = search::SearchMode::lexical;
    const Cancellation never;
    const Answer answer = answer_question(*store, {.chat = model_.get(), .toolbox = &toolbox}, "What is Ann's address?",
                                          options, {}, never);
    EXPECT_THAT(asked, ElementsAre("ann@corp.example"));
    ASSERT_EQ(answer.tool_calls.size(), 1U);
    EXPECT_EQ(answer.tool_calls[0].arguments, R"({"who":"ann@corp.example"})");
    EXPECT_THAT(answer.tool_calls[0].result, HasSubstr("other@corp.example"));
    EXPECT_THAT(all_sent(*inner_), Not(HasSubstr("@corp.example")));
    EXPECT_THAT(all_sent(*inner_), HasSubstr("their other address is [REDACTED:email:2]"));

    EXPECT_EQ(answer.text,
              "The list says: \"Ann's address is ann@corp.example, says the list.\" [1] Also other@corp.example.");
    ASSERT_EQ(answer.citations.size(), 1U);
    EXPECT_EQ(answer.citations[0].quote, text);
    ASSERT_FALSE(answer.sentences.empty());
    EXPECT_EQ(answer.sentences[0].verdict, Verdict::supported);
}

}  // namespace
}  // namespace quarry::answer
