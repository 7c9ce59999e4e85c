// Picks the part of a chunk that shows why it was found.

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "core/analyze/analyzer.h"
#include "core/analyze/language.h"
#include "core/base/text.h"
#include "core/search/search.h"

namespace quarry::search {
namespace {

struct Match {
    std::size_t start = 0, end = 0;   ///< Bytes of the text.
    std::size_t first = 0, last = 0;  ///< The same in code points.
    std::string_view term;
};

/// The terms that are looked for; those that end with a star stand for all that begin so.
class WantedTerms {
public:
    explicit WantedTerms(const std::vector<std::string>& terms) : terms_(terms.begin(), terms.end()) {
        for (const std::string_view term : terms) {
            if (term.ends_with('*')) prefixes_.push_back(term.substr(0, term.size() - 1));
        }
    }
    /// What of them the term is; nothing when none.
    [[nodiscard]] std::optional<std::string_view> find(const std::string& term) const {
        if (const auto found = terms_.find(term); found != terms_.end()) return *found;
        for (const std::string_view prefix : prefixes_) {
            if (term.starts_with(prefix)) return prefix;
        }
        return std::nullopt;
    }

private:
    std::unordered_set<std::string_view> terms_;
    std::vector<std::string_view> prefixes_;
};

std::vector<Match> find_matches(std::string_view text, const std::vector<analyze::Term>& analyzed,
                                const WantedTerms& wanted) {
    std::vector<Match> matches;
    for (const analyze::Term& term : analyzed) {
        if (const auto found = wanted.find(term.text)) matches.push_back({term.start, term.end, 0, 0, *found});
    }
    std::stable_sort(matches.begin(), matches.end(),
                     [](const Match& left, const Match& right) { return left.start < right.start; });
    std::size_t at = 0;
    std::size_t code_points = 0;
    for (Match& match : matches) {
        code_points += count_code_points(text.substr(at, match.start - at));
        at = match.start;
        match.first = code_points;
        match.last = code_points + count_code_points(text.substr(match.start, match.end - match.start));
    }
    return matches;
}

/// First and last of the matches within a window that has the most distinct terms, then the most matches.
std::pair<std::size_t, std::size_t> densest_window(const std::vector<Match>& matches, std::size_t max_chars) {
    std::unordered_map<std::string_view, std::size_t> inside;
    std::pair<std::size_t, std::size_t> best{0, 0};
    std::size_t best_distinct = 0;
    std::size_t first = 0;
    for (std::size_t last = 0; last < matches.size(); ++last) {
        ++inside[matches[last].term];
        while (first < last && matches[last].last - matches[first].first > max_chars) {
            if (--inside[matches[first].term] == 0) inside.erase(matches[first].term);
            ++first;
        }
        const bool more = inside.size() > best_distinct ||
                          (inside.size() == best_distinct && last - first > best.second - best.first);
        if (more) {
            best = {first, last};
            best_distinct = inside.size();
        }
    }
    return best;
}

/// Byte offset `count` code points behind `from`.
std::size_t forward(std::string_view text, std::size_t from, std::size_t count) {
    for (; count > 0 && from < text.size(); --count) {
        ++from;
        while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U) ++from;
    }
    return from;
}

/// Byte offset `count` code points before `from`.
std::size_t backward(std::string_view text, std::size_t from, std::size_t count) {
    for (; count > 0 && from > 0; --count) from = floor_to_code_point(text, from - 1);
    return from;
}

bool is_space(char byte) noexcept { return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r'; }

/// Widens the window around the matches to `max_chars`, mostly behind them, and to whole words.
void widen(Snippet& snippet, std::string_view text, std::size_t used, std::size_t max_chars) {
    const std::size_t core_start = snippet.start_byte;
    const std::size_t core_end = snippet.end_byte;
    const std::size_t spare = max_chars > used ? max_chars - used : 0;
    snippet.start_byte = backward(text, core_start, spare / 3);
    const std::size_t before = count_code_points(text.substr(snippet.start_byte, core_start - snippet.start_byte));
    snippet.end_byte = forward(text, core_end, spare - before);
    const std::size_t behind = count_code_points(text.substr(core_end, snippet.end_byte - core_end));
    snippet.start_byte = backward(text, snippet.start_byte, spare - before - behind);

    if (snippet.start_byte > 0 && !is_space(text[snippet.start_byte - 1])) {
        std::size_t at = snippet.start_byte;
        while (at < core_start && !is_space(text[at])) ++at;
        if (at < core_start) snippet.start_byte = at;
    }
    if (snippet.end_byte < text.size() && !is_space(text[snippet.end_byte])) {
        std::size_t at = snippet.end_byte;
        while (at > core_end && !is_space(text[at - 1])) --at;
        if (at > core_end) snippet.end_byte = at;
    }
    while (snippet.start_byte < core_start && is_space(text[snippet.start_byte])) ++snippet.start_byte;
    while (snippet.end_byte > core_end && is_space(text[snippet.end_byte - 1])) --snippet.end_byte;
}

}  // namespace

Snippet make_snippet(std::string_view chunk_text, const std::vector<std::string>& terms, std::size_t max_chars,
                     std::string_view language) {
    analyze::Analyzer analyzer(analyze::stemming_language(language), analyze::Analyzer::Memory::small);
    std::vector<analyze::Term> analyzed;
    analyzer.analyze(chunk_text, analyzed);
    const std::vector<Match> matches = find_matches(chunk_text, analyzed, WantedTerms(terms));

    Snippet snippet;
    if (matches.empty()) {
        widen(snippet, chunk_text, 0, max_chars);
        return snippet;
    }
    const auto [first, last] = densest_window(matches, max_chars);
    snippet.start_byte = matches[first].start;
    snippet.end_byte = matches[first].end;
    std::size_t end_char = matches[first].last;
    for (std::size_t i = first; i <= last; ++i) {
        snippet.end_byte = std::max(snippet.end_byte, matches[i].end);
        end_char = std::max(end_char, matches[i].last);
    }
    widen(snippet, chunk_text, end_char - matches[first].first, max_chars);
    for (const Match& match : matches) {
        if (match.start < snippet.start_byte || match.end > snippet.end_byte) continue;
        if (!snippet.matches.empty() && match.start <= snippet.matches.back().second) {
            snippet.matches.back().second = std::max(snippet.matches.back().second, match.end);
        } else {
            snippet.matches.emplace_back(match.start, match.end);
        }
    }
    return snippet;
}

}  // namespace quarry::search
