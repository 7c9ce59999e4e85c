#include "core/answer/claim.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <unordered_set>
#include <utility>

#include "core/analyze/function_words.h"
#include "core/answer/bound_words.h"
#include "core/answer/bounds.h"
#include "core/answer/denial_words.h"
#include "core/answer/denials.h"
#include "core/answer/role_words.h"
#include "core/answer/word_list.h"
#include "core/answer/word_relations.h"
#include "core/base/ascii.h"
#include "core/base/characters.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

constexpr double name_weight = 1.5;
constexpr double number_weight = 2;
// A clause needs this many words that carry meaning to be held against the sources by itself.
constexpr std::size_t least_words = 2;
// Longer ones are cut: what is compared with each word of a clause takes the square of its length.
constexpr std::size_t longest_clause = 2000;  // bytes

/// Whether a word looks like a name: a capital that no sentence asks for, or one inside, or an identifier.
bool is_name(std::string_view word, bool begins_sentence) noexcept {
    const auto is_inner = [](char c) { return is_ascii_upper(c) || c == '_'; };
    const bool inner = std::any_of(word.begin() + 1, word.end(), is_inner);
    return inner || (is_ascii_upper(word[0]) && !begins_sentence);
}

bool has_content(std::string_view text) { return std::any_of(text.begin(), text.end(), is_word_byte); }

/// What a clause is read with.
struct Reader {
    analyze::Analyzer& analyzer;
    std::string_view language;

    [[nodiscard]] bool is_function_word(std::string_view lower) const {
        return analyze::is_function_word(lower, "en") ||
               (language != "en" && !language.empty() && analyze::is_function_word(lower, language));
    }
};

void add_word(Claim& clause, const Claim::Token& token, std::string_view shown) {
    const auto same = [&](const Claim::Word& word) { return word.stem == token.stem; };
    if (std::ranges::any_of(clause.words, same)) return;
    clause.words.push_back({token.stem, std::string(shown), token.name ? name_weight : 1.0});
}

/// "Every month", "the next day": they say when, and not who or what.
bool is_time_word(std::string_view word) {
    const UnitAt unit = unit_at(word);
    return unit.length == word.size() &&
           (unit.unit.dimension == Dimension::time || unit.unit.dimension == Dimension::months);
}

/// The words and quantities of a clause, in order; the words of a quantity are no others.
void read_tokens(std::string_view text, bool begins_sentence, const Reader& reader, Claim& clause) {
    std::vector<analyze::Term> terms;
    reader.analyzer.analyze(text, terms);
    std::vector<Stretch> denied;
    for (const analyze::Term& term : terms) {
        const bool denies = !term.alternative && denies_there(text, term.start, term.end);
        if (denies) denied.emplace_back(term.start, term.end);
    }
    const std::vector<Stretch> bounds = find_bounds(text, denied, clause.quantities);
    DenialReader denials_read(clause, reader.language);
    std::size_t next = 0;  // quantity
    bool first = begins_sentence;
    const auto add_quantities = [&](std::size_t before) {
        for (; next < clause.quantities.size() && clause.quantities[next].start < before; ++next) {
            const Quantity& quantity = clause.quantities[next];
            if (quantity.is_perhaps()) continue;  // its word is a token
            clause.tokens.push_back(
                {.stem = quantity.number, .word = {}, .quantity = static_cast<std::ptrdiff_t>(next)});
        }
    };
    auto denial = denied.cbegin();
    for (const analyze::Term& term : terms) {
        if (term.alternative) continue;
        const bool begins = std::exchange(first, false);
        add_quantities(term.end);
        const bool in_quantity = next > 0 && term.start < clause.quantities[next - 1].end;
        if (in_quantity) continue;
        const std::string_view shown = text.substr(term.start, term.end - term.start);
        const std::string lower = lower_case(shown);
        const bool capital = is_ascii_upper(shown[0]);
        Claim::Token token{.stem = base_form(term.text, reader.language, !capital), .word = lower};
        token.capital = capital;
        if (begins && capital) token.small_stem = base_form(term.text, reader.language, true);
        if (token.small_stem == token.stem) token.small_stem.clear();
        token.behind_break = text.substr(0, term.start).find_last_not_of(' ') != std::string_view::npos &&
                             text[text.substr(0, term.start).find_last_not_of(' ')] == ',';
        token.of_bound = std::ranges::any_of(
            bounds, [&](const Stretch& bound) { return term.start < bound.second && bound.first < term.end; });
        if (!token.of_bound && !has_other_sense(shown)) {
            token.oppositions =
                oppositions_of(token.small_stem.empty() ? token.stem : token.small_stem, reader.language);
        }
        while (denial != denied.cend() && denial->first < term.start) ++denial;
        if (is_denial(lower) && !token.of_bound) {
            if (denial != denied.cend() && denial->first == term.start) denials_read.read_denial(lower);
        } else if (!token.of_bound) {
            const DenyingWords* const denying = find_denying_word(lower, text, term.end);
            const bool is_word = !reader.is_function_word(lower) && (denying == nullptr || denying->means_more);
            if (denying != nullptr && !denying->means_more) token.oppositions.clear();
            token.content = is_word && !is_time_word(shown);
            token.name = is_word && is_name(shown, begins);
            denials_read.read_word(token, excludes_there(text, term.start, term.end));
            if (is_word) add_word(clause, token, shown);
            if (denying != nullptr) denials_read.read_denying_word(token, denying->means_more);
        }
        clause.tokens.push_back(std::move(token));
    }
    add_quantities(text.size() + 1);
}

