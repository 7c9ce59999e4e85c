// Fuzzes what reads documents and answers for sentences and citation markers: spans in order, exact, never blank.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/answer/address_filter.h"
#include "core/answer/markers.h"
#include "core/answer/quotations.h"
#include "core/base/text.h"
#include "core/passages/sentences.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace quarry;
    if (size < 3) return 0;
    const std::string text = replace_invalid_utf8({reinterpret_cast<const char*>(data) + 3, size - 3});
    constexpr auto prose = passages::TextForm::prose, lines = passages::TextForm::lines;
    const passages::TextForm form =
        data[0] % 2 == 0 ? passages::TextForm::markdown : (data[0] % 4 == 1 ? prose : lines);
    const std::size_t start = floor_to_code_point(text, text.size() * data[1] / 255);
    const std::size_t end = floor_to_code_point(text, start + (text.size() - start) * data[2] / 255);
    std::size_t before = 0;
    for (const passages::SentenceSpan& span : passages::find_sentences(text, start, end, form)) {
        if (span.start < before || span.end <= span.start || span.end > text.size()) std::abort();
        if (span.end <= start || span.start >= end) std::abort();
        const std::string_view words = std::string_view(text).substr(span.start, span.end - span.start);
        if (trim(words) != words || find_invalid_utf8(words)) std::abort();
        if (passages::shown_sentence(words).size() > words.size()) std::abort();
        before = span.end;
    }
    before = 0;
    for (const answer::CitationMarker& marker : answer::find_markers(text)) {
        if (marker.start < before || text[marker.start] != '[' || text[marker.end - 1] != ']') std::abort();
        if (marker.numbers.empty()) std::abort();
        before = marker.end;
    }
    for (const answer::AnswerSentence& sentence : answer::find_answer_sentences(text)) {
        if (sentence.span.end > text.size() || sentence.span.start >= sentence.span.end) std::abort();
    }
    // Quotations are words of the text, and the text has them.
    for (const std::string& quotation : answer::find_quotations(text)) {
        if (std::string_view(text).find(quotation) == std::string_view::npos) std::abort();
    }
    // However an answer is cut, the same is left of it, and of no foreign address more than the text has.
    answer::AddressFilter whole({}), pieces({});
    std::string shown = whole.feed(text), by_bytes;
    shown += whole.finish();
    for (const char& c : text) by_bytes += pieces.feed({&c, 1});
    by_bytes += pieces.finish();
    if (shown != by_bytes) std::abort();
    return 0;
}
