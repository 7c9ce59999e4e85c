#include "core/passages/relevance.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/analyze/compound.h"
#include "core/analyze/fold.h"
#include "core/analyze/function_words.h"
#include "core/analyze/multilingual_analyzer.h"
#include "core/analyze/word_forms.h"
#include "core/search/query.h"

namespace quarry::passages {
namespace {

constexpr double weight_of_function_words = 0.05;

struct WeighedTerm {
    std::vector<std::string> stems;  ///< One in each language of the base; distinct.
    std::optional<analyze::Compound> compound;
    double weight = 0;
};

bool has_term(const std::unordered_set<std::string>& text, const WeighedTerm& term) {
    const auto has = [&](const std::string& stem) { return text.contains(stem); };
    return std::ranges::any_of(term.stems, has) || (term.compound && term.compound->is_made_of(has));
}

void add_stems(analyze::MultilingualAnalyzer::Reading& reading, std::vector<std::string>& stems) {
    std::ranges::move(reading.others, std::back_inserter(stems));
    stems.push_back(std::move(reading.text));
}

/// The stems of a word in each language of the base.
std::vector<std::string> stems_of(std::string_view word, analyze::MultilingualAnalyzer& analyzer) {
    std::vector<std::string> stems;
    for (analyze::MultilingualAnalyzer::Reading& reading : analyzer.analyze(word)) add_stems(reading, stems);
    return stems;
}

/// Adds all else that a word may be in a text: the stems of its other forms, and its parts. `word`: case-folded.
void add_forms(const std::string& word, std::string_view language, analyze::MultilingualAnalyzer& analyzer,
               WeighedTerm& term) {
    const auto stems = [&](std::string_view part) { return stems_of(part, analyzer); };
    for (const std::string& form : analyze::other_forms(word, language)) {
        std::ranges::move(stems(form), std::back_inserter(term.stems));
    }
    if (analyze::has_compounds(language)) term.compound.emplace(word, stems);
}

/// The distinct terms of a question, ordered by their first stems.
std::map<std::string, WeighedTerm> question_terms(std::string_view question, std::string_view language,
                                                  analyze::MultilingualAnalyzer& analyzer) {
    std::map<std::string, WeighedTerm> terms;
    std::vector<analyze::MultilingualAnalyzer::Reading> readings = analyzer.analyze(question);
    const std::vector<bool> functions = analyze::find_function_terms(question, readings, language);
    analyze::Folder folder;
    for (std::size_t i = 0; i < readings.size(); ++i) {
        analyze::MultilingualAnalyzer::Reading& reading = readings[i];
        if (reading.alternative) continue;
        WeighedTerm& term = terms[reading.text];
        term.weight = std::max(term.weight, functions[i] ? weight_of_function_words : 1.0);
        const std::string_view word = question.substr(reading.start, reading.end - reading.start);
        if (!functions[i]) add_forms(folder.casefold(word), language, analyzer, term);
        add_stems(reading, term.stems);
    }
    return terms;
}

/// The distinct terms of a question with what they weigh in this base.
std::vector<WeighedTerm> weigh_question(const store::Store& store, std::string_view question,
                                        std::string_view language, analyze::MultilingualAnalyzer& analyzer) {
    std::vector<WeighedTerm> weighed;
    std::vector<std::string> stems;
    for (auto& [name, term] : question_terms(question, language, analyzer)) {
        stems.insert(stems.end(), term.stems.begin(), term.stems.end());
        weighed.push_back(std::move(term));
    }
    const std::vector<std::uint64_t> counts = store.term_weights(stems);
    const auto chunks = static_cast<double>(store.chunk_count());
    const auto rarity = [chunks](double count) { return std::log(1 + (chunks + 0.5) / (count + 0.5)); };
    auto count = counts.begin();
    for (WeighedTerm& term : weighed) {
        const auto end = count + static_cast<std::ptrdiff_t>(term.stems.size());
        const auto most = static_cast<double>(*std::max_element(count, end));
        count = end;
        // Half of a weight is for being asked at all: in a small base nothing is rare.
        term.weight *= 0.5 + 0.5 * rarity(std::min(most, chunks)) / rarity(0);
    }
    return weighed;
}

/// What a passage has, in each language of the base: in which it is written is not known of it.
std::unordered_set<std::string> passage_terms(const Passage& passage, analyze::MultilingualAnalyzer& analyzer) {
    std::unordered_set<std::string> terms;
    const auto add = [&](std::string_view text) {
        for (const std::string& language : analyzer.languages()) {
            for (analyze::Term& term : analyzer.analyze_in(language, text)) terms.insert(std::move(term.text));
        }
    };
    add(passage.text);
    add(passage.title);
    for (const std::string& heading : passage.heading_path) add(heading);
    return terms;
}

}  // namespace

double relevance(const store::Store& store, std::string_view question, std::span<const Passage> passages,
                 std::string_view language) {
    analyze::MultilingualAnalyzer analyzer(search::index_languages(store));
    const std::vector<WeighedTerm> wanted = weigh_question(store, question, language, analyzer);
    double all = 0;
    for (const WeighedTerm& term : wanted) all += term.weight;
    if (all <= 0) return 0;
    double best = 0;
    for (const Passage& passage : passages) {
        const std::unordered_set<std::string> has = passage_terms(passage, analyzer);
        double found = 0;
        for (const WeighedTerm& term : wanted) {
            found += has_term(has, term) ? term.weight : 0;
        }
        best = std::max(best, found / all);
    }
    return best;
}

}  // namespace quarry::passages
