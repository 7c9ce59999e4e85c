#include "core/search/query.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/analyze/function_words.h"
#include "core/analyze/multilingual_analyzer.h"
#include "core/base/text.h"
#include "core/store/store.h"

namespace quarry::search {
namespace {

/// Fewer characters would begin too many words.
constexpr std::size_t shortest_prefix = 2;

/// What the exact form of a word weighs, of what the word does; the rest is the folded one's.
constexpr double exact_share = 0.8;

struct FieldName {
    std::string_view name;
    lexical::TermField field;
};
constexpr std::array<FieldName, 6> field_names{{{"title", lexical::TermField::title},
                                                {"heading", lexical::TermField::headings},
                                                {"headings", lexical::TermField::headings},
                                                {"body", lexical::TermField::body},
                                                {"text", lexical::TermField::body},
                                                {"content", lexical::TermField::body}}};

struct QuotePair {
    std::string_view open, close;
};
constexpr std::array<QuotePair, 4> quote_pairs{
    {{"\"", "\""}, {"\u201C", "\u201D"}, {"\u201E", "\u201C"}, {"\u00AB", "\u00BB"}}};

/// How many bytes of white space begin `text`: ASCII's, the no-break space and the ideographic one.
std::size_t blank_size(std::string_view text) {
    if (text.empty()) return 0;
    if (static_cast<unsigned char>(text[0]) <= ' ') return 1;
    if (text.starts_with("\u00A0")) return 2;
    return text.starts_with("\u3000") ? 3 : 0;
}

/// A stretch of the query that stands between blanks, or in quotes.
struct Piece {
    std::string_view text;
    bool quoted = false;
    bool excluded = false;
    bool prefix = false;
    std::optional<lexical::TermField> field;
    [[nodiscard]] bool plain() const { return !quoted && !excluded && !prefix && !field; }
};

/// Cuts a query into its pieces.
class PieceReader {
public:
    explicit PieceReader(std::string_view query) : rest_(query) {}

    /// The next piece; nothing at the end.
    std::optional<Piece> next() {
        while (const std::size_t blank = blank_size(rest_)) rest_.remove_prefix(blank);
        if (rest_.empty()) return std::nullopt;
        Piece piece;
        piece.excluded = take_minus();
        piece.field = take_field();
        if (const std::optional<std::string_view> phrase = take_quoted()) {
            piece.text = *phrase;
            piece.quoted = true;
        } else {
            piece.text = take_word();
            piece.prefix = take_star(piece.text);
        }
        return piece;
    }

private:
    /// A number may have a sign, and --option is a word.
    bool take_minus() {
        if (rest_.size() < 2 || rest_[0] != '-') return false;
        const char next = rest_[1];
        if (next == '-' || (next >= '0' && next <= '9') || blank_size(rest_.substr(1)) > 0) return false;
        rest_.remove_prefix(1);
        return true;
    }

    std::optional<lexical::TermField> take_field() {
        const std::size_t colon = rest_.find(':');
        if (colon == std::string_view::npos || colon > 8) return std::nullopt;
        const std::string name = ascii_lower(rest_.substr(0, colon));
        const auto* const known = std::find_if(field_names.begin(), field_names.end(),
                                               [&name](const FieldName& field) { return field.name == name; });
        if (known == field_names.end()) return std::nullopt;
        const std::string_view behind = rest_.substr(colon + 1);
        if (behind.empty() || behind[0] == ':' || behind[0] == '/' || blank_size(behind) > 0) return std::nullopt;
        rest_ = behind;
        return known->field;
    }

    std::optional<std::string_view> take_quoted() {
        for (const QuotePair& pair : quote_pairs) {
            if (!rest_.starts_with(pair.open)) continue;
            const std::string_view behind = rest_.substr(pair.open.size());
            const std::size_t end = behind.find(pair.close);
            if (end == std::string_view::npos) return std::nullopt;
            rest_ = behind.substr(end + pair.close.size());
            return behind.substr(0, end);
        }
        return std::nullopt;
    }

