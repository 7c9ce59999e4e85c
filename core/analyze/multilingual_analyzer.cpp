#include "core/analyze/multilingual_analyzer.h"

#include <algorithm>
#include <utility>

#include "core/analyze/fold.h"
#include "core/analyze/function_words.h"
#include "core/analyze/language.h"

namespace quarry::analyze {
namespace {

/// Adds what one more language makes of the same text. Where words end does not depend on the language; only a word of
/// which nothing is left may be missing.
void add_readings(std::vector<MultilingualAnalyzer::Reading>& readings, std::vector<Term>&& terms) {
    auto reading = readings.begin();
    for (Term& term : terms) {
        while (reading != readings.end() && reading->start < term.start) ++reading;
        auto same = reading;
        while (same != readings.end() && same->start == term.start && same->end != term.end) ++same;
        if (same == readings.end() || same->start != term.start || same->text == term.text) continue;
        if (std::find(same->others.begin(), same->others.end(), term.text) == same->others.end()) {
            same->others.push_back(std::move(term.text));
        }
    }
}

/// Whether a text with accents is in the language: by its letters, or by its function words.
bool is_in(std::string_view language, std::string_view text,
           const std::vector<MultilingualAnalyzer::Reading>& readings) {
    if (has_vietnamese_letter(Folder().casefold(text))) return true;
    std::vector<WordSpan> words;
    for (const MultilingualAnalyzer::Reading& reading : readings) words.push_back({reading.start, reading.end});
    return language_of_question(text, words) == language;
}

}  // namespace

MultilingualAnalyzer::MultilingualAnalyzer(std::span<const std::string> languages)
    : languages_(languages.begin(), languages.end()), analyzer_("en", Analyzer::Memory::small) {
    if (languages_.empty()) languages_.emplace_back("en");
}

std::vector<Term> MultilingualAnalyzer::analyze_in(const std::string& language, std::string_view text) {
    std::vector<Term> terms;
    analyzer_.use(language);
    analyzer_.analyze(text, terms);
    return terms;
}

std::vector<MultilingualAnalyzer::Reading> MultilingualAnalyzer::analyze(std::string_view text) {
    std::vector<Reading> readings;
    for (Term& term : analyze_in(languages_.front(), text)) {
        readings.push_back({std::move(term.text), {}, term.start, term.end, term.alternative});
    }
    for (std::size_t i = 1; i < languages_.size(); ++i) add_readings(readings, analyze_in(languages_[i], text));
    for (const std::string& language : languages_) {
        if (!accents_tell_words_apart(language) || !is_in(language, text, readings)) continue;
        analyzer_.use(language);
        for (Reading& reading : readings) {
            reading.exact = analyzer_.exact_form(text.substr(reading.start, reading.end - reading.start));
        }
    }
    return readings;
}

}  // namespace quarry::analyze
