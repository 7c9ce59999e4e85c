// What quarry chunk prints: chunks as JSON, for reading and as Markdown, and counts.
#include "cli/text/chunk_output.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "core/base/text.h"
#include "core/wire/chunk_json.h"

namespace quarry::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string dump_line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Names and paths for people: no control characters, one line.
std::string plain_line(std::string_view text) { return one_line(strip_terminal_controls(text), 500); }

std::string heading_line(const document::ChunkSpan& span) {
    std::vector<std::string> path = span.heading_path;
    path.insert(path.end(), span.symbol_path.begin(), span.symbol_path.end());
    return plain_line(fmt::format("{}", fmt::join(path, " > ")));
}

/// An error that does not end the run, as that of the run's exit code.
Error of_one_input(const Error& error) {
    Error one(ErrorCode::some_inputs_failed, error.message(), error.hint());
    for (const std::string& cause : error.causes()) one = std::move(one).because(cause);
    return one;
}

/// A line of backticks longer than any in the text.
std::string fence_for(std::string_view text) {
    std::size_t longest = 0;
    for (std::size_t at = text.find('`'); at != std::string_view::npos; at = text.find('`', at)) {
        const std::size_t end = std::min(text.find_first_not_of('`', at), text.size());
        longest = std::max(longest, end - at);
        at = end;
    }
    return std::string(std::max<std::size_t>(3, longest + 1), '`');
}

}  // namespace

void ChunkPrinter::begin() {
    if (std::exchange(begun_, true)) return;
    if (printing_.format == "json") out_.json_result() << "{\"schema\": \"quarry.chunk/1\", \"chunks\": [";
}

void ChunkPrinter::document(const app::CutDocument& cut) {
    begin();
    const Counts counts{cut.spans.size(), cut.document.text.size(), cut.tokens};
    if (printing_.show) {
        show_cuts(out_, cut);
    } else if (!printing_.count) {
        for (std::size_t index = 0; index < cut.spans.size() && !out_.closed(); ++index) chunk(cut, index);
    } else if (printing_.format != "json") {
        print_counts(cut.source, counts);
    }
    total_.chunks += counts.chunks;
    total_.bytes += counts.bytes;
    total_.tokens += counts.tokens;
    ++documents_;
    summaries_.push_back({{"source", cut.source},
                          {"chunks", counts.chunks},
                          {"bytes", counts.bytes},
                          {"tokens", counts.tokens},
                          {"strategy", cut.strategy}});
    for (const document::Warning& warning : cut.document.warnings) {
        out_.warn(fmt::format("{}: {}", plain_line(cut.source), warning.reason));
    }
    if (!cut.note.empty()) {
        summaries_.back()["note"] = cut.note;
        out_.note(fmt::format("{}: {}", plain_line(cut.source), cut.note));
    }
}

void ChunkPrinter::failed(std::string_view source, const Error& error) {
    out_.error(of_one_input(error));
    failures_.push_back({{"source", source}, {"error", error.what()}, {"hint", error.hint()}});
}

void ChunkPrinter::end() {
    begin();
    if (printing_.format == "json") {
        out_.json_result() << (first_ ? "],\n" : "\n],\n") << "\"documents\": " << dump_line(summaries_)
                           << ",\n\"failed\": " << dump_line(failures_) << "}\n";
    } else if (printing_.count && printing_.format == "text" && documents_ > 1) {
        print_counts("total", total_);
    }
}

void ChunkPrinter::chunk(const app::CutDocument& cut, std::size_t index) {
    const document::ChunkSpan& span = cut.spans[index];
    const std::string_view text =
        std::string_view(cut.document.text).substr(span.start_byte, span.end_byte - span.start_byte);
    if (printing_.format == "text") {
        print_text(cut, span, text);
    } else if (printing_.format == "markdown") {
        print_markdown(cut, span, text);
    } else {
        line_.clear();
        if (printing_.format == "json") line_ += first_ ? "\n" : ",\n";
        wire::append_cut_chunk(line_, cut.source, cut.spans, index, text);
        if (printing_.format == "ndjson") line_ += '\n';
        out_.json_result() << line_;
    }
    first_ = false;
}

void ChunkPrinter::print_text(const app::CutDocument& cut, const document::ChunkSpan& span, std::string_view text) {
    std::ostream& out = out_.result();
    out << out_.styled(Style::bold, fmt::format("{}:{}-{}", plain_line(cut.source), span.start_line, span.end_line));
    if (const std::string headings = heading_line(span); !headings.empty()) {
        out << "  " << out_.styled(Style::cyan, headings);
    }
    out << out_.styled(Style::dim, fmt::format("  bytes {}-{}, {}{} tokens", span.start_byte, span.end_byte,
                                               printing_.exact ? "" : "about ", span.tokens))
        << '\n';
    out << strip_terminal_controls(text) << "\n\n";
}

void ChunkPrinter::print_markdown(const app::CutDocument& cut, const document::ChunkSpan& span, std::string_view text) {
    const std::string headings = heading_line(span);
    const std::string clean = strip_terminal_controls(text);
    const std::string fence = fence_for(clean);
    out_.result() << fmt::format("## {}:{}-{}{}{}\n\n{}\n{}\n{}\n\n", plain_line(cut.source), span.start_line,
                                 span.end_line, headings.empty() ? "" : " ", headings, fence, clean, fence);
}

void ChunkPrinter::print_counts(std::string_view source, const Counts& counts) {
    if (printing_.format == "ndjson") {
        out_.json_result() << dump_line({{"source", source},
                                         {"chunks", counts.chunks},
                                         {"bytes", counts.bytes},
                                         {"tokens", counts.tokens}})
                           << '\n';
    } else {
        out_.result() << fmt::format("{}\t{}\t{}\t{}\n", counts.chunks, counts.bytes, counts.tokens,
                                     plain_line(source));
    }
}

}  // namespace quarry::cli
