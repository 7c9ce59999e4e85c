#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/line/command.h"
#include "cli/ui/chat_input.h"
#include "core/app/answer_settings.h"
#include "core/app/run_trace.h"
#include "core/chat/chat_session.h"
#include "core/config/config.h"
#include "core/store/sqlite/request_cache.h"
#include "core/tools/toolbox.h"

namespace quarry::cli {

/// How a chat begins.
struct ChatOptions {
    std::string name{};  ///< Of the conversation; empty for a new one.
    bool go_on = false;  ///< With the conversation that was used last.
    bool keep = true;    ///< In the base.
    bool tools = false;  ///< Offer tools, whatever chat.tools says.
    std::vector<std::string> allowed_tools{};
    app::AnswerFlags flags{};
    std::string answer_schema{};  ///< As AnswerOptions has it; no tools are offered then.
    /// As ChatModelStack has it: the conversation is read and stays as it is; no answer is cached or traced.
    llm::ChatRequest* captured = nullptr;
};

/// A conversation with a person at a terminal, or with lines from a pipe, a question each; what `quarry chat` does, and
/// `ask --session` with a single question.
class ChatLoop {
public:
    /// Opens the base and makes the model. Throws Error as `open_store` and `make_chat_model` do.
    ChatLoop(Context& context, config::Config config, ChatOptions beginning);
    ~ChatLoop();
    ChatLoop(const ChatLoop&) = delete;
    ChatLoop& operator=(const ChatLoop&) = delete;

    /// Reads questions until the end of input; gives the exit code: 11 when some failed.
    [[nodiscard]] int run();
    /// Answers one question, and shows the answer as `ask` does; nothing with --json. Throws Error.
    [[nodiscard]] answer::Answer ask_once(const std::string& question);

private:
    enum class Next { go_on, leave };

    void make_answering();
    void open_conversation();
    /// A question, or the last one again; shows errors.
    void answer(const std::string* question);
    /// `run` is what the run is called in a trace.
    [[nodiscard]] chat::ChatReply reply(const std::string* question, const llm::TextSink& sink,
                                        const Cancellation& cancellation, const char* run);
    void show(const chat::ChatReply& reply);
    void fail(const Error& error);
    [[nodiscard]] Next command(const std::string& line);
    void show_help();
    void show_sources();
    void show_search(const std::string& query);
    void save(const std::string& path);
    void change_model(const std::string& name);
    [[nodiscard]] static std::string today();
    void print_event(const char* event, nlohmann::ordered_json fields);

    Context& context_;
    config::Config config_;
    const ChatOptions beginning_;
    const bool person_;  ///< Somebody types, rather than a pipe.
    app::RunRecorder recorder_;
    std::unique_ptr<Tracer> tracer_;
    std::unique_ptr<store::Store> store_;
    answer::AnswerOptions options_;
    std::unique_ptr<store::RequestCache> cache_;
    std::unique_ptr<embed::Embedder> embedder_;
    std::unique_ptr<llm::ChatModel> model_;
    std::unique_ptr<tools::Toolbox> toolbox_;
    answer::AnswerTools tools_;
    std::unique_ptr<store::ConversationStore> conversations_;
    std::unique_ptr<chat::ChatSession> session_;
    std::unique_ptr<ChatInput> input_;
    std::function<void(const answer::Retrieved&)> on_retrieved_;  ///< Of the present answer.
    std::function<void()> pause_;                                 ///< The same: ends its line.
    std::optional<answer::Answer> last_;
    std::string noted_;  ///< The last note of an answer: said once, not with each.
    int failures_ = 0;
};

}  // namespace quarry::cli
