#include "core/answer/sentence_features.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "core/analyze/function_words.h"
#include "core/answer/asked_numbers.h"
#include "core/answer/units.h"
#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/passages/query_terms.h"

namespace quarry::answer {
namespace {

using passages::PassageSentence;
using Kind = passages::SentenceSpan::Kind;

constexpr std::size_t longest_quoted = 1200;  // bytes
// Share of the question's weight that a sentence and what is around it must have to be an answer at all: "Who wrote
// Hamlet?" is not answered by whatever else was written. Long questions hold more that an answer need not repeat.
constexpr double needed = 0.2;

/// Shortest stretch of terms that holds every distinct term of the question in the sentence, as a measure 0 to 1.
double proximity_of(const std::vector<analyze::Term>& terms, const passages::QueryTerms& query) {
    std::unordered_map<std::string_view, std::size_t> counts;
    std::size_t distinct = 0;
    for (const analyze::Term& term : terms) {
        if (query.is_content(term.text) && counts.emplace(term.text, 0).second) ++distinct;
    }
    if (distinct < 2) return 0;
    std::size_t held = 0, left = 0, best = terms.size();
    for (std::size_t right = 0; right < terms.size(); ++right) {
        const auto entering = counts.find(terms[right].text);
        if (entering != counts.end() && entering->second++ == 0) ++held;
        for (; held == distinct; ++left) {
            best = std::min(best, right - left + 1);
            const auto leaving = counts.find(terms[left].text);
            if (leaving != counts.end() && --leaving->second == 0) --held;
        }
    }
    return static_cast<double>(distinct) / static_cast<double>(std::max(best, distinct));
}

/// Runs of letters, digits and what joins them in commands and paths.
std::vector<std::string_view> tokens_of(std::string_view text) {
    std::vector<std::string_view> tokens;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t start = std::min(text.find_first_not_of(" \t\n\"'()[],;", at), text.size());
        const std::size_t end = std::min(text.find_first_of(" \t\n\"'()[],;", start), text.size());
        if (end > start) tokens.push_back(text.substr(start, end - start));
        at = end;
    }
    return tokens;
}

bool has_digit(std::string_view text) { return text.find_first_of("0123456789") != std::string_view::npos; }

bool is_path(std::string_view token) { return token[0] == '/' || token.starts_with("~/"); }

/// "--all", "-x", "`git add`", "/etc/hosts", "NAME_OF_VARIABLE", "a.conf".
bool is_code_token(std::string_view token) {
    if (token.size() < 2) return false;
    if (token[0] == '`' || is_path(token) || token.starts_with("--")) return true;
    if (token[0] == '-' && is_ascii_letter(token[1])) return true;
    const bool has_joint = token.substr(1, token.size() - 2).find_first_of("_/") != std::string_view::npos;
    return has_joint && !token.starts_with("http");
}

/// A word with a capital letter that begins no sentence, or a path.
bool is_name_token(std::string_view token, bool is_first) {
    return (!is_first && is_ascii_upper(token[0])) || is_path(token);
}

/// Whether code or rows of a table stand right below a sentence.
bool is_followed_by_code(const passages::Passage& passage, std::size_t sentence) {
    if (sentence + 1 >= passage.sentences.size() || passage.sentences[sentence].span.kind == Kind::line) return false;
    const passages::SentenceSpan &here = passage.sentences[sentence].span, &next = passage.sentences[sentence + 1].span;
    constexpr std::size_t widest_gap = 24;  // a blank line, a fence with the language's name
    return next.kind == Kind::line && next.start >= here.end && next.start - here.end <= widest_gap;
}

/// A name that a manual would spell the same: "--all", "index.lock", "core.excludesFile", "GIT_DIR", "404".
bool is_literal_token(std::string_view token) {
    if (token.size() > 1 && token[0] == '-' &&
        is_ascii_letter(token[token.starts_with("--") && token.size() > 2 ? 2 : 1])) {
        return true;
    }
    std::size_t upper = 0;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (is_ascii_digit(token[i])) return true;
        upper += is_ascii_upper(token[i]) || token[i] == '_' ? 1 : 0;
        if (i == 0 || i + 1 == token.size()) continue;
        const bool between_letters = is_ascii_letter(token[i - 1]) && is_ascii_letter(token[i + 1]);
        if (between_letters && std::string_view("_./").find(token[i]) != std::string_view::npos) return true;
        if (is_ascii_upper(token[i]) && !is_ascii_upper(token[i - 1]) && is_ascii_letter(token[i - 1])) return true;
    }
    return upper >= 3 && upper == token.size();
}

