#include "core/answer/claim.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/analyze/function_words.h"
#include "core/base/ascii.h"
#include "core/base/text.h"

namespace quarry::answer {
namespace {

constexpr double name_weight = 1.5;
// A clause needs this many words that carry meaning to be held against the sources by itself.
constexpr std::size_t least_words = 2;

// Lower case, sorted. "n't" is seen apart.
constexpr auto denials = std::to_array<std::string_view>(
    {"aucun", "cannot", "jamais", "kein",   "keine", "keinen", "keiner", "lacks",   "neither", "never",
     "nicht", "nie",    "no",     "nobody", "none",  "nor",    "not",    "nothing", "nowhere", "without"});
static_assert(std::is_sorted(denials.begin(), denials.end()));

constexpr auto number_words = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"eight", "8"},    {"eighteen", "18"}, {"eleven", "11"}, {"fifteen", "15"},   {"fifty", "50"},
     {"five", "5"},     {"forty", "40"},    {"four", "4"},    {"fourteen", "14"},  {"hundred", "100"},
     {"nine", "9"},     {"nineteen", "19"}, {"seven", "7"},   {"seventeen", "17"}, {"six", "6"},
     {"sixteen", "16"}, {"sixty", "60"},    {"ten", "10"},    {"thirteen", "13"},  {"thirty", "30"},
     {"three", "3"},    {"twelve", "12"},   {"twenty", "20"}, {"two", "2"}});

// As the analyzer stems them.
constexpr auto opposites = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"abov", "below"},       {"add", "remov"},        {"after", "befor"},
     {"allow", "forbid"},     {"alway", "never"},      {"ascend", "descend"},
     {"begin", "end"},        {"best", "worst"},       {"cheap", "expens"},
     {"cold", "hot"},         {"decreas", "increas"},  {"disabl", "enabl"},
     {"earli", "late"},       {"earlier", "later"},    {"eastern", "western"},
     {"east", "west"},        {"fast", "slow"},        {"faster", "slower"},
     {"first", "last"},       {"forbidden", "allow"},  {"high", "low"},
     {"higher", "lower"},     {"inner", "outer"},      {"larg", "small"},
     {"larger", "smaller"},   {"largest", "smallest"}, {"left", "right"},
     {"less", "more"},        {"lock", "unlock"},      {"longer", "shorter"},
     {"longest", "shortest"}, {"lose", "win"},         {"lost", "won"},
     {"maximum", "minimum"},  {"most", "least"},       {"narrow", "wide"},
     {"newest", "oldest"},    {"north", "south"},      {"northern", "southern"},
     {"open", "close"},       {"option", "mandatori"}, {"option", "requir"},
     {"public", "privat"},    {"reject", "accept"},    {"rise", "fall"},
     {"rose", "fell"},        {"safe", "unsaf"},       {"start", "stop"},
     {"thick", "thin"},       {"true", "fals"},        {"up", "down"}});

bool is_denial(std::string_view lower) noexcept {
    return std::binary_search(denials.begin(), denials.end(), lower) || lower.ends_with("n't") ||
           lower.ends_with("n’t");
}

/// Whether a word looks like a name: a capital that no sentence asks for, or one inside, or an identifier.
bool is_name(std::string_view word, bool begins_sentence) noexcept {
    const auto is_inner = [](char c) { return is_ascii_upper(c) || c == '_'; };
    const bool inner = std::any_of(word.begin() + 1, word.end(), is_inner);
    return inner || (is_ascii_upper(word[0]) && !begins_sentence);
}

bool is_word_byte(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || is_ascii_digit(c) || is_ascii_letter(c);
}

bool has_content(std::string_view text) { return std::any_of(text.begin(), text.end(), is_word_byte); }

/// Bytes [start, end) of the text that read as one number, with what separates its thousands.
std::size_t number_end(std::string_view text, std::size_t start) {
    std::size_t end = start;
    while (end < text.size()) {
        if (is_ascii_digit(text[end])) {
            ++end;
        } else if ((text[end] == '.' || text[end] == ',' || text[end] == ':') && end + 1 < text.size() &&
                   is_ascii_digit(text[end + 1])) {
            ++end;
        } else if (text[end] == ' ' && end + 4 <= text.size() && end - start <= 3 && is_ascii_digit(text[end + 1]) &&
                   is_ascii_digit(text[end + 2]) && is_ascii_digit(text[end + 3]) &&
                   (end + 4 == text.size() || !is_word_byte(text[end + 4]))) {
            ++end;  // "384 400"
        } else {
            break;
        }
    }
    return end;
}

template <typename T>
void add_once(std::vector<T>& all, T one) {
    if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(std::move(one));
}

void read_numbers(std::string_view text, Claim& clause) {
    const auto add = [&](std::string_view shown) {
        std::string normal = normal_number(shown);
        if (normal.empty() || std::ranges::find(clause.numbers, normal) != clause.numbers.end()) return;
        clause.numbers.push_back(std::move(normal));
        clause.shown_numbers.emplace_back(shown);
    };
    for (std::size_t at = 0; at < text.size();) {
        if (is_ascii_digit(text[at])) {
            const std::size_t end = number_end(text, at);
            add(text.substr(at, end - at));
            at = end;
        } else if (is_word_byte(text[at])) {
            std::size_t end = at;
            while (end < text.size() && is_word_byte(text[end]) && !is_ascii_digit(text[end])) ++end;
            add(text.substr(at, end - at));
            // The 2 of "utf8" and "v2" is a part of a name.
            while (end < text.size() && is_word_byte(text[end])) ++end;
            at = end;
        } else {
            ++at;
        }
    }
}

