#include "core/passages/query_terms.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "core/analyze/fold.h"
#include "core/analyze/function_words.h"
#include "core/analyze/word_forms.h"
#include "core/base/text.h"

namespace quarry::passages {
namespace {

constexpr auto number_questions = std::to_array<std::string_view>(
    {"how far",    "how many",  "how much",  "how long",      "how old",      "how big",    "how large", "how high",
     "how tall",   "how deep",  "how fast",  "how often",     "how heavy",    "how wide",   "when ",     "what year",
     "which year", "what date", "what time", "which version", "what version", "which port", "what port"});

constexpr double function_word_weight = 0.05;

}  // namespace

bool asks_for_number(std::string_view question) {
    const std::string lower = ascii_lower(trim(question)) + ' ';
    return std::any_of(number_questions.begin(), number_questions.end(), [&](std::string_view words) {
        const std::size_t at = lower.find(words);
        return at != std::string::npos && (at == 0 || lower[at - 1] == ' ');
    });
}

QueryTerms::QueryTerms(analyze::Analyzer& analyzer, std::string_view question, std::string_view language) {
    std::vector<analyze::Term> terms, form_terms;
    const auto terms_of = [&](std::string_view part) {
        analyzer.analyze(part, form_terms);
        return form_terms.size() == 1 ? std::vector{form_terms.front().text} : std::vector<std::string>();
    };
    analyzer.analyze(question, terms);
    const std::vector<bool> functions = analyze::find_function_terms(question, terms, language);
    analyze::Folder folder;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        Entry& entry = terms_[terms[i].text];
        entry.content = entry.content || !functions[i];
        if (functions[i] || terms[i].alternative) continue;
        const std::string word = folder.casefold(question.substr(terms[i].start, terms[i].end - terms[i].start));
        for (const std::string& form : analyze::other_forms(word, language)) {
            for (std::string& term : terms_of(form)) forms_.try_emplace(std::move(term), terms[i].text);
        }
        if (!analyze::has_compounds(language)) continue;
        analyze::Compound compound(word, terms_of);
        if (compound.has_parts()) compounds_.emplace_back(terms[i].text, std::move(compound));
    }
    for (const auto& [text, entry] : terms_) forms_.erase(text);
    weigh({});
}

void QueryTerms::unify(std::vector<analyze::Term>& terms) const {
    for (analyze::Term& term : terms) {
        if (const auto found = forms_.find(term.text); found != forms_.end()) term.text = found->second;
    }
    if (compounds_.empty() || terms.empty()) return;
    std::unordered_set<std::string> there;
    for (const analyze::Term& term : terms) there.insert(term.text);
    for (const auto& [term, compound] : compounds_) {
        if (compound.is_made_of([&](const std::string& part) { return there.contains(part); })) {
            terms.push_back({term, terms.back().start, terms.back().end, true});
        }
    }
}

void QueryTerms::weigh(std::span<const std::vector<analyze::Term>> texts) {
    std::unordered_map<std::string, std::size_t> frequency;
    std::unordered_set<std::string> in_this;
    for (const std::vector<analyze::Term>& text : texts) {
        in_this.clear();
        for (const analyze::Term& term : text) {
            if (terms_.contains(term.text) && in_this.insert(term.text).second) ++frequency[term.text];
        }
    }
    // Half of a weight is for being asked at all, so that a word which every candidate holds still counts.
    const double count = static_cast<double>(texts.size());
    total_ = 0;
    for (auto& [text, entry] : terms_) {
        const double rarity =
            std::log((count + 1.0) / (static_cast<double>(frequency[text]) + 0.5)) / std::log((count + 1.0) / 0.5);
        entry.weight = entry.content ? 0.5 + 0.5 * std::max(0.0, rarity) : function_word_weight;
        total_ += entry.weight;
    }
}

double QueryTerms::weight(const std::string& term) const {
    const auto found = terms_.find(term);
    return found == terms_.end() ? 0.0 : found->second.weight;
}

bool QueryTerms::is_content(const std::string& term) const {
    const auto found = terms_.find(term);
    return found != terms_.end() && found->second.content;
}

std::size_t QueryTerms::content_count() const noexcept {
    return static_cast<std::size_t>(
        std::count_if(terms_.begin(), terms_.end(), [](const auto& entry) { return entry.second.content; }));
}

}  // namespace quarry::passages
