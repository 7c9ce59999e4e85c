// quarry chat: questions that lean on those before, answered from the knowledge base.
#include "cli/line/command.h"
#include "cli/line/filter_options.h"
#include "cli/ui/approve.h"
#include "cli/ui/chat_loop.h"
#include "core/app/chat_models.h"
#include "core/config/config.h"

namespace quarry::cli {
namespace {

class ChatCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "chat",
            .summary = "ask one question after another, with memory",
            .description =
                "Answers questions from the knowledge base as quarry ask does, and remembers what was said: a question "
                "that depends on the one before (\"And how far is it?\") is rewritten before the search so that it "
                "stands alone: by the language model or, without one, with words from the question before.\n\n"
                "On a terminal, lines are edited (arrow keys, and as ~/.editrc says) and earlier questions come back "
                "with the arrow keys; Ctrl-C stops an answer, Ctrl-D ends. /help lists what else can be typed. From a "
                "pipe each line is a question, and only answers are printed; with --json each event is a line of JSON: "
                "pieces of text, answers with their citations, errors.\n\n"
                "The conversation is kept in the knowledge base while it goes on, under today's date or a name of "
                "yours. A question is there from the moment it is asked, and an answer that was stopped as far as it "
                "came. Two chats may use one conversation at once. quarry chats lists, exports and removes "
                "conversations.\n\n"
                "With --tools the model may call tools: search and read_document read the base, sql asks it for counts "
                "and lists, and [[tool]] in the configuration adds programs of your own. Every call is shown. Tools "
                "that change something ask first; without a terminal they are denied unless --allow-tool names them.",
            .examples = {{"quarry chat", "a new conversation"},
                         {"quarry chat --continue", "the one that was used last"},
                         {"quarry chat --session release --model llama3.2", "one with a name, answered by a model"},
                         {"printf '%s\\n' 'What is a chunk?' 'How large is it?' | quarry chat --no-save",
                          "questions from a pipe"}},
            .exit_codes = {{11, "some questions were not answered, for example because the model's server failed"}}};
    }

    void setup(OptionTable& options) override {
        options.add("--session", request_.name, "Name of the conversation, new or existing").value("NAME");
        options.flag("--continue", request_.go_on, "Continue the conversation that was used last")
            .excludes("--session");
        options.flag("--no-save", no_save_, "Do not store the conversation")
            .excludes("--session")
            .excludes("--continue");
        options
            .add("-m,--model", chat_flags_.model,
                 "The language model: its name, PROVIDER:NAME, or one of [models.NAME] (default: chat.model)")
            .value("PROFILE|MODEL");
        options.add("--provider", chat_flags_.provider, "Provider of the model (default: chat.provider)").value("NAME");
        options.flag("--tools", request_.tools, "Let the model call tools (default: chat.tools)");
        options.add("--allow-tool", request_.approval.allowed, "Run this tool without asking").value("NAME");
        options
            .add("-k,--sources", request_.flags.sources, "Use at most N passages for an answer (default: ask.sources)")
            .range(1, 1000)
            .value("N");
        options
            .add("--mode", request_.flags.mode,
                 "Find passages by words (lexical), by meaning (vector) or by both (hybrid) (default: search.mode)")
            .choices({"lexical", "vector", "hybrid"});
        options
            .add("--template", request_.flags.prompt_template,
                 "Prompt template: a file, or the name of a template (default: ask.template)")
            .value("NAME|PATH");
        options.flag("--no-cache", chat_flags_.no_cache, "Ask the model even if the answer is cached");
        declare_filter_options(options, filter_);
    }

    [[nodiscard]] int run(Context& context) override {
        config::Config config = context.config;
        chat_flags_.apply(config);
        const Context asking = context.with(config);
        app::Workspace workspace(asking);
        request_.keep = !no_save_;
        request_.approval.ask = ask_at_terminal(context);
        request_.flags.filter = search::chunk_filter(filter_);
        app::ConversationService conversation(workspace, request_, context.scope());
        return ChatLoop(context, conversation).run();
    }

private:
    app::ConversationRequest request_;
    search::FilterSpec filter_;
    app::ChatFlags chat_flags_;
    bool no_save_ = false;
};

}  // namespace

std::unique_ptr<Command> make_chat_command() { return std::make_unique<ChatCommand>(); }

}  // namespace quarry::cli
