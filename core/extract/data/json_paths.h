#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/extract/extract_watch.h"

namespace quarry::extract {

/// A piece of a JSON text: the lines of one member of the outermost value.
struct JsonPiece {
    std::string_view key;    ///< Of the member; empty for an element of an array.
    std::string_view lines;  ///< "path: value" each, divided by LF.
};

/// Reads a JSON text and calls `give` with one piece after the other, in constant memory but for the largest piece.
///
/// Throws Error(failed) for what is not JSON, with `where` (such as "line 7") in front, and beyond the watch's depth.
void read_json_pieces(std::string_view json, std::string_view where, ExtractWatch& watch,
                      const std::function<void(const JsonPiece&)>& give);

}  // namespace quarry::extract
