#pragma once

#include <string>
#include <string_view>

namespace quarry {

/// XXH3 128-bit as 32 lower-case hex digits: fast content addressing. Not collision-resistant against an attacker,
/// so what is stored under it compares the content before it is taken as the same.
[[nodiscard]] std::string content_hash(std::string_view bytes);

/// SHA-256 (FIPS 180-4) as 64 lower-case hex digits: migration checksums and citations, which people compare.
[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace quarry