    std::string_view take_word() {
        std::size_t end = 0;
        while (end < rest_.size() && blank_size(rest_.substr(end)) == 0) ++end;
        const std::string_view word = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return word;
    }

    static bool take_star(std::string_view& word) {
        if (!word.ends_with('*') || word.ends_with("**")) return false;
        const std::string_view begun = word.substr(0, word.size() - 1);
        if (count_code_points(begun) < shortest_prefix) return false;
        word = begun;
        return true;
    }

    std::string_view rest_;
};

/// Puts a query together from its pieces.
class QueryBuilder {
public:
    explicit QueryBuilder(std::span<const std::string> languages) : analyzer_(languages) {}

    void add(const Piece& piece) {
        if (!piece.plain()) add_condition(piece);
        if (piece.excluded) return;
        if (!query_.text.empty()) query_.text += ' ';
        if (!piece.plain()) meant_.push_back({query_.text.size(), query_.text.size() + piece.text.size()});
        query_.text += piece.text;
    }

    SearchQuery build() {
        const std::vector<analyze::MultilingualAnalyzer::Reading> readings = analyzer_.analyze(query_.text);
        const std::vector<bool> functions = function_words(readings);
        for (std::size_t i = 0; i < readings.size(); ++i) {
            const analyze::MultilingualAnalyzer::Reading& reading = readings[i];
            add_word(reading, functions[i] ? 0 : 1);
            if (!reading.alternative || query_.words.empty()) {
                query_.words.push_back(
                    {query_.text.substr(reading.start, reading.end - reading.start), {}, {}, functions[i]});
                query_.words.back().stems = reading.others;
                query_.words.back().stems.insert(query_.words.back().stems.begin(), reading.text);
            }
            query_.words.back().terms.push_back(reading.text);
        }
        for (const std::string& prefix : prefixes_) add_prefix_term(prefix);
        const double function_weight =
            analyze::function_word_weight(static_cast<std::size_t>(std::ranges::count(functions, true)));
        for (std::size_t i = 0; i < query_.terms.size(); ++i) {
            lexical::LexicalTerm& term = query_.terms[i];
            term.function_word = term.weight == 0;
            term.weight = term.weight > 0 ? analyze::repeated_word_weight(term.weight) : function_weight;
            if (i < shares_.size()) term.weight *= shares_[i];
        }
        return std::move(query_);
    }

private:
    /// Which readings are of function words, but for those of words with an operator, which are meant.
    [[nodiscard]] std::vector<bool> function_words(
        const std::vector<analyze::MultilingualAnalyzer::Reading>& readings) const {
        std::vector<bool> functions = analyze::find_function_terms(query_.text, readings);
        for (std::size_t i = 0; i < readings.size(); ++i) {
            functions[i] = functions[i] && std::ranges::none_of(meant_, [&](const analyze::WordSpan& meant) {
                               return readings[i].start >= meant.start && readings[i].end <= meant.end;
                           });
        }
        return functions;
    }

    void add_condition(const Piece& piece) {
        if (query_.conditions.size() == max_query_conditions) return;
        lexical::TermCondition condition{{}, piece.field, piece.excluded};
        for (const std::string& language : analyzer_.languages()) {
            add_sequence({terms_of(analyzer_.analyze_in(language, piece.text)), false}, condition);
        }
        if (condition.any_of.empty()) return;
        if (piece.prefix) add_prefix(piece, condition);
        query_.conditions.push_back(std::move(condition));
    }

    static void add_sequence(lexical::TermSequence sequence, lexical::TermCondition& condition) {
        if (sequence.terms.empty()) return;
        if (std::find(condition.any_of.begin(), condition.any_of.end(), sequence) != condition.any_of.end()) return;
        condition.any_of.push_back(std::move(sequence));
    }

