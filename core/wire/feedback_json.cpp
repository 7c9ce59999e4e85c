// What people said of answers, as JSON.
#include "core/wire/feedback_json.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/wire/source_json.h"

namespace quarry::wire {

nlohmann::ordered_json feedback_json(const store::Feedback& feedback) {
    nlohmann::ordered_json sources = nlohmann::ordered_json::array();
    for (const store::FeedbackSource& source : feedback.sources) {
        sources.push_back({{"source", source.uri}, {"text", source.quote}});
    }
    return {{"id", feedback.id},
            {"by", feedback.principal},
            {"question", feedback.question},
            {"good", feedback.good},
            {"answer", feedback.answer},
            {"answerable", feedback.answerable},
            {"facts", feedback.facts},
            {"comment", feedback.comment},
            {"sources", std::move(sources)},
            {"given_at", utc_time(feedback.given_at)}};
}

}  // namespace quarry::wire
