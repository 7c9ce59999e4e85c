#pragma once

#include <string>

#include "core/extract/extractor.h"

namespace quarry::extract {

/// Subtitles, SubRip (SRT) or WebVTT: a record for each cue, "[00:01:02] what is said", without styles, notes and
/// markup; a voice is "Name: …". A line that a rolling caption repeats is written once. Labels are the cues' times.
[[nodiscard]] document::Document extract_subtitles(std::string bytes, const ExtractOptions& options);

}  // namespace quarry::extract