std::vector<std::string_view> literal_tokens(std::string_view question) {
    std::vector<std::string_view> tokens;
    for (std::string_view token : tokens_of(question)) {
        while (!token.empty() && std::string_view("?.!:`").find(token.back()) != std::string_view::npos) {
            token.remove_suffix(1);
        }
        if (!token.empty() && token.front() == '`') token.remove_prefix(1);
        if (is_literal_token(token)) tokens.push_back(token);
    }
    return tokens;
}

/// Whether the token is in the text, and not as a part of a longer one.
bool has_token(std::string_view text, std::string_view token) {
    const auto joins = [](char c) { return c == '-' || c == '_' || is_ascii_letter(c) || is_ascii_digit(c); };
    for (std::size_t at = text.find(token); at != std::string_view::npos; at = text.find(token, at + 1)) {
        const std::size_t end = at + token.size();
        if ((at == 0 || !joins(text[at - 1])) && (end == text.size() || !joins(text[end]))) return true;
    }
    return false;
}

/// Reads passages for one question.
class Describer {
public:
    Describer(QuestionReading& question, std::string_view subject)
        : question_(question),
          folded_(question.subject()),
          names_(literal_tokens(question.text())),
          numbers_(question.text(), question.language()),
          analyzer_(question.language(), analyze::Analyzer::Memory::small),
          query_(analyzer_, question.subject(), question.language()),
          wanted_(analyzer_, subject) {}

    [[nodiscard]] std::vector<SentenceCandidate> describe(std::span<const PassageReading> readings,
                                                          const Cancellation& cancellation) {
        std::vector<SentenceCandidate> candidates;
        std::vector<std::vector<analyze::Term>> texts;
        for (const PassageReading& reading : readings) {
            cancellation.check();
            best_score_ = std::max(best_score_, reading.passage->score);
            texts.push_back(analyze_sentences(*reading.passage));
        }
        query_.weigh(texts);
        for (std::size_t p = 0; p < readings.size(); ++p) {
            cancellation.check();
            sentences_ = std::move(sentence_terms_[p]);
            describe_passage(p, readings[p], candidates);
        }
        return candidates;
    }

private:
    using Terms = std::unordered_set<std::string>;

    void analyze_text(std::string_view text, std::vector<analyze::Term>& terms) {
        analyzer_.analyze(text, terms);
        query_.unify(terms);
    }

    /// Keeps the terms of each sentence; all of them, with those of headings and title, come back.
    std::vector<analyze::Term> analyze_sentences(const passages::Passage& passage) {
        std::vector<std::vector<analyze::Term>>& kept = sentence_terms_.emplace_back();
        std::string above = passage.title;
        for (const std::string& heading : passage.heading_path) above += '\n' + heading;
        std::vector<analyze::Term> all;
        analyze_text(above, all);
        for (const PassageSentence& sentence : passage.sentences) {
            std::vector<analyze::Term>& terms = kept.emplace_back();
            analyze_text(sentence.text, terms);
            all.insert(all.end(), terms.begin(), terms.end());
        }
        return all;
    }

    void describe_passage(std::size_t p, const PassageReading& reading, std::vector<SentenceCandidate>& candidates) {
        const passages::Passage& passage = *reading.passage;
        for (std::size_t k = 0; k < reading.parts.size(); ++k) {
            const PassagePart& part = reading.parts[k];
            if (part.is_label) continue;
            const Around around = read_around(reading, k);
            for (std::size_t s = part.first; s <= part.last; ++s) {
                if (passage.sentences[s].text.size() > longest_quoted) continue;
                if (passage.sentences[s].span.kind == Kind::headings) continue;
                SentenceCandidate candidate{p, k, s, sentences_[s], {}, false, false};
                match_terms(passage, around, candidate);
                match_text(reading, around, candidate);
                set(candidate, SentenceFeature::named_label, around.named_label);
                set(candidate, SentenceFeature::named_here, around.named_here);
                candidates.push_back(std::move(candidate));
            }
        }
    }

    /// The distinct terms of a text that stands around several sentences.
    const Terms& terms_of(const std::string& text) {
        const auto [found, added] = known_.try_emplace(text);
        if (!added) return found->second;
        std::vector<analyze::Term> terms;
        analyze_text(text, terms);
        for (analyze::Term& term : terms) found->second.insert(std::move(term.text));
        return found->second;
    }

