#include "core/chunk/code_chunker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/characters.h"
#include "core/chunk/code_outline.h"
#include "core/chunk/cutter.h"
#include "core/document/source_language.h"

namespace quarry::chunk {
namespace {

// A chunk that is smaller than this part of the size takes more than its own section, where the section that follows
// must be cut anyway.
constexpr std::size_t small_part = 4;

constexpr std::array<Break, 1> code_indentation = {Break::line};

/// The definitions that chunks lie in. Chunks are asked for in order.
class SymbolPaths {
public:
    explicit SymbolPaths(const std::vector<CodeSymbol>& symbols) : symbols_(symbols) {}

    /// Names of the innermost definition that all definitions in [start, end) share, or that the chunk lies in.
    std::vector<std::string> path(std::size_t start, std::size_t end) {
        while (next_ < symbols_.size() && symbols_[next_].start < start) ++next_;
        std::size_t shared = next_ == 0 ? CodeSymbol::none : next_ - 1;
        while (shared != CodeSymbol::none && symbols_[shared].end <= start) shared = symbols_[shared].parent;
        // A chunk that begins with a definition is in that one. What stands before a file's first definition, such as
        // imports, does not take its name away.
        const bool begins = next_ < symbols_.size() && symbols_[next_].start == start;
        bool any = shared != CodeSymbol::none && !begins;
        while (next_ < symbols_.size() && symbols_[next_].start < end) {
            shared = any ? common(shared, next_) : next_;
            any = true;
            ++next_;
        }
        return names(shared);
    }

private:
    [[nodiscard]] std::size_t common(std::size_t a, std::size_t b) const {
        while (a != b) {
            if (a == CodeSymbol::none || b == CodeSymbol::none) return CodeSymbol::none;
            std::size_t& deeper = symbols_[a].depth > symbols_[b].depth ? a : b;
            deeper = symbols_[deeper].parent;
        }
        return a;
    }
    [[nodiscard]] std::vector<std::string> names(std::size_t symbol) const {
        std::vector<std::string> path;
        for (; symbol != CodeSymbol::none; symbol = symbols_[symbol].parent) {
            const std::vector<std::string>& own = symbols_[symbol].names;
            path.insert(path.begin(), own.begin(), own.end());
        }
        return path;
    }

    const std::vector<CodeSymbol>& symbols_;
    std::size_t next_ = 0;
};

/// Cuts code from the front to the back; each step looks only at what one chunk can hold.
class CodePacker {
public:
    CodePacker(std::string_view text, const CodeOutline& outline, const Cutter& cutter)
        : text_(text),
          cuts_(outline.cuts),
          paths_(outline.symbols),
          cutter_(cutter),
          end_(trim_white_space_end(text, 0, text.size())) {}

    std::vector<document::ChunkSpan> pack() {
        next_ = cutter_.begin(0, end_, code_indentation);
        while (next_.fresh < end_) {
            cutter_.check_cancelled();
            step();
        }
        return std::move(spans_);
    }

private:
    static constexpr std::size_t none = CodeSymbol::none;

    void step() {
        while (first_ < cuts_.size() && cuts_[first_].offset <= next_.fresh) ++first_;
        std::size_t high = cutter_.reach(next_.start, end_);
        if (high < end_ && next_.start < next_.fresh) {
            // What is repeated, or the indentation, would make something that fits by itself not fit.
            const std::size_t without = cutter_.reach(next_.fresh, end_);
            if (high <= next_.fresh || choose(without) != choose(high)) {
                next_.start = next_.fresh;
                high = without;
            }
        }
        if (const std::size_t chosen = choose(high); chosen != none) {
            emit(cuts_[chosen].end, cuts_[chosen].definition);
        } else if (high >= end_) {
            emit(end_, false);
        } else {
            emit(trim_white_space_end(text_, next_.fresh, cut_within(high)), false);
        }
    }

    /// The cut at which the chunk that reaches up to `high` is to end; none to take all of the rest, and when there is
    /// none at a line's beginning.
    [[nodiscard]] std::size_t choose(std::size_t high) const {
        std::size_t chosen = section_end(high);
        if (chosen != none || high >= end_) return chosen;
        chosen = best_cut(first_, high);
        // A few lines in front of something large go with its beginning.
        while (chosen != none && is_small(cuts_[chosen].end, high) && !unit_fits(chosen)) {
            const std::size_t after = best_cut(chosen + 1, high);
            if (after == none) break;
            chosen = after;
        }
        return chosen;
    }

    /// The last of the cuts of the highest level from `from` on that `high` allows.
    [[nodiscard]] std::size_t best_cut(std::size_t from, std::size_t high) const {
        std::size_t best = none;
        for (std::size_t i = from; i < cuts_.size() && cuts_[i].end <= high; ++i) {
            if (cuts_[i].within_line) continue;
            if (best == none || cuts_[i].level <= cuts_[best].level) best = i;
        }
        return best;
    }

