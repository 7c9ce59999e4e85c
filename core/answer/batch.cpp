#include "core/answer/batch.h"

#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <unordered_set>

#include "core/base/bounded_json.h"
#include "core/base/json_lines.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

constexpr std::uint64_t longest_batch_line = 1'000'000;

Error no_question(const std::string& name, std::uint64_t line, std::string why) {
    return Error(ErrorCode::failed, fmt::format("{}:{} is not a question", name, line),
                 R"(write one a line: {"id": "1", "question": "What is …?"}, or the question alone)")
        .because(std::move(why));
}

BatchQuestion parse_question(const LineReader::Line& line, const std::string& name) {
    if (line.too_long) throw no_question(name, line.number, "it is longer than 1 MB");
    const std::string_view text = trim(line.text);
    if (!text.starts_with('{')) {
        return {fmt::format("{}", line.number),
                find_invalid_utf8(text) ? replace_invalid_utf8(text) : std::string(text)};
    }
    const nlohmann::json object = parse_bounded_json(text);
    if (!object.is_object()) throw no_question(name, line.number, json_problem(text));
    const auto question = object.find("question");
    if (question == object.end() || !question->is_string()) {
        throw no_question(name, line.number, "it has no \"question\"");
    }
    BatchQuestion read{fmt::format("{}", line.number), std::string(trim(question->get<std::string>()))};
    if (read.text.empty()) throw no_question(name, line.number, "the question is empty");
    const auto id = object.find("id");
    if (id == object.end()) return read;
    if (id->is_string()) {
        read.id = id->get<std::string>();
    } else if (id->is_number()) {
        read.id = id->dump();
    } else {
        throw no_question(name, line.number, "the id must be a text or a number");
    }
    return read;
}

/// What threads and the one who waits for them share.
class BatchRun {
public:
    BatchRun(std::span<const BatchQuestion> questions, std::size_t workers, std::size_t max_failures)
        : questions_(questions), working_(workers), max_failures_(max_failures) {}

    /// What a thread does: asks the next question until there is none. It waits until its result was looked at, which
    /// may end the run.
    void work(const BatchWorker& worker) {
        while (const std::optional<std::size_t> question = next()) give(ask(worker, *question));
        const std::lock_guard lock(mutex_);
        --working_;
        changed_.notify_all();
    }

    /// The next result; nothing when all threads are done.
    [[nodiscard]] std::optional<BatchResult> take() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !results_.empty() || working_ == 0; });
        if (results_.empty()) return std::nullopt;
        BatchResult result = std::move(results_.front());
        results_.pop_front();
        return result;
    }

    /// What `take` gave was looked at; false when no further question shall be begun.
    void looked_at(bool go_on, bool failed) {
        const std::lock_guard lock(mutex_);
        ++looked_at_;
        --under_way_;
        failed_in_a_row_ = failed ? failed_in_a_row_ + 1 : 0;
        if (!go_on) next_ = questions_.size();
        changed_.notify_all();
    }

    /// Begins no further question, and looks at no further result.
    void stop() {
        const std::lock_guard lock(mutex_);
        next_ = questions_.size();
        stopped_ = true;
        changed_.notify_all();
    }

private:
    [[nodiscard]] std::optional<std::size_t> next() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return next_ >= questions_.size() || may_begin(); });
        if (next_ >= questions_.size()) return std::nullopt;
        ++under_way_;
        return next_++;
    }

    /// Whether no more would have failed in a row than may, if all that are under way and another one failed.
    [[nodiscard]] bool may_begin() const {
        return max_failures_ == 0 || under_way_ == 0 || failed_in_a_row_ + under_way_ < max_failures_;
    }

    void give(BatchResult result) {
        std::unique_lock lock(mutex_);
        results_.push_back(std::move(result));
        const std::size_t number = ++given_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return looked_at_ >= number || stopped_; });
    }

    [[nodiscard]] BatchResult ask(const BatchWorker& worker, std::size_t question) const {
        BatchResult result;
        result.question = question;
        const auto start = std::chrono::steady_clock::now();
        try {
            result.answer = worker(questions_[question]);
        } catch (const Error& error) {
            result.error = error;
        } catch (const std::exception& exception) {
            result.error = Error(ErrorCode::failed, "the question was not answered").because(exception.what());
        }
        result.time = std::chrono::steady_clock::now() - start;
        return result;
    }

    const std::span<const BatchQuestion> questions_;
    std::mutex mutex_;  ///< Of all below.
    std::condition_variable changed_;
    std::size_t next_ = 0;
    std::size_t working_;
    const std::size_t max_failures_;
    std::size_t under_way_ = 0, failed_in_a_row_ = 0;
    std::size_t given_ = 0, looked_at_ = 0;  ///< Results, in the same order.
    bool stopped_ = false;
    std::deque<BatchResult> results_;
};

/// Threads that are waited for, whatever happens.
class BatchThreads {
public:
    explicit BatchThreads(BatchRun& run) : run_(run) {}
    ~BatchThreads() {
        run_.stop();
        for (std::thread& thread : threads_) thread.join();
    }
    BatchThreads(const BatchThreads&) = delete;
    BatchThreads& operator=(const BatchThreads&) = delete;

    void start(const BatchWorker& worker) {
        threads_.emplace_back([this, &worker] { run_.work(worker); });
    }

private:
    BatchRun& run_;
    std::vector<std::thread> threads_;
};

}  // namespace

std::vector<BatchQuestion> read_batch_questions(std::istream& lines, const std::string& name) {
    LineReader reader(lines, longest_batch_line);
    std::vector<BatchQuestion> questions;
    std::unordered_set<std::string> seen;
    while (const std::optional<LineReader::Line> line = reader.next()) {
        if (trim(line->text).empty() && !line->too_long) continue;
        questions.push_back(parse_question(*line, name));
        if (!seen.insert(questions.back().id).second) {
            throw no_question(name, line->number,
                              fmt::format("the id {} occurs twice", one_line(questions.back().id, 80)));
        }
    }
    return questions;
}

void answer_batch(std::span<const BatchQuestion> questions, std::span<const BatchWorker> workers,
                  const std::function<bool(BatchResult&& result)>& done, std::size_t max_failures) {
    BatchRun run(questions, workers.size(), max_failures);
    BatchThreads threads(run);
    for (const BatchWorker& worker : workers) threads.start(worker);
    while (std::optional<BatchResult> result = run.take()) {
        const bool failed = result->error.has_value();
        run.looked_at(done(std::move(*result)), failed);
    }
}

bool ends_batch(const Error& error) noexcept {
    switch (error.code()) {
        case ErrorCode::interrupted:
        case ErrorCode::usage:
        case ErrorCode::budget_exceeded:
        case ErrorCode::base_away:
        case ErrorCode::migrations_pending:
        case ErrorCode::schema_newer: return true;
        default: return false;
    }
}

}  // namespace quarry::answer
