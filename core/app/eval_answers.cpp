// Answers, measured on questions whose answers are known.
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <optional>

#include "core/answer/batch.h"
#include "core/app/answer_service.h"
#include "core/app/answer_settings.h"
#include "core/app/collection_scope.h"
#include "core/app/eval_base.h"
#include "core/app/eval_service.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

void note_result(answer::BatchResult&& result, eval::AnswerEvaluation& evaluation) {
    eval::GivenAnswer& given = evaluation.given[result.question];
    given.seconds = result.time.count();
    if (result.error) {
        given.error = error_code_name(result.error->code());
        ++evaluation.failed;
        return;
    }
    given.answer = std::move(result.answer);
    if (given.answer->cached) ++evaluation.cached;
    if (given.answer->cost) evaluation.cost += *given.answer->cost;
    if (given.answer->kind == answer::AnswerKind::model && !given.answer->cost) evaluation.cost_known = false;
}

/// Asks all questions under one configuration; `take` is given each result and says whether to go on. Returns the
/// model's name, empty without one.
std::string ask_all(Services& services, const NamedConfig& named, const std::vector<answer::BatchQuestion>& questions,
                    const AnswersEvalRequest& request, const std::function<bool(answer::BatchResult&&)>& take) {
    Services asking = services.with(named.config);
    Workspace workspace(asking);
    const AnswerService service(workspace);
    const AnswerRequest like{.flags = {.mode = named.mode.value_or(""), .filter = request.filter}, .run = "eval"};
    std::string name = service.model_name(asking.scope());
    service.answer_all(questions, like, service.threads(request.parallel, questions.size()), take, asking.scope());
    return name;
}

eval::AnswerEvaluation evaluate(Services& services, const NamedConfig& named,
                                const std::vector<eval::AnswerExpectation>& expected,
                                const AnswersEvalRequest& request) {
    eval::AnswerEvaluation evaluation;
    std::vector<answer::BatchQuestion> questions;
    for (const eval::AnswerExpectation& one : expected) questions.push_back({one.question.id, one.question.text});
    evaluation.given.resize(questions.size());
    std::optional<Error> first_failure;
    std::size_t done = 0;
    evaluation.model = ask_all(services, named, questions, request, [&](answer::BatchResult&& result) {
        services.notices.progress(fmt::format("answers {}/{}", ++done, questions.size()));
        if (result.error && !first_failure) first_failure = result.error;
        const bool more = !(result.error && answer::ends_batch(*result.error));
        note_result(std::move(result), evaluation);
        return more;
    });
    if (first_failure && (answer::ends_batch(*first_failure) || evaluation.failed == questions.size())) {
        throw Error(*first_failure);
    }
    const std::string name = !named.name.empty()        ? named.name
                             : evaluation.model.empty() ? "extractive"
                                                        : evaluation.model;
    evaluation.scores = eval::score_answers(name, expected, evaluation.given);
    return evaluation;
}

}  // namespace

std::vector<std::string> answer_metric_names() {
    return {eval::answer_metrics().begin(), eval::answer_metrics().end()};
}

eval::AnswersReport eval_answers(Services& services, const AnswersEvalRequest& request) {
    config::Config flagged = services.config;
    request.chat.apply(flagged);
    const std::vector<NamedConfig> named = eval_configs(services.with(flagged), request.variants);
    refuse_changed_base(flagged, named);
    eval::AnswersReport report;
    report.subject = request.from_feedback        ? "feedback"
                     : request.questions.empty() ? default_questions(services)
                                                 : request.questions;
    const std::unique_ptr<store::Store> store = store::open_store(services.base_path, store::StoreMode::read);
    store::ChunkFilter filter = request.filter;
    narrow(filter, *store, services.access);
    check_filter(*store, filter);
    const std::vector<eval::AnswerExpectation> expected =
        request.from_feedback ? feedback_questions(services, *store)
                              : base_answer_questions(*store, report.subject, services.access.readable);
    for (const NamedConfig& one : named) {
        report.evaluations.push_back(evaluate(services, one, expected, request));
    }
    services.notices.progress("");
    return report;
}

}  // namespace quarry::app
