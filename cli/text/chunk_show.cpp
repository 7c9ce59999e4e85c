// quarry chunk --show: the text with its cuts.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/text/chunk_output.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

/// Prints `text` in a style, line ends outside of it: a terminal would paint to its edge.
void print_styled(Output& out, Style style, std::string_view text) {
    bool first = true;
    const std::string clean = strip_terminal_controls(text);
    for (const std::string_view line : split(clean, '\n')) {
        if (!first) out.result() << '\n';
        out.result() << out.styled(style, line);
        first = false;
    }
}

/// Walks over the text from cut to cut.
class CutWalk {
public:
    CutWalk(Output& out, const app::CutDocument& cut) : out_(out), cut_(cut), spans_(cut.spans) {}

    void run() {
        while (ended_ < spans_.size() && !out_.closed()) {
            const bool begins = begun_ < spans_.size() && spans_[begun_].start_byte < spans_[ended_].end_byte;
            if (begins || ended_ == begun_) {
                print_until(spans_[begun_].start_byte);
                out_.result() << out_.styled(Style::bold, fmt::format("⟦{}⟧", begun_));
                // The chunk before goes on: this one repeats the end of it.
                if (begun_ > ended_) out_.result() << out_.styled(Style::bold, "‹");
                ++begun_;
            } else {
                print_until(spans_[ended_].end_byte);
                ++ended_;
                if (begun_ > ended_) out_.result() << out_.styled(Style::bold, "›");
            }
        }
        print_until(cut_.document.text.size());
        out_.result() << (cut_.document.text.ends_with('\n') ? "" : "\n");
    }

private:
    void print_until(std::size_t offset) {
        if (offset <= at_) return;
        const std::size_t open = begun_ - ended_;
        const Style style = open == 0         ? Style::plain
                            : open > 1        ? Style::on_yellow
                            : begun_ % 2 == 0 ? Style::on_green
                                              : Style::on_cyan;
        print_styled(out_, style, std::string_view(cut_.document.text).substr(at_, offset - at_));
        at_ = offset;
    }

    Output& out_;
    const app::CutDocument& cut_;
    const std::vector<document::ChunkSpan>& spans_;
    std::size_t at_ = 0;     ///< What is printed of the text.
    std::size_t begun_ = 0;  ///< Chunks that began so far.
    std::size_t ended_ = 0;
};

}  // namespace

void show_cuts(Output& out, const app::CutDocument& cut) {
    out.result() << out.styled(Style::dim,
                               fmt::format("{}: {} chunk{} by {}", one_line(strip_terminal_controls(cut.source), 500),
                                           cut.spans.size(), cut.spans.size() == 1 ? "" : "s", cut.strategy))
                 << '\n';
    CutWalk(out, cut).run();
}

}  // namespace quarry::cli
