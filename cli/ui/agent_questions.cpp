// What runs of agents wait for, asked at the terminal.
#include "cli/ui/agent_questions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <istream>
#include <utility>
#include <vector>

#include "cli/ui/confirm.h"
#include "cli/ui/output.h"
#include "core/base/ascii.h"
#include "core/base/bounded_json.h"
#include "core/base/json_schema.h"
#include "core/base/text.h"
#include "core/wire/visible_arguments.h"

namespace quarry::cli {
namespace {

using FormJson = nlohmann::json;
using Answer = app::AgentResumeRequest::Answer;

constexpr int most_tries = 5;
constexpr std::size_t shown_text = 4000;  // code points

/// In one line, with \uXXXX for what drives a terminal, is invisible or turns the order of what is around it.
std::string shown_line(std::string_view text) { return one_line(wire::visible_arguments(text), shown_text); }

std::string plain_text(const FormJson& value) {
    return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, FormJson::error_handler_t::replace);
}

std::string type_of(const FormJson& schema) {
    const FormJson type = schema.is_object() ? schema.value("type", FormJson()) : FormJson();
    return type.is_string() ? type.get<std::string>() : std::string();
}

std::vector<FormJson> choices_of(const FormJson& schema) {
    const FormJson list = schema.is_object() ? schema.value("enum", FormJson()) : FormJson();
    return list.is_array() ? std::vector<FormJson>(list.begin(), list.end()) : std::vector<FormJson>();
}

/// "priority (how soon) [low, high], low:"
std::string field_prompt(const std::string& name, const FormJson& schema) {
    std::string prompt = shown_line(name);
    if (schema.is_object() && schema.contains("description")) {
        prompt += fmt::format("{}({})", prompt.empty() ? "" : " ", shown_line(plain_text(schema["description"])));
    }
    std::vector<std::string> choices;
    for (const FormJson& one : choices_of(schema)) choices.push_back(shown_line(plain_text(one)));
    const std::string type = type_of(schema);
    if (!choices.empty()) {
        prompt += fmt::format(" [{}]", fmt::join(choices, ", "));
    } else if (type == "boolean") {
        prompt += " [yes, no]";
    } else if (!type.empty() && type != "string") {
        prompt += fmt::format(" [{}]", type == "array" || type == "object" ? "JSON" : type);
    }
    if (schema.is_object() && schema.contains("default")) {
        prompt += fmt::format(", else {}", shown_line(plain_text(schema["default"])));
    }
    return prompt + ":";
}

/// A value that fits; null where it may be left out; nothing when there is no answer.
std::optional<FormJson> ask_field(const std::string& name, const FormJson& schema, bool is_required, std::istream& in,
                              const AskLine& ask) {
    for (int tries = 0; tries < most_tries; ++tries) {
        ask(field_prompt(name, schema));
        std::string line;
        if (!std::getline(in, line)) return std::nullopt;
        if (trim(line).empty()) {
            if (schema.is_object() && schema.contains("default")) return schema["default"];
            if (!is_required) return FormJson();
            if (type_of(schema) != "string") continue;
        }
        const std::optional<FormJson> value = typed_value(schema, line);
        if (!value) {
            ask("this does not fit;");
            continue;
        }
        const std::vector<std::string> problems =
            schema.is_object() ? JsonSchema(schema.dump()).problems(*value) : std::vector<std::string>();
        if (problems.empty()) return value;
        ask(fmt::format("this does not fit: {};", shown_line(fmt::format("{}", fmt::join(problems, "; ")))));
    }
    return std::nullopt;
}

std::optional<FormJson> ask_form(const FormJson& schema, std::istream& in, const AskLine& ask) {
    const FormJson properties = schema.is_object() ? schema.value("properties", FormJson()) : FormJson();
    if (!properties.is_object() || properties.empty()) return ask_field("", schema, true, in, ask);
    const FormJson required = schema.value("required", FormJson::array());
    FormJson form = FormJson::object();
    for (const auto& [name, property] : properties.items()) {
        const bool is_required = std::ranges::find(required, FormJson(name)) != required.end();
        const std::optional<FormJson> value = ask_field(name, property, is_required, in, ask);
        if (!value) return std::nullopt;
        if (!value->is_null()) form[name] = *value;
    }
    return form;
}

std::optional<Answer> ask_decision(std::string_view question, std::istream& in, const AskLine& ask) {
    for (int tries = 0; tries < most_tries; ++tries) {
        ask(question);
        std::string line;
        if (!std::getline(in, line)) return std::nullopt;
        const std::string word = ascii_lower(trim(line));
        if (word == "y" || word == "yes") return Answer::approve;
        if (word == "n" || word == "no") return Answer::reject;
        if (word == "l" || word == "later") return std::nullopt;
    }
    return std::nullopt;
}

bool can_ask(const Context& context, const AgentRunOptions& options) {
    return can_confirm(context) && context.out.options().err_is_terminal && options.streams.empty();
}

}  // namespace

