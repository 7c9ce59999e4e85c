#include "core/rerank/gguf_reranker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/llama/llama_runner.h"

namespace quarry::rerank {
namespace {

/// Queries joined with texts, or with parts of them.
struct JoinedTexts {
    std::vector<std::size_t> texts;  ///< Of each: the text that it is of.
    std::vector<llama::LlamaRunner::Tokens> tokens;
};

/// Where to cut a text in two: behind white space near its middle, else between two characters.
std::size_t middle_of(std::string_view text) {
    const std::size_t half = floor_to_code_point(text, text.size() / 2);
    const std::size_t space = text.find_first_of(" \n\t", half);
    if (space != std::string_view::npos && space < half + text.size() / 4) return space + 1;
    return half;
}

class GgufReranker final : public Reranker {
public:
    explicit GgufReranker(GgufRerankerOptions options) : options_(std::move(options)) {
        if (options_.name.empty()) options_.name = options_.path.stem().string();
        if (options_.threads == 0) options_.threads = std::max(std::thread::hardware_concurrency(), 1U);
    }

    [[nodiscard]] std::string name() const override { return fmt::format("gguf:{}", options_.name); }

    [[nodiscard]] std::vector<double> score(std::string_view query, std::span<const std::string_view> texts,
                                            const Cancellation& cancellation) override {
        if (texts.empty()) return {};
        if (model_ == nullptr) {
            model_ = std::make_unique<llama::LlamaRunner>(options_.path, llama::LlamaPurpose::rank, options_.threads);
        }
        const std::string asked = cut_query(query);
        JoinedTexts joined;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            cancellation.check();
            add(asked, texts[i], i, joined);
        }
        std::vector<double> scores(texts.size(), -std::numeric_limits<double>::infinity());
        model_->run(joined.tokens, cancellation, [&](std::size_t at, std::span<const float> vector) {
            double& best = scores[joined.texts[at]];
            if (!vector.empty()) best = std::max(best, static_cast<double>(vector[0]));
        });
        if (!std::all_of(scores.begin(), scores.end(), [](double value) { return std::isfinite(value); })) {
            throw Error(ErrorCode::provider_failed, fmt::format("{} returns no usable scores", name()),
                        "use another file of the model")
                .because("a score is not a finite number");
        }
        return scores;
    }

private:
    [[nodiscard]] std::string cut_query(std::string_view query) const {
        while (!query.empty() &&
               model_->join(std::string(query), "").size() > std::max<std::size_t>(model_->window() / 2, 8)) {
            query = query.substr(0, floor_to_code_point(query, query.size() * 3 / 4));
        }
        return std::string(query);
    }

    /// Adds the text joined with the query, in as many parts as it takes for each to fit.
    void add(const std::string& query, std::string_view text, std::size_t index, JoinedTexts& joined) const {
        llama::LlamaRunner::Tokens tokens = model_->join(query, std::string(text));
        const std::size_t middle = middle_of(text);
        if (tokens.size() > model_->window() && middle > 0 && middle < text.size()) {
            add(query, text.substr(0, middle), index, joined);
            add(query, text.substr(middle), index, joined);
            return;
        }
        if (tokens.size() > model_->window()) tokens.resize(model_->window());
        joined.texts.push_back(index);
        joined.tokens.push_back(std::move(tokens));
    }

    GgufRerankerOptions options_;
    std::unique_ptr<llama::LlamaRunner> model_;
};

}  // namespace

std::unique_ptr<Reranker> make_gguf_reranker(GgufRerankerOptions options) {
    llama::require_llama(options.path);
    if (!stat_file(options.path)) {
        throw Error(ErrorCode::failed, fmt::format("cannot read the model file {}", options.path.string()),
                    "quarry models ls lists the models that were added; give the path of any other")
            .because("there is no such file");
    }
    return std::make_unique<GgufReranker>(std::move(options));
}

}  // namespace quarry::rerank