    /// The index has stems: what begins so must not be one, and the whole word counts too.
    void add_prefix(const Piece& piece, lexical::TermCondition& condition) {
        std::vector<analyze::Term> analyzed = analyzer_.analyze_in("", piece.text);
        while (!analyzed.empty() && analyzed.back().alternative) analyzed.pop_back();
        if (analyzed.empty()) return;
        const std::vector<lexical::TermSequence> whole = condition.any_of;
        std::vector<lexical::TermSequence> begun;
        for (const lexical::TermSequence& words : whole) {
            const std::size_t before = std::min(words.terms.size(), analyzed.size() - 1);
            lexical::TermSequence sequence{
                {words.terms.begin(), words.terms.begin() + static_cast<std::ptrdiff_t>(before)}, true};
            sequence.terms.push_back(analyzed.back().text);
            if (!piece.excluded && sequence.terms.size() == 1 && begun.empty()) {
                prefixes_.push_back(sequence.terms.back());
            }
            if (std::find(begun.begin(), begun.end(), sequence) == begun.end()) begun.push_back(std::move(sequence));
        }
        condition.any_of.insert(condition.any_of.begin(), begun.begin(), begun.end());
    }

    static std::vector<std::string> terms_of(std::vector<analyze::Term> analyzed) {
        std::vector<std::string> terms;
        for (analyze::Term& term : analyzed) {
            if (terms.size() == max_query_terms) break;
            terms.push_back(std::move(term.text));
        }
        return terms;
    }

    /// A word with an exact form is meant so, and may be written without accents in the passage.
    void add_word(const analyze::MultilingualAnalyzer::Reading& reading, double weight) {
        std::vector<std::string> stems = {reading.text};
        stems.insert(stems.end(), reading.others.begin(), reading.others.end());
        if (reading.exact.empty()) return add_term(std::move(stems), weight, 1);
        // By the rules of other languages a word may be its own stem.
        std::erase(stems, reading.exact);
        add_term({reading.exact}, weight, exact_share);
        if (!stems.empty()) add_term(std::move(stems), weight, 1 - exact_share);
    }

    /// Words with a stem in common, in whatever language, are forms of one word: a term that stands there again.
    void add_term(std::vector<std::string> stems, double weight, double share) {
        for (const std::string& stem : stems) {
            const auto known = places_.find(stem);
            if (known == places_.end()) continue;
            lexical::LexicalTerm& term = query_.terms[known->second];
            term.weight += weight;
            shares_[known->second] = std::max(shares_[known->second], share);
            for (std::string& other : stems) {
                if (places_.try_emplace(other, known->second).second) term.others.push_back(std::move(other));
            }
            return;
        }
        if (query_.terms.size() == max_query_terms) return;
        for (const std::string& stem : stems) places_.emplace(stem, query_.terms.size());
        query_.terms.push_back({stems.front(), weight, false, {stems.begin() + 1, stems.end()}});
        shares_.push_back(share);
    }

    void add_prefix_term(const std::string& text) {
        const auto [known, added] = places_.try_emplace(text + '*', query_.terms.size());
        if (!added) {
            query_.terms[known->second].weight += 1;
        } else if (query_.terms.size() < max_query_terms) {
            query_.terms.push_back({text, 1, true});
        } else {
            places_.erase(known);
        }
    }

    analyze::MultilingualAnalyzer analyzer_;
    SearchQuery query_;
    std::vector<analyze::WordSpan> meant_;  ///< Of the query's text: what has an operator.
    std::vector<std::string> prefixes_;
    std::vector<double> shares_;  ///< Of its word's weight, what each term of the query has that is no prefix.
    std::unordered_map<std::string, std::size_t> places_;  ///< Of stems in the query's terms; of prefixes with a star.
};

}  // namespace

SearchQuery parse_query(std::string_view query, QuerySyntax syntax, std::span<const std::string> languages) {
    query = query.substr(0, floor_to_code_point(query, std::min(query.size(), max_query_bytes)));
    QueryBuilder builder(languages);
    if (syntax == QuerySyntax::plain) {
        Piece whole;
        whole.text = query;
        builder.add(whole);
        return builder.build();
    }
    PieceReader reader(query);
    while (const std::optional<Piece> piece = reader.next()) builder.add(*piece);
    return builder.build();
}

std::vector<std::string> index_languages(const store::Retriever& store) { return store.term_languages(); }

}  // namespace quarry::search
