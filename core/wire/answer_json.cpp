// Answers and the events on the way to one, for programs.
#include "core/wire/answer_json.h"

#include <array>
#include <nlohmann/json.hpp>

#include "core/answer/answer_record.h"
#include "core/search/search.h"
#include "core/wire/error_json.h"

namespace quarry::wire {
namespace {

using json = nlohmann::ordered_json;
namespace event = answer::event;

/// The fields of each event.
struct EventFields {
    std::string_view question;

    json operator()(const event::Retrieved& retrieved) const {
        json passages = json::array();
        for (std::size_t i = 0; i < retrieved.found.passages.size(); ++i) {
            const passages::Passage& passage = retrieved.found.passages[i];
            passages.push_back({{"number", i + 1}, {"uri", passage.uri}, {"title", passage.title}});
        }
        return {{"mode", search::search_mode_name(retrieved.found.mode)},
                {"score", retrieved.found.score},
                {"passages", std::move(passages)}};
    }
    json operator()(const event::Text& text) const { return {{"text", text.text}}; }
    json operator()(const event::Claim& claim) const {
        return {{"claim", answer::sentences_record(claim.answer, {claim.check}).front()}};
    }
    json operator()(const event::ToolCall& call) const {
        return {{"name", call.call.name}, {"arguments", call.call.arguments}};
    }
    json operator()(const event::ToolResult& result) const {
        return {{"call", answer::tool_calls_record({result.record}).front()}};
    }
    json operator()(const event::ApprovalNeeded& approval) const {
        return {{"name", approval.tool}, {"arguments", approval.arguments}};
    }
    json operator()(const event::Notice& notice) const {
        return {{"level", notice.is_warning ? "warning" : "note"}, {"text", notice.text}};
    }
    json operator()(const event::Usage& usage) const {
        json fields = {{"input_tokens", nullptr}, {"output_tokens", nullptr}, {"cost", nullptr}};
        if (usage.usage) {
            fields["input_tokens"] = usage.usage->input_tokens;
            fields["output_tokens"] = usage.usage->output_tokens;
        }
        if (usage.cost) fields["cost"] = *usage.cost;
        fields["cached"] = usage.cached;
        return fields;
    }
    json operator()(const event::Done& done) const { return {{"answer", answer_json(question, done.answer)}}; }
    json operator()(const event::Failed& failed) const { return {{"error", error_json(failed.error)}}; }
};

// In the order of AnswerEvent::Body.
constexpr std::array<std::string_view, 10> names = {"retrieved", "text",   "claim", "tool_call", "tool_result",
                                                    "approval_needed", "notice", "usage", "done",      "failed"};
static_assert(names.size() == std::variant_size_v<answer::AnswerEvent::Body>);

}  // namespace

json answer_json(std::string_view question, const answer::Answer& answer) {
    return answer::answer_record(question, answer);
}

json batch_result_json(const answer::BatchQuestion& question, const answer::BatchResult& result) {
    json line = {{"schema", "quarry.batch/1"}, {"id", question.id}};
    if (result.error) {
        line["question"] = question.text;
        line["error"] = {{"code", error_code_name(result.error->code())}, {"message", result.error->what()}};
    } else {
        json answer = answer_json(question.text, *result.answer);
        answer.erase("schema");
        line.update(answer);
        line["seconds"] = result.time.count();
    }
    return line;
}

json verification_json(const answer::SavedAnswer& answer, const answer::Verification& result,
                                      bool holds) {
    json document = {{"schema", "quarry.verify/1"},
                                       {"question", answer.question},
                                       {"holds", holds},
                                       {"citations", json::array()},
                                       {"sentences", answer::sentences_record(answer.text, result.sentences)}};
    for (const answer::CheckedCitation& checked : result.citations) {
        const answer::Citation& citation = checked.citation;
        document["citations"].push_back({{"number", citation.number},
                                         {"uri", citation.uri},
                                         {"state", answer::citation_state_name(checked.state)},
                                         {"start_byte", citation.start_byte},
                                         {"end_byte", citation.end_byte},
                                         {"start_line", citation.start_line},
                                         {"end_line", citation.end_line}});
    }
    return document;
}

std::string_view answer_event_name(const answer::AnswerEvent& event) noexcept { return names[event.body.index()]; }

json answer_event_json(std::string_view question, const answer::AnswerEvent& event) {
    json document = {{"event", answer_event_name(event)}, {"number", event.number}};
    document.update(std::visit(EventFields{question}, event.body));
    return document;
}

}  // namespace quarry::wire