void read_words(std::string_view text, bool begins_sentence, analyze::Analyzer& analyzer, Claim& clause) {
    std::vector<analyze::Term> terms;
    analyzer.analyze(text, terms);
    bool first = begins_sentence;
    for (const analyze::Term& term : terms) {
        if (term.alternative) continue;
        const std::string_view shown = text.substr(term.start, term.end - term.start);
        const std::string lower = ascii_lower(shown);
        const bool begins = std::exchange(first, false);
        if (is_denial(lower)) {
            clause.denies = !clause.denies;
            continue;
        }
        if (analyze::is_function_word(lower, "en") || !normal_number(shown).empty()) continue;
        const auto same = [&](const Claim::Word& word) { return word.stem == term.text; };
        if (std::ranges::any_of(clause.words, same)) continue;
        clause.words.push_back({term.text, std::string(shown), is_name(shown, begins) ? name_weight : 1.0});
    }
}

/// Length of what may end a clause at `at`, 0 for none. A comma in a number is none.
std::size_t clause_break(std::string_view text, std::size_t at, bool& hard) {
    hard = false;
    const char next = at + 1 < text.size() ? text[at + 1] : ' ';
    switch (text[at]) {
        case '.':
        case '!':
        case '?': hard = next == ' ' || next == '\n' || next == '"'; return hard ? 1 : 0;
        case ';':
        case '\n': hard = true; return 1;
        case ',':
        case ':':
        case '(':
        case ')': return is_ascii_digit(next) ? 0 : 1;
        case ' ': break;
        default: return 0;
    }
    for (const std::string_view word :
         {" and ", " but ", " which ", " while ", " because ", " und ", " aber ", " et "}) {
        if (text.substr(at, word.size()) == word) return word.size() - 1;
    }
    return 0;
}

Claim read_clause(std::string_view text, std::size_t start, std::size_t end, bool begins_sentence,
                  analyze::Analyzer& analyzer) {
    Claim clause;
    clause.start = start;
    clause.end = end;
    const std::string_view words = text.substr(start, end - start);
    read_numbers(words, clause);
    read_words(words, begins_sentence, analyzer, clause);
    return clause;
}

void join(Claim& into, Claim&& other) {
    for (Claim::Word& word : other.words) {
        if (std::ranges::none_of(into.words, [&](const Claim::Word& known) { return known.stem == word.stem; })) {
            into.words.push_back(std::move(word));
        }
    }
    for (std::size_t i = 0; i < other.numbers.size(); ++i) {
        if (std::ranges::find(into.numbers, other.numbers[i]) != into.numbers.end()) continue;
        into.numbers.push_back(std::move(other.numbers[i]));
        into.shown_numbers.push_back(std::move(other.shown_numbers[i]));
    }
    into.denies = into.denies != other.denies;
    into.start = std::min(into.start, other.start);
    into.end = std::max(into.end, other.end);
}

}  // namespace

double Claim::weight() const noexcept {
    double sum = number_weight * static_cast<double>(numbers.size());
    for (const Word& word : words) sum += word.weight;
    return sum;
}

std::string normal_number(std::string_view word) {
    if (word.empty()) return {};
    if (!is_ascii_digit(word[0])) {
        const std::string lower = ascii_lower(word);
        const auto found = std::ranges::find(number_words, lower, [](const auto& entry) { return entry.first; });
        return found == number_words.end() ? std::string() : std::string(found->second);
    }
    if (word.find_first_not_of("0123456789.,: ") != std::string_view::npos) return {};
    // Commas and spaces before groups of three are of thousands; a comma elsewhere is a decimal point.
    std::string normal;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] != ',' && word[i] != ' ') {
            normal += word[i];
            continue;
        }
        const std::size_t next = word.find_first_not_of("0123456789", i + 1);
        const std::size_t group = (next == std::string_view::npos ? word.size() : next) - i - 1;
        if (group != 3) normal += '.';
    }
    // "3.50" is "3.5", and "2.0" is "2"; "1.2.0" is a version.
    if (std::ranges::count(normal, '.') == 1 && normal.find(':') == std::string::npos) {
        while (normal.ends_with('0')) normal.pop_back();
        if (normal.ends_with('.')) normal.pop_back();
    }
    return normal;
}

std::vector<Claim> find_claims(std::string_view text, analyze::Analyzer& analyzer) {
    std::vector<Claim> clauses;
    bool sentence_begins = true;
    bool glue = false;  // the next piece belongs to the one before, which is too short
    std::size_t start = 0;
    const auto take = [&](std::size_t end, bool hard) {
        if (has_content(text.substr(start, end - start))) {
            Claim clause = read_clause(text, start, end, sentence_begins, analyzer);
            const bool thin = clause.words.size() + clause.numbers.size() < least_words;
            if (!clauses.empty() && !sentence_begins && (thin || glue)) {
                glue = glue && thin;
                join(clauses.back(), std::move(clause));
            } else {
                glue = thin;
                clauses.push_back(std::move(clause));
            }
            sentence_begins = false;
        }
        if (hard) sentence_begins = true, glue = false;
        start = end;
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        bool hard = false;
        const std::size_t length = clause_break(text, at, hard);
        if (length == 0) continue;
        take(at + length, hard);
        at += length - 1;
    }
    take(text.size(), true);
    std::erase_if(clauses, [](const Claim& clause) { return clause.weight() <= 0; });
    return clauses;
}

std::string_view opposite(std::string_view stem) noexcept {
    for (const auto& [one, other] : opposites) {
        if (stem == one) return other;
        if (stem == other) return one;
    }
    return {};
}

}  // namespace quarry::answer
