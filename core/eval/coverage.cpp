// How spans cover spans, as Chroma's chunking evaluation counts it.

#include <algorithm>
#include <tuple>

#include "core/eval/chunking.h"

namespace quarry::eval {
namespace {

using Spans = std::vector<CharacterSpan>;

/// The spans, those that overlap or touch made one, in order.
Spans merged(Spans spans) {
    std::sort(spans.begin(), spans.end(), [](const CharacterSpan& left, const CharacterSpan& right) {
        return std::tie(left.document, left.start) < std::tie(right.document, right.start);
    });
    Spans result;
    for (const CharacterSpan& span : spans) {
        if (!result.empty() && result.back().document == span.document && span.start <= result.back().end) {
            result.back().end = std::max(result.back().end, span.end);
        } else {
            result.push_back(span);
        }
    }
    return result;
}

std::size_t length(std::span<const CharacterSpan> spans) {
    std::size_t sum = 0;
    for (const CharacterSpan& span : spans) sum += span.end - span.start;
    return sum;
}

bool overlap(const CharacterSpan& left, const CharacterSpan& right) {
    return left.document == right.document && left.start < right.end && right.start < left.end;
}

/// What the references and the chunks share, each character once.
Spans shared(std::span<const CharacterSpan> references, std::span<const CharacterSpan> chunks) {
    Spans both;
    for (const CharacterSpan& reference : references) {
        for (const CharacterSpan& chunk : chunks) {
            if (!overlap(reference, chunk)) continue;
            both.push_back(
                {chunk.document, std::max(reference.start, chunk.start), std::min(reference.end, chunk.end)});
        }
    }
    return merged(std::move(both));
}

/// Characters of the references, repeated ones as often as they are, that none of `covered` has.
std::size_t missed(std::span<const CharacterSpan> references, const Spans& covered) {
    std::size_t sum = 0;
    for (const CharacterSpan& reference : references) {
        std::size_t found = 0;
        for (const CharacterSpan& span : covered) {
            if (!overlap(reference, span)) continue;
            found += std::min(reference.end, span.end) - std::max(reference.start, span.start);
        }
        sum += reference.end - reference.start - found;
    }
    return sum;
}

double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Precision if the chunks that overlap a reference were all that is retrieved.
double precision_omega(std::span<const CharacterSpan> references, std::span<const CharacterSpan> all) {
    Spans holding;
    for (const CharacterSpan& chunk : all) {
        if (std::any_of(references.begin(), references.end(),
                        [&chunk](const CharacterSpan& reference) { return overlap(reference, chunk); })) {
            holding.push_back(chunk);
        }
    }
    const std::size_t found = length(shared(references, holding));
    holding.insert(holding.end(), references.begin(), references.end());
    return share(found, length(merged(std::move(holding))));
}

}  // namespace

CoverageMetrics measure_coverage(std::span<const CharacterSpan> references, std::span<const CharacterSpan> retrieved,
                                 std::span<const CharacterSpan> all) {
    const Spans both = shared(references, retrieved);
    const std::size_t found = length(both);
    return {share(found, length(references)), share(found, length(retrieved)),
            share(found, length(retrieved) + missed(references, both)), precision_omega(references, all)};
}

}  // namespace quarry::eval
