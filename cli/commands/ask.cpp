// quarry ask: a question, answered from the knowledge base with citations.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/number_checks.h"
#include "cli/text/answer_text.h"
#include "cli/text/request_text.h"
#include "cli/ui/answer_stream.h"
#include "cli/ui/chat_loop.h"
#include "cli/ui/output.h"
#include "core/answer/answer.h"
#include "core/app/answer_settings.h"
#include "core/app/captured_prompt.h"
#include "core/app/chat_models.h"
#include "core/app/knowledge_base.h"
#include "core/app/response_cache.h"
#include "core/app/run_trace.h"
#include "core/app/vector_index.h"
#include "core/app/vectors.h"
#include "core/base/bounded_json.h"
#include "core/base/file.h"
#include "core/base/json_schema.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/config_json.h"
#include "core/wire/request_json.h"

namespace quarry::cli {
namespace {

constexpr std::size_t longest_question = 100'000;  // bytes
constexpr std::size_t longest_schema = 1'000'000;

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
            .exit_codes = {
                {7, "with --session: another process is writing to the base"},
                {10, "the documents hold nothing that answers the question"},
                {13, "with --require-citations: a sentence cites nothing, or is not supported"},
                {14, "the model's server failed: not reached, refused, or no usable answer, such as one that does "
                     "not fit --schema the second time either"},
                {15, "the model's server says that requests come too fast, or the quota is used up"},
                {16, "the answer could cost more than --max-cost"}}};
    }

    void setup(OptionTable& options) override {
        options.add("question", question_, "The question; - reads it from standard input").required().value("QUESTION");
        options.add("--sources", sources_, "Most passages that the answer is made from (default: ask.sources)")
            .range(1, 1000)
            .value("N");
        options
            .add("--mode", mode_,
                 "How passages are found: lexical by words, vector by meaning, hybrid by both (default: "
                 "search.mode)")
            .choices({"lexical", "vector", "hybrid"});
        options
            .add("--model", chat_flags_.model,
                 "Name of the language model that writes the answer, or PROVIDER:NAME (default: chat.model)")
            .value("NAME");
        options
            .add("--provider", chat_flags_.provider,
                 "What answers: extractive quotes sentences, gguf runs a model file, command a program, the others "
                 "are servers (default: openai with --model, else chat.provider)")
            .choices(config::config_key("chat.provider").choices);
        options.add("--max-tokens", max_tokens_, "Longest answer of a model in tokens (default: chat.max_tokens)")
            .range(1, 10'000'000)
            .value("N");
        options
            .add("--max-cost", chat_flags_.max_cost,
                 "Do not ask when the answer could cost more than this (default: chat.max_cost)")
            .check(amount_above_zero())
            .value("AMOUNT");
        options
            .add("--schema", schema_,
                 "Have the model answer in JSON that fits the JSON Schema in this file; only the JSON is printed")
            .value("PATH");
        options
            .add("--template", template_,
                 "Prompt template: a file, or the name of one in a folder prompts (default: ask.template)")
            .value("NAME|PATH");
        options.flag("--require-citations", require_citations_,
                     "Fail with 13 when a sentence of the answer cites nothing, or is not supported by what it cites");
        options.flag("--redact", redact_,
                     "Keep secrets and personal data from the model, and put them back in its answer (the kinds of "
                     "ask.redact, else the default ones)");
        options.flag("--no-cache", chat_flags_.no_cache,
                     "Ask the model even if it answered this before, and keep nothing");
        options
            .add("--session", beginning_.name,
                 "Name of a conversation to ask in, a new one or one to go on with (quarry chat)")
            .value("NAME");
        options.flag("--tools", beginning_.tools, "Offer tools to the model (default: chat.tools)");
        options.add("--allow-tool", beginning_.allowed_tools, "Let a tool run without a question; may be repeated")
            .value("NAME");
        options.flag("--show-prompt", show_prompt_, "Print what a model would be sent, and ask none");
    }

    [[nodiscard]] int run(Context& context) override {
        if (require_citations_ && !schema_.empty()) {
            throw Error(ErrorCode::usage, "--require-citations does not go with --schema", "leave out one of them")
                .because("an answer by a schema has no sentences that could be held against what they cite");
        }
        const std::string question = read_question(context);
        try {
            return ask(context, question);
        } catch (const Error& error) {
            // A program gets the same document, whoever found that the documents do not say.
            if (!context.json || show_prompt_ || error.code() != ErrorCode::nothing_found) throw;
            print_answer_json(context, question, answer::no_answer(error));
            return static_cast<int>(ErrorCode::nothing_found);
        }
    }