    /// What is around the sentences of a part.
    struct Around {
        Terms headings;  ///< The terms of headings, title and labels.
        Terms all;       ///< And of the part and those next to it.
        double named_label = 0, named_here = 0;
        std::string above{}, own{};  ///< Title, headings and labels, and the part, where the question has numbers.
    };

    void add_terms(const PassagePart& part, Terms& terms) const {
        for (std::size_t s = part.first; s <= part.last; ++s) {
            for (const analyze::Term& term : sentences_[s]) terms.insert(term.text);
        }
    }

    [[nodiscard]] double share_of_names(const std::string& text) const {
        if (names_.empty()) return 0;
        const auto there = std::ranges::count_if(names_, [&](std::string_view name) { return has_token(text, name); });
        return static_cast<double>(there) / static_cast<double>(names_.size());
    }

    [[nodiscard]] Around read_around(const PassageReading& reading, std::size_t k) {
        const passages::Passage& passage = *reading.passage;
        const PassagePart& part = reading.parts[k];
        std::string context = passage.title;
        for (const std::string& heading :
             passages::heading_path_at(passage, passage.sentences[part.first].span.start)) {
            context += '\n' + heading;
        }
        Around around{terms_of(context), {}};
        std::string labels, own;
        for (const std::size_t label : part.labels) {
            add_terms(reading.parts[label], around.headings);
            labels += passage.sentences[reading.parts[label].first].text + '\n';
        }
        around.all = around.headings;
        for (std::size_t near = k == 0 ? 0 : k - 1; near <= k + 1 && near < reading.parts.size(); ++near) {
            if (in_same_section(passage, reading.parts[near].first, part.first)) {
                add_terms(reading.parts[near], around.all);
            }
        }
        if (names_.empty() && numbers_.empty()) return around;
        for (std::size_t s = part.first; s <= part.last; ++s) own += passage.sentences[s].text + '\n';
        around.named_label = share_of_names(labels);
        around.above = context + '\n' + labels;
        around.named_here = share_of_names((numbers_.has_version() ? around.above : labels) + own);
        around.own = std::move(own);
        return around;
    }

    void match_terms(const passages::Passage& passage, const Around& around, SentenceCandidate& candidate) {
        const PassageSentence& sentence = passage.sentences[candidate.sentence];
        std::unordered_set<std::string_view> seen;
        double own = 0, above = 0, near = 0;
        for (const analyze::Term& term : candidate.terms) {
            if (seen.insert(term.text).second) own += query_.weight(term.text);
        }
        const Terms& columns = terms_of(sentence.table_head);  // a row is read with the names of its columns
        for (const std::string& term : columns) {
            if (seen.insert(term).second) own += query_.weight(term);
            if (!around.all.contains(term)) near += query_.weight(term);
        }
        for (const std::string& term : around.headings) {
            if (!seen.contains(term)) above += query_.weight(term);
        }
        for (const std::string& term : around.all) near += query_.weight(term);
        const double all = query_.total_weight();
        if (all <= 0) return;
        set(candidate, SentenceFeature::coverage, std::min(1.0, own / all));
        set(candidate, SentenceFeature::context, std::min(1.0, above / all));
        set(candidate, SentenceFeature::surroundings, std::min(1.0, near / all));
        set(candidate, SentenceFeature::proximity, proximity_of(candidate.terms, query_));
        set(candidate, SentenceFeature::score, best_score_ > 0 ? std::max(0.0, passage.score) / best_score_ : 0.0);
        set(candidate, SentenceFeature::heading, heading_share(passage, sentence));
        const auto is_wanted = [&](const std::string& term) { return wanted_.is_content(term); };
        const bool of_subject =
            wanted_.empty() || std::ranges::any_of(candidate.terms, is_wanted, &analyze::Term::text) ||
            std::ranges::any_of(around.headings, is_wanted) || std::ranges::any_of(columns, is_wanted);
        const auto is_content = [&](const std::string& term) { return query_.is_content(term); };
        const bool has_content =
            std::ranges::any_of(around.all, is_content) || std::ranges::any_of(columns, is_content);
        candidate.fits = of_subject && has_content && near >= needed * all;
    }

