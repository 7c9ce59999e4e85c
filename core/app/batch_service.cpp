// Many questions at once, into a file that a later run goes on with.
#include "core/app/batch_service.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "core/answer/batch_file.h"
#include "core/wire/answer_json.h"
#include "core/wire/document.h"

namespace quarry::app {
namespace {

void note_start(const RequestScope& scope, std::size_t all, std::size_t left, std::size_t dropped) {
    if (all == 0) scope.notices.note("no questions");
    if (dropped > 0)
        scope.notices.note(fmt::format("{} answer(s) left out of the file: failed, torn or changed", dropped));
    if (all > left) scope.notices.note(fmt::format("{} of {} questions are answered already", all - left, all));
}

void count(answer::BatchResult& result, std::size_t max_failures, BatchTally& tally) {
    ++tally.done;
    if (result.error) {
        ++tally.failed;
        if (++tally.failed_in_a_row == max_failures) {
            tally.ended_by = std::move(*result.error)
                                 .while_doing(fmt::format("{} questions in a row failed", tally.failed_in_a_row));
        }
        return;
    }
    const answer::Answer& answer = *result.answer;
    tally.failed_in_a_row = 0;
    if (!answer.answered) ++tally.unanswered;
    if (answer.cached) ++tally.cached;
    if (answer.cost) tally.cost += *answer.cost;
    if (answer.kind == answer::AnswerKind::model && !answer.cost) tally.cost_known = false;
}

}  // namespace

std::vector<answer::BatchQuestion> read_questions(std::istream& input, const std::string& file) {
    if (file == "-") return answer::read_batch_questions(input, "standard input");
    std::ifstream opened(file, std::ios::binary);
    std::error_code unknown;
    const bool is_folder = std::filesystem::is_directory(file, unknown);
    if (!opened || is_folder) {
        Error error(ErrorCode::failed, fmt::format("cannot read {}", file), "give a file of questions, or -");
        if (is_folder) throw std::move(error).because("it is a folder");
        throw error;
    }
    return answer::read_batch_questions(opened, file);
}

BatchTally run_batch(Workspace& workspace, BatchRequest request,
                     const std::function<bool(const std::string& line)>& take,
                     const std::function<void(const BatchTally&)>& progress, const RequestScope& scope) {
    std::vector<answer::BatchQuestion>& questions = request.questions;
    std::optional<answer::BatchFile> file;
    if (!request.output.empty()) file.emplace(request.output, questions);
    const std::size_t all = questions.size();
    if (file) std::erase_if(questions, [&](const answer::BatchQuestion& question) { return file->has(question); });
    note_start(scope, all, questions.size(), file ? file->dropped() : 0);
    BatchTally tally{.asked = questions.size()};
    if (questions.empty()) return tally;
    const AnswerService service(workspace);
    const std::size_t threads = service.threads(request.parallel, questions.size());
    progress(tally);
    service.answer_all(
        questions, request.like, threads,
        [&](answer::BatchResult&& result) {
            // What stopped the batch is no failure of the question: it was not reached.
            if (result.error && answer::ends_batch(*result.error)) {
                if (!tally.ended_by) tally.ended_by = std::move(*result.error);
                return false;
            }
            const std::string line = wire::line_text(wire::batch_result_json(questions[result.question], result));
            bool more = true;
            if (file) {
                file->append(line);
            } else {
                more = take(line);
            }
            count(result, request.max_failures, tally);
            progress(tally);
            return more && !tally.ended_by;
        },
        scope, request.max_failures);
    return tally;
}

BatchEstimate estimate_batch(Workspace& workspace, BatchRequest request, const RequestScope& scope) {
    std::vector<answer::BatchQuestion>& questions = request.questions;
    const std::size_t all = questions.size();
    if (!request.output.empty()) {
        const std::unordered_set<std::string> done = answer::answered_in(request.output, questions);
        std::erase_if(questions, [&](const answer::BatchQuestion& question) { return done.contains(question.id); });
    }
    note_start(scope, all, questions.size(), 0);
    return AnswerService(workspace).estimate(questions, request.like, scope);
}

}  // namespace quarry::app
