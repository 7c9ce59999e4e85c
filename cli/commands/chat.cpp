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
                "that leans on the one before (\"And how far is it?\") is made to stand alone before passages are "
                "looked for, by the language model, or, without one, with words of the question before.\n\n"
                "On a terminal, lines are edited (arrow keys, and as ~/.editrc says) and earlier questions come back "
                "with the arrow keys; Ctrl-C stops an answer, Ctrl-D ends. /help lists what else can be typed. From a "
                "pipe each line is a question, and nothing but answers is printed; with --json each event is a line of "
                "JSON: pieces of text, answers with their citations, errors.\n\n"
                "The conversation is kept in the knowledge base while it goes on, under today's date or a name of "
                "yours. A question is there from the moment it is asked, and an answer that was stopped as far as it "
                "came. Two chats may use one conversation at once. quarry chats lists, exports and removes "
                "conversations.\n\n"
                "With --tools the model may have tools called: search and read_document read the base, sql asks it for "
                "counts and lists, and [[tool]] in the configuration adds programs of your own. Every call is shown. "
                "One that does not only read is asked for first, and denied where nobody can be asked, unless "
                "--allow-tool names it.",
            .examples = {{"quarry chat", "a new conversation"},
                         {"quarry chat --continue", "the one that was used last"},
                         {"quarry chat --session release --model llama3.2", "one with a name, answered by a model"},
                         {"printf '%s\\n' 'What is a chunk?' 'How large is it?' | quarry chat --no-save",
                          "questions from a pipe"}},
            .exit_codes = {{11, "some questions were not answered: the model's server failed, for instance"}}};
    }

    void setup(OptionTable& options) override {
        options.add("--session", request_.name, "Name of the conversation, a new one or one to go on with")
            .value("NAME");
        options.flag("--continue", request_.go_on, "Go on with the conversation that was used last")
            .excludes("--session");
        options.flag("--no-save", no_save_, "Keep nothing of the conversation")
            .excludes("--session")
            .excludes("--continue");
        options.add("-m,--model", chat_flags_.model, "Name of the language model that answers (default: chat.model)")
            .value("NAME");
        options.add("--provider", chat_flags_.provider, "Who has the model (default: chat.provider)").value("NAME");
        options.flag("--tools", request_.tools, "Offer tools to the model (default: chat.tools)");
        options.add("--allow-tool", request_.approval.allowed, "Let a tool run without a question; may be repeated")
            .value("NAME");
        options
            .add("-k,--sources", request_.flags.sources,
                 "Most passages that an answer is made from (default: ask.sources)")
            .range(1, 1000)
            .value("N");
        options
            .add("--mode", request_.flags.mode,
                 "How passages are found: lexical by words, vector by meaning, hybrid by both (default: "
                 "search.mode)")
            .choices({"lexical", "vector", "hybrid"});
        options
            .add("--template", request_.flags.prompt_template,
                 "Prompt template: a name, or a file (default: ask.template)")
            .value("NAME|PATH");
        options.flag("--no-cache", chat_flags_.no_cache, "Ask the model even if it answered this before");
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
