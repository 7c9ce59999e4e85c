#include "core/sql/plpgsql.h"

#include <algorithm>
#include <initializer_list>

#include "core/sql/lexemes.h"

namespace quarry::sql {
namespace {

using PartKind = PlpgsqlPart::Kind;
using Words = std::initializer_list<std::string_view>;

/// Reads a body's lexemes from left to right. Past the end it stands on an empty lexeme.
class BodyReader {
public:
    explicit BodyReader(std::string_view body) : words_(lexemes(Dialect::postgresql, body)) {}

    std::vector<PlpgsqlPart> read() {
        while (is("#")) at_ += 3;  // #variable_conflict use_column
        while (!done()) read_statement();
        return std::move(parts_);
    }

private:
    [[nodiscard]] bool done() const noexcept { return at_ >= words_.size(); }
    [[nodiscard]] const Lexeme& peek(std::size_t ahead = 0) const noexcept {
        static const Lexeme nothing;
        return at_ + ahead < words_.size() ? words_[at_ + ahead] : nothing;
    }
    [[nodiscard]] bool is(std::string_view lower) const noexcept { return peek().is(lower); }
    [[nodiscard]] bool is_any(Words words) const noexcept {
        return std::any_of(words.begin(), words.end(), [this](std::string_view word) { return is(word); });
    }
    bool take(std::string_view lower) noexcept {
        if (!is(lower)) return false;
        ++at_;
        return true;
    }
    [[nodiscard]] bool at_end() const noexcept { return done() || peek().kind == TokenKind::semicolon; }

    /// Steps up to, not over, one of these words or the statement's end, outside of parentheses and of CASE ... END.
    void skip_to(Words words) noexcept {
        std::size_t depth = 0;
        for (; !at_end(); ++at_) {
            if (depth == 0 && is_any(words)) return;
            if (is_any({"(", "[", "case"})) ++depth;
            if (is_any({")", "]", "end"}) && depth > 0) --depth;
        }
    }
    void add(PartKind kind, std::size_t begin, Section targets = {}) {
        if (begin >= at_ || begin >= words_.size()) return;
        parts_.push_back({kind, {words_[begin].start, words_[std::min(at_, words_.size()) - 1].end()}, targets});
    }
    /// An expression up to one of these words or the statement's end.
    void read_expression(Words ends, PartKind kind = PartKind::expression) {
        const std::size_t begin = at_;
        skip_to(ends);
        add(kind, begin);
    }
    void read_rest() { read_expression({}); }

    void read_statement() {
        if (peek().kind == TokenKind::semicolon || take_block_word()) {
            if (peek().kind == TokenKind::semicolon) ++at_;
            return;
        }
        if (take("if") || take("elsif") || take("elseif") || take("when")) {
            read_expression({"then"});
        } else if (take("while")) {
            read_expression({"loop"});
        } else if (take("case")) {
            read_expression({"when"});
        } else if (take("for") || take("foreach")) {
            read_for();
        } else if (take("declare")) {
            read_declarations();
        } else if (!read_simple_statement()) {
            read_sql();
        }
    }

    /// Labels and words that stand for themselves.
    bool take_block_word() {
        if (is("<") && peek(1).is("<")) {
            at_ += std::min<std::size_t>(5, words_.size() - at_);
            return true;
        }
        if (take("end")) {
            skip_to({});
            return true;
        }
        return take("begin") || take("then") || take("else") || take("loop") || take("exception");
    }

    /// name [CONSTANT] type [NOT NULL] [:= expression]; ... up to BEGIN.
    void read_declarations() {
        while (!done() && !is("begin")) {
            const bool cursor = peek(1).is("cursor") || peek(1).is("scroll") || peek(1).is("no");
            if (cursor) {
                skip_to({"for", "is"});
                ++at_;
                read_query();
            } else {
                skip_to({"default", ":", "="});
                if (!at_end()) ++at_;
                take("=");
                read_rest();
            }
            if (!done()) ++at_;
        }
    }

    /// target IN { a..b [BY c] | query | EXECUTE expression | cursor | ARRAY expression } LOOP
    void read_for() {
        skip_to({"in", "loop"});
        if (!take("in")) return;
        take("reverse");
        if (take("array")) return read_expression({"loop"});
        if (is("execute")) return read_execute({"loop"});
        const std::size_t begin = at_;
        skip_to({"loop"});
        const std::size_t end = at_;
        at_ = begin;
        for (std::size_t i = begin; i + 1 < end; ++i) {
            if (!words_[i].is(".") || !words_[i + 1].is(".")) continue;
            at_ = i;
            add(PartKind::expression, begin);
            at_ = i + 2;
            read_expression({"by", "loop"});
            if (take("by")) read_expression({"loop"});
            return;
        }
        read_query({"loop"});
    }

