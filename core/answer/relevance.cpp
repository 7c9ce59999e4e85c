#include "core/answer/relevance.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/answer/query_terms.h"
#include "core/base/text.h"
#include "core/tokenize/analyzer.h"

namespace quarry {
namespace {

constexpr double weight_of_function_words = 0.05;

struct WeighedTerm {
    std::string text;
    double weight = 0;
};

/// The distinct terms of a question with what they weigh in this base.
std::vector<WeighedTerm> weigh_question(const Store& store, std::string_view question, Analyzer& analyzer) {
    std::vector<Term> terms;
    analyzer.analyze(question, terms);
    std::unordered_map<std::string, bool> content;
    for (const Term& term : terms) {
        if (term.alternative) continue;
        const bool function = is_function_word(ascii_lower(question.substr(term.start, term.end - term.start)));
        content[term.text] = content[term.text] || !function;
    }
    std::vector<std::string> names;
    for (const auto& [name, is_content] : content) names.push_back(name);
    std::ranges::sort(names);
    const std::vector<std::uint64_t> counts = store.term_weights(names);
    const auto chunks = static_cast<double>(store.chunk_count());
    const auto rarity = [chunks](double count) { return std::log(1 + (chunks + 0.5) / (count + 0.5)); };
    std::vector<WeighedTerm> weighed;
    for (std::size_t i = 0; i < names.size(); ++i) {
        // Half of a weight is for being asked at all: in a small base nothing is rare.
        const double weight = 0.5 + 0.5 * rarity(std::min(static_cast<double>(counts[i]), chunks)) / rarity(0);
        weighed.push_back({names[i], content[names[i]] ? weight : weight * weight_of_function_words});
    }
    return weighed;
}

}  // namespace

double relevance(const Store& store, std::string_view question, std::span<const Passage> passages) {
    Analyzer analyzer;
    const std::vector<WeighedTerm> wanted = weigh_question(store, question, analyzer);
    double all = 0;
    for (const WeighedTerm& term : wanted) all += term.weight;
    if (all <= 0) return 0;
    double best = 0;
    std::vector<Term> terms;
    for (const Passage& passage : passages) {
        std::unordered_set<std::string> has;
        const auto add = [&](std::string_view text) {
            analyzer.analyze(text, terms);
            for (Term& term : terms) has.insert(std::move(term.text));
        };
        add(passage.text);
        add(passage.title);
        for (const std::string& heading : passage.heading_path) add(heading);
        double found = 0;
        for (const WeighedTerm& term : wanted) found += has.contains(term.text) ? term.weight : 0;
        best = std::max(best, found / all);
    }
    return best;
}

}  // namespace quarry
