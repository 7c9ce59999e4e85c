// quarry ask: a question, answered from the knowledge base with citations.
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/help/pages.h"
#include "cli/line/ask_options.h"
#include "cli/text/request_text.h"
#include "cli/ui/answer_display.h"
#include "cli/ui/approve.h"
#include "cli/ui/chat_loop.h"
#include "cli/ui/output.h"
#include "core/app/answer_service.h"
#include "core/app/captured_prompt.h"
#include "core/app/conversation_service.h"
#include "core/base/bounded_json.h"
#include "core/config/config_json.h"
#include "core/wire/answer_json.h"
#include "core/wire/request_json.h"

namespace quarry::cli {
namespace {

class AskCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override { return ask_info(); }
    void setup(OptionTable& options) override { declare_ask_options(options, arguments_); }

    [[nodiscard]] bool is_paged(const config::Config& config) const override { return arguments_.is_paged(config); }

    [[nodiscard]] int run(Context& context) override {
        arguments_.check(context.json);
        const std::string question = arguments_.question(context.in);
        const config::Config config = arguments_.settings(context.config);
        const Context asking = context.with(config);
        app::Workspace workspace(asking);
        try {
            if (arguments_.show_prompt) return show_prompt(context, workspace, question);
            const std::optional<chat::ChatReply> reply = ask(context, workspace, question, nullptr);
            if (!reply) return 0;
            const int code = finish(context, question, reply->answer);
            if (!reply->not_kept) return code;
            throw Error(*reply->not_kept).while_doing("the answer is there, but the conversation lacks it");
        } catch (const Error& error) {
            // A program gets the same document, whoever found that the documents do not say.
            const bool nothing = error.code() == ErrorCode::nothing_found;
            if (!context.json || arguments_.show_prompt || !nothing) throw;
            return finish(context, question, answer::no_answer(error));
        }
    }

private:
    /// The answer, shown as it comes where it is text; nothing when nobody reads any more.
    [[nodiscard]] std::optional<chat::ChatReply> ask(Context& context, app::Workspace& workspace,
                                                     const std::string& question, llm::ChatRequest* captured) const {
        const bool shown = !context.json && arguments_.schema.empty() && captured == nullptr;
        if (arguments_.in_conversation(workspace.config())) {
            app::ConversationService conversation(workspace, conversation_request(context, workspace, captured),
                                                  context.scope());
            return ask_once(context, conversation, question, shown, arguments_.style());
        }
        const app::AnswerRequest request{
            .question = question, .flags = flags(), .answer_schema = schema(workspace), .captured = captured};
        AnswerDisplay display(context.out, arguments_.style());
        try {
            chat::ChatReply reply;
            reply.answer = app::AnswerService(workspace).answer(
                request,
                [&](const answer::AnswerEvent& event) {
                    if (shown) display.take(event);
                },
                context.scope());
            return reply;
        } catch (const ReaderGone&) {
            return std::nullopt;
        }
    }

    [[nodiscard]] app::ConversationRequest conversation_request(Context& context, const app::Workspace& workspace,
                                                                llm::ChatRequest* captured) const {
        if (!arguments_.schema.empty() && (arguments_.tools || !arguments_.allowed_tools.empty())) {
            throw Error(ErrorCode::usage, "--schema and tools cannot be used together",
                        "use it without --tools and --allow-tool")
                .because("some providers force an answer by a schema, and call no tools then");
        }
        return {.name = arguments_.session,
                .keep = !arguments_.session.empty(),
                .tools = arguments_.tools,
                .approval = {arguments_.allowed_tools, ask_at_terminal(context)},
                .flags = flags(),
                .answer_schema = schema(workspace),
                .captured = captured};
    }

    [[nodiscard]] app::AnswerFlags flags() const {
        app::AnswerFlags flags = arguments_.flags;
        flags.filter = search::chunk_filter(arguments_.filter);
        return flags;
    }
    [[nodiscard]] std::string schema(const app::Workspace& workspace) const {
        return arguments_.answer_schema(workspace.config());
    }

    /// Prints what was not shown while it came; gives the exit code.
    [[nodiscard]] int finish(Context& context, const std::string& question, const answer::Answer& answer) const {
        if (context.json) {
            nlohmann::ordered_json document = wire::answer_json(question, answer);
            if (!arguments_.schema.empty()) {
                const auto data = parse_bounded_json<nlohmann::ordered_json>(answer.text);
                document["data"] = data.is_discarded() ? nullptr : data;
            }
            context.out.result() << config::dump_json(document) << std::flush;
        } else if (!arguments_.schema.empty()) {
            // The answer that fits a schema, alone: what reads it is a program.
            context.out.result() << answer.text << '\n' << std::flush;
            if (!answer.retries.empty()) context.out.note(answer.retries);
            for (const std::string& warning : answer.warnings) context.out.warn(warning);
        }
        if (!answer.answered) return static_cast<int>(ErrorCode::nothing_found);
        const bool holds = answer::all_sentences_hold(answer.sentences) && answer.unknown_citations.empty();
        return arguments_.require_citations && !holds ? static_cast<int>(ErrorCode::citation_unsupported) : 0;
    }

    /// Goes the whole way to an answer, with a model that keeps what it is sent.
    [[nodiscard]] int show_prompt(Context& context, app::Workspace& workspace, const std::string& question) const {
        llm::ChatRequest captured;
        try {
            static_cast<void>(ask(context, workspace, question, &captured));
        } catch (const app::PromptCaptured&) {
            if (context.json) {
                context.out.result() << config::dump_json(wire::request_json(captured));
            } else {
                print_request(context.out, captured);
            }
        }
        return 0;
    }

    AskArguments arguments_;
};

}  // namespace

std::unique_ptr<Command> make_ask_command() { return std::make_unique<AskCommand>(); }

}  // namespace quarry::cli
