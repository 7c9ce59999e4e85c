#include "core/answer/prompt_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

constexpr auto place_names =
    std::to_array<std::string_view>({"question", "sources", "rules", "history", "date", "refusal"});

constexpr std::string_view default_text =
    "--- system ---\n"
    "You answer a question from sources, and from nothing else.\n"
    "{{rules}}\n"
    "- If the sources do not hold the answer, reply with exactly this sentence and no other: {{refusal}}\n"
    "- Be brief. Answer in the language of the question.\n"
    "--- user ---\n"
    "{{sources}}\n"
    "Question: {{question}}\n";

/// The role that a line "--- user ---" begins.
std::optional<llm::ChatMessage::Role> role_of(std::string_view line, std::string_view name, std::size_t number) {
    line = trim(line);
    if (!line.starts_with("--- ") || !line.ends_with(" ---") || line.size() < 9) return std::nullopt;
    const std::string_view role = trim(line.substr(4, line.size() - 8));
    if (role == "system") return llm::ChatMessage::Role::system;
    if (role == "user") return llm::ChatMessage::Role::user;
    throw Error(ErrorCode::usage,
                fmt::format("{}:{}: there is no role \"{}\" in a prompt template", name, number, role),
                "write --- system --- or --- user ---");
}

[[noreturn]] void refuse_place(std::string_view place, std::string_view name, std::size_t number) {
    const std::vector<std::string> names(place_names.begin(), place_names.end());
    const std::optional<std::string> meant = closest(place, names);
    throw Error(
        ErrorCode::usage,
        fmt::format("{}:{}: a prompt template has no placeholder {{{{{}}}}}", name, number, one_line(place, 40)),
        meant ? fmt::format("did you mean {{{{{}}}}}?", *meant)
              : "the placeholders are question, sources, rules, history, date and refusal, in double braces");
}

}  // namespace

PromptTemplate PromptTemplate::parse(std::string_view text, std::string_view name) {
    PromptTemplate result;
    std::string message;
    llm::ChatMessage::Role role = llm::ChatMessage::Role::user;
    std::size_t first_line = 1;
    const auto finish = [&] {
        const std::string_view body = trim(message);
        if (body.empty()) return;
        Message made{role, {}};
        std::size_t at = 0;
        while (true) {
            const std::size_t open = body.find("{{", at);
            const std::size_t close = open == std::string_view::npos ? open : body.find("}}", open);
            if (close == std::string_view::npos) break;
            const std::string_view place = trim(body.substr(open + 2, close - open - 2));
            if (std::find(place_names.begin(), place_names.end(), place) == place_names.end()) {
                refuse_place(place, name, first_line + count_line_breaks(message.substr(0, message.find(body) + open)));
            }
            made.parts.push_back({std::string(body.substr(at, open - at)), std::string(place)});
            at = close + 2;
        }
        made.parts.push_back({std::string(body.substr(at)), {}});
        result.messages_.push_back(std::move(made));
    };
    std::size_t number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        const std::optional<llm::ChatMessage::Role> next = role_of(line, name, number);
        if (!next) {
            message.append(line).push_back('\n');
            continue;
        }
        finish();
        message.clear();
        role = *next;
        first_line = number + 1;
    }
    finish();
    for (const std::string_view needed : {std::string_view("question"), std::string_view("sources")}) {
        if (result.has(needed)) continue;
        throw Error(ErrorCode::usage,
                    fmt::format("{}: the prompt template lacks the placeholder {{{{{}}}}}", name, needed),
                    "put it where the model is to read it");
    }
    return result;
}

bool PromptTemplate::has(std::string_view place) const {
    for (const Message& message : messages_) {
        for (const Part& part : message.parts) {
            if (part.place == place) return true;
        }
    }
    return false;
}

std::vector<llm::ChatMessage> PromptTemplate::fill(
    const std::map<std::string, std::string, std::less<>>& values) const {
    std::vector<llm::ChatMessage> messages;
    for (const Message& message : messages_) {
        llm::ChatMessage filled{message.role, {}};
        for (const Part& part : message.parts) {
            filled.content += part.text;
            if (part.place.empty()) continue;
            if (const auto found = values.find(part.place); found != values.end()) filled.content += found->second;
        }
        filled.content = trim(filled.content);
        if (!filled.content.empty()) messages.push_back(std::move(filled));
    }
    return messages;
}

std::string_view default_prompt_template_text() noexcept { return default_text; }

const PromptTemplate& default_prompt_template() {
    static const PromptTemplate made = PromptTemplate::parse(default_text, "the built-in template");
    return made;
}

}  // namespace quarry::answer