/// Whether a line begins a row, a heading or an entry of a list, or is empty. A number may also go on a sentence.
bool begins_block(std::string_view line, bool may_be_numbered) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.empty() || line[0] == '|' || line[0] == '#') return true;
    const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
    const std::size_t mark =
        digits > 0 && may_be_numbered ? line.substr(digits).find_first_of(".)") : line.find_first_of("-*+");
    return mark == 0 && line.substr(digits + 1).starts_with(' ');
}

/// The text with a blank for each line end within a sentence and each mark of a quoted line; all places stay.
std::string without_line_ends(std::string_view text) {
    std::string joined(text);
    for (std::size_t start = 0, end = 0; start < text.size(); start = end + 1) {
        end = std::min(text.find('\n', start), text.size());
        for (std::size_t at = start; at < end && (text[at] == ' ' || text[at] == '>'); ++at) joined[at] = ' ';
        const std::string_view last = std::string_view(joined).substr(0, start);
        if (last.size() < 2) continue;
        const std::size_t before = last.size() - 2;  // the last byte of the line before
        const std::size_t line_before = last.substr(0, before + 1).rfind('\n') + 1;
        const std::string_view line = std::string_view(joined).substr(start, end - start);
        const std::string_view previous = last.substr(line_before, before + 1 - line_before);
        const bool is_entry = begins_block(previous, true);
        const bool ends_there = previous.ends_with("  ") ||
                                previous.find_first_of("|#") == previous.find_first_not_of(' ') ||
                                (is_ascii_digit(previous.back()) && is_ascii_digit(line.front()));
        if (!ends_there && !begins_block(line, is_entry)) joined[start - 1] = ' ';
    }
    return joined;
}

/// Length of the full stop, or other end of a sentence, at `at`, with the marks that close with it: ".", "!**", "…)",
/// ".[1]"; 0 for none.
std::size_t sentence_end_length(std::string_view text, std::size_t at) {
    std::size_t end = at;
    const auto skip = [&](std::initializer_list<std::string_view> marks) {
        const auto is_there = [&](std::string_view mark) { return text.substr(end).starts_with(mark); };
        const auto* const mark = std::ranges::find_if(marks, is_there);
        if (mark != marks.end()) end += mark->size();
        return mark != marks.end();
    };
    if (skip({"。", "！", "？"})) return end - at;
    if (!skip({".", "!", "?", "…"}) || is_number_sign(text, at)) return 0;
    const std::size_t bare = end;
    const auto skip_marker = [&] {
        const std::size_t close =
            text.substr(end).starts_with('[') ? text.find_first_not_of("0123456789", end + 1) : end;
        const bool is_marker = close > end && close < text.size() && text[close] == ']';
        if (is_marker) end = close + 1;
        return is_marker;
    };
    while (skip({"*", "_", ")", "]", "\"", "'", "“", "”", "’", "»"}) || skip_marker()) {
    }
    const std::size_t next = skip_blank(text, end);
    if (next == end && next < text.size()) return 0;
    // "Files (logs etc.) are kept" goes on.
    const bool goes_on =
        (end > bare || text[at] != '.') && next < text.size() && text[next] >= 'a' && text[next] <= 'z';
    return goes_on ? 0 : end - at;
}

constexpr std::string_view full_width_comma = "，";
constexpr std::string_view dash = "—";