    /// Of the words that the nearest heading is about.
    [[nodiscard]] double heading_share(const passages::Passage& passage, const PassageSentence& sentence) {
        const std::vector<std::string>& path = passages::heading_path_at(passage, sentence.span.start);
        const std::string& heading = path.empty() ? passage.title : path.back();
        const auto [share, is_new] = heading_shares_.try_emplace(heading);
        if (!is_new) return share->second;
        const std::string about = question_.without_asking(heading);
        std::vector<analyze::Term> terms;
        analyze_text(about, terms);
        const std::vector<bool> functions = analyze::find_function_terms(about, terms, question_.language());
        Terms all, known;
        for (std::size_t i = 0; i < terms.size(); ++i) {
            if (functions[i]) continue;
            all.insert(terms[i].text);
            if (query_.is_content(terms[i].text)) known.insert(terms[i].text);
        }
        if (!all.empty()) share->second = static_cast<double>(known.size()) / static_cast<double>(all.size());
        return share->second;
    }

    [[nodiscard]] static bool is_first(const passages::Passage& passage, std::size_t sentence) {
        return sentence == 0 || !in_same_section(passage, sentence, sentence - 1);
    }

    /// Whether a sentence is an entry of a glossary for what the question is about: "Sensor: …", "**Sensor** – …".
    [[nodiscard]] bool is_entry_of_subject(std::string_view text, const std::vector<analyze::Term>& terms) const {
        const std::size_t end = entry_name_end(text);
        if (end == std::string_view::npos || terms.empty() || terms.front().end > end) return false;
        return std::ranges::all_of(
            terms, [&](const analyze::Term& term) { return term.start >= end || query_.is_content(term.text); });
    }

    /// Whether a part describes a term that the question is about: that names it.
    [[nodiscard]] bool defines_subject(const std::vector<PassagePart>& parts, const PassagePart& part) const {
        if (part.labels.empty()) return false;
        return std::ranges::all_of(sentences_[parts[part.labels.back()].first],
                                   [&](const analyze::Term& term) { return query_.is_content(term.text); });
    }

    [[nodiscard]] bool has_content(const std::string& text) {
        return std::ranges::any_of(terms_of(text), [&](const std::string& term) { return query_.is_content(term); });
    }

    /// Whether the question names a column of a row's table, and another cell of the row: what it asks is where they
    /// meet.
    [[nodiscard]] bool is_row_of_subject(const PassageSentence& row) {
        const std::vector<std::string_view> names =
            table_cells(std::string_view(row.table_head).substr(0, row.table_head.find('\n')));
        const std::vector<std::string_view> cells = table_cells(row.text);
        const auto is_asked = [&](std::string_view cell) { return has_content(std::string(cell)); };
        for (std::size_t i = 0; i < std::min(names.size(), cells.size()); ++i) {
            if (cells[i].empty() || !is_asked(names[i]) || is_asked(cells[i])) continue;
            return std::ranges::any_of(cells, is_asked);
        }
        return false;
    }

    /// Whether the sentence and what names it have another number than that by which the question names its subject.
    [[nodiscard]] bool names_other(const Around& around, std::string_view sentence) const {
        if (numbers_.empty() || numbers_.are_in(sentence) || numbers_.are_in(around.above)) return false;
        if (numbers_.has_other_behind_word(sentence) || numbers_.has_other_behind_word(around.above)) return true;
        return !numbers_.are_in(around.own) &&
               (numbers_.has_other_version(sentence) || numbers_.has_other_version(around.above));
    }

    /// Whether a path that the question has not names a part.
    [[nodiscard]] bool is_below_path(const PassageReading& reading, const PassagePart& part) const {
        return std::ranges::any_of(part.labels, [&](std::size_t label) {
            const std::vector<std::string_view> tokens =
                tokens_of(reading.passage->sentences[reading.parts[label].first].text);
            return std::ranges::any_of(tokens, [&](std::string_view token) {
                return is_path(token) && folded_.find(question_.fold(token)) == std::string::npos;
            });
        });
    }

    /// "January", "janvier,"; of words that mean something else as well, only with a capital letter: "May".
    [[nodiscard]] bool is_month(std::string_view token) const {
        while (token.ends_with('.') || token.ends_with('?') || token.ends_with('!')) token.remove_suffix(1);
        return !token.empty() && month_at(token).length == token.size() &&
               (is_ascii_upper(token[0]) || !analyze::is_function_word(token, question_.language()));
    }

