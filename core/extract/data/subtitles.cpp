#include "core/extract/data/subtitles.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/extract/encoding.h"
#include "core/extract/html/tokenizer.h"
#include "core/extract/lines.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

bool is_time(std::string_view text) {
    return text.size() >= 5 && text.find(':') != std::string_view::npos &&
           text.find_first_not_of("0123456789:.,") == std::string_view::npos;
}

/// "00:01:02" of "00:01:02,500", "0:01:02.5" or "01:02.500".
std::string without_fraction(std::string_view time) {
    const std::string whole(time.substr(0, time.find_first_of(".,")));
    const auto colons = std::count(whole.begin(), whole.end(), ':');
    return colons == 1 ? "00:" + whole : whole;
}

struct CueTimes {
    std::string from;
    std::string until;
};

std::optional<CueTimes> parse_times(std::string_view line) {
    const std::size_t arrow = line.find("-->");
    if (arrow == std::string_view::npos) return std::nullopt;
    const std::string_view from = trim(line.substr(0, arrow));
    std::string_view until = trim(line.substr(arrow + 3));
    until = until.substr(0, until.find_first_of(" \t"));
    if (!is_time(from) || !is_time(until)) return std::nullopt;
    return CueTimes{without_fraction(from), without_fraction(until)};
}

/// A line of a cue without <i>, {\an8} and times within it; <v Name> is who speaks.
std::string spoken(std::string_view line) {
    std::string text;
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t markup = std::min(line.find_first_of("<{", at), line.size());
        append_unescaped(line.substr(at, markup - at), text);
        if (markup == line.size()) break;
        const bool override_code = line[markup] == '{';
        const std::size_t end = line.find(override_code ? '}' : '>', markup);
        if (end == std::string_view::npos || (override_code && line.substr(markup, 2) != "{\\")) {
            text += line[markup];
            at = markup + 1;
            continue;
        }
        const std::string_view tag = line.substr(markup + 1, end - markup - 1);
        if (tag.starts_with("v ") || tag.starts_with("v.")) {
            text += trim(tag.substr(std::min(tag.find(' '), tag.size())));
            text += ": ";
        }
        at = end + 1;
    }
    return std::string(trim(text));
}

class SubtitleReader {
public:
    SubtitleReader(std::string_view text, TextBuilder& builder) : text_(text), builder_(builder) {}

    /// The number of cues.
    std::size_t read() {
        std::size_t cues = 0;
        Line line = next_line(text_, 0);
        while (line.start < text_.size()) {
            const std::optional<CueTimes> times = parse_times(slice(line));
            line = next_line(text_, line.next);
            if (!times) continue;  // a number, a name, a note, a style
            ++cues;
            std::string said;
            // A cue ends at an empty line, or where the next one's times are.
            for (; line.start < text_.size(); line = next_line(text_, line.next)) {
                if (trim(slice(line)).empty() || parse_times(slice(line))) break;
                add_line(spoken(slice(line)), said);
            }
            if (said.empty()) continue;
            builder_.begin_record(fmt::format("{} --> {}", times->from, times->until));
            builder_.paragraph(fmt::format("[{}] {}", times->from, said));
            builder_.end_record();
        }
        return cues;
    }

private:
    [[nodiscard]] std::string_view slice(const Line& line) const {
        return text_.substr(line.start, line.end - line.start);
    }

    void add_line(std::string line, std::string& said) {
        if (line.empty() || line == last_line_) return;
        if (!said.empty()) said += '\n';
        said += line;
        last_line_ = std::move(line);
    }

    std::string_view text_;
    TextBuilder& builder_;
    std::string last_line_;
};

}  // namespace

document::Document extract_subtitles(std::string bytes, const ExtractOptions& options) {
    const DecodedText source = decode_text(std::move(bytes), options.name);
    const std::string_view text = source.text;
    TextBuilder builder(options, "text/vtt");
    note_source(source, builder.document());
    if (SubtitleReader(text, builder).read() == 0 && !trim(text).empty() && !text.starts_with("WEBVTT")) {
        throw Error(ErrorCode::failed, fmt::format("{} contains no subtitles", printable_name(options.name)),
                    "read it as it is with --type text")
            .because("no line has the times of a cue, such as 00:00:01,000 --> 00:00:04,000");
    }
    return builder.finish();
}

}  // namespace quarry::extract
