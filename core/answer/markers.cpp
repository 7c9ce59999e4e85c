#include "core/answer/markers.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/passages/sentences.h"

namespace quarry::answer {
namespace {

constexpr std::size_t longest_marker = 60;
constexpr std::size_t longest_range = 50;    // "[1-999999999]" is no list of sources
constexpr std::size_t largest_number = 999;  // so that "[2024]" is a year

/// Reads a number of a source at the front of `text`.
std::optional<std::size_t> take_number(std::string_view& text) {
    text = trim(text);
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value == 0 || value > largest_number) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    text = trim(text);
    return value;
}

/// The numbers in "1", "1, 2" or "1-3"; nothing when it is something else.
std::vector<std::size_t> parse_numbers(std::string_view inside) {
    std::vector<std::size_t> numbers;
    for (std::string_view part : split(inside, ',')) {
        const std::optional<std::size_t> first = take_number(part);
        if (!first) return {};
        std::size_t last = *first;
        for (const std::string_view dash : {std::string_view("-"), std::string_view("–")}) {
            if (!part.starts_with(dash)) continue;
            part.remove_prefix(dash.size());
            const std::optional<std::size_t> second = take_number(part);
            if (!second || *second < *first || *second - *first >= longest_range) return {};
            last = *second;
            break;
        }
        if (!part.empty()) return {};
        for (std::size_t number = *first; number <= last; ++number) numbers.push_back(number);
    }
    return numbers;
}

bool has_no_word(std::string_view text) {
    // Quotation marks are the signs beyond ASCII that stand between sentences.
    for (const std::string_view mark : {"»", "«", "”", "“", "„", "\xC2\xA0"}) {
        if (const std::size_t at = text.find(mark); at != std::string_view::npos) {
            return has_no_word(text.substr(0, at)) && has_no_word(text.substr(at + mark.size()));
        }
    }
    return std::ranges::none_of(
        text, [](char c) { return static_cast<unsigned char>(c) >= 0x80 || is_ascii_letter(c) || is_ascii_digit(c); });
}

void add_numbers(std::vector<std::size_t>& to, const std::vector<std::size_t>& numbers) {
    for (const std::size_t number : numbers) {
        if (std::find(to.begin(), to.end(), number) == to.end()) to.push_back(number);
    }
}

/// Whether a sentence goes on in the paragraph of the one before it.
bool in_one_paragraph(std::string_view answer, const passages::SentenceSpan& before,
                      const passages::SentenceSpan& span) {
    if (before.kind != span.kind || span.start < before.end) return false;
    const std::string_view gap = answer.substr(before.end, span.start - before.end);
    return trim(gap).empty() && std::ranges::count(gap, '\n') < 2;
}

/// Gives the markers that a sentence begins with to the one before it: the rules of Unicode end a sentence at its full
/// stop, and see the beginning of the next in a bracket behind that.
void give_back_markers(std::string_view answer, std::span<const CitationMarker> markers, AnswerSentence& before,
                       AnswerSentence& sentence) {
    passages::SentenceSpan& span = sentence.span;
    if (!in_one_paragraph(answer, before.span, span)) return;
    auto marker = std::ranges::lower_bound(markers, span.start, {}, &CitationMarker::start);
    std::size_t end = span.start;
    for (; marker != markers.end() && marker->end < span.end; ++marker) {
        if (!has_no_word(answer.substr(end, marker->start - end))) break;
        end = marker->end;
    }
    if (end == span.start) return;
    before.span.end = end;
    span.start = std::min(answer.find_first_not_of(" \t\r\n", end), span.end);
}

}  // namespace

std::vector<CitationMarker> find_markers(std::string_view answer) {
    std::vector<CitationMarker> markers;
    for (std::size_t open = answer.find('['); open != std::string_view::npos; open = answer.find('[', open + 1)) {
        const std::size_t close = answer.substr(0, open + longest_marker).find_first_of("]\n", open);
        if (close == std::string_view::npos || answer[close] != ']') continue;
        if (close + 1 < answer.size() && answer[close + 1] == '(') continue;
        std::vector<std::size_t> numbers = parse_numbers(answer.substr(open + 1, close - open - 1));
        if (!numbers.empty()) markers.push_back({open, close + 1, std::move(numbers)});
    }
    return markers;
}

std::vector<AnswerSentence> find_answer_sentences(std::string_view answer) {
    std::vector<AnswerSentence> sentences;
    for (const passages::SentenceSpan& span :
         passages::find_sentences(answer, 0, answer.size(), passages::TextForm::markdown)) {
        // A quotation mark or a marker behind a full stop belongs to what stands before.
        const bool wordless = has_no_word(without_markers(answer.substr(span.start, span.end - span.start)));
        if (wordless && !sentences.empty() && sentences.back().span.kind == span.kind) {
            sentences.back().span.end = span.end;
        } else {
            sentences.push_back({span, {}});
        }
    }
    const std::vector<CitationMarker> markers = find_markers(answer);
    for (std::size_t i = 1; i < sentences.size(); ++i)
        give_back_markers(answer, markers, sentences[i - 1], sentences[i]);
    std::size_t at = 0;
    for (const CitationMarker& marker : markers) {
        while (at < sentences.size() && sentences[at].span.end <= marker.start) ++at;
        if (at == sentences.size()) break;
        if (sentences[at].span.start <= marker.start) add_numbers(sentences[at].numbers, marker.numbers);
    }
    return sentences;
}

std::string without_markers(std::string_view text) {
    std::string words;
    std::size_t at = 0;
    for (const CitationMarker& marker : find_markers(text)) {
        words += text.substr(at, marker.start - at);
        at = marker.end;
    }
    words += text.substr(at);
    return words;
}

}  // namespace quarry::answer
