#include "core/answer/sentence_features.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/passages/query_terms.h"

namespace quarry::answer {
namespace {

using passages::PassageSentence;
using Kind = passages::SentenceSpan::Kind;

constexpr std::size_t longest_quoted = 1200;  // bytes
// Share of the question's weight that a sentence must have to be an answer at all: "Who wrote Hamlet?" is not
// answered by whatever else was written. Long questions hold more that an answer need not repeat.
constexpr double needed = 0.2;
constexpr double context_share = 0.4;  // of what only the headings have, in what is needed

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

/// "--all", "-x", "`git add`", "/etc/hosts", "NAME_OF_VARIABLE", "a.conf".
bool is_code_token(std::string_view token) {
    if (token.size() < 2) return false;
    if (token[0] == '`' || token[0] == '/' || token.starts_with("~/") || token.starts_with("--")) return true;
    if (token[0] == '-' && is_ascii_letter(token[1])) return true;
    const bool has_joint = token.substr(1, token.size() - 2).find_first_of("_/") != std::string_view::npos;
    return has_joint && !token.starts_with("http");
}

/// A word with a capital letter that begins no sentence, or a path.
bool is_name_token(std::string_view token, bool is_first) {
    return (!is_first && is_ascii_upper(token[0])) || token[0] == '/' || token.starts_with("~/");
}

/// Whether code or rows of a table stand right below a sentence.
bool is_followed_by_code(const passages::Passage& passage, std::size_t sentence) {
    if (sentence + 1 >= passage.sentences.size() || passage.sentences[sentence].span.kind == Kind::line) return false;
    const passages::SentenceSpan &here = passage.sentences[sentence].span, &next = passage.sentences[sentence + 1].span;
    constexpr std::size_t widest_gap = 24;  // a blank line, a fence with the language's name
    return next.kind == Kind::line && next.start >= here.end && next.start - here.end <= widest_gap;
}

/// Reads passages for one question.
class Describer {
public:
    Describer(QuestionReading& question, std::string_view subject)
        : question_(question),
          folded_(question.subject()),
          query_(analyzer_, question.subject()),
          wanted_(analyzer_, subject) {}

    [[nodiscard]] std::vector<SentenceCandidate> describe(std::span<const passages::Passage> passages,
                                                          const Cancellation& cancellation) {
        std::vector<SentenceCandidate> candidates = collect(passages, cancellation);
        std::vector<std::vector<analyze::Term>> texts;
        texts.reserve(candidates.size());
        for (const SentenceCandidate& candidate : candidates) texts.push_back(candidate.terms);
        query_.weigh(texts);
        for (SentenceCandidate& candidate : candidates) {
            cancellation.check();
            const passages::Passage& passage = passages[candidate.passage];
            match_terms(passage, candidate);
            match_text(passage, candidate);
        }
        return candidates;
    }

private:
    [[nodiscard]] std::vector<SentenceCandidate> collect(std::span<const passages::Passage> passages,
                                                         const Cancellation& cancellation) {
        std::vector<SentenceCandidate> candidates;
        for (std::size_t p = 0; p < passages.size(); ++p) {
            cancellation.check();
            for (std::size_t s = 0; s < passages[p].sentences.size(); ++s) {
                if (passages[p].sentences[s].text.size() > longest_quoted) continue;
                SentenceCandidate candidate{p, s, {}, {}, false};
                analyzer_.analyze(passages[p].sentences[s].text, candidate.terms);
                candidates.push_back(std::move(candidate));
            }
        }
        return candidates;
    }

    /// The distinct terms of a text that stands around several sentences.
    const std::unordered_set<std::string>& terms_of(const std::string& text) {
        const auto [found, added] = known_.try_emplace(text);
        if (!added) return found->second;
        std::vector<analyze::Term> terms;
        analyzer_.analyze(text, terms);
        for (analyze::Term& term : terms) found->second.insert(std::move(term.text));
        return found->second;
    }

    /// The terms of what stands around a sentence; of a line of code or a table also its neighbours, which say what it
    /// is about.
    const std::unordered_set<std::string>& context_of(const passages::Passage& passage,
                                                      const PassageSentence& sentence) {
        const std::vector<std::string>& path = passages::heading_path_at(passage, sentence.span.start);
        std::string context = passage.title;
        for (const std::string& heading : path) context += '\n' + heading;
        if (sentence.span.kind == Kind::line) context += '\n' + passage.text;
        return terms_of(context);
    }

