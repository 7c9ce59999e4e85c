#include "core/chunk/code_outline.h"
#include "core/chunk/syntax_grammar.h"

#if QUARRY_HAVE_TREESITTER
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/characters.h"
#include "core/chunk/syntax_arena.h"
#include "core/chunk/syntax_names.h"

namespace quarry::chunk {
namespace {

// Larger files of source code are generated. A parse takes some 40 times the memory of its text, and no document may
// take more than some 200 MB.
constexpr std::size_t most_parsed_bytes = 2'000'000;
// What a parse may take, by the size of the text and in any case. Real code takes at most 1 step, 40 bytes of memory
// and 3 bytes read for each of its bytes; text that is none, and that is repaired over and over, thousands. tree-sitter
// asks whether to go on every 100 steps.
constexpr std::size_t steps_between_questions = 100;
constexpr std::size_t most_steps_each = 8;
constexpr std::size_t least_steps = 100'000;
constexpr std::size_t most_memory_each = 100;
constexpr std::size_t least_memory = 4'000'000;
constexpr std::size_t most_read_each = 100;
constexpr std::size_t least_read = 4'000'000;
// tree-sitter looks at columns by reading a line from its start, which piecewise reading makes visible.
constexpr std::size_t read_piece = 1024;
// How far below a node that is not cut definitions are looked for: `export const f = …` has its name three below.
constexpr int deepest_look = 4;
// Nothing that was written by hand is nested this deep.
constexpr std::size_t deepest_node = 500;
constexpr std::size_t most_indentation_looked_at = 256;

/// What one parse may still take.
struct ParseBudget {
    std::string_view text;
    const Cancellation& cancellation;
    std::size_t questions = 0;
    std::size_t read = 0;
};

const char* read_piece_of(void* payload, std::uint32_t offset, TSPoint /*point*/, std::uint32_t* length) {
    auto& budget = *static_cast<ParseBudget*>(payload);
    const std::size_t at = std::min<std::size_t>(offset, budget.text.size());
    // Up to the next border between pieces, so that the same text is in the same piece again.
    const std::size_t size = std::min(budget.text.size() - at, read_piece - at % read_piece);
    if (size > budget.read) throw SyntaxBudgetSpent{};
    budget.read -= size;
    *length = static_cast<std::uint32_t>(size);
    return budget.text.data() + at;
}

bool should_stop(TSParseState* state) {
    auto& budget = *static_cast<ParseBudget*>(state->payload);
    if (budget.questions == 0 || budget.cancellation.cancelled()) throw SyntaxBudgetSpent{};
    --budget.questions;
    return false;
}

/// The tree, in the memory of the arena that is current. Throws SyntaxBudgetSpent.
TSTree* parse_syntax(std::string_view text, const SyntaxGrammar& grammar, const Cancellation& cancellation) {
    TSParser* parser = ts_parser_new();
    if (!ts_parser_set_language(parser, grammar.language)) throw SyntaxBudgetSpent{};
    ParseBudget budget{text, cancellation};
    budget.questions = (least_steps + most_steps_each * text.size()) / steps_between_questions;
    budget.read = least_read + most_read_each * text.size();
    const TSInput input{&budget, read_piece_of, TSInputEncodingUTF8, nullptr};
    return ts_parser_parse_with_options(parser, nullptr, input, TSParseOptions{&budget, should_stop});
}

/// Walks the syntax tree once, without recursion, and notes cuts and definitions.
class OutlineWalker {
public:
    OutlineWalker(std::string_view text, const SyntaxGrammar& grammar, std::size_t whole,
                  const Cancellation& cancellation)
        : text_(text), grammar_(grammar), whole_(whole), cancellation_(cancellation) {}

