#include "core/app/feedback_archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

std::size_t bytes_of(const store::Feedback& feedback) {
    std::size_t bytes = feedback.question.size() + feedback.answer.size() + feedback.comment.size();
    for (const std::string& fact : feedback.facts) bytes += fact.size();
    for (const store::FeedbackSource& source : feedback.sources) bytes += source.uri.size() + source.quote.size();
    return bytes;
}

}  // namespace

std::optional<eval::Question> question_of(const store::Feedback& feedback) {
    eval::Question question{.id = fmt::format("feedback {}", feedback.id), .text = feedback.question, .expected = {}};
    question.answerable = feedback.answerable;
    for (const std::string& fact : feedback.facts) question.facts.push_back({fact});
    if (feedback.good) {
        for (const store::FeedbackSource& source : feedback.sources) {
            eval::ExpectedSource& one = question.expected.emplace_back();
            one.source = source.uri;
            one.text = source.quote;
        }
    }
    const bool says_nothing = question.answerable && question.facts.empty() && question.expected.empty();
    return says_nothing ? std::nullopt : std::optional(std::move(question));
}

std::string FeedbackArchive::visible() const {
    return services_.principal.name == Principal{}.name ? std::string() : services_.principal.name;
}

store::Feedback FeedbackArchive::keep(store::Feedback feedback) const {
    if (!feedback.answerable && (feedback.good || !feedback.facts.empty())) {
        throw Error(ErrorCode::usage, "a question that the documents do not answer has no good answer and no facts",
                    "leave out good and facts, or answerable");
    }
    if (bytes_of(feedback) > most_bytes) {
        throw Error(ErrorCode::usage, fmt::format("feedback has at most {} bytes of text", most_bytes),
                    "shorten the answer, or leave out the texts of sources");
    }
    feedback.principal = services_.principal.name;
    feedback.given_at = services_.clock();
    feedback.id = store::open_feedback(services_.base_path, store::StoreMode::write)->put(feedback, most_kept);
    return feedback;
}

std::vector<store::Feedback> FeedbackArchive::list(std::int64_t before, std::size_t limit) const {
    return store::open_feedback(services_.base_path, store::StoreMode::read)->list(visible(), before, limit);
}

void FeedbackArchive::remove(std::int64_t id) const {
    if (store::open_feedback(services_.base_path, store::StoreMode::write)->remove(visible(), id)) return;
    throw Error(ErrorCode::nothing_found, fmt::format("there is no feedback {}", id));
}

std::vector<eval::Question> FeedbackArchive::questions() const {
    constexpr std::size_t at_once = 500;
    const auto feedback = store::open_feedback(services_.base_path, store::StoreMode::read);
    std::vector<eval::Question> all;
    for (std::int64_t before = 0;;) {
        const std::vector<store::Feedback> part = feedback->list(visible(), before, at_once);
        for (const store::Feedback& one : part) {
            if (auto question = question_of(one)) all.push_back(std::move(*question));
        }
        if (part.size() < at_once) break;
        before = part.back().id;
    }
    std::ranges::reverse(all);
    return all;
}

}  // namespace quarry::app
