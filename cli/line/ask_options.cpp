// The options of quarry ask.
#include "cli/line/ask_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <istream>

#include "cli/line/filter_options.h"
#include "cli/line/number_checks.h"
#include "core/app/answer_settings.h"
#include "core/base/file.h"
#include "core/base/json_schema.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

constexpr std::size_t longest_schema = 1'000'000;

void declare_answer_options(OptionTable& options, AskArguments& arguments) {
    options.flag("--quotes", arguments.quotes, "Show the words of each source in full, as its document has them");
    options.flag("--answer-only", arguments.answer_only, "Print the answer alone: no sources and no notes");
    options.add("--format", arguments.format, "Print text, or Markdown with a footnote for each source (md)")
        .choices({"text", "md"})
        .show_default();
}

void declare_conversation_options(OptionTable& options, AskArguments& arguments) {
    options.flag("--require-citations", arguments.require_citations,
                 "Fail with 13 if a sentence of the answer cites nothing or is not supported by what it cites");
    options.flag("--redact", arguments.redact,
                 "Hide secrets and personal data from the model, and restore them in its answer (kinds: ask.redact, "
                 "else the default ones)");
    options.flag("--no-cache", arguments.chat.no_cache,
                 "Ask the model even if the answer is cached, and cache nothing");
    options.add("--session", arguments.session, "Ask in this conversation, a new or an existing one (quarry chat)")
        .value("NAME");
    options.flag("--tools", arguments.tools, "Let the model call tools (default: chat.tools)");
    options.add("--allow-tool", arguments.allowed_tools, "Run this tool without asking").value("NAME");
    options.flag("--show-prompt", arguments.show_prompt, "Print the prompt instead of sending it");
}

}  // namespace

void declare_ask_options(OptionTable& options, AskArguments& arguments) {
    options.add("question", arguments.words, "The question; - reads it from standard input").required().value("QUESTION");
    options.add("-k,--sources", arguments.flags.sources, "Use at most N passages for the answer (default: ask.sources)")
        .range(1, 1000)
        .value("N");
    options
        .add("--mode", arguments.flags.mode,
             "Find passages by words (lexical), by meaning (vector) or by both (hybrid) (default: search.mode)")
        .choices({"lexical", "vector", "hybrid"});
    options
        .add("-m,--model", arguments.chat.model,
             "The language model that writes the answer: its name, PROVIDER:NAME, or one of [models.NAME] in the "
             "settings "
             "(default: chat.model)")
        .value("PROFILE|MODEL");
    options
        .add("--provider", arguments.chat.provider,
             "Who answers: extractive quotes sentences, gguf runs a model file, command runs a program, the others are "
             "servers (default: openai with --model, else chat.provider)")
        .choices(config::config_key("chat.provider").choices);
    options.add("--max-tokens", arguments.max_tokens, "Limit the model's answer to N tokens (default: chat.max_tokens)")
        .range(1, 10'000'000)
        .value("N");
    options
        .add("--max-cost", arguments.chat.max_cost, "Do not ask if the answer could cost more (default: chat.max_cost)")
        .check(amount_above_zero())
        .value("AMOUNT");
    options
        .add("--schema", arguments.schema,
             "Make the model answer in JSON that conforms to the JSON Schema in this file; print only the JSON")
        .value("PATH");
    options
        .add("--template", arguments.flags.prompt_template,
             "Prompt template: a file, or the name of a template (default: ask.template)")
        .value("NAME|PATH");
    declare_answer_options(options, arguments);
    declare_conversation_options(options, arguments);
    declare_filter_options(options, arguments.filter);
}

std::string AskArguments::question(std::istream& input) const {
    std::string question = fmt::format("{}", fmt::join(words, " "));
    if (question == "-") {
        question.clear();
        char buffer[4096];
        while (question.size() <= app::longest_question && input.read(buffer, sizeof buffer).gcount() > 0) {
            question.append(buffer, static_cast<std::size_t>(input.gcount()));
        }
    }
    app::check_question_length(question);
    if (find_invalid_utf8(question)) question = replace_invalid_utf8(question);
    if (trim(question).empty()) throw Error(ErrorCode::usage, "the question is empty", "quarry ask 'What is …?'");
    return std::string(trim(question));
}

config::Config AskArguments::settings(config::Config config) const {
    chat.apply(config);
    if (redact && config.text("ask.redact") == "off") config.set_flag("ask.redact", "default", "flag --redact");
    if (max_tokens > 0) config.set_flag("chat.max_tokens", std::to_string(max_tokens), "flag --max-tokens");
    // A model that rewrites a follow-up would have to be asked.
    if (show_prompt && in_conversation(config) && config.text("chat.follow_ups") == "model") {
        config.set_flag("chat.follow_ups", "words", "flag --show-prompt");
    }
    return config;
}

std::string AskArguments::answer_schema(const config::Config& config) const {
    if (schema.empty()) return {};
    if (app::configured_chat(config).provider == "extractive") {
        throw Error(ErrorCode::usage, "--schema needs a language model", "name one: --model NAME")
            .because("quoted sentences conform to no schema");
    }
    std::string text = read_file(schema, longest_schema);
    try {
        static_cast<void>(JsonSchema(text));
    } catch (const Error& error) {
        throw Error(error).while_doing(fmt::format("cannot use {} as a schema", schema));
    }
    return text;
}

bool AskArguments::in_conversation(const config::Config& config) const {
    return !session.empty() || tools || !allowed_tools.empty() ||
           (config.boolean("chat.tools") && schema.empty() && app::configured_chat(config).provider != "extractive");
}

bool AskArguments::is_paged(const config::Config& config) const {
    return show_prompt || app::configured_chat(settings(config)).provider == "extractive";
}

void AskArguments::check(bool json) const {
    if (require_citations && !schema.empty()) {
        throw Error(ErrorCode::usage, "--require-citations and --schema cannot be used together",
                    "leave out one of them")
            .because("an answer in JSON has no sentences whose citations could be checked");
    }
    const char* const how = format != "text" ? "--format md" : answer_only ? "--answer-only" : quotes ? "--quotes" : "";
    if (*how != '\0' && (json || !schema.empty())) {
        throw Error(ErrorCode::usage,
                    fmt::format("{} and {} cannot be used together", json ? "--json" : "--schema", how),
                    "leave out one of them")
            .because(json ? "JSON has all of an answer" : "such an answer is printed as it is");
    }
    if (quotes && (answer_only || format != "text")) {
        throw Error(ErrorCode::usage, fmt::format("--quotes and {} cannot be used together", how),
                    "leave out one of them");
    }
}

}  // namespace quarry::cli
