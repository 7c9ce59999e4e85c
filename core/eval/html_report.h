#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/eval/statistics.h"

namespace quarry::eval {

/// What a report shows. All configurations have the metrics of the first; the first is what the others are held
/// against.
struct HtmlReport {
    std::string title;
    std::vector<std::pair<std::string, std::string>> facts;  ///< Name and value.
    std::vector<Scores> configurations;                      ///< At least one.
};

/// One HTML page without anything from outside: a table of means with intervals, a plot of each metric, how the
/// questions differ between configurations, how the values are spread, and the questions that fare worst. All text is
/// escaped. The same report gives the same bytes.
[[nodiscard]] std::string html_report(const HtmlReport& report);

}  // namespace quarry::eval