    void match_terms(const passages::Passage& passage, SentenceCandidate& candidate) {
        const PassageSentence& sentence = passage.sentences[candidate.sentence];
        const std::unordered_set<std::string>& context = context_of(passage, sentence);
        std::unordered_set<std::string_view> seen;
        double own = 0, around = 0;
        for (const analyze::Term& term : candidate.terms) {
            if (seen.insert(term.text).second) own += query_.weight(term.text);
        }
        for (const std::string& term : context) {
            if (!seen.contains(term)) around += query_.weight(term);
        }
        const double all = query_.total_weight();
        if (all <= 0) return;
        set(candidate, SentenceFeature::coverage, std::min(1.0, own / all));
        set(candidate, SentenceFeature::context, std::min(1.0, around / all));
        set(candidate, SentenceFeature::proximity, proximity_of(candidate.terms, query_));
        set(candidate, SentenceFeature::rank, 1.0 / static_cast<double>(1 + passage.rank));
        set(candidate, SentenceFeature::heading, heading_share(passage, sentence));
        const auto has_content = [&](const passages::QueryTerms& wanted) {
            return std::ranges::any_of(candidate.terms,
                                       [&](const analyze::Term& term) { return wanted.is_content(term.text); }) ||
                   std::ranges::any_of(context, [&](const std::string& term) { return wanted.is_content(term); });
        };
        candidate.fits = has_content(query_) && own + context_share * around >= needed * all &&
                         (wanted_.empty() || has_content(wanted_));
    }

    [[nodiscard]] double heading_share(const passages::Passage& passage, const PassageSentence& sentence) {
        const std::vector<std::string>& path = passages::heading_path_at(passage, sentence.span.start);
        const std::string& heading = path.empty() ? passage.title : path.back();
        std::size_t known = 0;
        const std::unordered_set<std::string>& terms = terms_of(heading);
        for (const std::string& term : terms) known += query_.is_content(term) ? 1 : 0;
        return terms.empty() ? 0.0 : static_cast<double>(known) / static_cast<double>(terms.size());
    }

    [[nodiscard]] static bool is_first(const passages::Passage& passage, std::size_t sentence) {
        if (sentence == 0) return true;
        return &passages::heading_path_at(passage, passage.sentences[sentence].span.start) !=
               &passages::heading_path_at(passage, passage.sentences[sentence - 1].span.start);
    }

    /// What needs the words as they stand there.
    void match_text(const passages::Passage& passage, SentenceCandidate& candidate) {
        const PassageSentence& sentence = passage.sentences[candidate.sentence];
        const std::string folded = question_.fold(sentence.text);
        const std::string_view text = trim(sentence.text);
        const auto is = [this](QuestionKind kind) { return question_.is(kind); };
        bool cue = false;
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
            is(QuestionKind::definition) && begins_with_subject && question_.has_cue(QuestionKind::definition, folded));
        bool number = false, name = false, code = is_followed_by_code(passage, candidate.sentence);
        bool first = true;
        for (const std::string_view token : tokens_of(text)) {
            const bool is_new = folded_.find(question_.fold(token)) == std::string::npos;
            number = number || (is_new && has_digit(token));
            name = name || (is_new && is_name_token(token, first));
            code = code || (is_new && is_code_token(token));
            first = token.ends_with('.');
        }
        set(candidate, SentenceFeature::number,
            number && (is(QuestionKind::number) || is(QuestionKind::when) || is(QuestionKind::fallback)));
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
    std::string folded_;  ///< What the question is about.
    analyze::Analyzer analyzer_;
    passages::QueryTerms query_, wanted_;
    std::unordered_map<std::string, std::unordered_set<std::string>> known_;  ///< Terms by text.
};

}  // namespace

std::vector<SentenceCandidate> describe_sentences(QuestionReading& question, std::string_view subject,
                                                  std::span<const passages::Passage> passages,
                                                  const Cancellation& cancellation) {
    return Describer(question, subject).describe(passages, cancellation);
}

}  // namespace quarry::answer
