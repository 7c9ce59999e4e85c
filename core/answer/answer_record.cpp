// How an answer is kept.
#include "core/answer/answer_record.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/search/search.h"

namespace quarry::answer {
namespace {

using RecordJson = nlohmann::ordered_json;

RecordJson citation_json(const Citation& citation) {
    return {{"number", citation.number},
            {"uri", citation.uri},
            {"title", citation.title},
            {"heading_path", citation.heading_path},
            {"start_byte", citation.start_byte},
            {"end_byte", citation.end_byte},
            {"start_line", citation.start_line},
            {"end_line", citation.end_line},
            {"page", citation.page == 0 ? RecordJson(nullptr) : RecordJson(citation.page)},
            {"quote", citation.quote},
            {"sha256", citation.sha256},
            {"overlap", citation.overlap}};
}

}  // namespace

RecordJson tool_calls_record(const std::vector<tools::ToolCallRecord>& calls) {
    RecordJson list = RecordJson::array();
    for (const tools::ToolCallRecord& call : calls) {
        RecordJson arguments = parse_bounded_json<RecordJson>(call.arguments);
        list.push_back({{"name", call.name},
                        {"arguments", arguments.is_discarded() ? RecordJson(call.arguments) : std::move(arguments)},
                        {"outcome", tools::tool_outcome_name(call.outcome)},
                        {"result", call.result},
                        {"sources", call.sources},
                        {"milliseconds", call.time.count()}});
    }
    return list;
}
RecordJson sentences_record(std::string_view answer, const std::vector<SentenceCheck>& sentences) {
    RecordJson list = RecordJson::array();
    for (const SentenceCheck& check : sentences) {
        list.push_back({{"text", answer.substr(check.start, check.end - check.start)},
                        {"start_byte", check.start},
                        {"end_byte", check.end},
                        {"cites", check.numbers},
                        {"verdict", verdict_name(check.verdict)},
                        {"support", std::round(check.support * 1000) / 1000},
                        {"problems", check.problems}});
    }
    return list;
}

RecordJson answer_record(std::string_view question, const Answer& answer) {
    RecordJson document = {{"schema", "quarry.ask/1"},
                           {"question", question},
                           {"kind", answer.kind == AnswerKind::extractive ? "extractive" : "model"},
                           {"form", nullptr},
                           {"answered", answer.answered},
                           {"answer", answer.text},
                           {"citations", RecordJson::array()},
                           {"sentences", sentences_record(answer.text, answer.sentences)},
                           {"unknown_citations", answer.unknown_citations},
                           {"model", nullptr},
                           {"finish_reason", nullptr},
                           {"usage", nullptr},
                           {"cost", answer.cost ? RecordJson(*answer.cost) : RecordJson(nullptr)},
                           {"cached", answer.cached},
                           {"mode", search::search_mode_name(answer.mode)},
                           {"sources", answer.sources},
                           {"score", std::round(answer.score * 1000) / 1000},
                           {"note", answer.note.empty() ? RecordJson(nullptr) : RecordJson(answer.note)},
                           {"retries", answer.retries.empty() ? RecordJson(nullptr) : RecordJson(answer.retries)},
                           {"warnings", answer.warnings}};
    for (const Citation& citation : answer.citations) document["citations"].push_back(citation_json(citation));
    if (answer.kind == AnswerKind::extractive && answer.answered) {
        document["form"] = answer.form == AnswerForm::sentences ? "sentences" : "passages";
    }
    if (answer.kind == AnswerKind::model) {
        document["model"] = answer.model;
        document["finish_reason"] = answer.finish_reason;
    }
    if (answer.usage) {
        document["usage"] = {{"input_tokens", answer.usage->input_tokens},
                             {"output_tokens", answer.usage->output_tokens}};
    }
    if (!answer.tool_calls.empty()) document["tool_calls"] = tool_calls_record(answer.tool_calls);
    return document;
}

}  // namespace quarry::answer