    CodeOutline walk(const TSTree* tree) {
        TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(tree));
        frames_.push_back(Frame{.list = true});
        if (!ts_tree_cursor_goto_first_child(&cursor)) return std::move(outline_);
        for (std::size_t visited = 1;; ++visited) {
            if (visited % 4096 == 0) cancellation_.check();
            if (enter(cursor) && ts_tree_cursor_goto_first_child(&cursor)) {
                frames_.push_back(below_);
                continue;
            }
            while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
                if (frames_.size() == 1) return std::move(outline_);
                ts_tree_cursor_goto_parent(&cursor);
                frames_.pop_back();
            }
        }
    }

private:
    static constexpr std::size_t nowhere = CodeSymbol::none;

    /// What is known of the node whose children are being walked over.
    struct Frame {
        bool list = false;  ///< Its children are alike: declarations, members, statements, elements.
        bool body = false;  ///< It is a body: what is in front of its first child is a header.
        int level = 0;      ///< Of the cuts between them.
        int inside = -1;
        std::size_t symbol = nowhere;  ///< The definition around them.
        int look = 0;                  ///< Levels below a node that is not cut.
        std::size_t owner = 0;         ///< Where the child of the list around them begins, or what leads to it.
        bool any = false;              ///< A child that could be one of many was seen.
        TSFieldId field = 0;           ///< Of the last child.
        std::size_t lead = nowhere;    ///< Where what leads to the next child begins.
        std::size_t lead_end = 0;
        bool lead_sticks = false;  ///< An empty line behind it does not part it from the next child.
    };

    /// Notes the node; fills `below_` and returns true when its children are to be walked over.
    bool enter(const TSTreeCursor& cursor) {
        const TSNode node = ts_tree_cursor_current_node(&cursor);
        if (!ts_node_is_named(node)) return false;
        Frame& frame = frames_.back();
        const std::size_t start = ts_node_start_byte(node);
        const std::size_t end = std::min<std::size_t>(text_.size(), ts_node_end_byte(node));
        if (end <= start) return false;
        const SyntaxRole role = grammar_.role(node);
        const bool leads = role == SyntaxRole::comment || role == SyntaxRole::leading;
        std::size_t lead = take_lead(frame, start);
        const TSFieldId field = ts_tree_cursor_current_field_id(&cursor);
        const bool first = !frame.any;
        const bool item = frame.list && is_item(frame, field, role);
        std::vector<std::string> names;
        if (!leads && outline_depth(frame) < deepest_code_symbol) names = syntax_names(text_, grammar_, node);
        const bool at_line = begins_line(start);
        if (item && lead == nowhere && (at_line || role != SyntaxRole::comment)) {
            note_cut(frame, start, first ? 1 : 0, !at_line);
        }
        if (leads && (lead != nowhere || at_line)) {
            frame.lead = lead == nowhere ? start : lead;
            frame.lead_end = trim_white_space_end(text_, start, end);
            frame.lead_sticks = role == SyntaxRole::leading;
        }
        const std::size_t from = lead == nowhere ? start : lead;
        const std::size_t owner = item || (frame.list && first && frame.any) ? from : frame.owner;
        const bool defines = !names.empty();
        if (defines) {
            mark_definition(owner);
            add_symbol(frame, owner, end, std::move(names));
        }
        const bool large = end - start > whole_;
        if (leads || (!large && (defines || frame.look >= deepest_look))) return false;
        if (frames_.size() > deepest_node) return false;
        below_ = Frame{.list = large && !has_body(node), .level = frame.level, .inside = frame.inside};
        if (frame.list) below_.level += 2;  // The one between is for first children.
        below_.body = field != 0 && field == grammar_.body;
        below_.owner = owner;
        if (defines && frame.list) below_.inside = frame.level;
        below_.symbol = defines ? outline_.symbols.size() - 1 : frame.symbol;
        below_.look = large ? 0 : frame.look + 1;
        return true;
    }

    /// Where what leads to the child at `start` begins, if there is something; it is used up.
    std::size_t take_lead(Frame& frame, std::size_t start) const {
        const std::size_t lead = std::exchange(frame.lead, nowhere);
        if (lead == nowhere || frame.lead_sticks || start <= frame.lead_end) return lead;
        const std::string_view gap = text_.substr(frame.lead_end, start - frame.lead_end);
        return std::count(gap.begin(), gap.end(), '\n') > 1 ? nowhere : lead;
    }

