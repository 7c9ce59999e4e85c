#include "core/answer/sentences.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <memory>
#include <string>

#include "core/answer/text_blocks.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry {
namespace {

// How far around a passage the ends of its first and last sentence are looked for.
constexpr std::size_t reach = 600;
// Longer than any sentence that is one: lists without full stops come out of the break rules as one.
constexpr std::size_t longest_sentence = 600;

/// ICU's sentence breaks over one block. Made once per call: loading the rules takes longer than using them.
class SentenceBreaker {
public:
    SentenceBreaker() {
        UErrorCode status = U_ZERO_ERROR;
        // ss=standard: "Dr.", "e.g." and other abbreviations end no sentence.
        iterator_.reset(
            icu::BreakIterator::createSentenceInstance(icu::Locale::createFromName("en@ss=standard"), status));
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
            ends.push_back(static_cast<std::size_t>(at));
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
        std::size_t from = block.start;
        for (const std::size_t sentence_end : breaker.ends(text.substr(block.start, block.end - block.start))) {
            add_sentence(text, from, block.start + sentence_end, spans);
            from = block.start + sentence_end;
        }
    }
    std::erase_if(spans, [&](const SentenceSpan& span) { return span.end <= start || span.start >= end; });
    return spans;
}

}  // namespace quarry
