// Fuzzes text analysis: the terms of any text lie in it, in order, and are the same each time.
#include <cstdint>
#include <cstdlib>

#include "core/base/text.h"
#include "tests/property/invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace quarry;
    static constexpr const char* languages[] = {"en", "de", "fr", "ru", ""};
    if (size < 1) return 0;
    const std::string text = replace_invalid_utf8({reinterpret_cast<const char*>(data) + 1, size - 1});
    analyze::Analyzer analyzer(languages[data[0] % 5]);
    std::vector<analyze::Term> terms;
    analyzer.analyze(text, terms);
    if (!testing::term_fault(text, terms).empty()) std::abort();
    std::string joined;
    for (const analyze::Term& term : terms) joined.append(joined.empty() ? "" : " ").append(term.text);
    if (analyzer.analyzed(text) != joined) std::abort();
    return 0;
}