    /// Whether a cut in front of the child is right: not of a part of the header, and not of what begins a node.
    bool is_item(Frame& frame, TSFieldId field, SyntaxRole role) const {
        const TSFieldId previous = frame.field;
        if (role != SyntaxRole::comment) frame.field = field;
        if (field != 0 && field == previous) return true;
        const bool one_of_many = field == 0 || field == grammar_.member || field == grammar_.local_declaration;
        return one_of_many && (std::exchange(frame.any, true) || frame.body);
    }

    /// Whether the children of a node are its header, and its body.
    [[nodiscard]] bool has_body(TSNode node) const {
        if (grammar_.body == 0) return false;
        return !ts_node_is_null(ts_node_child_by_field_id(node, grammar_.body));
    }

    [[nodiscard]] bool begins_line(std::size_t offset) const {
        const std::size_t least = offset - std::min(offset, most_indentation_looked_at);
        while (offset > least && (text_[offset - 1] == ' ' || text_[offset - 1] == '\t')) --offset;
        return offset == 0 || text_[offset - 1] == '\n' || text_[offset - 1] == '\r';
    }

    void note_cut(const Frame& frame, std::size_t offset, int deeper, bool within_line) {
        const std::size_t low = outline_.cuts.empty() ? 0 : outline_.cuts.back().offset;
        if (offset <= low || offset >= text_.size() || is_utf8_continuation(text_[offset])) return;
        CodeCut cut;
        cut.offset = offset;
        cut.end = trim_white_space_end(text_, low, offset);
        cut.level = frame.level + deeper;
        cut.inside = frame.inside;
        cut.within_line = within_line;
        if (cut.end > low) outline_.cuts.push_back(cut);
    }

    void mark_definition(std::size_t offset) {
        if (!outline_.cuts.empty() && outline_.cuts.back().offset == offset) outline_.cuts.back().definition = true;
    }

    [[nodiscard]] int outline_depth(const Frame& frame) const {
        return frame.symbol == nowhere ? 0 : outline_.symbols[frame.symbol].depth + 1;
    }

    void add_symbol(const Frame& frame, std::size_t start, std::size_t end, std::vector<std::string> names) {
        outline_.symbols.push_back({start, end, frame.symbol, outline_depth(frame), std::move(names)});
    }

    std::string_view text_;
    const SyntaxGrammar& grammar_;
    std::size_t whole_;
    const Cancellation& cancellation_;
    std::vector<Frame> frames_;
    Frame below_;
    CodeOutline outline_;
};

}  // namespace

std::optional<CodeOutline> outline_by_syntax(std::string_view text, std::string_view language, std::size_t whole,
                                             const Cancellation& cancellation, std::string& why) {
    const SyntaxGrammar* grammar = find_syntax_grammar(language);
    if (grammar == nullptr) {
        why = "there is no grammar for it";
        return std::nullopt;
    }
    if (text.size() > most_parsed_bytes) {
        why = fmt::format("it is larger than {} MB, the limit for parsing", most_parsed_bytes / 1'000'000);
        return std::nullopt;
    }
    try {
        const SyntaxArena arena(least_memory + most_memory_each * text.size());
        return OutlineWalker(text, *grammar, whole, cancellation).walk(parse_syntax(text, *grammar, cancellation));
    } catch (const SyntaxBudgetSpent&) {
        cancellation.check();
        why = "it has too many syntax errors";
        return std::nullopt;
    }
}

}  // namespace quarry::chunk

#else

namespace quarry::chunk {

std::optional<CodeOutline> outline_by_syntax(std::string_view, std::string_view, std::size_t, const Cancellation&,
                                             std::string& why) {
    why = "this build has no tree-sitter";
    return std::nullopt;
}

}  // namespace quarry::chunk
#endif