/// Length of what may end a clause at `at`, 0 for none. A comma in a number is none.
std::size_t clause_break(std::string_view text, std::size_t at, bool& hard) {
    const std::size_t length = sentence_end_length(text, at);
    hard = length > 0 || text[at] == ';' || text[at] == '\n';
    if (hard) return std::max<std::size_t>(length, 1);
    switch (text[at]) {
        case ',':
        case ':':
        case '(':
        case ')': return at + 1 < text.size() && is_ascii_digit(text[at + 1]) ? 0 : 1;
        case '|': return 1;
        case ' ': break;
        default:
            if (text.substr(at).starts_with(full_width_comma)) return full_width_comma.size();
            return text.substr(at).starts_with(dash) ? dash.size() : 0;
    }
    for (const std::string_view spaced : {" – ", " - ", " -- "}) {
        const std::size_t end = at + spaced.size();
        if (text.substr(at).starts_with(spaced) && (end == text.size() || !is_ascii_digit(text[end])))
            return spaced.size();
    }
    for (const std::string_view word :
         {" and ", " but ", " which ", " while ", " because ", " und ", " aber ", " sondern ", " et ", " mais ", " y ",
          " pero ", " sino ", " и ", " а ", " но "}) {
        if (text.substr(at, word.size()) == word && !is_exception_there(text, at, trim(word))) return word.size() - 1;
    }
    return 0;
}

/// The quantities of a text: none goes on in the next line.
std::vector<Quantity> quantities_of_lines(std::string_view text, std::string_view language) {
    std::vector<Quantity> all;
    std::size_t start = 0;
    for (const std::string_view line : split(text, '\n')) {
        for (Quantity& quantity : find_quantities(line, language)) {
            quantity.start += start;
            quantity.end += start;
            all.push_back(std::move(quantity));
        }
        start += line.size() + 1;
    }
    return all;
}

/// `quantities` are those of the clause, with their places in the text.
Claim read_clause(std::string_view text, std::size_t start, std::size_t end, std::span<const Quantity> quantities,
                  bool begins_sentence, const Reader& reader) {
    Claim clause;
    clause.start = start;
    clause.end = end;
    clause.continues = !begins_sentence;
    const std::string_view words = text.substr(start, end - start);
    clause.quantities.assign(quantities.begin(), quantities.end());
    for (Quantity& quantity : clause.quantities) {
        quantity.start -= start;
        quantity.end -= start;
    }
    clause.rates = find_rates(words, clause.quantities);
    read_tokens(words, begins_sentence, reader, clause);
    return clause;
}

/// Whether a clause has too few words to be held against the sources by itself.
bool is_thin(const Claim& clause) {
    const auto perhaps = std::ranges::count_if(clause.quantities, &Quantity::is_perhaps);
    return clause.words.size() + clause.quantities.size() - static_cast<std::size_t>(perhaps) < least_words;
}

/// `is_cell`: the other is the next cell of a row, whose denial is its own. So is that of a few words ("but not cats",
/// "not more", "which nobody knows").
void join(Claim& into, Claim&& other, bool is_cell) {
    const std::string_view first = into.tokens.empty() ? std::string_view() : into.tokens.front().word;
    const bool begins_with_denial = into.denies && is_thin(into) && !into.words.empty() &&
                                    (is_listed(denying_pronouns, first) || is_listed(subordinating_words, first));
    if (begins_with_denial) deny_words(into);
    // "The drug, which has no side effects, is cheap", "not red but blue".
    const std::string_view last = into.tokens.empty() ? std::string_view() : into.tokens.back().word;
    const std::string_view next = other.tokens.empty() ? std::string_view() : other.tokens.front().word;
    const bool says_more = is_listed(subordinating_words, last) || is_listed(subordinating_words, next);
    if (other.denies && !is_cell && says_more && !is_thin(other) && !into.words.empty()) deny_words_behind(other, {});
    if (into.denies && !is_cell && !other.denies && !other.words.empty() && is_listed(contrasts, last))
        deny_words_behind(into, next);
    // "Was not, however, the first", but not "or not", nor "and does nothing", nor "cats are not".
    const bool goes_on = other.tokens.size() > 1 && other.words.empty() && is_denial(other.tokens.back().word) &&
                         !is_listed(denying_pronouns, other.tokens.back().word) &&
                         !is_listed(conjunctions, std::prev(other.tokens.end(), 2)->word);
    if (other.denies && !is_cell && is_thin(other) && !goes_on) deny_words(other);
    if (!is_cell) into.denies = into.denies != other.denies;
    leave_out_said(into, other);
    leave_out_said(other, into);
    std::ranges::move(other.denied, std::back_inserter(into.denied));
    std::ranges::move(other.denying, std::back_inserter(into.denying));
    for (Claim::Word& word : other.words) {
        if (std::ranges::none_of(into.words, [&](const Claim::Word& known) { return known.stem == word.stem; })) {
            into.words.push_back(std::move(word));
        }
    }
    if (!other.tokens.empty()) other.tokens.front().behind_break = true;
    for (Claim::Token& token : other.tokens) {
        if (token.quantity >= 0) token.quantity += static_cast<std::ptrdiff_t>(into.quantities.size());
        into.tokens.push_back(std::move(token));
    }
    std::ranges::move(other.quantities, std::back_inserter(into.quantities));
    std::ranges::move(other.rates, std::back_inserter(into.rates));
    into.start = std::min(into.start, other.start);
    into.end = std::max(into.end, other.end);
}

}  // namespace