private:
    [[nodiscard]] int ask(Context& context, const std::string& question) {
        const config::Config config = with_flags(context.config);
        if (show_prompt_) return print_prompt(context, config, question);
        if (in_conversation(config)) return ask_in_conversation(context, config, question);
        const std::unique_ptr<store::Store> store = store::open_store(context.base_path, store::StoreMode::read);
        answer::AnswerOptions options = app::answer_options(context, config, {mode_, template_, sources_});
        options.answer_schema = answer_schema(config);
        const std::unique_ptr<store::RequestCache> cache = app::open_request_cache(context, config);
        return app::traced_run(context, "ask", [&](Tracer* tracer) {
            const std::unique_ptr<llm::ChatModel> model =
                app::make_chat_model(context, config, {.cache = cache.get(), .tracer = tracer});
            const std::unique_ptr<embed::Embedder> embedder =
                options.mode == search::SearchMode::lexical ? nullptr : app::query_embedder(context, *store);
            if (embedder) app::prepare_vectors(context, *store, false);
            const answer::AnswerTools tools{.embedder = embedder.get(), .chat = model.get(), .tracer = tracer};
            if (context.json) return answer_as_json(context, *store, tools, question, options);
            return options.answer_schema.empty() ? answer_as_text(context, *store, tools, question, options)
                                                 : answer_by_schema(context, *store, tools, question, options);
        });
    }

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

    [[nodiscard]] config::Config with_flags(config::Config config) const {
        chat_flags_.apply(config);
        if (redact_ && config.text("ask.redact") == "off") config.set_flag("ask.redact", "default", "flag --redact");
        if (max_tokens_ > 0) config.set_flag("chat.max_tokens", std::to_string(max_tokens_), "flag --max-tokens");
        return config;
    }

    /// The schema in the file of --schema, which is looked at before anything is asked.
    [[nodiscard]] std::string answer_schema(const config::Config& config) const {
        if (schema_.empty()) return {};
        if (app::configured_chat(config).provider == "extractive") {
            throw Error(ErrorCode::usage, "--schema needs a language model", "name one: --model NAME")
                .because("sentences of documents fit no schema");
        }
        std::string schema = read_file(schema_, longest_schema);
        try {
            static_cast<void>(JsonSchema(schema));
        } catch (const Error& error) {
            throw Error(error).while_doing(fmt::format("cannot use {} as a schema", schema_));
        }
        return schema;
    }

    /// Whether something is remembered, or tools are offered.
    [[nodiscard]] bool in_conversation(const config::Config& config) const {
        return !beginning_.name.empty() || beginning_.tools || !beginning_.allowed_tools.empty() ||
               (config.boolean("chat.tools") && schema_.empty() &&
                app::configured_chat(config).provider != "extractive");
    }

    [[nodiscard]] ChatLoop conversation(Context& context, const config::Config& config) {
        if (!schema_.empty() && (beginning_.tools || !beginning_.allowed_tools.empty())) {
            throw Error(ErrorCode::usage, "--schema does not go with tools", "leave out --tools and --allow-tool")
                .because("some providers force an answer by a schema, and call no tools then");
        }
        beginning_.answer_schema = answer_schema(config);
        beginning_.keep = !beginning_.name.empty();
        beginning_.flags = {mode_, template_, sources_};
        return ChatLoop(context, config, beginning_);
    }

    [[nodiscard]] int ask_in_conversation(Context& context, const config::Config& config, const std::string& question) {
        const answer::Answer answer = conversation(context, config).ask_once(question);
        if (context.json) {
            print_answer_json(context, question, answer);
        } else if (!beginning_.answer_schema.empty()) {
            print_answer_by_schema(context, answer);
        }
        return exit_code(answer);
    }

    [[nodiscard]] int exit_code(const answer::Answer& answer) const {
        if (!answer.answered) return static_cast<int>(ErrorCode::nothing_found);
        const bool holds = answer::all_sentences_hold(answer.sentences) && answer.unknown_citations.empty();
        return require_citations_ && !holds ? static_cast<int>(ErrorCode::citation_unsupported) : 0;
    }

    [[nodiscard]] int answer_as_json(Context& context, const store::Store& store, const answer::AnswerTools& tools,
                                     const std::string& question, const answer::AnswerOptions& options) const {
        const answer::Answer answer = answer::answer_question(store, tools, question, options, {}, context.cancel);
        print_answer_json(context, question, answer);
        return exit_code(answer);
    }

    void print_answer_json(Context& context, const std::string& question, const answer::Answer& answer) const {
        nlohmann::ordered_json document = answer_json(question, answer);
        if (!schema_.empty()) {
            const auto data = parse_bounded_json<nlohmann::ordered_json>(answer.text);
            document["data"] = data.is_discarded() ? nullptr : data;
        }
        context.out.result() << config::dump_json(document) << std::flush;
    }

    /// The answer that fits a schema, alone: what reads it is a program.
    [[nodiscard]] int answer_by_schema(Context& context, const store::Store& store, const answer::AnswerTools& tools,
                                       const std::string& question, const answer::AnswerOptions& options) const {
        const answer::Answer answer = answer::answer_question(store, tools, question, options, {}, context.cancel);
        print_answer_by_schema(context, answer);
        return exit_code(answer);
    }

    static void print_answer_by_schema(Context& context, const answer::Answer& answer) {
        context.out.result() << answer.text << '\n' << std::flush;
        if (!answer.retries.empty()) context.out.note(answer.retries);
        for (const std::string& warning : answer.warnings) context.out.warn(warning);
    }

    [[nodiscard]] int answer_as_text(Context& context, const store::Store& store, const answer::AnswerTools& tools,
                                     const std::string& question, const answer::AnswerOptions& options) const {
        std::map<std::size_t, std::string> links;
        AnswerStream stream(context.out, [&](std::size_t number) { return links[number]; });
        try {
            const answer::Retrieved retrieved =
                answer::retrieve_passages(store, tools, question, options, context.cancel);
            for (std::size_t i = 0; i < retrieved.passages.size() && tools.chat != nullptr; ++i) {
                links[i + 1] = place_address(retrieved.passages[i].uri, retrieved.passages[i].start_line);
            }
            const llm::TextSink sink = [&](std::string_view piece) {
                if (tools.chat == nullptr) return;  // printed when its citations are known
                stream.write(piece);
                if (context.out.closed()) throw PipeClosed();
            };
            const answer::Answer answer =
                answer::answer_from(store, tools, question, retrieved, options, sink, context.cancel);
            if (tools.chat == nullptr) {
                for (const answer::Citation& citation : answer.citations) {
                    links[citation.number] = place_address(citation.uri, citation.start_line);
                }
                stream.write(answer.text);
            }
            stream.finish();
            print_sources(context.out, answer);
            print_unsupported(context.out, answer.text, answer.sentences);
            context.out.result() << std::flush;
            for (const std::string& note : {answer.note, answer.retries}) {
                if (!note.empty()) context.out.note(note);
            }
            for (const std::string& warning : answer.warnings) context.out.warn(warning);
            return exit_code(answer);
        } catch (const PipeClosed&) {
            return 0;
        } catch (...) {
            stream.finish();  // the error does not begin in the middle of what the model said so far
            throw;
        }
    }

    /// Goes the whole way to an answer, with a model that notes what it is sent.
    [[nodiscard]] int print_prompt(Context& context, config::Config config, const std::string& question) {
        llm::ChatRequest captured;
        try {
            if (in_conversation(config)) {
                // A model that rewrites a follow-up would have to be asked.
                if (config.text("chat.follow_ups") == "model") {
                    config.set_flag("chat.follow_ups", "words", "flag --show-prompt");
                }
                beginning_.captured = &captured;
                static_cast<void>(conversation(context, config).ask_once(question));
            } else {
                const std::unique_ptr<store::Store> store =
                    store::open_store(context.base_path, store::StoreMode::read);
                answer::AnswerOptions options = app::answer_options(context, config, {mode_, template_, sources_});
                options.answer_schema = answer_schema(config);
                const std::unique_ptr<llm::ChatModel> model =
                    app::make_chat_model(context, config, {.captured = &captured});
                const std::unique_ptr<embed::Embedder> embedder =
                    options.mode == search::SearchMode::lexical ? nullptr : app::query_embedder(context, *store);
                if (embedder) app::prepare_vectors(context, *store, false);
                const answer::AnswerTools tools{.embedder = embedder.get(), .chat = model.get()};
                static_cast<void>(answer::answer_question(*store, tools, question, options, {}, context.cancel));
            }
        } catch (const app::PromptCaptured&) {
            if (context.json) {
                context.out.result() << config::dump_json(wire::request_json(captured));
            } else {
                print_request(context.out, captured);
            }
        }
        return 0;
    }

    std::vector<std::string> question_;
    std::string mode_, template_, schema_;
    app::ChatFlags chat_flags_;
    int sources_ = 0, max_tokens_ = 0;
    ChatOptions beginning_;
    bool show_prompt_ = false;
    bool require_citations_ = false;
    bool redact_ = false;
};

}  // namespace

std::unique_ptr<Command> make_ask_command() { return std::make_unique<AskCommand>(); }

}  // namespace quarry::cli
