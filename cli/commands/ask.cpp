// quarry ask: a question, answered from the knowledge base with citations.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/answer_settings.h"
#include "cli/answer_text.h"
#include "cli/chat.h"
#include "cli/command.h"
#include "cli/config.h"
#include "cli/config_json.h"
#include "cli/embedding.h"
#include "cli/knowledge_base.h"
#include "cli/output.h"
#include "cli/request_cache.h"
#include "cli/run_trace.h"
#include "cli/vector_index.h"
#include "core/answer/answer.h"
#include "core/answer/prompt.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

constexpr std::size_t longest_question = 100'000;  // bytes

/// Thrown by the sink when nobody reads any more: the model need not go on.
struct PipeClosed {};

class AskCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "ask",
            .summary = "answer a question from your documents, with citations",
            .description =
                "Finds the passages of the knowledge base (the documents that quarry ingest has read) that fit the "
                "question, answers from them, and lists where each statement stands: file, lines, headings and the "
                "exact words. Every citation is checked against the knowledge base before it is shown.\n\n"
                "Without further set-up the answer is extractive: sentences of the documents, chosen and quoted word "
                "for word. No language model, no key and no network are needed.\n\n"
                "With a language model (a program that writes text, here behind any server that speaks OpenAI's chat "
                "protocol, such as Ollama on your own machine) the model writes the answer from the passages and "
                "cites them by number. Name it with --model or the chat.model setting, and the server's address with "
                "chat.base_url. The passages and the question are sent to that server; quarry ask --show-prompt "
                "prints exactly what would be sent. The server's key comes from the environment variable that "
                "chat.api_key_env names, OPENAI_API_KEY unless you change it.\n\n"
                "Each sentence is held against what it cites: its words, its numbers and names, what it denies, and "
                "quotations word for word. Sentences that are not supported are named below the answer; "
                "--require-citations makes them an error. Keep an answer with --json, and check it again later with "
                "quarry verify.\n\n"
                "When the documents hold nothing for the question, quarry says so and exits with 10.",
            .examples = {{"quarry ask 'How do I undo a migration?'", "sentences of your documents that answer it"},
                         {"quarry ask --json 'How do I undo a migration?'",
                          "with byte offsets and hashes, for programs"},
                         {"quarry ask --model llama3.2 --config chat.base_url=http://localhost:11434/v1 'What is new?'",
                          "let a model on this machine (here: Ollama) write the answer"},
                         {"quarry ask --show-prompt 'What is new?'", "print what a model would be sent; ask none"}},
            .exit_codes = {{10, "the documents hold nothing that answers the question"},
                           {13, "with --require-citations: a sentence cites nothing, or is not supported"},
                           {14, "the model's server failed: not reached, refused, or no usable answer"},
                           {15, "the model's server says that requests come too fast, or the quota is used up"}}};
    }

    void setup(CLI::App& app) override {
        app.add_option("question", question_, "The question; - reads it from standard input")
            ->required()
            ->type_name("QUESTION");
        app.add_option("--sources", sources_, "Most passages that the answer is made from (default: ask.sources)")
            ->check(CLI::Range(1, 1000))
            ->type_name("N");
        app.add_option("--mode", mode_,
                       "How passages are found: lexical by words, vector by meaning, hybrid by both (default: "
                       "search.mode)")
            ->check(CLI::IsMember({"lexical", "vector", "hybrid"}));
        app.add_option("--model", model_,
                       "Name of the language model that writes the answer, or PROVIDER:NAME (default: chat.model)")
            ->type_name("NAME");
        app.add_option(
               "--provider", provider_,
               "What answers: extractive quotes sentences, gguf runs a model file, command a program, the others "
               "are servers (default: openai with --model, else chat.provider)")
            ->check(CLI::IsMember(config_key("chat.provider").choices));
        app.add_option("--template", template_,
                       "Prompt template: a file, or the name of one in a folder prompts (default: ask.template)")
            ->type_name("NAME|PATH");
        app.add_flag("--require-citations", require_citations_,
                     "Fail with 13 when a sentence of the answer cites nothing, or is not supported by what it cites");
        app.add_option("--redact", redact_,
                       "Secrets and personal data that the model does not see and that are put back in its answer: "
                       "default, secrets, personal, email …, all, off (default: ask.redact)")
            ->type_name("KINDS")
            ->expected(0, 1)
            ->default_str("default");
        app.add_flag("--no-cache", no_cache_, "Ask the model even if it answered this before, and keep nothing");
        app.add_flag("--show-prompt", show_prompt_, "Print what a model would be sent, and ask none");
    }

    [[nodiscard]] int run(Context& context) override {
        const std::string question = read_question(context);
        const Config config = with_flags(context.config);
        const std::unique_ptr<Store> store = open_store(context.base_path, StoreMode::read);
        const AnswerOptions options = answer_options(context, config, {mode_, template_, sources_});
        if (show_prompt_) return print_prompt(context, *store, question, options);
        const std::unique_ptr<RequestCache> cache = open_request_cache(context, config);
        return traced_run(context, "ask", [&](Tracer* tracer) {
            const std::unique_ptr<ChatModel> model =
                make_chat_model(context, config, {.cache = cache.get(), .tracer = tracer});
            const std::unique_ptr<Embedder> embedder =
                options.mode == SearchMode::lexical ? nullptr : query_embedder(context, *store);
            const std::unique_ptr<VectorIndex> index = embedder ? search_index(context, *store, false) : nullptr;
            const AnswerTools tools{
                .embedder = embedder.get(), .chat = model.get(), .tracer = tracer, .index = index.get()};
            return context.json ? answer_as_json(context, *store, tools, question, options)
                                : answer_as_text(context, *store, tools, question, options);
        });
    }

