#include "core/schema/sqlite/expression.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/ascii.h"
#include "core/base/text.h"

namespace quarry::schema::sqlite {
namespace {

enum class PieceKind { keyword, name, literal, sign, operation, open, close, comma, dot, semicolon };

struct Piece {
    PieceKind kind = PieceKind::name;
    std::string text;
    std::string key;
};

/// Keywords that SQLite takes for names where they cannot be keywords (its %fallback), and that mean nothing within an
/// expression of a table.
constexpr std::array<std::string_view, 28> soft_words = {
    "action", "after",   "analyze", "before",    "cascade", "column",  "conflict", "database", "deferred", "detach",
    "each",   "explain", "first",   "initially", "key",     "last",    "no",       "offset",   "plan",     "pragma",
    "query",  "release", "rename",  "restrict",  "temp",    "trigger", "view",     "virtual"};

constexpr std::array<std::string_view, 10> operators = {"->>", "->", "||", "<=", ">=", "<>", "!=", "==", "<<", ">>"};

bool is_keyword(const std::string& lower) { return sql::quote_name(sql::Dialect::sqlite, lower) != lower; }

bool is_plain_word(std::string_view word) {
    return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

std::string in_upper_case(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return result;
}

/// Joins lexemes to pieces: operators of several characters, numbers and blobs are one piece each.
class PieceReader {
public:
    PieceReader(std::span<const sql::Lexeme> lexemes, const PhraseContext& context)
        : lexemes_(lexemes), context_(context) {}

    std::vector<Piece> read() {
        while (at_ < lexemes_.size()) {
            if (!skip_own_table()) take();
        }
        return std::move(pieces_);
    }

private:
    [[nodiscard]] const sql::Lexeme* peek(std::size_t ahead = 0) const {
        return at_ + ahead < lexemes_.size() ? &lexemes_[at_ + ahead] : nullptr;
    }
    [[nodiscard]] bool touches_next() const {
        return at_ + 1 < lexemes_.size() && lexemes_[at_].end() == lexemes_[at_ + 1].start;
    }

    bool skip_own_table() {
        if (context_.own_table.empty() || !lexemes_[at_].is_name() || peek(1) == nullptr || peek(1)->text != ".") {
            return false;
        }
        if (fold_name(sql::name_of(sql::Dialect::sqlite, lexemes_[at_])) != context_.own_table) return false;
        at_ += 2;
        return true;
    }

    void take() {
        const sql::Lexeme& lexeme = lexemes_[at_];
        switch (lexeme.kind) {
            case sql::TokenKind::word: take_word(lexeme); return;
            case sql::TokenKind::quoted_name: take_quoted(lexeme); return;
            case sql::TokenKind::string: add(PieceKind::literal, lexeme.text, lexeme.text); return;
            case sql::TokenKind::semicolon: add(PieceKind::semicolon, ";", ";"); return;
            default: take_other(lexeme); return;
        }
    }

    void take_word(const sql::Lexeme& lexeme) {
        const std::string lower = ascii_lower(lexeme.text);
        if (lower == "x" && touches_next() && peek(1)->kind == sql::TokenKind::string) {
            const std::string blob = "x" + ascii_lower(peek(1)->text);
            ++at_;
            add(PieceKind::literal, blob, blob);
            return;
        }
        const auto known = context_.names.find(lower);
        const bool is_known = known != context_.names.end();
        const bool soft = is_known && context_.soft_keywords &&
                          std::find(soft_words.begin(), soft_words.end(), lower) != soft_words.end();
        if (is_plain_word(lower) && is_keyword(lower) && !soft) {
            const std::string upper = in_upper_case(lower);
            add(PieceKind::keyword, upper, upper);
        } else if (!is_known && is_conventional_upper(lower)) {
            add(PieceKind::name, in_upper_case(lower), lower);
        } else if (is_known && (peek(1) == nullptr || peek(1)->text != "(")) {
            add(PieceKind::name, quoted_name(known->second), quoted_name(lower));
        } else if (context_.case_counts && !is_known && (peek(1) == nullptr || peek(1)->text != "(")) {
            add(PieceKind::name, lexeme.text, quoted_name(lexeme.text));
        } else {
            add(PieceKind::name, lower, quoted_name(lower));
        }
    }

    /// NEW and OLD of a trigger, and the names of SQLite's own collations.
    [[nodiscard]] bool is_conventional_upper(const std::string& lower) const {
        if (lower == "new" || lower == "old") return peek(1) != nullptr && peek(1)->text == ".";
        const bool collation = lower == "nocase" || lower == "rtrim" || lower == "binary";
        return collation && !pieces_.empty() && pieces_.back().text == "COLLATE";
    }

    void take_quoted(const sql::Lexeme& lexeme) {
        const std::string name = sql::name_of(sql::Dialect::sqlite, lexeme);
        const std::string lower = fold_name(name);
        const auto known = context_.names.find(lower);
        if (known != context_.names.end()) {
            add(PieceKind::name, quoted_name(known->second), quoted_name(lower));
        } else if (lexeme.text.front() != '"') {
            add(PieceKind::name, quoted_name(name), quoted_name(lower));
        } else {
            add(PieceKind::name, lexeme.text, quoted_name(name));
        }
    }

    void take_other(const sql::Lexeme& lexeme) {
        const bool digit = lexeme.text.front() >= '0' && lexeme.text.front() <= '9';
        const bool fraction = lexeme.text == "." && touches_next() && peek(1)->text.front() >= '0' &&
                              peek(1)->text.front() <= '9' &&
                              (pieces_.empty() || pieces_.back().kind != PieceKind::name);
        if (digit || fraction) return take_number();
        if (lexeme.text == "(") return add(PieceKind::open, "(", "(");
        if (lexeme.text == ")") return add(PieceKind::close, ")", ")");
        if (lexeme.text == ",") return add(PieceKind::comma, ",", ",");
        if (lexeme.text == ".") return add(PieceKind::dot, ".", ".");
        std::string joined(lexeme.text);
        for (const std::string_view candidate : operators) {
            if (reads(candidate)) {
                joined = candidate;
                at_ += candidate.size() - 1;
                break;
            }
        }
        const bool sign = (joined == "-" || joined == "+" || joined == "~") && after_operand_begins();
        add(sign ? PieceKind::sign : PieceKind::operation, joined, joined);
    }

    /// Whether the next lexemes, each one character and touching, spell an operator.
    [[nodiscard]] bool reads(std::string_view characters) const {
        for (std::size_t i = 0; i < characters.size(); ++i) {
            const sql::Lexeme* lexeme = peek(i);
            if (lexeme == nullptr || lexeme->text != characters.substr(i, 1)) return false;
            if (i > 0 && lexemes_[at_ + i - 1].end() != lexeme->start) return false;
        }
        return true;
    }

    /// Whether an operand is expected here, so that "-" is a sign.
    [[nodiscard]] bool after_operand_begins() const {
        if (pieces_.empty()) return true;
        const PieceKind before = pieces_.back().kind;
        return before == PieceKind::keyword || before == PieceKind::operation || before == PieceKind::open ||
               before == PieceKind::comma || before == PieceKind::sign;
    }

    /// 1, 0x1f, 1.5, .5, 1., 1e5, 1.5e-3: touching lexemes.
    void take_number() {
        std::string number(lexemes_[at_].text);
        const auto join = [&] { number += lexemes_[++at_].text; };
        const bool hexadecimal = number.size() > 1 && (number[1] == 'x' || number[1] == 'X');
        if (number == ".") join();
        if (!hexadecimal && number.find('.') == std::string::npos && touches_next() && peek(1)->text == ".") {
            join();
            const bool more = touches_next() && (peek(1)->text.front() == 'e' || peek(1)->text.front() == 'E' ||
                                                 (peek(1)->text.front() >= '0' && peek(1)->text.front() <= '9'));
            if (more) join();
        }
        const bool exponent = !hexadecimal && (number.back() == 'e' || number.back() == 'E');
        if (exponent && touches_next() && (peek(1)->text == "-" || peek(1)->text == "+")) {
            join();
            if (touches_next()) join();
        }
        const std::string lower = ascii_lower(number);
        add(PieceKind::literal, lower, lower);
    }

    void add(PieceKind kind, std::string_view text, std::string_view key) {
        pieces_.push_back({kind, std::string(text), std::string(key)});
        ++at_;
    }

    std::span<const sql::Lexeme> lexemes_;
    const PhraseContext& context_;
    std::vector<Piece> pieces_;
    std::size_t at_ = 0;
};

bool is_function_keyword(std::string_view keyword) {
    return keyword == "RAISE" || keyword == "CAST" || keyword == "REPLACE";
}

bool needs_space(const Piece& before, const Piece& after) {
    if (before.kind == PieceKind::sign) return after.kind == PieceKind::sign;
    if (before.kind == PieceKind::open || before.kind == PieceKind::dot) return false;
    switch (after.kind) {
        case PieceKind::close:
        case PieceKind::comma:
        case PieceKind::dot:
        case PieceKind::semicolon: return false;
        case PieceKind::open: return before.kind != PieceKind::name && !is_function_keyword(before.text);
        default: return true;
    }
}

}  // namespace

std::string fold_name(std::string_view name) { return ascii_lower(name); }

int compare_names(std::string_view a, std::string_view b) noexcept {
    const auto folded = [](char c) { return static_cast<unsigned char>(is_ascii_upper(c) ? c - 'A' + 'a' : c); };
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        const int difference = folded(a[i]) - folded(b[i]);
        if (difference != 0) return difference;
    }
    return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

std::string quoted_name(std::string_view name) { return sql::quote_name(sql::Dialect::sqlite, name); }

Expression make_phrase(std::span<const sql::Lexeme> lexemes, const PhraseContext& context) {
    const std::vector<Piece> pieces = PieceReader(lexemes, context).read();
    Expression phrase;
    // A trigger's body has a line for each of its statements.
    const bool has_body = std::any_of(pieces.begin(), pieces.end(),
                                      [](const Piece& piece) { return piece.kind == PieceKind::semicolon; });
    bool in_body = false;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const bool begins = has_body && !in_body && i > 0 && pieces[i - 1].text == "BEGIN";
        const bool new_line = begins || (i > 0 && pieces[i - 1].kind == PieceKind::semicolon);
        const bool space = i > 0 && needs_space(pieces[i - 1], pieces[i]);
        const bool last_end = new_line && i + 1 == pieces.size();
        phrase.text += new_line ? (last_end ? "\n" : "\n    ") : space ? " " : "";
        phrase.text += pieces[i].text;
        phrase.key += i > 0 ? " " : "";
        phrase.key += pieces[i].key;
        in_body = in_body || begins;
    }
    return phrase;
}

}  // namespace quarry::schema::sqlite
