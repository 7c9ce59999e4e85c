#include "core/app/search_tool.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/answer/prompt.h"

namespace quarry::app {
namespace {

constexpr std::size_t default_results = 5;
constexpr std::size_t search_tokens = 2'000;  // of what one search gives

class SearchTool final : public tools::Tool {
public:
    SearchTool(const store::Store& store, const answer::AnswerTools& tools, answer::AnswerOptions options)
        : store_(store), tools_(tools), options_(std::move(options)) {
        tools_.chat = nullptr;  // nobody else is asked: nothing found is an error then, which is told
        tools_.toolbox = nullptr;
        options_.min_score = 0;
        options_.max_context_tokens = std::min(options_.max_context_tokens, search_tokens);
    }

    [[nodiscard]] const llm::ChatTool& definition() const override {
        static const llm::ChatTool tool = {
            "search",
            "Search the user's documents, by words and by meaning. Gives passages as numbered sources, best first. "
            "Use it when the sources at hand do not hold what is asked.",
            R"({"type": "object", "properties": {)"
            R"("query": {"type": "string", "minLength": 1, "maxLength": 1000, "description": "What to look for"}, )"
            R"("limit": {"type": "integer", "minimum": 1, "maximum": 10, "description": "Most passages; 5 if left out"}}, )"
            R"("required": ["query"], "additionalProperties": false})"};
        return tool;
    }
    [[nodiscard]] bool read_only() const override { return true; }

    [[nodiscard]] std::string run(const nlohmann::json& arguments, tools::ToolRun& run) override {
        answer::AnswerOptions options = options_;
        options.sources = arguments.value("limit", default_results);
        answer::Retrieved found;
        try {
            found = answer::retrieve_passages(store_, tools_, arguments.at("query").get<std::string>(), options,
                                              run.cancellation);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::nothing_found) throw;
            return "Nothing was found.";
        }
        std::stable_sort(
            found.passages.begin(), found.passages.end(),
            [](const passages::Passage& left, const passages::Passage& right) { return left.rank < right.rank; });
        std::string text;
        for (passages::Passage& passage : found.passages) {
            const std::size_t number = add_source(run.passages, std::move(passage));
            text += answer::source_as_text(number, run.passages[number - 1], run.fence);
        }
        return text;
    }

private:
    const store::Store& store_;
    answer::AnswerTools tools_;
    answer::AnswerOptions options_;
};

}  // namespace

std::size_t add_source(std::vector<passages::Passage>& passages, passages::Passage passage) {
    const auto same = std::find_if(passages.begin(), passages.end(), [&](const passages::Passage& known) {
        return known.document_id == passage.document_id && known.start <= passage.start && known.end >= passage.end;
    });
    if (same != passages.end()) return static_cast<std::size_t>(same - passages.begin()) + 1;
    passages.push_back(std::move(passage));
    return passages.size();
}

std::unique_ptr<tools::Tool> make_search_tool(const store::Store& store, const answer::AnswerTools& tools,
                                              answer::AnswerOptions options) {
    return std::make_unique<SearchTool>(store, tools, std::move(options));
}

}  // namespace quarry::app
