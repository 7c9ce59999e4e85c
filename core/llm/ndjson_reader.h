#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace quarry::llm {

/// Reads lines of JSON (NDJSON) from pieces cut anywhere: inside a line end, inside a UTF-8 sequence. Lines end at LF
/// or CR LF; blank ones are dropped. The same bytes give the same lines, however they are cut. What a line holds is not
/// looked at.
class JsonLineParser {
public:
    /// Takes one line without its end; the view is valid during the call only.
    using LineSink = std::function<void(std::string_view line)>;

    /// `max_line_bytes` bounds the memory that one line may take.
    explicit JsonLineParser(std::size_t max_line_bytes = 8 << 20) : max_line_bytes_(max_line_bytes) {}

    /// Throws Error(provider_failed) for a line over the limit; what the sink throws comes out as it is.
    void feed(std::string_view piece, const LineSink& sink);
    /// The stream is over. A line without an end is given out too.
    void finish(const LineSink& sink);

private:
    void take_line(const LineSink& sink);

    std::size_t max_line_bytes_;
    std::string line_;
    bool at_start_ = true;
};

}  // namespace quarry::llm