    /// What needs the words as they stand there.
    void match_text(const PassageReading& reading, const Around& around, SentenceCandidate& candidate) {
        const passages::Passage& passage = *reading.passage;
        const PassagePart& part = reading.parts[candidate.part];
        const PassageSentence& sentence = passage.sentences[candidate.sentence];
        const std::string folded = question_.fold(sentence.text);
        candidate.names_other = names_other(around, sentence.text);
        const std::string_view text = trim(sentence.text);
        const auto is = [this](QuestionKind kind) { return question_.is(kind); };
        const bool is_entry = is(QuestionKind::definition) && (is_entry_of_subject(sentence.text, candidate.terms) ||
                                                               defines_subject(reading.parts, part));
        bool cue = is_entry || (!sentence.table_head.empty() && is_row_of_subject(sentence));
        for (std::size_t kind = 0; kind < question_kinds; ++kind) {
            cue = cue || (question_.kinds()[kind] && question_.has_cue(static_cast<QuestionKind>(kind), folded));
        }
        set(candidate, SentenceFeature::cue, cue);
        set(candidate, SentenceFeature::first, is_first(passage, candidate.sentence));
        const bool begins_with_subject = std::any_of(
            candidate.terms.begin(),
            candidate.terms.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(3, candidate.terms.size())),
            [&](const analyze::Term& term) { return query_.is_content(term.text); });
        set(candidate, SentenceFeature::defines,
            is_entry || (is(QuestionKind::definition) && begins_with_subject &&
                         question_.has_cue(QuestionKind::definition, folded)));
        const bool is_step = is(QuestionKind::how_to) && list_marker(passage, part.first).size() > 1;
        bool number = false, name = false, code = is_step || is_followed_by_code(passage, candidate.sentence);
        bool first = true, is_counted = false;  // "MB" behind "10" is no name
        for (const std::string_view token : tokens_of(text)) {
            const bool is_new = folded_.find(question_.fold(token)) == std::string::npos;
            name = name || (is_new && is_name_token(token, first || is_counted));
            is_counted = has_digit(token);
            number = number || (is_new && (is_counted || (is(QuestionKind::when) && is_month(token))));
            code = code || (is_new && is_code_token(token));
            first = token.ends_with('.');
        }
        name = name || (is(QuestionKind::where) && is_below_path(reading, part));
        set(candidate, SentenceFeature::number,
            number && (is(QuestionKind::number) || is(QuestionKind::when) || is(QuestionKind::default_value)));
        set(candidate, SentenceFeature::name, name && (is(QuestionKind::who) || is(QuestionKind::where)));
        set(candidate, SentenceFeature::code, code && (is(QuestionKind::how_to) || is(QuestionKind::where)));
        set(candidate, SentenceFeature::leans_back, question_.leans_back(folded));
        set(candidate, SentenceFeature::leans_forward, text.ends_with(':'));
        set(candidate, SentenceFeature::asks, text.ends_with('?'));
        set(candidate, SentenceFeature::fragment, candidate.terms.size() < 4);
        set(candidate, SentenceFeature::lengthy, candidate.terms.size() > 40);
        set(candidate, SentenceFeature::line, sentence.span.kind == Kind::line);
    }

    static void set(SentenceCandidate& candidate, SentenceFeature feature, double value) {
        candidate.features[static_cast<std::size_t>(feature)] = value;
    }
    static void set(SentenceCandidate& candidate, SentenceFeature feature, bool value) {
        set(candidate, feature, value ? 1.0 : 0.0);
    }

    QuestionReading& question_;
    std::string folded_;                   ///< What the question is about.
    std::vector<std::string_view> names_;  ///< In the question: options, paths.
    AskedNumbers numbers_;
    analyze::Analyzer analyzer_;
    passages::QueryTerms query_, wanted_;
    double best_score_ = 0;                                                ///< Of a passage.
    std::vector<std::vector<std::vector<analyze::Term>>> sentence_terms_;  ///< By passage and sentence.
    std::vector<std::vector<analyze::Term>> sentences_;                    ///< Those of the passage that is read.
    std::unordered_map<std::string, Terms> known_;                         ///< Terms by text.
    std::unordered_map<std::string, double> heading_shares_;               ///< By heading.
};

}  // namespace

std::vector<SentenceCandidate> describe_sentences(QuestionReading& question, std::string_view subject,
                                                  std::span<const PassageReading> passages,
                                                  const Cancellation& cancellation) {
    return Describer(question, subject).describe(passages, cancellation);
}

}  // namespace quarry::answer