double Claim::weight() const noexcept {
    double sum = 0;
    for (const Quantity& quantity : quantities) sum += quantity_weight(quantity);
    for (const Word& word : words) sum += word.weight;
    return sum;
}

double quantity_weight(const Quantity& quantity) noexcept {
    return (quantity.counts_one ? 0 : number_weight) + (quantity.unit.known() ? 1 : 0);
}

std::vector<Claim> find_claims(std::string_view wrapped, analyze::Analyzer& analyzer, std::string_view language) {
    const std::string joined = without_line_ends(wrapped);
    const std::string_view text = joined;
    const Reader reader{analyzer, language};
    std::vector<Claim> clauses;
    bool sentence_begins = true;
    bool glue = false;  // the next piece belongs to the one before, which is too short
    std::size_t start = 0;
    const std::vector<Quantity> quantities = quantities_of_lines(text, language);
    std::size_t first = 0, next = 0;  // of the clause, and the one that ends behind the place that is read
    const auto take = [&](std::size_t end, bool hard) {
        if (has_content(text.substr(start, end - start))) {
            Claim clause = read_clause(text, start, end, std::span(quantities).subspan(first, next - first),
                                       sentence_begins, reader);
            const bool thin = is_thin(clause);
            const bool is_cell = start > 0 && text[start - 1] == '|';
            if (!clauses.empty() && !sentence_begins && (thin || (glue && !is_cell))) {
                glue = glue && thin;
                join(clauses.back(), std::move(clause), is_cell);
            } else {
                glue = thin;
                clauses.push_back(std::move(clause));
            }
            sentence_begins = false;
        }
        if (hard) sentence_begins = true, glue = false;
        start = end;
        while (next < quantities.size() && quantities[next].end <= end) ++next;  // of a citation marker
        first = next;
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        bool hard = false;
        while (next < quantities.size() && quantities[next].end <= at) ++next;
        if (next < quantities.size() && quantities[next].start <= at) continue;  // "March 3, 2019", "3. März"
        const std::size_t length = clause_break(text, at, hard);
        if (length == 0 && at - start >= longest_clause && (text[at] == ' ' || runs_on(text[at]))) {
            take(at, false);
        }
        if (length == 0) continue;
        take(at + length, hard);
        at += length - 1;
    }
    next = quantities.size();
    take(text.size(), true);
    std::erase_if(clauses, [](const Claim& clause) { return clause.weight() <= 0; });
    return clauses;
}

void settle_first_words(std::span<Claim> statement, std::span<Claim> sources) {
    std::unordered_set<std::string> known;
    for (const std::span<Claim> clauses : {statement, sources}) {
        for (const Claim& clause : clauses) {
            for (const Claim::Token& token : clause.tokens) {
                if (token.small_stem.empty()) known.insert(token.stem);
            }
        }
    }
    for (const std::span<Claim> clauses : {statement, sources}) {
        for (Claim& clause : clauses) {
            if (clause.tokens.empty()) continue;
            Claim::Token& first = clause.tokens.front();
            if (first.small_stem.empty() || known.contains(first.stem) || !known.contains(first.small_stem)) continue;
            const auto word = std::ranges::find(clause.words, first.stem, &Claim::Word::stem);
            if (word != clause.words.end()) word->stem = first.small_stem;
            first.stem = first.small_stem;
        }
    }
}

}  // namespace quarry::answer
