// A run as text.
#include "cli/text/run_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "core/base/text.h"

namespace quarry::cli {
namespace {

constexpr std::int64_t nanoseconds_a_second = 1'000'000'000;
constexpr double nanoseconds_a_millisecond = 1e6;
constexpr std::size_t shown_characters = 200;

std::string clean_text(std::string_view text) { return one_line(strip_terminal_controls(text), shown_characters); }

std::string time_text(std::int64_t nanoseconds) {
    const double milliseconds = static_cast<double>(nanoseconds) / nanoseconds_a_millisecond;
    return milliseconds < 10'000 ? fmt::format("{:.1f} ms", milliseconds)
                                 : fmt::format("{:.1f} s", milliseconds / 1000);
}

std::string moment(std::int64_t nanoseconds) {
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(nanoseconds / nanoseconds_a_second));
}

std::string use_text(const store::StoredRun& run) {
    if (run.calls == 0) return "no model";
    std::string text = clean_text(run.model);
    if (run.cached_calls == run.calls) return text + ", from the cache";
    text += fmt::format(", {} + {} tokens", run.input_tokens, run.output_tokens);
    if (run.cost) text += fmt::format(", ${:.4f}", *run.cost);
    return text;
}

std::string value_text(const TraceValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return clean_text(*text);
    if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{:.6g}", *number);
    return clean_text(fmt::format("{}", fmt::join(std::get<std::vector<std::string>>(value), ", ")));
}

std::size_t depth_of(const std::vector<Span>& spans, std::size_t place) {
    std::size_t depth = 0;
    for (std::optional<std::size_t> above = spans[place].parent; above; above = spans[*above].parent) ++depth;
    return depth;
}

std::string span_lines(const Span& span, std::size_t depth, const Output& out) {
    const std::string indent(2 * depth, ' ');
    std::string lines =
        fmt::format("{}{}  {}", indent, out.styled(Style::bold, clean_text(span.name)), time_text(span.duration));
    if (!span.error.empty()) {
        lines += fmt::format("  {}", out.styled(Style::red, clean_text(span.error)));
        if (!span.error_message.empty()) lines += ": " + clean_text(span.error_message);
    }
    lines += '\n';
    for (const auto& [key, value] : span.attributes) {
        lines += fmt::format("{}    {} {}\n", indent, out.styled(Style::dim, clean_text(key)), value_text(value));
    }
    return lines;
}

}  // namespace

std::string run_line(const store::StoredRun& run, const Output& out) {
    std::string line = fmt::format("{:>5}  {}  {:<6} {:>10}  {}", run.id, moment(run.started_at), clean_text(run.name),
                                   time_text(run.duration), use_text(run));
    if (!run.error.empty()) line += "  " + out.styled(Style::red, clean_text(run.error));
    return line + '\n';
}

std::string run_tree(const store::StoredRun& run, const std::vector<Span>& spans, const Output& out) {
    std::string text = fmt::format("run    {}\nat     {} UTC\nmodel  {}\ntrace  {}\n\n", run.id, moment(run.started_at),
                                   use_text(run), clean_text(run.trace_id));
    for (std::size_t i = 0; i < spans.size(); ++i) text += span_lines(spans[i], depth_of(spans, i), out);
    return text;
}

}  // namespace quarry::cli
