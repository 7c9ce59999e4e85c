// A search over tools, in place of a long list of them.
#include "core/tools/find_tool.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/tools/fence.h"

namespace quarry::tools {
namespace {

constexpr std::size_t most_found = 5;
constexpr std::size_t longest_shown_description = 300;
constexpr double saturation = 1.2, length_weight = 0.75;  // BM25's usual k1 and b

/// Words of letters and digits in lower case; "get_weather" and "getWeather" are two.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words(1);
    char before = ' ';
    for (const char c : text) {
        const bool is_upper = c >= 'A' && c <= 'Z';
        const bool is_word = is_upper || (c >= 'a' && c <= 'z') || is_ascii_digit(c) || (c & 0x80) != 0;
        const bool begins = !is_word || (is_upper && before >= 'a' && before <= 'z');
        if (begins && !words.back().empty()) words.emplace_back();
        if (is_word) words.back() += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
        before = c;
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

class FindTool final : public Tool {
public:
    explicit FindTool(std::vector<llm::ChatTool> tools) : tools_(std::move(tools)) {
        std::size_t all_words = 0;
        for (const llm::ChatTool& tool : tools_) {
            std::map<std::string, double> counts;
            const std::vector<std::string> words = words_of(tool.name + " " + tool.description);
            for (const std::string& word : words) counts[word] += 1;
            for (const auto& [word, count] : counts) documents_[word] += 1;
            all_words += words.size();
            counts_.push_back(std::move(counts));
            lengths_.push_back(static_cast<double>(words.size()));
        }
        mean_length_ = std::max(
            1.0, static_cast<double>(all_words) / static_cast<double>(std::max<std::size_t>(tools_.size(), 1)));
        definition_.name = "find_tool";
        definition_.description = fmt::format(
            "Find tools for a task among {} more that are not listed. Those that are found can be called from then on.",
            tools_.size());
        definition_.parameters =
            R"({"type": "object", "properties": {"query": {"type": "string", "description": "What the tool should do, in a few words"}}, "required": ["query"], "additionalProperties": false})";
    }
    [[nodiscard]] const llm::ChatTool& definition() const override { return definition_; }
    [[nodiscard]] bool read_only() const override { return true; }

    [[nodiscard]] std::string run(const nlohmann::json& arguments, ToolRun& run) override {
        std::vector<std::pair<double, std::size_t>> scores;
        const std::vector<std::string> words = words_of(arguments.value("query", std::string()));
        for (std::size_t i = 0; i < tools_.size(); ++i) {
            if (const double score = score_of(i, words); score > 0) scores.emplace_back(-score, i);
        }
        std::sort(scores.begin(), scores.end());
        scores.resize(std::min(scores.size(), most_found));
        if (scores.empty()) return "no tool was found; try other words";
        std::string text;
        for (const auto& [score, index] : scores) {
            const llm::ChatTool& tool = tools_[index];
            run.found.insert(tool.name);
            text += fmt::format("{}: {}\n", tool.name, one_line(tool.description, longest_shown_description));
        }
        return fenced("TOOLS", text, run.fence);
    }

private:
    [[nodiscard]] double score_of(std::size_t tool, const std::vector<std::string>& words) const {
        double score = 0;
        const auto all = static_cast<double>(tools_.size());
        for (const std::string& word : words) {
            const auto count = counts_[tool].find(word);
            if (count == counts_[tool].end()) continue;
            const double documents = documents_.at(word);
            const double rarity = std::log(1 + (all - documents + 0.5) / (documents + 0.5));
            const double length = 1 - length_weight + length_weight * lengths_[tool] / mean_length_;
            score += rarity * count->second * (saturation + 1) / (count->second + saturation * length);
        }
        return score;
    }

    std::vector<llm::ChatTool> tools_;
    llm::ChatTool definition_;
    std::vector<std::map<std::string, double>> counts_;  ///< Of each tool's words.
    std::map<std::string, double> documents_;            ///< How many tools have a word.
    std::vector<double> lengths_;
    double mean_length_ = 1;
};

}  // namespace

std::unique_ptr<Tool> make_find_tool(std::vector<llm::ChatTool> tools) {
    return std::make_unique<FindTool>(std::move(tools));
}

}  // namespace quarry::tools
