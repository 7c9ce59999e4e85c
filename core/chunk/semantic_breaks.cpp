#include "core/chunk/semantic_breaks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::chunk {
namespace {

/// numpy's percentile with linear interpolation; `sorted` is not empty.
double percentile_of(std::span<const double> sorted, double percent) {
    const double place = percent / 100 * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - static_cast<double>(below));
}

double break_limit(std::span<const double> distances, std::string_view name, double threshold) {
    std::vector<double> sorted(distances.begin(), distances.end());
    std::sort(sorted.begin(), sorted.end());
    if (name == "percentile") return percentile_of(sorted, threshold > 0 ? threshold : 95);
    const auto count = static_cast<double>(sorted.size());
    const double mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) / count;
    if (name == "interquartile") {
        const double range = percentile_of(sorted, 75) - percentile_of(sorted, 25);
        return mean + (threshold > 0 ? threshold : 1.5) * range;
    }
    double squares = 0;
    for (const double distance : sorted) squares += (distance - mean) * (distance - mean);
    return mean + (threshold > 0 ? threshold : 3) * std::sqrt(squares / count);
}

double dot_product(const float* a, const float* b, std::size_t dimensions) {
    double sum = 0;
    for (std::size_t i = 0; i < dimensions; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

/// Mean similarity of all pairs of rows: from the sum of the rows, without looking at the pairs.
double mean_similarity(std::span<const float> rows, std::size_t dimensions, std::size_t count) {
    if (count < 2) return 0;
    std::vector<double> total(dimensions);
    double own = 0;
    for (std::size_t row = 0; row < count; ++row) {
        const float* values = rows.data() + row * dimensions;
        for (std::size_t i = 0; i < dimensions; ++i) total[i] += static_cast<double>(values[i]);
        own += dot_product(values, values, dimensions);
    }
    const double all = std::inner_product(total.begin(), total.end(), total.begin(), 0.0);
    return (all - own) / (static_cast<double>(count) * static_cast<double>(count - 1));
}

}  // namespace

std::span<const std::string> breakpoint_names() {
    static const std::vector<std::string> names = {"percentile", "standard-deviation", "interquartile", "cluster"};
    return names;
}

void check_breakpoint(std::string_view name, double threshold) {
    const std::span<const std::string> names = breakpoint_names();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        throw Error(ErrorCode::usage,
                    fmt::format("unknown breakpoint \"{}\"", one_line(strip_terminal_controls(name), 60)),
                    fmt::format("choose one of: {}", fmt::join(names, ", ")));
    }
    if (!(threshold >= 0) || !std::isfinite(threshold) || (name == "percentile" && threshold > 100)) {
        throw Error(ErrorCode::usage, fmt::format("{} is not a valid threshold for the breakpoint {}", threshold, name),
                    "percentile takes 1 to 100, the others a factor such as 1.5; 0 selects the default");
    }
}

std::vector<std::size_t> break_at_distances(std::span<const double> distances, std::string_view name,
                                            double threshold) {
    std::vector<std::size_t> breaks;
    if (distances.empty()) return breaks;
    const double limit = break_limit(distances, name, threshold);
    for (std::size_t i = 0; i < distances.size(); ++i) {
        if (distances[i] > limit) breaks.push_back(i);
    }
    return breaks;
}

std::vector<std::size_t> cluster_neighbours(std::span<const float> rows, std::size_t dimensions,
                                            std::span<const std::size_t> longest) {
    const std::size_t count = longest.size();
    const double mean = mean_similarity(rows, dimensions, count);
    // best[i]: the largest reward of parting the rows from i on; `run[i]`, how long the first run is then.
    std::vector<double> best(count + 1, 0);
    std::vector<std::size_t> run(count, 1);
    const std::size_t widest = count == 0 ? 0 : *std::max_element(longest.begin(), longest.end());
    // within[k]: the reward of the run that begins at the row and has k + 1 rows, made from that of the row behind it:
    // a run from i to j has what the one from i + 1 to j has, and the pairs of row i.
    std::vector<double> within(widest + 1, 0);
    for (std::size_t i = count; i-- > 0;) {
        const std::size_t most = std::min(longest[i], count - i);
        std::vector<double> behind = within;
        double pairs = 0;
        within[0] = 0;
        best[i] = -std::numeric_limits<double>::infinity();
        for (std::size_t k = 0; k < std::min(widest, count - i); ++k) {
            if (k > 0) {
                pairs +=
                    dot_product(rows.data() + i * dimensions, rows.data() + (i + k) * dimensions, dimensions) - mean;
                within[k] = behind[k - 1] + 2 * pairs;
            }
            if (k < most && within[k] + best[i + k + 1] > best[i]) {
                best[i] = within[k] + best[i + k + 1];
                run[i] = k + 1;
            }
        }
    }
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < count; i += run[i]) ends.push_back(i + run[i]);
    return ends;
}

}  // namespace quarry::chunk