std::optional<FormJson> typed_value(const FormJson& schema, std::string_view line) {
    const std::string text(trim(line));
    const std::vector<FormJson> choices = choices_of(schema);
    if (!choices.empty()) {
        for (const FormJson& one : choices) {
            if (plain_text(one) == text) return one;
        }
        const FormJson number = parse_bounded_json(text);
        const bool is_place = number.is_number_unsigned() && number.get<std::size_t>() >= 1 &&
                              number.get<std::size_t>() <= choices.size();
        return is_place ? std::optional(choices[number.get<std::size_t>() - 1]) : std::nullopt;
    }
    const std::string type = type_of(schema);
    if (type == "string") return FormJson(line);
    if (type == "boolean") {
        const std::string word = ascii_lower(text);
        if (word == "y" || word == "yes" || word == "true") return FormJson(true);
        if (word == "n" || word == "no" || word == "false") return FormJson(false);
        return std::nullopt;
    }
    FormJson value = parse_bounded_json(text);
    if (!value.is_discarded()) return value;
    return type.empty() ? std::optional(FormJson(line)) : std::nullopt;
}

std::optional<app::AgentResumeRequest> ask_person(const agent::PersonRequest& asked, std::istream& in,
                                                  const AskLine& ask) {
    using Kind = agent::PersonRequest::Kind;
    std::string question = fmt::format("{} asks: {}\n", shown_line(asked.task), shown_line(asked.question));
    if (!asked.description.empty()) question += fmt::format("  {}\n", shown_line(asked.description));
    app::AgentResumeRequest request;
    if (asked.kind == Kind::question) {
        ask(question);
        const std::optional<FormJson> value = ask_form(asked.schema, in, ask);
        if (!value) return std::nullopt;
        request.answer = Answer::value;
        request.value = *value;
        return request;
    }
    question += asked.kind == Kind::in_doubt ? "Call it again? [y]es, [n]o: it counts as failed, [l]ater:"
                                             : "Allow it? [y]es, [n]o, [l]ater:";
    const std::optional<Answer> answer = ask_decision(question, in, ask);
    if (!answer) return std::nullopt;
    request.answer = *answer;
    return request;
}

int finish_agent_run(Context& context, app::AgentService& agents, app::AgentReport report,
                     const AgentRunOptions& options) {
    while (can_ask(context, options) && report.run.state == store::AgentRunState::waiting && !report.waiting.empty()) {
        context.out.progress("");
        auto request = ask_person(report.waiting.front(), context.in,
                                  [&](std::string_view line) { context.out.ask(line); });
        if (!request) {
            context.out.ask("\n");
            break;
        }
        request->run = report.run.id;
        request->flags = options.used();
        report = agents.resume(*request, show_agent_events(context, options), context.scope());
    }
    return show_agent_report(context, report, options);
}

}  // namespace quarry::cli
