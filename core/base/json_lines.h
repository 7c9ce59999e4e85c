#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

namespace quarry {

/// Reads lines from a stream in bounded memory.
class LineReader {
public:
    struct Line {
        std::string text;      ///< Without its line end; cut when `too_long`.
        std::uint64_t number;  ///< 1-based.
        bool too_long = false;
    };

    /// A line may have at most `max_bytes`. What goes on without a line feed for a hundred times that is not lines.
    LineReader(std::istream& stream, std::uint64_t max_bytes) : stream_(stream), max_bytes_(max_bytes) {}

    /// Nothing after the last line. Throws Error(failed) for what is not lines.
    [[nodiscard]] std::optional<Line> next();

private:
    bool fill();

    std::istream& stream_;
    std::uint64_t max_bytes_;
    std::uint64_t number_ = 0;
    std::string buffer_;
    std::size_t at_ = 0;
};

/// One document of a JSONL stream.
struct JsonDocument {
    std::string id;
    std::string title;
    std::string text;
    std::string metadata_json = "{}";
};

/// Reads {"id", "title", "text", "metadata"}; throws Error(failed) that says what is wrong with the line.
[[nodiscard]] JsonDocument parse_json_document(std::string_view line);

}  // namespace quarry
