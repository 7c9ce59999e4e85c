#pragma once

#include <nlohmann/json_fwd.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/line/command.h"
#include "cli/ui/chat_input.h"
#include "core/answer/answer.h"
#include "core/app/conversation_service.h"

namespace quarry::cli {

/// A conversation with a person at a terminal, or with lines from a pipe, a question each: what `quarry chat` does.
class ChatLoop {
public:
    /// Borrows both.
    ChatLoop(Context& context, app::ConversationService& conversation);
    ~ChatLoop();
    ChatLoop(const ChatLoop&) = delete;
    ChatLoop& operator=(const ChatLoop&) = delete;

    /// Reads questions until the end of input; gives the exit code: 11 when some failed.
    [[nodiscard]] int run();

private:
    enum class Next { go_on, leave };
    class Stoppable;

    void greet();
    /// A question, or the last one again; shows errors.
    void answer(const std::string* question);
    void show(const chat::ChatReply& reply);
    void fail(const Error& error);
    [[nodiscard]] Next command(const std::string& line);
    void show_help();
    void show_sources();
    void show_search(const std::string& query);
    void save(const std::string& path);
    void change_model(const std::string& name);
    void print_event(const char* event, nlohmann::ordered_json fields);

    Context& context_;
    app::ConversationService& conversation_;
    const bool person_;  ///< Somebody types, rather than a pipe.
    std::unique_ptr<ChatInput> input_;
    std::optional<answer::Answer> last_;
    std::string last_note_;  ///< Of an answer: said once, not with each.
    int failures_ = 0;
};

/// Answers one question of a conversation and shows the answer in a style; nothing where `shown` is false. Nothing
/// comes back when nobody reads any more. Throws Error.
[[nodiscard]] std::optional<chat::ChatReply> ask_once(Context& context, app::ConversationService& conversation,
                                                      const std::string& question, bool shown, AnswerStyle style = {});

}  // namespace quarry::cli
