#include "core/rerank/command_reranker.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/error.h"
#include "core/base/subprocess.h"
#include "core/rerank/rerank_scores.h"

namespace quarry::rerank {
namespace {

/// A score is a number: much less than this for any list of texts.
constexpr std::uint64_t max_answer_bytes = 64'000'000;

class CommandReranker final : public Reranker {
public:
    explicit CommandReranker(CommandRerankerOptions options) : options_(std::move(options)) {
        if (options_.command.empty() || options_.command.front().empty()) {
            throw Error(ErrorCode::usage, "no reranking program is configured", "set rerank.command");
        }
    }

    [[nodiscard]] std::string name() const override { return fmt::format("command:{}", options_.command.front()); }

    [[nodiscard]] std::vector<double> score(std::string_view query, std::span<const std::string_view> texts,
                                            const Cancellation& cancellation) override {
        nlohmann::json input = {{"query", std::string(query)}, {"documents", nlohmann::json::array()}};
        for (const std::string_view text : texts) input["documents"].push_back(std::string(text));
        SubprocessOptions limits;
        limits.max_time = options_.timeout;
        limits.max_output_bytes = max_answer_bytes;
        const SubprocessResult result =
            run_subprocess(options_.command, input.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                           limits, &cancellation);
        if (!result.succeeded()) {
            throw Error(ErrorCode::provider_failed, fmt::format("cannot rerank with {}", options_.command.front()),
                        "run the command by hand with {\"query\": \"…\", \"documents\": [\"…\"]} as its input")
                .because(subprocess_cause(result));
        }
        return read_rerank_scores(result.output, texts.size());
    }

private:
    CommandRerankerOptions options_;
};

}  // namespace

std::unique_ptr<Reranker> make_command_reranker(CommandRerankerOptions options) {
    return std::make_unique<CommandReranker>(std::move(options));
}

}  // namespace quarry::rerank
