#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

namespace quarry {

/// Reads one line without its line feed into `line`, holding at most a little over `max_bytes` of it: of a longer one
/// the rest stays unread, and `line` is longer than `max_bytes`. False at the end of the stream.
[[nodiscard]] bool read_line(std::istream& in, std::string& line, std::size_t max_bytes);

}  // namespace quarry
