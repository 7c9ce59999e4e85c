#include "core/extract/detect_encoding.h"

#include <unicode/ucsdet.h>

#include <algorithm>
#include <memory>

#include "core/base/text.h"
#include "core/extract/lines.h"

namespace quarry::extract {
namespace {

// ICU's detection looks at no more than 8000 bytes.
constexpr std::size_t detection_sample = 8000;
// Of 100. Single-byte encodings are told apart by common triples of letters; two words give about 10, a page 40 to 90.
constexpr std::int32_t least_confidence = 20;

struct CloseDetector {
    void operator()(UCharsetDetector* detector) const noexcept { ucsdet_close(detector); }
};

bool is_ascii(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

/// Lines that are not ASCII, as many as are looked at: in a long English text with few names they may be far apart.
std::string telling_lines(std::string_view bytes) {
    std::string sample;
    for (Line line = next_line(bytes, 0); line.start < bytes.size(); line = next_line(bytes, line.next)) {
        const std::string_view content = bytes.substr(line.start, line.end - line.start);
        if (is_ascii(content)) continue;
        sample.append(content.substr(0, detection_sample - sample.size()));
        sample += '\n';
        if (sample.size() >= detection_sample) break;
    }
    return sample;
}

/// Whether most of what is not ASCII makes valid sequences, which does not happen by chance.
bool is_broken_utf8(std::string_view bytes) {
    std::size_t sequences = 0;
    std::size_t broken = 0;
    while (!bytes.empty()) {
        const std::size_t valid = find_invalid_utf8(bytes).value_or(bytes.size());
        const std::string_view good = bytes.substr(0, valid);
        sequences += static_cast<std::size_t>(
            std::count_if(good.begin(), good.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xC0; }));
        if (valid == bytes.size()) break;
        ++broken;
        bytes.remove_prefix(valid + 1);
    }
    return sequences > broken;
}

}  // namespace

std::string detect_encoding(std::string_view bytes) {
    const std::string sample = telling_lines(bytes);
    if (is_broken_utf8(sample)) return {};
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UCharsetDetector, CloseDetector> detector(ucsdet_open(&status));
    ucsdet_setText(detector.get(), sample.data(), static_cast<std::int32_t>(sample.size()), &status);
    const UCharsetMatch* const match = ucsdet_detect(detector.get(), &status);
    if (U_FAILURE(status) || match == nullptr) return {};
    if (ucsdet_getConfidence(match, &status) < least_confidence) return {};
    const char* const name = ucsdet_getName(match, &status);
    // Those that a NUL or a mark would show; and UTF-8 is what the text is not.
    const std::string_view found = name == nullptr ? "" : name;
    return found.starts_with("UTF") ? std::string() : std::string(found);
}

}  // namespace quarry::extract