    /// EXECUTE expression [INTO target] [USING expression, ...]
    void read_execute(Words ends = {}) {
        take("execute");
        const std::size_t begin = at_;
        for (std::size_t depth = 0; !at_end(); ++at_) {
            const bool stop = is_any({"into", "using"}) || is_any(ends);
            if (depth == 0 && stop) break;
            if (is_any({"(", "[", "case"})) ++depth;
            if (is_any({")", "]", "end"}) && depth > 0) --depth;
        }
        add(PartKind::executed, begin);
        if (take("into")) skip_to({"using"});
        if (take("using")) read_expression(ends);
    }

    /// A query, or the name of a cursor with its arguments.
    void read_query(Words ends = {}) {
        const bool query = is_any({"select", "with", "insert", "update", "delete", "values", "table", "merge", "(",
                                   "show", "explain", "execute", "call"});
        if (is("execute")) return read_execute(ends);
        const std::size_t begin = at_;
        skip_to(ends);
        add(query ? PartKind::statement : PartKind::expression, begin);
    }

    bool read_simple_statement() {
        if (is("execute")) {
            read_execute();
        } else if (take("perform") || take("assert")) {
            read_rest();
        } else if (take("return")) {
            read_return();
        } else if (take("exit") || take("continue")) {
            skip_to({"when"});
            if (take("when")) read_rest();
        } else if (take("raise")) {
            read_raise();
        } else if (take("open")) {
            read_open();
        } else if (is_any({"get", "fetch", "move", "close"})) {
            read_cursor_move();
        } else if (is("null") && peek(1).kind == TokenKind::semicolon) {
            ++at_;
        } else {
            return read_assignment();
        }
        return true;
    }

    void read_return() {
        if (take("query")) return read_query();
        take("next");
        read_rest();
    }

    /// RAISE [level] [format [, expression ...]] [USING option = expression [, ...]]
    void read_raise() {
        while (!at_end() && !is_any({"using", ","})) ++at_;
        if (take(",")) read_expression({"using"});
        if (!take("using")) return;
        while (!at_end()) {
            ++at_;  // The option's name may be a reserved word.
            take(":");
            take("=");
            read_expression({","});
            take(",");
        }
    }

    void read_open() {
        const std::size_t begin = at_;
        skip_to({"for"});
        if (take("for")) return read_query();
        add(PartKind::expression, begin);
    }

    void read_cursor_move() {
        const std::size_t begin = at_;
        skip_to({});
        const auto from = words_.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto to = words_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, words_.size()));
        if (std::any_of(from, to, [](const Lexeme& word) { return word.is("("); })) add(PartKind::unknown, begin);
    }

    /// name[.name | [expression]]...; nothing is stepped over when no variable comes next.
    bool take_target() {
        const std::size_t begin = at_;
        if (!peek().is_name() && !peek().text.starts_with('$')) return false;
        ++at_;
        for (;;) {
            if (is(".") && peek(1).is_name()) {
                at_ += 2;
            } else if (is("[")) {
                std::size_t depth = 0;
                for (; !at_end(); ++at_) {
                    if (is("[")) ++depth;
                    if (is("]") && --depth == 0) break;
                }
                if (!at_end()) ++at_;
            } else {
                break;
            }
        }
        return at_ > begin;
    }

    bool read_assignment() {
        const std::size_t begin = at_;
        const bool target = take_target();
        const bool assigned = target && (is("=") || (is(":") && peek(1).is("=")));
        if (!assigned) {
            at_ = begin;
            return false;
        }
        if (at_ > begin + 1) add(PartKind::expression, begin);
        take(":");
        take("=");
        read_rest();
        return true;
    }

    void read_sql() {
        const std::size_t begin = at_;
        const bool imports = is("import");
        Section targets;
        for (std::size_t depth = 0; !at_end();) {
            const bool into = is("into") && depth == 0 && !imports && targets.end == 0 && at_ > begin &&
                              !words_[at_ - 1].is("insert") && !words_[at_ - 1].is("merge");
            if (into) {
                targets.start = peek().start;
                ++at_;
                take("strict");
                while (take_target() && is(",")) ++at_;
                targets.end = words_[std::min(at_, words_.size()) - 1].end();
                continue;
            }
            if (is_any({"(", "["})) ++depth;
            if (is_any({")", "]"}) && depth > 0) --depth;
            ++at_;
        }
        add(PartKind::statement, begin, targets);
    }

    std::vector<Lexeme> words_;
    std::size_t at_ = 0;
    std::vector<PlpgsqlPart> parts_;
};

}  // namespace

std::vector<PlpgsqlPart> plpgsql_parts(std::string_view body) { return BodyReader(body).read(); }

}  // namespace quarry::sql
