// Results, talk, errors and the progress line, under the terminal's rules.
#include "cli/ui/output.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ui/field_filter.h"
#include "cli/ui/workflow_commands.h"
#include "core/base/text.h"
#include "core/wire/document.h"
#include "core/wire/error_json.h"
#include "core/wire/json_escapes.h"

namespace quarry::cli {
namespace {

constexpr auto kProgressInterval = std::chrono::milliseconds(100);

// ECMA-48 "select graphic rendition" parameters.
std::string_view style_code(Style style) {
    switch (style) {
        case Style::plain: return "";
        case Style::bold: return "1";
        case Style::dim: return "2";
        case Style::red: return "31";
        case Style::green: return "32";
        case Style::yellow: return "33";
        case Style::cyan: return "36";
        case Style::on_cyan: return "30;46";
        case Style::on_green: return "30;42";
        case Style::on_yellow: return "30;43";
    }
    return "";
}

std::string paint(bool colour, Style style, std::string_view text) {
    const std::string_view code = style_code(style);
    if (!colour || code.empty() || text.empty()) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace

struct Output::Impl {
    Impl(std::ostream& result, std::ostream& talk, Options given)
        : escapes(result),
          escaped(&escapes),
          chosen(escaped, given.fields),
          chosen_out(&chosen),
          json_out(given.fields.empty() ? escaped : chosen_out),
          out_commands(result),
          safe_out(&out_commands),
          err_commands(talk),
          safe_err(&err_commands),
          raw_out(result),
          out(given.json_errors    ? json_out
              : given.workflow_out ? safe_out
                                   : result),
          err(given.workflow_err ? safe_err : talk),
          options(std::move(given)) {}

    wire::JsonEscapes escapes;  ///< What JSON goes through.
    std::ostream escaped;
    FieldFilter chosen;  ///< What JSON goes through before, where fields are chosen.
    std::ostream chosen_out;
    std::ostream& json_out;
    WorkflowCommands out_commands;  ///< What text goes through that GitHub Actions reads.
    std::ostream safe_out;
    WorkflowCommands err_commands;
    std::ostream safe_err;
    std::ostream& raw_out;
    std::ostream& out;
    std::ostream& err;
    Options options;
    std::string drawn;  ///< The progress line on the screen, empty for none.
    std::chrono::steady_clock::time_point drawn_at{};

    void clear_progress() {
        if (drawn.empty()) return;
        err << "\r\x1b[K" << std::flush;
        drawn.clear();
    }

    void print_json(const nlohmann::ordered_json& document) {
        // Messages can carry bytes of a foreign file name: those that are no UTF-8 become U+FFFD.
        err << wire::escape_json_controls(wire::line_text(document)) << '\n' << std::flush;
    }

    /// A note or a warning as an object, as the event of an answer has it.
    void print_notice(std::string_view level, std::string_view text) {
        print_json({{"schema", "quarry.notice/1"}, {"level", level}, {"text", text}});
    }

    /// One part of an error: a coloured label, then the text with its further lines indented below it.
    void part(Style style, std::string_view label, std::string_view text) {
        err << paint(options.err_colour, style, label) << ' ';
        const std::string indent(label.size() + 1, ' ');
        const std::string clean = strip_terminal_controls(text);
        bool first = true;
        for (const std::string_view line : split(clean, '\n')) {
            if (!first) err << (line.empty() ? "\n" : "\n" + indent);
            err << line;
            first = false;
        }
        err << '\n';
    }
};

Output::Output(std::ostream& out, std::ostream& err, Options options)
    : impl_(std::make_unique<Impl>(out, err, std::move(options))) {}

Output::~Output() { impl_->clear_progress(); }

std::ostream& Output::result() noexcept { return impl_->out; }

std::ostream& Output::json_result() noexcept { return impl_->json_out; }

std::ostream& Output::workflow_result() noexcept { return impl_->raw_out; }

bool Output::closed() const noexcept { return !impl_->out.good(); }

const Output::Options& Output::options() const noexcept { return impl_->options; }

void Output::note(std::string_view line) {
    if (impl_->options.quiet) return;
    impl_->clear_progress();
    if (impl_->options.json_errors) return impl_->print_notice("note", line);
    impl_->err << line << '\n' << std::flush;
}

void Output::log(std::string_view line) {
    if (impl_->options.quiet) return;
    impl_->clear_progress();
    impl_->err << fmt::format("{}\n", line) << std::flush;
}

void Output::remark(std::string_view line) {
    if (!impl_->options.json_errors) note(line);
}

void Output::warn(std::string_view line) {
    impl_->clear_progress();
    if (impl_->options.json_errors) return impl_->print_notice("warning", line);
    impl_->part(Style::yellow, "warning:", line);
    impl_->err << std::flush;
}

void Output::ask(std::string_view question) {
    impl_->clear_progress();
    const std::string clean = strip_terminal_controls(question);
    impl_->err << paint(impl_->options.err_colour, Style::bold, clean) << ' ' << std::flush;
}

std::string Output::styled(Style style, std::string_view text) const {
    return paint(impl_->options.out_colour, style, text);
}

void Output::error(const Error& error) {
    impl_->clear_progress();
    if (impl_->options.json_errors) {
        return impl_->print_json({{"schema", "quarry.error/1"}, {"error", wire::error_json(error)}});
    }
    impl_->part(Style::red, "error:", error.message());
    for (const std::string& cause : error.causes()) impl_->part(Style::yellow, "caused by:", cause);
    if (!error.hint().empty()) impl_->part(Style::cyan, "hint:", error.hint());
    impl_->err << std::flush;
}

void Output::progress(std::string_view line) {
    if (!impl_->options.err_is_terminal || impl_->options.quiet) return;
    if (line.empty()) {
        impl_->clear_progress();
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    if (!impl_->drawn.empty() && now - impl_->drawn_at < kProgressInterval) return;
    // One column stays free: some terminals wrap when the last one is written.
    const auto width = static_cast<std::size_t>(impl_->options.width > 1 ? impl_->options.width - 1 : 1);
    impl_->drawn = one_line(strip_terminal_controls(line), width);
    impl_->drawn_at = now;
    impl_->err << '\r' << impl_->drawn << "\x1b[K" << std::flush;
}

}  // namespace quarry::cli
