#include "core/passages/sentences.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "core/base/ascii.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/passages/text_blocks.h"

namespace quarry::passages {
namespace {

// How far around a passage the ends of its first and last sentence are looked for.
constexpr std::size_t reach = 600;
// Longer than any sentence that is one: lists without full stops come out of the break rules as one.
constexpr std::size_t longest_sentence = 600;

// What ends in a full stop and yet ends no sentence. ICU's own list ("@ss=standard") is empty in Debian's data, and
// would not match abbreviations with a stop inside.
constexpr auto abbreviations = std::to_array<std::string_view>(
    {"approx.", "cf.", "dr.", "e.g.", "fig.", "i.e.", "jr.", "mr.", "mrs.", "ms.", "prof.", "sr.", "st.", "vs."});

bool ends_with_abbreviation(std::string_view text) {
    text = trim(text);
    const std::size_t space = text.find_last_of(" \t\n\r([\"");
    const std::string_view word = text.substr(space == std::string_view::npos ? 0 : space + 1);
    if (word.size() <= 7 && std::ranges::find(abbreviations, ascii_lower(word)) != abbreviations.end()) return true;
    // "J. A. Hobson", but not "vitamin D.": an initial stands at the front, or behind another name.
    if (word.size() != 2 || !is_ascii_upper(word[0]) || word[1] != '.') return false;
    const std::string_view before = trim(text.substr(0, text.size() - word.size()));
    const std::size_t gap = before.find_last_of(" \t\n\r([\"");
    const std::string_view name = before.substr(gap == std::string_view::npos ? 0 : gap + 1);
    return name.empty() || is_ascii_upper(name[0]);
}

/// ICU's sentence breaks over one block. Made once per call: loading the rules takes longer than using them.
class SentenceBreaker {
public:
    SentenceBreaker() {
        UErrorCode status = U_ZERO_ERROR;
        iterator_.reset(icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), status));
        if (U_FAILURE(status)) {
            throw Error(ErrorCode::failed, "cannot split text into sentences").because(u_errorName(status));
        }
    }

    /// Ends of the sentences of `block`, as byte offsets into it.
    [[nodiscard]] std::vector<std::size_t> ends(std::string_view block) {
        std::string flat(block);
        // A line end within a paragraph ends no sentence; ICU thinks it does.
        for (char& c : flat) {
            if (c == '\n' || c == '\r') c = ' ';
        }
        UErrorCode status = U_ZERO_ERROR;
        const std::unique_ptr<UText, decltype(&utext_close)> text(
            utext_openUTF8(nullptr, flat.data(), static_cast<std::int64_t>(flat.size()), &status), utext_close);
        iterator_->setText(text.get(), status);
        if (U_FAILURE(status)) {
            throw Error(ErrorCode::failed, "cannot split text into sentences").because(u_errorName(status));
        }
        std::vector<std::size_t> ends;
        iterator_->first();
        for (std::int32_t at = iterator_->next(); at != icu::BreakIterator::DONE; at = iterator_->next()) {
            const auto end = static_cast<std::size_t>(at);
            if (end == block.size() || !ends_with_abbreviation(block.substr(0, end))) ends.push_back(end);
        }
        return ends;
    }

private:
    std::unique_ptr<icu::BreakIterator> iterator_;
};

void add_trimmed(std::string_view text, std::size_t start, std::size_t end, SentenceSpan::Kind kind,
                 std::vector<SentenceSpan>& spans) {
    const std::string_view piece = trim(text.substr(start, end - start));
    if (piece.empty()) return;
    const std::size_t from = static_cast<std::size_t>(piece.data() - text.data());
    spans.push_back({from, from + piece.size(), kind});
}

void add_sentence(std::string_view text, std::size_t start, std::size_t end, std::vector<SentenceSpan>& spans) {
    if (end - start <= longest_sentence) {
        add_trimmed(text, start, end, SentenceSpan::Kind::prose, spans);
        return;
    }
    while (start < end) {
        const std::size_t line_end = std::min(text.find('\n', start), end);
        add_trimmed(text, start, line_end, SentenceSpan::Kind::prose, spans);
        start = line_end + 1;
    }
}

/// Where a sentence of `block` really ends that ICU ends at `end`: "**Bold.** Next" leaves the stars behind, since
/// they are no punctuation to Unicode.
std::size_t behind_markup(std::string_view block, std::size_t end) {
    const std::size_t stop = std::min(block.find_first_not_of("*_`", end), block.size());
    const bool closes =
        stop > end && stop - end <= 3 && (stop == block.size() || block[stop] == ' ' || block[stop] == '\n');
    return closes ? stop : end;
}

/// The nearest paragraph end before `start`, or what `reach` allows.
std::size_t window_start(std::string_view text, std::size_t start) {
    const std::size_t earliest = start > reach ? start - reach : 0;
    const std::string_view before = text.substr(earliest, start - earliest);
    if (const std::size_t blank = before.rfind("\n\n"); blank != std::string_view::npos) return earliest + blank + 2;
    if (earliest == 0) return 0;
    if (const std::size_t line = before.find('\n'); line != std::string_view::npos) return earliest + line + 1;
    return floor_to_code_point(text, earliest);
}

std::size_t window_end(std::string_view text, std::size_t end) {
    const std::size_t latest = std::min(text.size(), end + reach);
    const std::string_view after = text.substr(end, latest - end);
    if (const std::size_t blank = after.find("\n\n"); blank != std::string_view::npos) return end + blank;
    if (latest == text.size()) return latest;
    if (const std::size_t line = after.rfind('\n'); line != std::string_view::npos) return end + line;
    return floor_to_code_point(text, latest);
}

}  // namespace

std::vector<SentenceSpan> find_sentences(std::string_view text, std::size_t start, std::size_t end, bool markdown) {
    end = std::min(end, text.size());
    start = std::min(start, end);
    SentenceBreaker breaker;
    std::vector<SentenceSpan> spans;
    for (const TextBlock& block : find_blocks(text, window_start(text, start), window_end(text, end), markdown)) {
        if (block.kind == SentenceSpan::Kind::line) {
            spans.push_back({block.start, block.end, block.kind});
            continue;
        }
        const std::string_view words = text.substr(block.start, block.end - block.start);
        std::size_t from = 0;
        for (const std::size_t sentence_end : breaker.ends(words)) {
            const std::size_t to = std::max(from, behind_markup(words, sentence_end));
            add_sentence(text, block.start + from, block.start + to, spans);
            from = to;
        }
    }
    std::erase_if(spans, [&](const SentenceSpan& span) { return span.end <= start || span.start >= end; });
    return spans;
}

}  // namespace quarry::passages
