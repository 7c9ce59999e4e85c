// What ingest did, for people.
#include "cli/text/ingest_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <utility>
#include <vector>

#include "cli/ui/output.h"
#include "core/base/text.h"
#include "core/wire/display_uri.h"

namespace quarry::cli {
namespace {

constexpr std::size_t failures_shown = 20;
constexpr std::size_t extensions_shown = 5;

std::string words(std::string_view reason, std::uint64_t count) {
    const char* const plural = count == 1 ? "" : "s";
    if (reason == "unknown_type") return "of unknown type";
    if (reason == "symbolic_link") return fmt::format("symbolic link{}", plural);
    if (reason == "special_file") return fmt::format("special file{}", plural);
    return std::string(reason);
}

constexpr auto warning_words = std::to_array<std::pair<document::Warning::Kind, const char*>>({
    {document::Warning::Kind::no_text, "without text"},
    {document::Warning::Kind::little_text, "with little of their text"},
    {document::Warning::Kind::invalid_bytes, "with invalid bytes"},
});

/// "5 gz, 3 png, 1 more": the commonest endings first.
std::string extensions_text(const std::map<std::string, std::uint64_t>& extensions) {
    std::vector<std::pair<std::string, std::uint64_t>> sorted(extensions.begin(), extensions.end());
    std::ranges::stable_sort(sorted, std::greater<>(), &std::pair<std::string, std::uint64_t>::second);
    std::vector<std::string> parts;
    std::uint64_t rest = 0;
    for (const auto& [extension, count] : sorted) {
        if (parts.size() == extensions_shown) {
            rest += count;
        } else {
            parts.push_back(
                fmt::format("{} {}", count,
                            extension.empty() ? "without ending" : one_line(strip_terminal_controls(extension), 20)));
        }
    }
    if (rest > 0) parts.push_back(fmt::format("{} more", rest));
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string skipped_text(const ingest::IngestReport& report) {
    std::uint64_t total = 0;
    std::vector<std::string> parts;
    for (const auto& [reason, count] : report.skipped) {
        total += count;
        std::string part = fmt::format("{} {}", count, words(reason, count));
        if (reason == "unknown_type") part += ": " + extensions_text(report.skipped_extensions);
        parts.push_back(std::move(part));
    }
    return fmt::format("{} skipped ({})", total, fmt::join(parts, "; "));
}

/// "0.3 s", "42 s", "3 min 20 s", "2 h 5 min".
std::string duration_text(double seconds) {
    if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<std::uint64_t>(seconds + 0.5);
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

void warn_of_shortfalls(Output& out, const ingest::IngestReport& report) {
    std::size_t shown = 0;
    for (const ingest::IngestReport::Warning& warning : report.warnings) {
        if (shown++ == failures_shown) break;
        out.warn(fmt::format("{}: {}", wire::display_uri(warning.uri),
                             one_line(strip_terminal_controls(warning.reason), 400)));
    }
    if (report.warnings.size() > failures_shown) {
        out.warn(fmt::format("… and {} more; --json lists all", report.warnings.size() - failures_shown));
    }
}

}  // namespace

std::string ingest_summary(const ingest::IngestReport& report, bool dry_run) {
    std::vector<std::string> parts;
    const auto count = [&](std::uint64_t number, const char* what) {
        if (number > 0) parts.push_back(fmt::format("{} {}", number, what));
    };
    count(report.added, "added");
    count(report.updated, "updated");
    count(report.moved, "moved");
    count(report.unchanged, "unchanged");
    count(report.removed, "removed");
    count(report.redacted, "redacted because the redaction settings changed");
    count(report.rechunked, "cut again because the chunk settings changed");
    if (!report.skipped.empty()) parts.push_back(skipped_text(report));
    count(report.failed.size(), "failed");
    for (const auto& [kind, words] : warning_words) {
        count(
            static_cast<std::uint64_t>(std::ranges::count(report.warnings, kind, &ingest::IngestReport::Warning::kind)),
            words);
    }
    if (parts.empty()) parts.emplace_back("no documents found");
    std::string line =
        fmt::format("{}{}; {} chunk{}, {} in {}", dry_run ? "would be: " : "", fmt::join(parts, ", "), report.chunks,
                    report.chunks == 1 ? "" : "s", human_bytes(report.bytes), duration_text(report.seconds));
    std::vector<std::string> taken_out;
    for (const auto& [kind, number] : report.taken_out) taken_out.push_back(fmt::format("{} × {}", number, kind));
    if (!taken_out.empty()) line += fmt::format("; taken out: {}", fmt::join(taken_out, ", "));
    return line;
}

void warn_of_failures(Output& out, const ingest::IngestReport& report) {
    std::string last_hint;
    std::size_t shown = 0, others = 0, as_before = 0;
    for (const ingest::IngestReport::Failure& failure : report.failed) {
        if (failure.as_before) ++as_before;
        if (!failure.as_before && shown == failures_shown) ++others;
        if (failure.as_before || shown == failures_shown) continue;
        ++shown;
        out.warn(fmt::format("{}: {}", wire::display_uri(failure.uri),
                                     one_line(strip_terminal_controls(failure.reason), 400)));
        if (!failure.hint.empty() && failure.hint != last_hint) out.note(fmt::format("hint: {}", failure.hint));
        last_hint = failure.hint;
    }
    if (others > 0) out.warn(fmt::format("… and {} more; see them all: quarry docs ls --failed", others));
    warn_of_shortfalls(out, report);
    if (as_before > 0) {
        out.note(fmt::format("{} file{} as before: quarry docs ls --failed lists {}, a file .ignore leaves {} out",
                             as_before, as_before == 1 ? " fails" : "s fail", as_before == 1 ? "it" : "them",
                             as_before == 1 ? "it" : "them"));
    }
}

void print_actions(Output& out, const ingest::IngestReport& report) {
    for (const ingest::IngestReport::Planned& planned : report.actions) {
        std::string line =
            fmt::format("{:<7} {}", ingest::ingest_action_name(planned.action), wire::display_uri(planned.uri));
        if (planned.chunks > 0) line += fmt::format(" ({} chunk{})", planned.chunks, planned.chunks == 1 ? "" : "s");
        if (!planned.reason.empty()) {
            line += fmt::format(" ({})", one_line(strip_terminal_controls(planned.reason), 400));
        }
        out.result() << line << '\n';
        if (out.closed()) return;
    }
}

std::string progress_line(const ingest::IngestProgress& progress, double seconds) {
    std::string line(progress.doing);
    line +=
        progress.total > 0 ? fmt::format(" {}/{}", progress.done, progress.total) : fmt::format(" {}", progress.done);
    if (progress.bytes_done == 0 || seconds <= 0) return line;
    const double rate = static_cast<double>(progress.bytes_done) / seconds;
    line += fmt::format(", {}/s", human_bytes(static_cast<std::uint64_t>(rate)));
    if (progress.bytes_total > progress.bytes_done) {
        line += fmt::format(", {} left",
                            duration_text(static_cast<double>(progress.bytes_total - progress.bytes_done) / rate));
    }
    return line;
}

}  // namespace quarry::cli