private:
    [[nodiscard]] std::string read_question(Context& context) const {
        std::string question = fmt::format("{}", fmt::join(question_, " "));
        if (question == "-") {
            question.clear();
            char buffer[4096];
            while (question.size() <= longest_question && context.in.read(buffer, sizeof buffer).gcount() > 0) {
                question.append(buffer, static_cast<std::size_t>(context.in.gcount()));
            }
        }
        if (question.size() > longest_question) {
            throw Error(ErrorCode::usage, "the question is too long", "ask in at most 100,000 bytes");
        }
        if (find_invalid_utf8(question)) question = replace_invalid_utf8(question);
        if (trim(question).empty()) throw Error(ErrorCode::usage, "the question is empty", "quarry ask 'What is …?'");
        return std::string(trim(question));
    }

    [[nodiscard]] Config with_flags(Config config) const {
        choose_chat_model(config, model_, provider_);
        if (no_cache_) config.set_flag("cache.enabled", "false", "flag --no-cache");
        return config;
    }

    [[nodiscard]] int exit_code(const Answer& answer) const {
        if (!answer.answered) return static_cast<int>(ErrorCode::nothing_found);
        const bool holds = all_sentences_hold(answer.sentences) && answer.unknown_citations.empty();
        return require_citations_ && !holds ? static_cast<int>(ErrorCode::citation_unsupported) : 0;
    }

    [[nodiscard]] int answer_as_json(Context& context, const Store& store, const AnswerTools& tools,
                                     const std::string& question, const AnswerOptions& options) const {
        const Answer answer = answer_question(store, tools, question, options, {}, context.cancel);
        context.out.result() << dump_json(answer_json(question, answer)) << std::flush;
        return exit_code(answer);
    }

    [[nodiscard]] int answer_as_text(Context& context, const Store& store, const AnswerTools& tools,
                                     const std::string& question, const AnswerOptions& options) const {
        std::ostream& out = context.out.result();
        bool line_open = false;
        const TextSink sink = [&](std::string_view piece) {
            out << piece << std::flush;
            line_open = !piece.ends_with('\n');
            if (context.out.closed()) throw PipeClosed();
        };
        const auto end_line = [&] {
            if (line_open) out << '\n' << std::flush;
            line_open = false;
        };
        try {
            const Answer answer = answer_question(store, tools, question, options, sink, context.cancel);
            end_line();
            print_sources(context.out, answer);
            print_doubts(context.out, answer.text, answer.sentences);
            out << std::flush;
            if (!answer.note.empty()) context.out.note(answer.note);
            for (const std::string& warning : answer.warnings) context.out.warn(warning);
            return exit_code(answer);
        } catch (const PipeClosed&) {
            return 0;
        } catch (...) {
            end_line();  // the error does not begin in the middle of what the model said so far
            throw;
        }
    }

    [[nodiscard]] static int print_prompt(Context& context, const Store& store, const std::string& question,
                                          const AnswerOptions& options) {
        const std::unique_ptr<Embedder> embedder =
            options.mode == SearchMode::lexical ? nullptr : query_embedder(context, store);
        const std::unique_ptr<VectorIndex> index = embedder ? search_index(context, store, false) : nullptr;
        const AnswerTools tools{.embedder = embedder.get(), .index = index.get()};
        const Retrieved retrieved = retrieve_passages(store, tools, question, options, context.cancel);
        const std::vector<ChatMessage> messages = build_prompt(
            options.prompt, {question, retrieved.passages, random_fence(), options.history, options.date, false});
        if (context.json) {
            context.out.result() << dump_json(prompt_json(messages));
        } else {
            print_messages(context.out, messages);
        }
        return 0;
    }

    std::vector<std::string> question_;
    std::string mode_, model_, provider_, template_, redact_;
    int sources_ = 0;
    bool no_cache_ = false;
    bool show_prompt_ = false;
    bool require_citations_ = false;
};

}  // namespace

std::unique_ptr<Command> make_ask_command() { return std::make_unique<AskCommand>(); }

}  // namespace quarry::cli