    /// Where the definition ends that the chunk begins within: what follows it is of another kind. Not when the chunk
    /// would be small.
    [[nodiscard]] std::size_t section_end(std::size_t high) const {
        const int section = section_level();
        if (section < 0) return none;
        for (std::size_t i = first_; i < cuts_.size() && cuts_[i].end <= high; ++i) {
            if (cuts_[i].within_line || cuts_[i].level > section) continue;
            if (!is_small(cuts_[i].end, high)) return i;
        }
        return none;
    }

    /// Level of the definition that the next chunk begins within; -1 for none.
    [[nodiscard]] int section_level() const {
        if (first_ == 0) return -1;
        const CodeCut& before = cuts_[first_ - 1];
        return before.definition && before.offset < next_.fresh ? before.level : before.inside;
    }

    [[nodiscard]] bool is_small(std::size_t end, std::size_t high) const {
        return end <= next_.fresh || (end - next_.fresh) * small_part < high - next_.fresh;
    }

    /// Whether what begins at a cut fits into a chunk, up to the next cut that is no deeper.
    [[nodiscard]] bool unit_fits(std::size_t index) const {
        const std::size_t high = cutter_.reach(cuts_[index].offset, end_);
        if (high >= end_) return true;
        for (std::size_t i = index + 1; i < cuts_.size() && cuts_[i].end <= high; ++i) {
            if (cuts_[i].level <= cuts_[index].level && !cuts_[i].within_line) return true;
        }
        return false;
    }

    /// Where to cut within a line or a token that has no better place: at a line's end, between the parts of a line,
    /// at a space.
    [[nodiscard]] std::size_t cut_within(std::size_t high) const {
        static constexpr std::array lines = {Break::blank_line, Break::line};
        static constexpr std::array spaces = {Break::space};
        for (const Break kind : lines) {
            if (const auto at = last_break(text_, next_.fresh, high, kind)) return *at;
        }
        std::size_t best = none;
        for (std::size_t i = first_; i < cuts_.size() && cuts_[i].end <= high; ++i) {
            if (best == none || cuts_[i].level <= cuts_[best].level) best = i;
        }
        return best != none ? cuts_[best].offset : std::min(end_, cutter_.cut(next_.fresh, high, spaces));
    }

    /// Adds the chunk up to `end`, or what fits of it; `definition` says whether one begins there.
    void emit(std::size_t end, bool definition) {
        document::ChunkSpan span;
        span.start_byte = next_.start;
        span.end_byte = cutter_.fitting_end(next_.start, next_.fresh, end);
        span.symbol_path = paths_.path(next_.fresh, span.end_byte);
        next_ = cutter_.begin(span.end_byte, end_, code_indentation);
        const bool alone = definition && span.end_byte == end;
        if (!alone && next_.fresh < end_) {
            const std::size_t start = cutter_.overlap_start(span.start_byte, span.end_byte, code_indentation);
            if (start < span.end_byte) next_.start = skip_white_space(text_, start, next_.fresh);
        }
        spans_.push_back(std::move(span));
    }

    std::string_view text_;
    const std::vector<CodeCut>& cuts_;
    SymbolPaths paths_;
    const Cutter& cutter_;
    std::size_t end_;
    std::vector<document::ChunkSpan> spans_;
    std::size_t first_ = 0;  ///< The first cut behind the beginning of the next chunk.
    CutStart next_;
};

/// The grammar for a text: headers end in .h in C and in C++, and their C++ is told by its words.
std::string_view grammar_for(const document::SourceLanguage& language, std::string_view text) {
    if (language.name != "c") return language.name;
    constexpr auto words = std::to_array<std::string_view>(
        {"\nnamespace ", "\nclass ", "\ntemplate <", "\ntemplate<", "\npublic:", "\n public:", "\nusing "});
    const bool cpp = std::any_of(words.begin(), words.end(),
                                 [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
    return cpp ? "cpp" : language.name;
}

CodeOutline outline_code(const document::Document& document, const ChunkOptions& options, const ChunkTools& tools) {
    const document::SourceLanguage* language = document::source_language_of(document.media_type);
    std::string why = "its programming language is not known";
    if (language != nullptr) {
        if (auto outline = outline_by_syntax(document.text, grammar_for(*language, document.text), options.size,
                                             tools.cancellation, why)) {
            return std::move(*outline);
        }
    }
    if (tools.note != nullptr) {
        *tools.note = fmt::format("cut by lines and indentation, not by functions: {}",
                                  language == nullptr ? why : fmt::format("{}: {}", language->title, why));
    }
    return outline_by_lines(document.text);
}

}  // namespace

std::vector<document::ChunkSpan> CodeChunker::chunk(const document::Document& document, const ChunkOptions& options,
                                                    const ChunkTools& tools) const {
    const CodeOutline outline = outline_code(document, options, tools);
    const Cutter cutter(document.text, options, tools);
    return CodePacker(document.text, outline, cutter).pack();
}

}  // namespace quarry::chunk
