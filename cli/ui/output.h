#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

#include "cli/line/json_fields.h"
#include "core/app/services.h"
#include "core/base/error.h"

namespace quarry::cli {

/// The last three are black on a coloured ground, which reads on dark and on light terminals.
enum class Style { plain, bold, dim, red, green, yellow, cyan, on_cyan, on_green, on_yellow };

/// The two streams of a command: results to standard output, talk to standard error, with the terminal's rules.
///
/// Text that came from outside (documents, servers, file names) is stripped of terminal control sequences by
/// `clean` before it is printed to a terminal.
class Output final : public app::Notices {
public:
    struct Options {
        bool quiet = false;       ///< No talk: errors and results only.
        bool out_colour = false;  ///< Colour on standard output.
        bool err_colour = false;
        bool out_is_terminal = false;  ///< Markdown is laid out only then.
        bool hyperlinks = false;       ///< Links that can be clicked (OSC 8) on standard output.
        bool err_is_terminal = false;  ///< Progress is drawn only then.
        bool json_errors = false;
        bool workflow_out = false;  ///< GitHub Actions reads standard output, and takes commands from it.
        bool workflow_err = false;  ///< The same of standard error.
        int width = 80;             ///< Columns of the terminal.
        FieldChoice fields{};       ///< What JSON on standard output is cut down to; empty: it is whole.
    };
    Output(std::ostream& out, std::ostream& err, Options options);
    ~Output() override;

    /// Standard output itself. A closed pipe sets `closed()`; commands stop then, quietly.
    [[nodiscard]] std::ostream& result() noexcept;
    /// The same for JSON that is printed without --json, such as lines of it.
    [[nodiscard]] std::ostream& json_result() noexcept;
    /// The same for a format whose commands are meant for GitHub Actions.
    [[nodiscard]] std::ostream& workflow_result() noexcept;
    [[nodiscard]] bool closed() const noexcept;
    [[nodiscard]] const Options& options() const noexcept;

    /// A line of talk on standard error, unless quiet; with --json an object. Ends the progress line first.
    void note(std::string_view line) override;
    /// A line of a log, which is JSON of its own, on standard error, unless quiet. Written at once.
    void log(std::string_view line);
    /// "warning: …" on standard error, also when quiet; with --json an object.
    void warn(std::string_view line) override;
    /// Something that waits for an answer, on standard error, also when quiet; the cursor stays behind it.
    void ask(std::string_view question);
    /// The same as `note`, but for people alone: nothing with --json.
    void remark(std::string_view line) override;
    /// `text` in a style when standard output takes colour, else as it is.
    [[nodiscard]] std::string styled(Style style, std::string_view text) const;
    /// error: / caused by: / hint:, or one JSON object.
    void error(const Error& error);

    /// Draws or redraws the progress line (terminals only, at most ten times a second); "" removes it.
    void progress(std::string_view line) override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace quarry::cli
